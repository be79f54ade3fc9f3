"""Days and figures as official Vietnamese writes them (domain.md §13). Pure; no clock, no catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

NOTHING = "–"
"""Where there is no figure: never 0 % for a missing denominator (decisions.md §5)."""

_MARKS = {"vi": (".", ",")}


def marks(language: str) -> tuple[str, str]:
    """Thousands and decimal mark of a language."""
    return _MARKS.get(language[:2], (",", "."))


def short_date(day: date) -> str:
    """05/03/2026, on screens and in the cells of tables."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def long_date(day: date) -> str:
    """«ngày 05 tháng 3 năm 2026», on official papers: a leading zero only for days under 10 and months 1 and 2."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def paper_date(day: date) -> str:
    """01/6/2020, in official papers: the zeros of `long_date`."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def number(value: int | Decimal, language: str = "vi") -> str:
    """1.234.567; the decimals of a Decimal are kept: 85,5. English uses its own marks."""
    thousands, decimal = marks(language)
    whole, _point, rest = f"{value:,}".partition(".")
    return whole.replace(",", thousands) + (decimal + rest if rest else "")
