"""The days of a class, a year later: as many working days from the first day as before (learning.md §2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from lms.plan.workdays import add_working_days, is_working_day


def working_day_from(day: date, exceptions: Mapping[date, bool]) -> date:
    """`day` itself if work is done on it, else the next day on which it is."""
    return day if is_working_day(day, exceptions) else add_working_days(day, 1, exceptions)


def distance(first: date, day: date, exceptions: Mapping[date, bool]) -> int:
    """How many working days lie after `first`, up to and with `day`; a day off counts as the working day after it.
    Negative before `first`."""
    if day < first:
        return -distance(day, first, exceptions)
    end = working_day_from(day, exceptions)
    days = (first + timedelta(days=count) for count in range(1, (end - first).days + 1))
    return sum(is_working_day(one, exceptions) for one in days)


def shifted(days: Iterable[date], *, first: date, to: date, exceptions: Mapping[date, bool]) -> list[date]:
    """Each of `days`, as far from `to` as it was from `first`, in working days; `exceptions` covers both years.

    Every answer is a working day; their order stays. `to` on a day off begins on the next working day.
    """
    start, old_start = working_day_from(to, exceptions), working_day_from(first, exceptions)
    return [_away(start, distance(old_start, day, exceptions), exceptions) for day in days]


def _away(start: date, count: int, exceptions: Mapping[date, bool]) -> date:
    """`count` working days after `start`; before it where `count` is negative."""
    day = start
    while count < 0:
        day -= timedelta(days=1)
        count += is_working_day(day, exceptions)
    return add_working_days(day, count, exceptions)
