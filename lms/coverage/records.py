"""A report as plain values, for programs and spreadsheets. Pure."""

from __future__ import annotations

import csv
import io
from typing import Any

from lms.coverage.counting import AgencyRow, Figures, Report

COLUMNS = (
    "agency_code", "agency", "state", "stands_apart", "headcount", "trained", "rate_percent", "completions",
    "certificates", "study_periods", "off_roster",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (trust.md §6)."""


def as_record(report: Report) -> dict[str, Any]:
    """The whole report; days and moments in ISO, `known_at` null for «as known now»."""
    asked = report.question
    return {
        "plan": asked.task.plan.code,
        "task": asked.task.code,
        "period": {
            "kind": asked.period.kind,
            "year": asked.period.year,
            "number": asked.period.number,
            "starts_on": asked.period.starts_on.isoformat(),
            "cutoff_on": asked.period.cutoff_on.isoformat(),
        },
        "group": asked.group,
        "as_of": asked.day.isoformat(),
        "known_at": asked.known_at.isoformat() if asked.known_at else None,
        "agencies_with_a_roster": report.answered_count,
        "agencies_owing_a_roster": len(report.owing),
        "total": _figures(report.total),
        "agencies": [_row(row) for row in report.rows],
    }


def as_csv(report: Report) -> str:
    """One line per agency and a total, comma-separated, with a byte order mark for spreadsheets."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in report.rows:
        writer.writerow({name: _cell(value) for name, value in _row(row).items()})
    writer.writerow({"agency_code": "total", **_figures(report.total)})
    return out.getvalue()


def _row(row: AgencyRow) -> dict[str, Any]:
    return {
        "agency_code": row.code,
        "agency": row.name,
        "state": row.state.value,
        "stands_apart": row.stands_apart,
        **_figures(row.figures),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    tenths = figures.rate_tenths
    return {
        "headcount": figures.headcount,
        "trained": figures.trained,
        "rate_percent": None if tenths is None else tenths / 10,
        "completions": figures.completions,
        "certificates": figures.certificates,
        "study_periods": figures.study_periods,
        "off_roster": figures.off_roster,
    }


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
