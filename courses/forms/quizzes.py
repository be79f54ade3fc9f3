"""Forms of the quiz editor: settings, sections as rows that may stay empty, and the times of a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.composing import SectionPlan, Settings
from courses.forms.question_fields import LineField, TagsField
from courses.forms.questions import DIFFICULTIES, CategoryField, drawer_name, in_order
from courses.models import Category, Counting, Course, Lesson, Question, QuestionVersion, QuizKind, Run
from courses.models.quizzes import MOST_ON_A_PAGE, POINT
from courses.review import FIELDS, LABELS, Moment, check_policy
from lms.refusal import Refused
from lms.vietnamese.text import clean

MOST_SECTIONS = 20
MOST_FIXED = 200
MOST_POINTS = 100
_SEPARATORS = re.compile(r"[\s,;]+")


class NewQuizForm(forms.Form):
    """What is asked before the editor opens."""

    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none(), empty_label=None)

    def __init__(self, *args: Any, courses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = courses


class LessonField(forms.ModelChoiceField[Lesson]):
    """A lesson of the course by its title."""


class QuizForm(forms.Form):
    """Everything but the sections. Empty review: as usual for the kind."""

    code = forms.CharField(label=_("Code"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuizKind.choices)
    lesson = LessonField(
        label=_("Practice for the lesson"), queryset=Lesson.objects.none(), required=False, empty_label=_("(none)"),
        help_text=_("Only for practice. Passing it counts as having finished the lesson."),
    )  # fmt: skip
    limit_minutes = forms.IntegerField(
        label=_("Time limit in minutes"), min_value=1, max_value=600, required=False, help_text=_("Empty: no limit.")
    )
    attempts_allowed = forms.IntegerField(
        label=_("Attempts allowed"), min_value=0, max_value=50, help_text=_("0: as many as one likes.")
    )
    pass_percent = forms.IntegerField(label=_("Pass mark in percent"), min_value=0, max_value=100)
    counting = forms.ChoiceField(label=_("Which result counts"), choices=Counting.choices)
    questions_per_page = forms.IntegerField(label=_("Questions on a page"), min_value=1, max_value=MOST_ON_A_PAGE)
    is_shuffled = forms.BooleanField(label=_("Shuffle the options"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *, course: Course, quiz: Any = None, data: QueryDict | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=(_initial(quiz) if quiz else {}) | (initial or {}))
        field: Any = self.fields["lesson"]
        field.queryset = course.lessons.live().in_order()
        own = quiz.review if quiz else {}
        for name in FIELDS:
            self.fields[f"review_{name}"] = forms.ChoiceField(
                label=LABELS[name], required=False, initial=own.get(name, ""),
                choices=[("", _("As usual for this kind")), *Moment.choices],
            )  # fmt: skip
        if quiz is not None:
            self.fields["code"].disabled = True

    def reviews(self) -> list[forms.BoundField]:
        """The six fields of the review."""
        return [self[f"review_{name}"] for name in FIELDS]

    def clean_code(self) -> str:
        return clean(self.cleaned_data["code"])

    def clean_title(self) -> str:
        return clean(self.cleaned_data["title"])

    def review(self) -> dict[str, str]:
        """What the quiz says itself, the defaults of its kind left out."""
        said = {name: self.cleaned_data.get(f"review_{name}", "") for name in FIELDS}
        return {name: moment for name, moment in said.items() if moment}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("lesson") and said.get("kind") != QuizKind.PRACTICE:
            self.add_error("lesson", _("A graded test belongs to a class, not to a lesson."))
        try:
            check_policy(said.get("kind", ""), self.review())
        except Refused as error:
            for name in error.details["fields"]:
                self.add_error(f"review_{name}", str(error.message))
        return said

    def now_knows(self, version: int) -> None:
        """Sent again, this replaces what is stored."""
        data: Any = self.data
        data["version"] = str(version)

    def wanted(self) -> Settings:
        """The settings as they were typed."""
        names = [name for name in Settings.__dataclass_fields__ if name != "review"]
        return Settings(**{name: self.cleaned_data[name] for name in names}, review=self.review())


def _initial(quiz: Any) -> dict[str, Any]:
    names = ("code", *(name for name in Settings.__dataclass_fields__ if name != "review"), "version")
    return {name: getattr(quiz, name) for name in names}


class SectionRow(forms.Form):
    """A section: codes of questions, or how many to draw from a category. An empty row counts for nothing."""

    place = forms.IntegerField(label=_("Place in the list"), required=False, min_value=1, max_value=99)
    title = LineField(label=_("Heading"), longest=200)
    points = forms.IntegerField(
        label=_("Points per question"), required=False, min_value=1, max_value=MOST_POINTS, initial=1
    )
    category = CategoryField(
        label=_("Draw from the category"), queryset=Category.objects.none(), required=False,
        empty_label=_("(nothing is drawn)"),
    )  # fmt: skip
    draw_count = forms.IntegerField(label=_("How many to draw"), required=False, min_value=1, max_value=500)
    tags = TagsField(label=_("Only with all these tags"), longest=600, help_text=_("Separated by commas."))
    easiest = forms.TypedChoiceField(
        label=_("Difficulty from"), required=False, coerce=int, empty_value=None, choices=[("", "–"), *DIFFICULTIES]
    )
    hardest = forms.TypedChoiceField(
        label=_("Difficulty to"), required=False, coerce=int, empty_value=None, choices=[("", "–"), *DIFFICULTIES]
    )
    questions = forms.CharField(
        label=_("Or always these questions"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Codes of ready questions in the order in which they are asked, separated by spaces or commas."),
    )  # fmt: skip

    def __init__(self, *args: Any, drawers: list[tuple[int, str]], categories: Any, bank: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.queryset = categories
        field.choices = [("", field.empty_label), *drawers]
        self.bank = bank

    def clean_questions(self) -> tuple[Question, ...]:
        """The questions behind the codes. One query."""
        codes = list(dict.fromkeys(code for code in _SEPARATORS.split(self.cleaned_data["questions"]) if code))
        if len(codes) > MOST_FIXED:
            raise forms.ValidationError(_("At most %(most)s questions stand in a section.") % {"most": MOST_FIXED})
        found = {one.code: one for one in self.bank.filter(code__in=codes)} if codes else {}
        missing = [code for code in codes if code not in found]
        if missing:
            words = {"codes": ", ".join(missing[:10])}
            raise forms.ValidationError(_("No question in use that is ready has this code: %(codes)s.") % words)
        return tuple(found[code] for code in codes)

    @property
    def is_filled(self) -> bool:
        """Whether the row means a section."""
        return any(self.cleaned_data.get(name) for name in ("category", "draw_count", "questions", "tags", "title"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.is_filled or self.errors:
            return said
        draws, fixed = bool(said.get("category") or said.get("draw_count")), bool(said.get("questions"))
        if draws and fixed:
            self.add_error("questions", _("A section draws questions or always asks the same ones, not both."))
        elif not draws and not fixed:
            self.add_error("category", _("Say what the section asks."))
        elif draws and not said.get("category"):
            self.add_error("category", _("Choose a category."))
        elif draws and not said.get("draw_count"):
            self.add_error("draw_count", _("Say how many questions are drawn."))
        if (said.get("easiest") or 1) > (said.get("hardest") or 5):
            self.add_error("hardest", _("The hardest level cannot lie below the easiest one."))
        return said

    def plan(self) -> SectionPlan:
        """The section as it was typed."""
        said = self.cleaned_data
        is_drawn = said["category"] is not None
        return SectionPlan(
            title=said["title"], points=(said["points"] or 1) * POINT, questions=said["questions"],
            category=said["category"], draw_count=said["draw_count"], tags=tuple(said["tags"]) if is_drawn else (),
            easiest=said["easiest"] if is_drawn else None, hardest=said["hardest"] if is_drawn else None,
        )  # fmt: skip


class Sections:
    """The rows of a quiz; `rows` is the formset."""

    def __init__(
        self, *, categories: Any, bank: Any, plans: Sequence[SectionPlan] = (), data: QueryDict | None = None
    ) -> None:
        self.bank = bank
        made = forms.formset_factory(SectionRow, extra=0, max_num=MOST_SECTIONS, absolute_max=MOST_SECTIONS)
        initial = [*(_row(place, plan) for place, plan in enumerate(plans, 1)), {}]
        drawers = [(one.pk, drawer_name(one)) for one in in_order(categories)]
        ready = bank.filter(is_active=True, pk__in=QuestionVersion.objects.ready().values("question"))
        kwargs = {"drawers": drawers, "categories": categories, "bank": ready}
        self.rows: Any = made(data, initial=initial[:MOST_SECTIONS], prefix="rows", form_kwargs=kwargs)

    @property
    def may_grow(self) -> bool:
        return len(self.rows.forms) < MOST_SECTIONS

    def is_valid(self) -> bool:
        return bool(self.rows.is_valid())

    def plans(self) -> list[SectionPlan]:
        """The sections in the order of their places; only after `is_valid`."""
        kept = [form for form in self.rows.forms if form.is_filled]
        placed = sorted(enumerate(kept, 1), key=lambda pair: pair[1].cleaned_data.get("place") or pair[0])
        return [form.plan() for _place, form in placed]


def _row(place: int, plan: SectionPlan) -> dict[str, Any]:
    return {
        "place": place, "title": plan.title, "points": plan.points // POINT or 1, "category": plan.category,
        "draw_count": plan.draw_count, "tags": plan.tags, "easiest": plan.easiest, "hardest": plan.hardest,
        "questions": "\n".join(one.code for one in plan.questions),
    }  # fmt: skip


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class RunQuizForm(forms.Form):
    """When a class takes the quiz. `run` is left out where it is known."""

    run = forms.ModelChoiceField(label=_("Class"), queryset=Run.objects.none(), empty_label=None)
    opens_at = forms.DateTimeField(label=_("Opens at"), required=False, widget=MomentInput())
    closes_at = forms.DateTimeField(label=_("Closes at"), required=False, widget=MomentInput())
    is_required = forms.BooleanField(label=_("Needed for completion"), required=False, initial=True)

    def __init__(self, *args: Any, runs: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if runs is None:
            del self.fields["run"]
            return
        field: Any = self.fields["run"]
        field.queryset = runs

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The end must come after the start."))
        return said
