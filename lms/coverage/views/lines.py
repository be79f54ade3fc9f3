"""The line of periods in the words of a screen."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.coverage.counting import Report
from lms.coverage.remembering import kept
from lms.coverage.trend import Point, Source, trend
from lms.people.models import Agency
from lms.plan.models import Period, PeriodKind

NOTES = {
    Source.NO_ROSTER: _("no roster"),
    Source.NOT_THERE: _("the agency did not exist"),
    Source.NOT_REQUIRED: _("nothing was required"),
}
ROMAN = ("", "I", "II", "III", "IV")


def shown(report: Report | None, agency: Agency | None = None, *, opens_closed: bool) -> list[dict[str, Any]]:
    """The points for components/trend.html; none where there is a single period. `opens_closed`: closed periods lead to
    their report."""
    points = _points(report, agency) if report else ()
    return [_shown(point, opens_closed=opens_closed) for point in points] if len(points) > 1 else []


def _points(report: Report, agency: Agency | None) -> tuple[Point, ...]:
    return trend(report, agency) if agency else kept(report, "trend", lambda: trend(report))


def _shown(point: Point, *, opens_closed: bool) -> dict[str, Any]:
    period, figures = point.period, point.figures
    is_linked = opens_closed and point.closed_pk is not None
    return {
        "label": period.label,
        "short": str(period.year),
        "over": _over(period),
        "part": figures.trained,
        "whole": figures.headcount,
        "note": NOTES.get(point.source, ""),
        "is_firm": point.source == Source.CLOSED,
        "href": reverse("coverage:closed_report", args=[point.closed_pk]) if is_linked else "",
    }


def _over(period: Period) -> str:
    """Which of its year, where a year has several."""
    if period.kind == PeriodKind.QUARTER:
        return ROMAN[min(period.number, 4)]
    return str(period.number) if period.kind in (PeriodKind.MONTH, PeriodKind.CUSTOM) else ""
