"""Working days: Monday to Friday, less the holidays, plus the weekend days worked instead. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date, exceptions: Mapping[date, bool]) -> bool:
    """Whether work is done on `day`; `exceptions` names days off (False) and make-up days (True)."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def add_working_days(day: date, count: int, exceptions: Mapping[date, bool]) -> date:
    """The `count`-th working day after `day`, which itself does not count: Friday 20/11/2026 + 5 is 27/11."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, exceptions)
    return day
