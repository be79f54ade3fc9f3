"""A pasted list of holidays: one day a line, «02/9/2027; nghỉ; Quốc khánh; Thông báo số 1». Pure.

Cells are divided by tabs, as copied from a sheet, or by semicolons: day, off or work, name, source. The kind may be
left out: a weekday is then off, a Saturday or Sunday worked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from lms.plan.models.calendar import MOST_DAYS, HolidayKind, SpecialDay
from lms.plan.workdays import is_working_day
from lms.refusal import Refused
from lms.vietnamese.text import clean, fold

KINDS = {
    "off": HolidayKind.OFF, "nghi": HolidayKind.OFF, "ngay nghi": HolidayKind.OFF, "le": HolidayKind.OFF,
    "work": HolidayKind.WORK, "lam bu": HolidayKind.WORK, "ngay lam bu": HolidayKind.WORK,
    "lam viec": HolidayKind.WORK, "di lam": HolidayKind.WORK,
}  # fmt: skip
DAY = re.compile(r"(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2}))")
HEADINGS = ("ngay", "day", "date", "on")


@dataclass(frozen=True)
class Line:
    """A line of the list, its number from 1: a day out of the ordinary, one that is free anyway, or what is wrong."""

    number: int
    day: SpecialDay | None = None
    is_free_anyway: bool = False
    error: Any = ""


def lines_of(text: str) -> list[Line]:
    """The lines that are not empty, without a heading. Raises Refused too_many_days (422)."""
    found = list(_lines(text))
    if len(found) > MOST_DAYS:
        raise Refused("too_many_days", _("At most 400 days at a time."), status=422)
    return _told_twice(found)


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [clean(cell) for cell in re.split(r"\t|;", line)]
        if not any(cells) or (fold(cells[0]) in HEADINGS):
            continue
        yield _line(number, cells)


def _line(number: int, cells: list[str]) -> Line:
    on = _day(cells[0])
    if on is None:
        return Line(number, error=_("The line does not begin with a day, such as 02/9/2027."))
    usual = HolidayKind.OFF if is_working_day(on, {}) else HolidayKind.WORK
    told = fold(cells[1]) if len(cells) > 1 else ""
    kind = KINDS.get(told)
    rest = cells[1 if told and kind is None else 2 :]
    day = SpecialDay(on, kind or usual, next(iter(rest), ""), "; ".join(filter(None, rest[1:])))
    if day.is_ordinary and day.kind == HolidayKind.OFF:
        return Line(number, day, is_free_anyway=True)
    try:
        day.check()
    except Refused as refusal:
        return Line(number, day, error=refusal.message)
    return Line(number, day)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups() if part]
    year, month, day = numbers if found[4] else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _told_twice(lines: list[Line]) -> list[Line]:
    seen: set[date] = set()
    found = []
    for line in lines:
        if line.day and not line.error and line.day.on in seen:
            found.append(Line(line.number, line.day, error=_("This day stands in the list twice.")))
        else:
            found.append(line)
        if line.day:
            seen.add(line.day.on)
    return found
