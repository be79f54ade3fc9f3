"""What stands under the stem in the question editor, for each type: rows and a few settings, read into a key.

Every type is a class with a form for a row, a form for the rest, and two functions: what a version puts into them, and
what they say. Rows that are left empty count for nothing, so that no script is needed to add or to remove one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.formats.ir import ImportedOption, ImportedPicture, ImportedQuestion, option_uid
from courses.forms.question_fields import LineField, NumberField, ShareField, in_words, interval
from courses.forms.question_pictures import Files, PictureField, alt_field, picture_of
from courses.lint import right_options
from courses.scoring import MOST_FILES, WHOLE

Row = dict[str, Any]


@dataclass
class Said:
    """What the rows and settings of a form say: options, key, feedback on options, what a trainee may know."""

    options: list[ImportedOption] = field(default_factory=list)
    key: Row = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    settings: Row = field(default_factory=dict)
    pictures: list[ImportedPicture] = field(default_factory=list)


class Namer:
    """Gives options their uids: what a row brought, if the question has it; else one made of code and text."""

    def __init__(self, code: str, known: Collection[str]) -> None:
        self.code, self.known, self.given = code, set(known), set[str]()

    def options(self, rows: Sequence[tuple[str, str]], side: str = "") -> list[ImportedOption]:
        """An option for each (uid, text)."""
        claimed = {uid for uid, _text in rows} & self.known
        return [self._option(uid, text, side, claimed) for uid, text in rows]

    def _option(self, uid: str, text: str, side: str, claimed: Collection[str]) -> ImportedOption:
        if uid not in self.known or uid in self.given:
            taken = self.given | set(claimed)
            made = (option_uid(self.code, occurrence, text, side) for occurrence in range(len(taken) + 1))
            uid = next(one for one in made if one not in taken)
        self.given.add(uid)
        return ImportedOption(uid, text, side)


class NoRows(forms.Form):
    """A type without rows."""


class Answers:
    """The part of a form that belongs to one type. Bound to `data`, else filled from `content`."""

    row: ClassVar[type[forms.Form]] = NoRows
    more: ClassVar[type[forms.Form]] = NoRows
    row_name: ClassVar[Any] = pgettext_lazy("question", "Option")
    help: ClassVar[Any] = ""
    shown_rows = 4
    most_rows = 20

    def __init__(
        self, content: ImportedQuestion | None = None, data: QueryDict | None = None, files: Files | None = None
    ) -> None:
        self.held = {one.option: one for one in content.pictures if one.option} if content is not None else {}
        rows, rest = self.fill(content) if content is not None else ([], {})
        blank = max(self.shown_rows, len(rows) + 1) - len(rows) if self.has_rows else 0
        made = forms.formset_factory(self.row, extra=0, max_num=self.most_rows, absolute_max=self.most_rows)
        self.rows = made(data, files, initial=[*rows, *({} for _place in range(blank))], prefix="rows")
        self.rest = self.more(data, initial=rest, prefix="more")

    @property
    def has_rows(self) -> bool:
        return self.row is not NoRows

    @property
    def may_grow(self) -> bool:
        return self.has_rows and len(self.rows.forms) < self.most_rows

    def is_valid(self) -> bool:
        return all([self.rows.is_valid(), self.rest.is_valid()])

    def show(self, pictures: Mapping[str, Sequence[Any]]) -> None:
        """Put the pictures that options have already beside their rows."""
        rows: list[Any] = self.rows.forms
        for row in rows:
            row.shown = next(iter(pictures.get(str(row["uid"].value()), ())), None) if "uid" in row.fields else None

    def filled(self, *names: str) -> list[Row]:
        """The rows in which one of the fields is filled, by the number that they give themselves."""
        rows = [form.cleaned_data for form in self.rows.forms]
        kept = [row for row in rows if any(row.get(name) for name in names)]
        return [row for _place, row in sorted(enumerate(kept, 1), key=lambda pair: pair[1].get("place") or pair[0])]

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        """The rows and settings of a version."""
        return [], {}

    def read(self, namer: Namer) -> Said:
        """What was filled in; only after `is_valid`."""
        return Said()

    def name(self, namer: Namer, rows: Sequence[Row], name: str = "text", side: str = "") -> list[ImportedOption]:
        """An option for each row."""
        uid = f"{side}_uid" if side else "uid"
        return namer.options([(row.get(uid, ""), row[name]) for row in rows], side)


def _place() -> forms.IntegerField:
    return forms.IntegerField(label=_("Place in the list"), required=False, min_value=1, max_value=99)


def _hidden() -> forms.CharField:
    return forms.CharField(required=False, max_length=36, widget=forms.HiddenInput())


def _told() -> LineField:
    return LineField(label=_("Feedback to whoever chooses it"), rows=1)


class ChoiceRow(forms.Form):
    place = _place()
    text = LineField(label=_("Words of the option"), rows=2)
    is_right = forms.BooleanField(label=_("Right"), required=False)
    feedback = _told()
    picture = PictureField()
    alt = alt_field()
    drop = forms.BooleanField(label=_("Take this picture away"), required=False)
    uid = _hidden()

    def clean(self) -> Row:
        """An option that is nothing but a picture says what that shows."""
        said = super().clean() or {}
        said["speaks_of_picture"] = self.add_prefix("alt") in self.data
        if not said.get("text") and said.get("picture"):
            if not said.get("alt"):
                self.add_error("alt", _("Say what the picture shows, or write the words of the option."))
            said["text"] = said.get("alt", "")
        return said


class SingleRow(ChoiceRow):
    share = ShareField(label=_("Part of the points in percent, if not right"))
    field_order = ("place", "text", "is_right", "share", "feedback", "picture", "alt", "drop", "uid")


class MultipleRow(ChoiceRow):
    share = ShareField(least=-100, label=_("Weight in percent, for scoring by weights"))
    field_order = SingleRow.field_order


class Choices(Answers):
    """Options of which one or more are right."""

    most_rows = 10

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        right, told = right_options(content), content.feedback.get("options", {})
        weights = content.key.get("weights", {})
        rows = [
            {
                "place": place, "text": option.text, "is_right": option.uid in right, "uid": option.uid,
                "share": weights.get(option.uid) or None, "feedback": told.get(option.uid, ""),
                "alt": self.held[option.uid].alt if option.uid in self.held else "",
            }
            for place, option in enumerate(content.options, 1)
        ]  # fmt: skip
        return rows, {"rule": content.key.get("rule", "balanced")}

    def pictures(self, pairs: Sequence[tuple[ImportedOption, Row]]) -> list[ImportedPicture]:
        """Those that came, and those that stay."""
        found = [self._picture(option.uid, row) for option, row in pairs]
        return [one for one in found if one is not None]

    def _picture(self, uid: str, row: Row) -> ImportedPicture | None:
        if row.get("picture"):
            return picture_of(row["picture"], row["alt"], uid)
        held = self.held.get(uid)
        if held is None or row.get("drop"):
            return None
        return ImportedPicture(held.sha256, row["alt"] if row["speaks_of_picture"] else held.alt, uid)


class Single(Choices):
    row = SingleRow
    help = _("Two to ten options, one of them right. Leave a row empty to remove it.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        rows, rest = super().fill(content)
        return [row | {"share": None if row["is_right"] else row["share"]} for row in rows], rest

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        typed = [form for form in self.rows.forms if form.cleaned_data.get("text")]
        right = [form for form in typed if form.cleaned_data.get("is_right")]
        for form in right[1:]:
            form.add_error("is_right", _("One option is right, not several."))
        return len(right) <= 1

    def read(self, namer: Namer) -> Said:
        rows = self.filled("text")
        options = self.name(namer, rows)
        pairs = list(zip(options, rows, strict=True))
        weights = {option.uid: WHOLE if row["is_right"] else row["share"] or 0 for option, row in pairs}
        return Said(options, {"weights": weights}, _feedback(pairs), pictures=self.pictures(pairs))


def _feedback(pairs: Sequence[tuple[ImportedOption, Row]]) -> dict[str, str]:
    return {option.uid: row["feedback"] for option, row in pairs if row.get("feedback")}


class MultipleMore(forms.Form):
    rule = forms.ChoiceField(
        label=_("Scoring"),
        choices=[
            ("balanced", _("Share of right ones less share of wrong ones; ticking all earns nothing")),
            ("all_or_nothing", _("Only the complete set earns points")),
            ("weights", _("By the weight of each option")),
        ],
    )


class Multiple(Choices):
    row = MultipleRow
    more = MultipleMore
    help = _("Two to ten options, one or more of them right. Leave a row empty to remove it.")

    def read(self, namer: Namer) -> Said:
        rows = self.filled("text")
        options = self.name(namer, rows)
        pairs = list(zip(options, rows, strict=True))
        rule = self.rest.cleaned_data["rule"]
        weights = {option.uid: row["share"] or 0 for option, row in pairs}
        right = [
            option.uid for option, row in pairs if (weights[option.uid] > 0 if rule == "weights" else row["is_right"])
        ]
        wrong_count = len(options) - len(right)
        key: Row = {"rule": rule, "right": right, "wrong_count": wrong_count}
        if rule == "weights":
            key["weights"] = weights
        elif not wrong_count:
            key["rule"] = "all_or_nothing"
        return Said(options, key, _feedback(pairs), pictures=self.pictures(pairs))


class TruthMore(forms.Form):
    answer = forms.ChoiceField(
        label=_("The statement is"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("true", _("True")), ("false", _("False"))],
    )


class TrueFalse(Answers):
    more = TruthMore
    most_rows = 0

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        answer = content.key.get("answer")
        return [], {"answer": "" if answer is None else "true" if answer else "false"}

    def read(self, namer: Namer) -> Said:
        answer = self.rest.cleaned_data["answer"]
        return Said(key={"answer": answer == "true"} if answer else {})


class PairRow(forms.Form):
    left = LineField(label=pgettext_lazy("side of a pair", "Left"), rows=2)
    right = LineField(label=_("What it goes with"), rows=2)
    left_uid, right_uid = _hidden(), _hidden()

    def clean(self) -> Row:
        said = super().clean() or {}
        if said.get("left") and not said.get("right"):
            self.add_error("right", _("A pair has no right-hand side."))
        return said


class Matching(Answers):
    row = PairRow
    row_name = _("Pair")
    help = _("Two to eight pairs. A right side without a left one is a wrong choice. Leave a row empty to remove it.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        texts = {option.uid: option.text for option in content.options}
        pairs = content.key.get("pairs", {})
        lefts = [option for option in content.options if option.side == "left"]
        rows = [
            {
                "left": one.text, "left_uid": one.uid,
                "right": texts.get(pairs.get(one.uid, ""), ""), "right_uid": pairs.get(one.uid, ""),
            }
            for one in lefts
        ]  # fmt: skip
        loose = [one for one in content.options if one.side == "right" and one.uid not in pairs.values()]
        return rows + [{"left": "", "right": one.text, "right_uid": one.uid} for one in loose], {}

    def read(self, namer: Namer) -> Said:
        rows = self.filled("left", "right")
        lefts = self.name(namer, [row for row in rows if row["left"]], "left", "left")
        once = {row["right"]: row for row in reversed(rows)}
        distinct = [row for row in rows if once[row["right"]] is row]
        rights = self.name(namer, distinct, "right", "right")
        by_text = {option.text: option.uid for option in rights}
        paired = [row for row in rows if row["left"]]
        pairs = {option.uid: by_text[row["right"]] for option, row in zip(lefts, paired, strict=True)}
        return Said([*lefts, *rights], {"pairs": pairs})


class ItemRow(forms.Form):
    place = _place()
    text = LineField(label=_("Words of the item"), rows=2)
    uid = _hidden()


class OrderingMore(forms.Form):
    rule = forms.ChoiceField(
        label=_("Scoring"),
        choices=[
            ("pairs", _("By pairs of items that stand in the right order")),
            ("all_or_nothing", _("Only the complete order earns points")),
        ],
    )


class Ordering(Answers):
    row = ItemRow
    more = OrderingMore
    row_name = _("Item")
    most_rows = 8
    help = _("Three to eight items in the right order; trainees see them in another. Leave a row empty to remove it.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        by_uid = {option.uid: option for option in content.options}
        order = content.key.get("order") or list(by_uid)
        rows = [{"place": place, "text": by_uid[uid].text, "uid": uid} for place, uid in enumerate(order, 1)]
        return rows, {"rule": content.key.get("rule", "pairs")}

    def read(self, namer: Namer) -> Said:
        options = self.name(namer, self.filled("text"))
        rule = self.rest.cleaned_data["rule"]
        return Said(options, {"order": [option.uid for option in options], "rule": rule})


class AcceptedRow(forms.Form):
    text = LineField(label=_("Accepted answer"), longest=500)
    share = ShareField(label=_("Part of the points in percent; empty means all"))
    feedback = LineField(label=_("Feedback to whoever writes it"))


class ShortMore(forms.Form):
    ignore_marks = forms.BooleanField(label=_("Accept answers without marks (ma for má)"), required=False)
    i_y = forms.BooleanField(label=_("Read i and y alike (Quí for Quý)"), required=False)


class ShortText(Answers):
    row = AcceptedRow
    more = ShortMore
    row_name = _("Answer")
    shown_rows = 3
    help = _("The first that fits counts. A star stands for any words; case, spaces and final stops do not matter.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        rows = [
            {"text": row["text"], "share": row["weight"], "feedback": row.get("feedback", "")}
            for row in content.key.get("accepted", [])
        ]
        return rows, {name: bool(content.key.get(name)) for name in ("ignore_marks", "i_y")}

    def read(self, namer: Namer) -> Said:
        accepted = [
            {"text": row["text"], "weight": _share(row), "feedback": row["feedback"]} for row in self.filled("text")
        ]
        return Said(key={"accepted": accepted} | self.rest.cleaned_data)


def _share(row: Mapping[str, Any]) -> int:
    return WHOLE if row["share"] is None else int(row["share"])


class NumberRow(forms.Form):
    value = NumberField(label=_("Number or range"))
    tolerance = NumberField(label=_("Tolerance, as a number or in percent"), may_be_percent=True)
    share = ShareField(label=_("Part of the points in percent; empty means all"))
    feedback = LineField(label=_("Feedback to whoever writes it"))


class NumericMore(forms.Form):
    unit = LineField(label=_("Unit"), longest=30)


class Numeric(Answers):
    row = NumberRow
    more = NumericMore
    row_name = _("Answer")
    shown_rows = 2
    help = _("A number such as 1.234,5 with a tolerance, or a range such as 10..15. Both ends count.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        rows = []
        for row in content.key.get("intervals", []):
            value, tolerance = in_words(Decimal(row["low"]), Decimal(row["high"]))
            rows.append(
                {"value": value, "tolerance": tolerance, "share": row["weight"], "feedback": row.get("feedback", "")}
            )
        return rows, {"unit": content.settings.get("unit", "")}

    def read(self, namer: Namer) -> Said:
        intervals = []
        for row in self.filled("value"):
            low, high = interval(row["value"], row["tolerance"])
            ends = {"low": f"{low:f}", "high": f"{high:f}"}
            intervals.append(ends | {"weight": _share(row), "feedback": row["feedback"]})
        unit = self.rest.cleaned_data["unit"]
        return Said(key={"intervals": intervals}, settings={"unit": unit} if unit else {})


class CriterionRow(forms.Form):
    criterion = LineField(label=_("Criterion"), rows=2)
    points = forms.IntegerField(label=_("Most points"), required=False, min_value=1, max_value=1000)
    levels = forms.CharField(
        label=_("Levels, one a line"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class EssayMore(forms.Form):
    words_min = forms.IntegerField(label=_("At least so many words"), required=False, min_value=1, max_value=5000)
    words_max = forms.IntegerField(label=_("At most so many words"), required=False, min_value=1, max_value=5000)
    most_files = forms.TypedChoiceField(
        label=_("Files with the answer"), coerce=int, required=False, empty_value=None,
        choices=[("", _("None")), *((most, str(most)) for most in range(1, MOST_FILES + 1))],
        help_text=_("At most so many: PDF, DOCX, JPEG or PNG, 10 MB each."),
    )  # fmt: skip
    notes = forms.CharField(
        label=_("Notes for whoever marks"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )

    def clean(self) -> Row:
        said = super().clean() or {}
        if (said.get("words_min") or 0) > (said.get("words_max") or 5000):
            self.add_error("words_max", _("The most cannot be less than the least."))
        return said


class Essay(Answers):
    row = CriterionRow
    more = EssayMore
    row_name = _("Criterion")
    shown_rows = 3
    most_rows = 12
    help = _("The rubric by which people mark the answer. Leave a row empty to remove it.")

    def fill(self, content: ImportedQuestion) -> tuple[list[Row], Row]:
        lines = [row if isinstance(row, dict) else {"criterion": str(row)} for row in content.key.get("rubric", [])]
        rows = [
            {
                "criterion": row.get("criterion", ""),
                "points": row.get("points"),
                "levels": "\n".join(row.get("levels", [])),
            }
            for row in lines
        ]
        limits = {name: content.settings.get(name) for name in ("words_min", "words_max")}
        limits["most_files"] = content.settings.get("files")
        return rows, limits | {"notes": content.key.get("notes", "")}

    def read(self, namer: Namer) -> Said:
        rubric = [_criterion(row) for row in self.filled("criterion")]
        rest = self.rest.cleaned_data
        limits = {name: rest[name] for name in ("words_min", "words_max") if rest[name]}
        if rest["most_files"]:
            limits["files"] = rest["most_files"]
        return Said(key={"rubric": rubric, "notes": rest["notes"].strip()}, settings=limits)


def _criterion(row: Row) -> Row:
    levels = [line.strip() for line in row["levels"].splitlines() if line.strip()]
    kept = {"points": row["points"], "levels": levels}
    return {"criterion": row["criterion"]} | {name: value for name, value in kept.items() if value}


ANSWERS: dict[str, type[Answers]] = {
    "single": Single,
    "multiple": Multiple,
    "true_false": TrueFalse,
    "matching": Matching,
    "ordering": Ordering,
    "short_text": ShortText,
    "numeric": Numeric,
    "essay": Essay,
}
