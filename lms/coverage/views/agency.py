"""The figures of one agency, and the people behind them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lms.audit.models import Event
from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.alerts import UNCERTIFIED, behind, uncertified_count
from lms.coverage.asking import Asked
from lms.coverage.counting import Figures, Report, answer
from lms.coverage.evidence import WHICH, People, people
from lms.coverage.reaching import aims, aims_by_group, targets_of
from lms.coverage.views.lines import shown
from lms.people.models import Agency
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit

PER_PAGE = 100
LABELS = {
    "listed": _("On the roster"),
    "trained": _("Trained"),
    "missing": _("Not trained yet"),
    "completed": _("Completed"),
    UNCERTIFIED: _("Completed, no certificate yet"),
    "certified": _("Certificates"),
    "off_roster": _("Not on the roster of that day"),
    "waived": _("Excused"),
    "outside": _("Outside training"),
}


@door("coverage.view_agency")
@require_GET
def agency_figures(request: HttpRequest, code: str) -> HttpResponse:
    """One agency, group by group."""
    who = visit(request)
    agency = get_object_or_404(agencies_open_to(who.user, who.on), code=code)
    asked = Asked(request, who.on)
    report = answer(asked.question, agencies=[agency.pk], by_group=not asked.group) if asked.question else None
    everything = sees_all(who.user, who.on)
    context: dict[str, Any] = {"agency": agency, "asked": asked, "report": report, "sees_all": everything}
    if report:
        targets = targets_of(report.question)
        by_group = aims_by_group(report.group_rows, targets)
        context |= {
            "aim": aims(report, targets).get(agency.pk),
            "lines": [(row, by_group.get((row.agency_id, row.group))) for row in report.group_rows],
            "uncertified": uncertified_count(report.question, [agency.pk]),
            "trend": shown(report, agency, opens_closed=everything),
        }
    return render(request, "coverage/agency.html", context, status=422 if asked.form.errors else 200)


@door("coverage.drill_to_people")
@require_GET
def agency_people(request: HttpRequest, code: str) -> HttpResponse:
    """The people behind a figure of one agency; the department leaves an event."""
    who = visit(request)
    agency = get_object_or_404(agencies_open_to(who.user, who.on), code=code)
    return _people(request, who, agency)


@door("coverage.drill_to_people")
@require_GET
def all_people(request: HttpRequest) -> HttpResponse:
    """The people behind a figure of all agencies, for the department; it leaves an event."""
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    return _people(request, who, None)


def _people(request: HttpRequest, who: Visit, agency: Agency | None) -> HttpResponse:
    asked = Asked(request, who.on)
    which = request.GET.get("which", "")
    which = which if which in LABELS else WHICH[0]
    agencies = [agency.pk] if agency else None
    report = answer(asked.question, agencies=agencies) if asked.question else None
    found, page = _page(asked, agencies, which, request.GET.get("page", ""))
    if sees_all(who.user, who.on):
        _record(who, agency, asked, which)
    context: dict[str, Any] = {
        "agency": agency,
        "asked": asked,
        "which": which,
        "label": LABELS[which],
        "tabs": _tabs(report, asked, which) if report else [],
        "people": found,
        "page": page,
    }
    return render(request, "coverage/people.html", context, status=422 if asked.form.errors else 200)


def _page(asked: Asked, agencies: list[int] | None, which: str, number: str) -> tuple[People, Any]:
    """A hundred people, and the page they are; the database skips the others."""
    if asked.question is None:
        return People((), 0), None
    wanted = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1
    wanted = max(wanted, 1)
    question, figure = behind(asked.question, which)
    found = people(question, agencies=agencies, which=figure, first=(wanted - 1) * PER_PAGE, most=PER_PAGE)
    return found, Paginator(range(found.size), PER_PAGE).get_page(wanted)


def _tabs(report: Report, asked: Asked, which: str) -> list[dict[str, Any]]:
    counts = _counts(report.total)
    return [
        {"label": label, "href": f"?{asked.query}&which={name}", "current": name == which, "count": counts.get(name)}
        for name, label in LABELS.items()
    ]


def _counts(figures: Figures) -> dict[str, int]:
    return {
        "listed": figures.headcount,
        "trained": figures.trained,
        "missing": figures.missing,
        "completed": figures.completions,
        "certified": figures.certificates,
        "off_roster": figures.off_roster,
        "waived": figures.waived,
        "outside": figures.outside,
    }


def _record(who: Visit, agency: Agency | None, asked: Asked, which: str) -> None:
    Event.record(
        "coverage.drill_to_people",
        object_kind="agency",
        object_id=agency.code if agency else "all",
        actor=str(who.user.public_id),
        now=who.now,
        agency=agency.code if agency else "",
        data={"filters": asked.query, "which": which},
    )
