"""/coverage/: every agency of the report, for the department (domain.md §15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lms.coverage.access import sees_all
from lms.coverage.alerts import alerts
from lms.coverage.asking import Asked
from lms.coverage.counting import AgencyRow, RosterState
from lms.coverage.reaching import Aim, aims, targets_of
from lms.coverage.remembering import is_large, remembered
from lms.coverage.views.lines import shown
from lms.people.permissions import door
from lms.people.views.visit import visit
from lms.vietnamese.text import fold_i

PER_PAGE = 100
COLUMNS = (
    ("headcount", _("On the roster")), ("trained", _("People trained")), ("waived", _("Excused")),
    ("outside", _("Training elsewhere")), ("completions", _("Completions")), ("certificates", _("Certificates")),
    ("study_periods", _("Study periods")), ("off_roster", _("Not on the roster")), ("rate", _("Rate")),
)  # fmt: skip
SORTS = ("name", *(f"{sign}{name}" for name, _label in COLUMNS for sign in ("", "-")))
STATES = {state.value for state in RosterState} | {"apart"}


@door("coverage.view_all_agencies")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Four figures, what asks for attention, the line of periods, a row per agency; every figure opens to people.

    The line of a large report, which counts every period anew, is shown to who asks for it (`?trend`).
    """
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    asked = Asked(request, who.on)
    targets = targets_of(asked.question) if asked.question else {}
    report = remembered(asked.question, by_group=bool(targets) and not asked.group) if asked.question else None
    aimed = aims(report, targets) if report else {}
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    state = request.GET.get("state", "")
    rows = ordered(chosen(report.rows, request.GET.get("q", ""), state, aimed), sort) if report else ()
    shows_trend = report is None or not is_large(report) or "trend" in request.GET
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page")) if report else None
    return render(
        request,
        "coverage/overview.html",
        {
            "asked": asked,
            "report": report,
            "sort": sort,
            "heads": heads(sort),
            "q": request.GET.get("q", ""),
            "state": state,
            "apart": sum(row.stands_apart for row in report.rows) if report else 0,
            "page": page,
            "lines": [(row, aimed.get(row.agency_id)) for row in page or ()],
            "has_targets": bool(targets),
            "behind": sum(not aim.is_reached for aim in aimed.values()),
            "aimed": len(aimed),
            "alerts": alerts(report, now=who.now, on=who.on) if report else None,
            "trend": shown(report, opens_closed=True) if shows_trend else [],
            "trend_waits": not shows_trend,
        },
        status=422 if asked.form.errors else 200,
    )


def heads(sort: str) -> list[dict[str, Any]]:
    """The columns of figures: label, what a click sorts by (largest first, then the other way), how it is sorted."""
    return [
        {
            "label": label,
            "sort": name if sort == f"-{name}" else f"-{name}",
            "sorted": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
        }
        for name, label in COLUMNS
    ]


def chosen(rows: Sequence[AgencyRow], text: str, state: str, aimed: Mapping[int, Aim]) -> list[AgencyRow]:
    """The rows whose name holds every word of `text`, marks apart, and that stand so with their roster or target."""
    words = fold_i(text).split()
    named = [row for row in rows if all(word in fold_i(row.name) for word in words)]
    if state == "apart":
        return [row for row in named if row.stands_apart]
    if state == "behind":
        return [row for row in named if row.agency_id in aimed and not aimed[row.agency_id].is_reached]
    return [row for row in named if row.state == state and not row.stands_apart] if state in STATES else named


def ordered(rows: Sequence[AgencyRow], sort: str) -> Sequence[AgencyRow]:
    """By name in Vietnamese order (as the report has them), or by a figure, the largest first with «-»; what has no
    rate comes last. Equal figures stay in the order of names."""
    name, is_downward = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        return rows
    if name != "rate":
        return sorted(rows, key=lambda row: getattr(row.figures, name) * (-1 if is_downward else 1))
    rated = [row for row in rows if row.figures.rate_tenths is not None]
    unrated = [row for row in rows if row.figures.rate_tenths is None]
    return [*sorted(rated, key=lambda row: (row.figures.rate_tenths or 0) * (-1 if is_downward else 1)), *unrated]
