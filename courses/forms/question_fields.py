"""Fields of the question editor: shares in percent, numbers with a tolerance, tags."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.scoring import WHOLE, vietnamese_number
from courses.texts import as_number
from lms.vietnamese.text import clean, fold

LONGEST_TAG = 60
MOST_TAGS = 20


class LineField(forms.CharField):
    """One line of text, cleaned."""

    def __init__(self, *, label: Any, longest: int = 1000, rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
        super().__init__(label=label, required=False, max_length=longest, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        return clean(super().clean(value))


class ShareField(forms.CharField):
    """A percentage as it is written («33,33»), kept in 1/10,000; None if empty."""

    def __init__(self, *, least: int = 0, **kwargs: Any) -> None:
        self.least = least
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=20, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return vietnamese_number(Decimal(value) / 100) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        share = as_number(text)
        if share is None or not self.least <= share <= WHOLE // 100:
            limits = {"least": self.least}
            raise ValidationError(_("Write a percentage from %(least)s to 100.") % limits)
        return int((share * 100).to_integral_value())


class TagsField(LineField):
    """Words separated by commas, as tags: without marks, in small letters."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        names = [fold(part).replace(" ", "-") for part in super().clean(value).split(",")]
        kept = tuple(sorted({name for name in names if name}))
        if len(kept) > MOST_TAGS or any(len(name) > LONGEST_TAG for name in kept):
            raise ValidationError(_("At most 20 tags, each of at most 60 letters."))
        return kept


class NumberField(forms.CharField):
    """A number as it is written in Vietnamese; with `may_be_percent` a share («5 %») of another one."""

    def __init__(self, *, may_be_percent: bool = False, **kwargs: Any) -> None:
        self.may_be_percent = may_be_percent
        super().__init__(required=False, max_length=90, widget=forms.TextInput({"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        text = clean(super().clean(value))
        is_number = as_number(text) is not None and (self.may_be_percent or "%" not in text)
        if text and not is_number and not (not self.may_be_percent and span(text)):
            raise ValidationError(_("Write a number, or for a range both ends: 10..15."))
        return text


def span(text: str) -> tuple[Decimal, Decimal] | None:
    """The ends of «10..15»; None for anything else."""
    low, dots, high = text.partition("..")
    ends = as_number(low), as_number(high)
    if not dots or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    return ends[0], ends[1]


def interval(value: str, tolerance: str) -> tuple[Decimal, Decimal]:
    """The closed interval that «20» ± «0,5», «20» ± «5 %» or «10..15» means."""
    if ends := span(value):
        return ends
    middle = as_number(value) or Decimal(0)
    width = abs(as_number(tolerance) or Decimal(0))
    if tolerance.rstrip().endswith("%"):
        width = abs(middle) * width / 100
    return middle - width, middle + width


def in_words(low: Decimal, high: Decimal) -> tuple[str, str]:
    """Value and tolerance that `interval` reads back as the same: the shorter of «20» ± «0,5» and «19,5..20,5»."""
    if low == high:
        return _plain(low), ""
    middle, width = (low + high) / 2, (high - low) / 2
    around, between = (_plain(middle), _plain(width)), f"{_plain(low)}..{_plain(high)}"
    is_exact = middle - width == low and middle + width == high
    return around if is_exact and len("".join(around)) < len(between) - 2 else (between, "")


def _plain(number: Decimal) -> str:
    """Without idle zeros, with a comma; no dots for thousands."""
    text = f"{number.normalize():f}"
    return text.replace(".", ",") if number else "0"
