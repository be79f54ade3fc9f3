"""Closed reports: what was sent, person by person; what changed afterwards; closing and reopening (domain.md §7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.audit.models import Event
from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.forms import CloseForm, ReopenForm
from lms.coverage.models import ClosedReport, ClosedReportQuerySet, ReportState
from lms.coverage.reading import read
from lms.coverage.verifying import verify
from lms.people.models import Role
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit

PER_PAGE = 100


def _standing(who: Visit) -> ClosedReportQuerySet:
    """The reports that the department may read. Raises 404 for everybody else."""
    if not sees_all(who.user, who.on):
        raise Http404
    return ClosedReport.objects.told().select_related("task__plan", "period", "closed_by")


def _known_to(who: Visit) -> None:
    """Who has nothing to do with periods is told nothing of them: 404."""
    if not who.user.holds(Role.FOCAL, Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404


@door("coverage.view_all_agencies")
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that was closed or waits to be, and the form to close the next."""
    who = visit(request)
    found = _standing(who).latest_first()
    form = CloseForm(initial=request.GET.dict(), on=who.on) if allow("period.close", who.user, at=who.now) else None
    return render(request, "coverage/closed_reports.html", {"reports": found, "form": form})


@door("coverage.view_all_agencies")
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One closed report under the names of its day, or of today; its adjustments; whether it still proves itself.
    While it is being frozen: how far that is."""
    who = visit(request)
    closed = get_object_or_404(_standing(who), pk=pk)
    is_part = request.headers.get("X-Part") == "job"
    if is_part or closed.state == ReportState.FREEZING:
        return _progress(request, closed, who, is_part=is_part)
    is_now = request.GET.get("view") == "now"
    found = read(closed, seen_on=who.on if is_now else None)
    may_reopen = closed.state == ReportState.CLOSED and allow("period.reopen", who.user, at=who.now)
    context: dict[str, Any] = {
        "closed": closed,
        "report": found,
        "is_now": is_now,
        "tabs": [
            {"label": _("Agencies as they were"), "href": "?view=then", "current": not is_now},
            {"label": _("Agencies of today"), "href": "?view=now", "current": is_now},
        ],
        "page": Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page")),
        "adjustments": closed.adjustments.select_related("report").order_by("number"),
        "verdict": verify(closed) if request.GET.get("verify") else None,
        "form": ReopenForm() if may_reopen else None,
    }
    return render(request, "coverage/closed_report.html", context)


def _progress(request: HttpRequest, closed: ClosedReport, who: Visit, *, is_part: bool) -> HttpResponse:
    """How far the freezing is. A script asks again for the part that changes alone."""
    job = closed.job
    if job is None:
        raise Http404
    context = {"closed": closed, "job": job, "is_own": job.requested_by == str(who.user.public_id)}
    page = "coverage/freezing_state.html" if is_part else "coverage/freezing.html"
    response = render(request, page, context)
    response["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ["X-Part"])
    return response


@door("period.read_closed_rows")
@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen rows: all for the department, which leaves an event; a focal person's own agencies."""
    who = visit(request)
    _known_to(who)
    closed = get_object_or_404(ClosedReport.objects.frozen(), pk=pk)
    code = request.GET.get("agency", "")
    rows = closed.rows.order_by("agency_name", "agency_code", "position")
    if sees_all(who.user, who.on):
        _record(who, closed, code)
    else:
        require("period.read_closed_rows", who.user, at=who.now)
        own = list(agencies_open_to(who.user, who.on).values_list("code", flat=True))
        if code not in ("", *own) or not closed.parameters["agencies"].keys() & {*own}:
            raise Http404
        rows = rows.filter(agency_code__in=own)
    if code:
        rows = rows.filter(agency_code=code)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "coverage/closed_people.html", {"closed": closed, "page": page, "code": code})


def _record(who: Visit, closed: ClosedReport, code: str) -> None:
    Event.record(
        "period.read_closed_rows", object_kind="closed_report", object_id=closed.subject,
        actor=str(who.user.public_id), now=who.now, agency=code, data={"version": closed.version},
    )  # fmt: skip


@door("period.close", fresh=True)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """«Chốt số liệu»: have the figures frozen; then a second person is asked to confirm them."""
    who = visit(request)
    _known_to(who)
    require("period.close", who.user, at=who.now)
    form = CloseForm(request.POST, on=who.on)
    if not form.is_valid():
        context = {"reports": _standing(who).latest_first(), "form": form}
        return render(request, "coverage/closed_reports.html", context, status=422)
    asked = form.cleaned_data
    made = ClosedReport.ask_to_close(
        asked["task"], asked["period"], by=who.user, reason=asked["reason"], document_no=asked["document_no"],
        now=who.now,
    )  # fmt: skip
    messages.success(request, _("The figures are being frozen. Then a second person is asked to confirm them."))
    return HttpResponseRedirect(reverse("coverage:closed_report", args=[made.pk]))


@door("period.reopen", fresh=True)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """«Mở khóa»: ask a second person to open the period again; this version stays readable."""
    who = visit(request)
    _known_to(who)
    require("period.reopen", who.user, at=who.now)
    closed = get_object_or_404(_standing(who), pk=pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason and the number of the document."))
        return HttpResponseRedirect(reverse("coverage:closed_report", args=[pk]))
    closed.ask_to_reopen(by=who.user, now=who.now, **form.cleaned_data)
    messages.success(request, _("The request waits for a second person. Until then the period stays closed."))
    return HttpResponseRedirect(reverse("coverage:closed_report", args=[pk]))
