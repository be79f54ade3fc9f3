"""Which dated settings of the law exist, and what each may say (domain.md §10). Pure.

A setting that is not here is none: the program would not know what to do with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.refusal import Refused
from lms.vietnamese.text import clean


class Shape(StrEnum):
    """What kind of value a setting has."""

    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True)
class Kind:
    """A setting in words. Numbers lie from `least` to `most`; texts have `most` letters at most.

    `by_staff_type`: it may differ from one type of staff to another.
    """

    label: Any
    shape: Shape
    unit: Any = ""
    least: int = 0
    most: int = 100
    by_staff_type: bool = False


YES, NO = ("yes", "có", "true", "1"), ("no", "không", "false", "0")

KINDS: dict[str, Kind] = {
    "attendance_percent": Kind(_("Attendance needed for completion"), Shape.NUMBER, _("percent")),
    "pass_percent": Kind(_("Pass mark of tests"), Shape.NUMBER, _("percent")),
    "yearly_minimum_study_periods": Kind(
        _("Study periods that each person owes a year"),
        Shape.NUMBER,
        pgettext_lazy("unit", "study periods"),
        most=1000,
        by_staff_type=True,
    ),
    "study_period_minutes": Kind(_("Length of a study period"), Shape.NUMBER, pgettext_lazy("unit", "minutes"), 30, 90),
    "study_periods_a_day": Kind(
        _("Study periods a day at most"), Shape.NUMBER, pgettext_lazy("unit", "study periods"), 1, 16
    ),
    "period_first_day": Kind(_("Day of the month on which reporting periods begin"), Shape.NUMBER, "", 1, 28),
    "period_last_day": Kind(_("Day of the month on which reporting periods end"), Shape.NUMBER, "", 1, 28),
    "certificate_word": Kind(_("What the certificate is called"), Shape.TEXT, most=60),
    "lost_certificate_working_days": Kind(
        _("Days to answer for a lost certificate"), Shape.NUMBER, _("working days"), 1, 60
    ),
    "press_card_course": Kind(_("Courses count for a first press card"), Shape.FLAG),
    "vneid_sign_in": Kind(_("Sign in with VNeID"), Shape.FLAG),
}


def read(key: str, text: str) -> Any:
    """The value that somebody wrote: a whole number, True or False, a cleaned text.

    Raises Refused (422): setting_unknown, value_unknown.
    """
    kind = KINDS.get(key)
    if kind is None:
        raise Refused("setting_unknown", _("There is no such setting."), status=422)
    cleaned = clean(text)
    if kind.shape == Shape.FLAG:
        return _flag(cleaned)
    return _text(kind, cleaned) if kind.shape == Shape.TEXT else _number(kind, cleaned)


def told(key: str, value: Any) -> str:
    """The value as a screen says it, in the reader's language."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    kind = KINDS.get(key)
    return f"{value} {kind.unit}" if kind and kind.unit else str(value)


def _flag(text: str) -> bool:
    if text.casefold() not in (*YES, *NO):
        raise Refused("value_unknown", _("Say yes or no."), status=422)
    return text.casefold() in YES


def _text(kind: Kind, text: str) -> str:
    if not 1 <= len(text) <= kind.most:
        message = _("Write a text of at most %(most)s letters.") % {"most": kind.most}
        raise Refused("value_unknown", message, status=422)
    return text


def _number(kind: Kind, text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
    if not kind.least <= number <= kind.most:
        message = _("Write a whole number from %(least)s to %(most)s.") % {"least": kind.least, "most": kind.most}
        raise Refused("value_unknown", message, status=422)
    return number
