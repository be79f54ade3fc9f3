"""/coverage/: every agency of the report, for the department (domain.md §15)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lms.coverage.access import sees_all
from lms.coverage.asking import Asked
from lms.coverage.counting import AgencyRow, Report, answer
from lms.people.permissions import door
from lms.people.views.visit import visit

PER_PAGE = 100
SORTS = ("name", "rate", "-rate")


@door("coverage.view_all_agencies")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Four figures, the agencies without a roster, a row per agency; every figure opens to people."""
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    asked = Asked(request, who.on)
    report = answer(asked.question) if asked.question else None
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    return render(
        request,
        "coverage/overview.html",
        {
            "asked": asked,
            "report": report,
            "sort": sort,
            "page": page_of(report, sort, request.GET.get("page")) if report else None,
        },
        status=422 if asked.form.errors else 200,
    )


def page_of(report: Report, sort: str, number: str | None) -> Page[AgencyRow]:
    """A hundred rows, in the order asked for."""
    return Paginator(ordered(report.rows, sort), PER_PAGE).get_page(number)


def ordered(rows: Sequence[AgencyRow], sort: str) -> Sequence[AgencyRow]:
    """By name in Vietnamese order (as the report has them), or by rate: what has no rate comes last."""
    if sort == "name":
        return rows
    sign = -1 if sort == "-rate" else 1
    rated = [row for row in rows if row.figures.rate_tenths is not None]
    unrated = [row for row in rows if row.figures.rate_tenths is None]
    return [*sorted(rated, key=lambda row: sign * (row.figures.rate_tenths or 0)), *unrated]
