"""«Xác nhận số liệu»: the agency gives its word, the department sees who has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.asking import Asked
from lms.coverage.confirmations import AgencyConfirmation, digest, shown
from lms.coverage.counting import AgencyRow, answer
from lms.coverage.question import Question
from lms.coverage.timeliness import ReportStatus, report_status
from lms.people.models import Agency
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

PER_PAGE = 100


@dataclass(frozen=True)
class Confirmed:
    """One agency of the report, and its word."""

    row: AgencyRow
    confirmation: AgencyConfirmation | None
    status: ReportStatus
    is_changed: bool


def _agency(who: Visit, code: str) -> Agency:
    """Nothing here exists for people without a role, nor for focal persons of others."""
    if not who.user.grants_on(who.on):
        raise Http404
    if who.user.holds("focal", on=who.on):
        return get_object_or_404(agencies_open_to(who.user, who.on), code=code)
    return get_object_or_404(Agency.objects.reporting(), code=code)


@door("period.confirm_agency_figures")
@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the figures of the period in the address."""
    who = visit(request)
    agency = _agency(who, code)
    require("period.confirm_agency_figures", who.user, agency, at=who.now)
    asked = Asked(request, who.on)
    if asked.task is None or asked.period is None:
        raise Refused(
            "nothing_required", _("The plan requires no training for this task, group and period."), status=422
        )
    question = Question.ask(asked.task, asked.period)
    AgencyConfirmation.confirm(question, agency, note=request.POST.get("note", ""), by=who.user, now=who.now)
    messages.success(request, _("The figures are confirmed."))
    query = f"agency={agency.code}&task={asked.task.pk}&period={asked.period.pk}"
    return redirect(f"{reverse('coverage:agency')}?{query}")


@door("coverage.view_all_agencies")
@require_GET
def confirmations(request: HttpRequest) -> HttpResponse:
    """Which agencies have confirmed their figures: on time, late, not yet."""
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    asked = Asked(request, who.on)
    found = confirmed(Question.ask(asked.task, asked.period)) if asked.task and asked.period and asked.question else []
    counts = [(status, sum(one.status == status for one in found)) for status in ReportStatus]
    wanted = request.GET.get("status", "")
    shown_rows = [one for one in found if one.status == wanted] if wanted in ReportStatus.values else found
    tabs = [{"label": _("All"), "href": f"?{asked.query}", "current": shown_rows is found, "count": len(found)}]
    tabs += [
        {"label": status.label, "href": f"?{asked.query}&status={status}", "current": status == wanted, "count": size}
        for status, size in counts
    ]
    page = Paginator(shown_rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"asked": asked, "page": page, "tabs": tabs}
    return render(request, "coverage/confirmations.html", context, status=422 if asked.form.errors else 200)


def confirmed(question: Question) -> list[Confirmed]:
    """Every agency that owes a report, in the order of the report, with its word; two queries."""
    report = answer(question, by_group=True)
    groups: defaultdict[int, list[AgencyRow]] = defaultdict(list)
    for row in report.group_rows:
        groups[row.agency_id].append(row)
    words = AgencyConfirmation.objects.of(question.task, question.period).select_related("recorded_by")
    said = {word.agency_id: word for word in words}
    found = []
    for row in report.owing:
        word = said.get(row.agency_id)
        is_changed = word is not None and word.sha256 != digest(shown(row.figures, groups[row.agency_id]))
        first_on = word.first_on if word else None  # type: ignore[attr-defined]
        found.append(Confirmed(row, word, report_status(question.period.due_on, first_on), is_changed))
    return found
