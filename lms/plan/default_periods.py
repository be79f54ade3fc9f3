"""The reporting periods of a year as domain.md §6 sets them by default. Pure; rows may be edited afterwards."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lms.plan.models import PeriodKind

FIRST_DAY, LAST_DAY = 15, 14
"""Reporting months run from the 15th of the month before to the 14th, both inclusive."""


class Span(NamedTuple):
    """One period: `number` counts the periods of a kind within the year; both days are inclusive."""

    kind: PeriodKind
    number: int
    starts_on: date
    cutoff_on: date


def month_start(year: int, month: int) -> date:
    """The first day of reporting month `month` (1 to 12) of reporting year `year`: January begins in December."""
    return date(year, month - 1, FIRST_DAY) if month > 1 else date(year - 1, 12, FIRST_DAY)


def month_end(year: int, month: int) -> date:
    """The last day of reporting month `month`."""
    return date(year, month, LAST_DAY)


def default_periods(year: int) -> list[Span]:
    """Year, halves, nine months, quarters and months of the reporting year, 20 in all."""
    wanted = [
        (PeriodKind.YEAR, 1, 1, 12),
        (PeriodKind.FIRST_HALF, 1, 1, 6),
        (PeriodKind.SECOND_HALF, 1, 7, 12),
        (PeriodKind.NINE_MONTHS, 1, 1, 9),
        *((PeriodKind.QUARTER, quarter, 3 * quarter - 2, 3 * quarter) for quarter in range(1, 5)),
        *((PeriodKind.MONTH, month, month, month) for month in range(1, 13)),
    ]
    return [Span(kind, number, month_start(year, first), month_end(year, last)) for kind, number, first, last in wanted]
