"""A report as plain values, for programs and spreadsheets. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.coverage.counting import AgencyRow, Figures, Report
from lms.papers import csv
from lms.papers.table import Cell, Tenths

COLUMNS = (
    "agency_code", "agency", "state", "stands_apart", "headcount", "trained", "rate_percent", "completions",
    "certificates", "study_periods", "off_roster",
)  # fmt: skip


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
    return "".join(csv.lines(COLUMNS, _lines(report)))


def _lines(report: Report) -> Iterator[list[Cell]]:
    for row in report.rows:
        yield _cells(_row(row), row.figures)
    yield _cells({"agency_code": "total", **_figures(report.total)}, report.total)


def _cells(record: dict[str, Any], figures: Figures) -> list[Cell]:
    return [Tenths(figures.rate_tenths) if name == "rate_percent" else record.get(name) for name in COLUMNS]


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
