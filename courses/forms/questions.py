"""The form of the question editor: words, drawer, source, feedback; what is right is in `question_answers`."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.formats.ir import LONGEST_CODE, ImportedQuestion
from courses.forms.question_answers import ANSWERS, Namer
from courses.forms.question_fields import LineField, TagsField
from courses.forms.question_pictures import Files, StemPictures
from courses.models import Category, Course, QuestionType, QuestionVersion, StemFormat
from lms.people.forms import DayInput
from lms.vietnamese.text import clean

DIFFICULTIES = [(1, _("1 – remember")), (2, _("2 – understand")), (3, _("3 – apply")), (4, "4"), (5, "5")]
LONGEST_STEM = 20_000


class CategoryField(forms.ModelChoiceField[Category]):
    """A drawer by its path, under its course."""

    def label_from_instance(self, obj: Category) -> str:
        """Course and path."""
        return drawer_name(obj)


def drawer_name(category: Category) -> str:
    """«TTCS-01 · Bài 1 / Mục 2»; what all courses share says so."""
    head = category.course.code if category.course else str(_("Shared"))
    return f"{head} · {' / '.join(category.path)}"


def in_order(categories: Iterable[Category]) -> list[Category]:
    """By course and path."""
    return sorted(categories, key=drawer_name)


class TextField(forms.CharField):
    """Several lines as they were typed, in NFC."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class QuestionForm(forms.Form):
    """Everything but what is right. `content` is what stands in the bank; a new question has none of it."""

    code = forms.CharField(label=_("Code"), max_length=LONGEST_CODE)
    category = CategoryField(label=_("Category"), queryset=Category.objects.none(), empty_label=None)
    name = LineField(label=_("Short name"), longest=300)
    stem = TextField(label=_("Question"), rows=5, max_length=LONGEST_STEM)
    stem_format = forms.ChoiceField(label=_("Written as"), choices=StemFormat.choices)
    difficulty = forms.TypedChoiceField(label=_("Difficulty"), choices=DIFFICULTIES, coerce=int)
    tags = TagsField(label=_("Tags"), longest=1500, help_text=_("Separated by commas."))
    general = TextField(label=_("Explanation for everybody"), rows=3, required=False, max_length=4000)
    right = TextField(label=_("Feedback to a right answer"), rows=2, required=False, max_length=2000)
    partial = TextField(label=_("Feedback to an answer that is partly right"), rows=2, required=False, max_length=2000)
    wrong = TextField(label=_("Feedback to a wrong answer"), rows=2, required=False, max_length=2000)
    source = LineField(label=_("Document"), longest=300)
    article = LineField(label=_("Article, clause"), longest=100)
    check_by = forms.DateField(label=_("Check again by"), required=False, widget=DayInput())
    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    def __init__(
        self,
        *,
        type_: str,
        categories: Any,
        content: ImportedQuestion | None = None,
        data: QueryDict | None = None,
        files: Files | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=(_initial(content) if content else {}) | (initial or {}))
        self.type, self.content = type_, content
        self.answers = ANSWERS[type_](content, data, files)
        self.pictures = StemPictures(content.pictures if content else (), data, files)
        field = self.fields["category"]
        field.queryset = categories  # type: ignore[attr-defined]
        field.choices = [(one.pk, drawer_name(one)) for one in in_order(categories)]  # type: ignore[attr-defined]
        self._leave_out()

    def _leave_out(self) -> None:
        """What does not arise for this type or this question."""
        if self.content is not None:
            self.fields["code"].disabled = True
        if self.type in ("single", "true_false", "short_text", "numeric"):
            del self.fields["partial"]
        if self.type == "essay":
            for name in ("right", "partial", "wrong"):
                del self.fields[name]
        if self.content is None or self.content.stem_format != StemFormat.HTML:
            self.fields["stem_format"].choices = StemFormat.choices[:2]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        return clean(self.cleaned_data["code"])

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.answers.is_valid(), self.pictures.is_valid()])

    def show(self, pictures: Mapping[str, Sequence[Any]]) -> None:
        """Put the pictures of the stored version beside their rows: by option, "" is the stem."""
        self.pictures.show(pictures.get("", ()))
        self.answers.show(pictures)

    def look_away(self) -> None:
        """Say nothing about mistakes yet: only a row was added, and its first field is next."""
        for form in (self, self.answers.rest, *self.answers.rows.forms, *self.pictures.rows.forms):
            form.errors.clear()
        last = self.answers.rows.forms[-1] if self.answers.rows.forms else None
        for field in last.visible_fields()[:1] if last else []:
            field.field.widget.attrs["autofocus"] = True

    def now_knows(self, edition: str) -> None:
        """Both texts are on the page: sent again, this one replaces what was stored."""
        data: Any = self.data
        data["version"] = edition

    def question(self, known: Collection[str]) -> ImportedQuestion:
        """The question as it was typed; `known` are the uids of its options so far."""
        said, typed = self.answers.read(Namer(self.cleaned_data["code"], known)), self.cleaned_data
        stored = dict(self.content.feedback) if self.content else {}
        told = {name: typed.get(name, stored.get(name, "")) for name in ("general", "right", "partial", "wrong")}
        check_by: date | None = typed["check_by"]
        return ImportedQuestion(
            code=typed["code"], name=typed["name"], type=self.type, stem=typed["stem"],
            stem_format=typed["stem_format"], options=tuple(said.options), key=said.key,
            feedback=_feedback(told, said.told),
            category=typed["category"].path, tags=typed["tags"], difficulty=typed["difficulty"],
            source=typed["source"], article=typed["article"], check_by=check_by.isoformat() if check_by else "",
            settings=said.settings, points=self.content.points if self.content else 10_000,
            pictures=(*self.pictures.read(), *said.pictures),
        )  # fmt: skip


def _feedback(told: dict[str, str], options: dict[str, str]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: text for name, text in told.items() if text}
    return kept | ({"options": options} if options else {})


def _initial(content: ImportedQuestion) -> dict[str, Any]:
    told = {name: content.feedback.get(name, "") for name in ("general", "right", "partial", "wrong")}
    return told | {
        "code": content.code, "name": content.name, "stem": content.stem, "stem_format": content.stem_format,
        "difficulty": content.difficulty, "tags": content.tags, "source": content.source, "article": content.article,
        "check_by": date.fromisoformat(content.check_by) if content.check_by else None,
    }  # fmt: skip


class NewQuestionForm(forms.Form):
    """What is asked before the editor opens."""

    type = forms.ChoiceField(label=_("Type"), choices=QuestionType.choices, widget=forms.RadioSelect, initial="single")


class CategoryForm(forms.Form):
    """A drawer: its name, its place, and for a new one whose it is."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = CategoryField(label=_("Lies in"), queryset=Category.objects.none(), required=False, empty_label=_("(top)"))
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), required=False, empty_label=_("Shared by all courses")
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        categories: Any,
        courses: Any = None,
        may_share: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        parent: Any = self.fields["parent"]
        parent.queryset = categories
        parent.choices = [("", parent.empty_label), *((one.pk, drawer_name(one)) for one in in_order(categories))]
        if courses is None:
            del self.fields["course"]
            return
        course: Any = self.fields["course"]
        course.queryset = courses
        if not may_share:
            course.empty_label = _("That of the category it lies in")
        self.may_share = may_share

    def clean(self) -> dict[str, Any]:
        """Whoever may not share says whose a drawer at the top is."""
        said = super().clean() or {}
        if "course" in self.fields and not (self.may_share or said.get("parent") or said.get("course")):
            self.add_error("course", _("Choose a course."))
        return said


class SearchForm(forms.Form):
    """What the list of questions is narrowed by."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    category = CategoryField(label=_("Category"), queryset=Category.objects.none(), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    difficulty = forms.ChoiceField(label=_("Difficulty"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    lint = forms.ChoiceField(label=_("Review"), required=False)

    def __init__(
        self, data: QueryDict, *, categories: Any, tags: Iterable[str], lint: Iterable[tuple[str, Any]]
    ) -> None:
        super().__init__(data)
        every = ("", _("All"))
        category: Any = self.fields["category"]
        category.queryset = categories
        category.choices = [every, *((one.pk, drawer_name(one)) for one in in_order(categories))]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "type": [every, *QuestionType.choices],
            "difficulty": [every, *DIFFICULTIES],
            "state": [("", _("In use")), ("draft", _("Draft")), ("ready", _("Ready")), ("retired", _("Retired"))],
            "tag": [every, *((tag, tag) for tag in tags)],
            "lint": [every, ("errors", _("With errors")), ("warnings", _("With warnings")), *lint],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]


def known_uids(version: QuestionVersion) -> set[str]:
    """The uids of the options of a version."""
    return {str(uid) for uid in version.options.values_list("uid", flat=True)}
