"""Nobody is written to at night (learning.md §11). Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from lms.days import HERE

QUIET_FROM, QUIET_UNTIL = time(21), time(7)


def after_quiet_hours(moment: datetime) -> datetime:
    """The moment itself, or 07:00 in Vietnam after a moment from 21:00 on; 07:00 is not quiet any more."""
    here = moment.astimezone(HERE)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() + timedelta(days=1 if here.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=HERE)
