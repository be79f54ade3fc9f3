"""Days, spans and study periods. Storage is UTC; a day is a day in Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
STUDY_PERIOD_MINUTES = 45
"""One tiết (domain.md §10)."""


def local_day(at: datetime) -> date:
    """The calendar day in Vietnam of an aware moment: 14/12 17:30 UTC is 15/12."""
    return at.astimezone(HERE).date()


def start_of(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time.min, tzinfo=HERE).astimezone(UTC)


def day_after(day: date) -> date:
    """An inclusive last day becomes a half-open end."""
    return day + timedelta(days=1)


def on_q(day: date, *, start: str = "starts_on", end: str = "ends_on") -> Q:
    """Half-open: the first day counts, the end day does not; NULL is unbounded."""
    began = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})
    not_over = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day})
    return began & not_over


def is_on(day: date, start: date | None, end: date | None) -> bool:
    """The same answer as `on_q`, for one row in hand."""
    return (start is None or start <= day) and (end is None or day < end)
