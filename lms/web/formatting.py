"""Dates, numbers and sizes as they are written in Vietnam (domain.md §13). Pure; no clock, no database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.days import HERE, local_day
from lms.vietnamese import written
from lms.vietnamese.written import NOTHING, marks, number

__all__ = [
    "NOTHING", "clock_time", "date_and_time", "day_of", "duration", "file_size", "long_date", "number", "paper_date",
    "percent", "percent_tenths", "short_date", "tenths",
]  # fmt: skip

_SIZES = ("B", "kB", "MB", "GB")


def day_of(value: date | datetime) -> date:
    """The day of a date, or the day in Vietnam of an aware moment."""
    return local_day(value) if isinstance(value, datetime) else value


def short_date(value: date | datetime) -> str:
    """05/03/2026, on screens."""
    return written.short_date(day_of(value))


def long_date(value: date | datetime) -> str:
    """«ngày 05 tháng 3 năm 2026», on official papers."""
    return written.long_date(day_of(value))


def paper_date(value: date | datetime) -> str:
    """01/6/2020, in official papers: the zeros of `long_date`."""
    return written.paper_date(day_of(value))


def clock_time(value: datetime) -> str:
    """09:41, the local hour of an aware moment."""
    return f"{value.astimezone(HERE):%H:%M}"


def date_and_time(value: datetime) -> str:
    """09:41 05/03/2026."""
    return f"{clock_time(value)} {short_date(value)}"


def percent_tenths(part: int, whole: int) -> int | None:
    """`part` of `whole` in tenths of a percent, half up: 2 of 3 is 667. None without a denominator."""
    return (2000 * part + whole) // (2 * whole) if whole > 0 else None


def tenths(value: int | None, language: str = "vi") -> str:
    """667 → «66,7%»; None → «–»."""
    if value is None:
        return NOTHING
    return f"{number(value // 10, language)}{marks(language)[1]}{value % 10}%"


def percent(part: int | None, whole: int | None, language: str = "vi") -> str:
    """«66,7%» for 2 of 3, one decimal, half up; «–» without a denominator."""
    if part is None or not whole:
        return NOTHING
    return tenths(percent_tenths(part, whole), language)


def file_size(size: int, language: str = "vi") -> str:
    """Bytes in steps of 1,000 as phones count them, one decimal below 10: «1,2 MB», «48 kB»."""
    scaled, step = Decimal(size), 0
    while scaled >= Decimal("999.5") and step < len(_SIZES) - 1:
        scaled, step = scaled / 1000, step + 1
    places = "0.1" if step and scaled < Decimal("9.95") else "1"
    return f"{number(scaled.quantize(Decimal(places)), language)} {_SIZES[step]}"


def duration(minutes: int) -> str:
    """«45 phút», «2 giờ», «1 giờ 35 phút», in the active language."""
    hours, rest = divmod(minutes, 60)
    in_minutes = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not hours:
        return in_minutes
    in_hours = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(hours)s %(minutes)s") % {"hours": in_hours, "minutes": in_minutes} if rest else in_hours
