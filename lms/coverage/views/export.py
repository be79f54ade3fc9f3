"""Biểu 01 as a file: what the screen shows, or a closed report, laid out for signature."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lms.audit.models import Event
from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.asking import Asked
from lms.coverage.models import ClosedReport, ReportState
from lms.coverage.progress_table import progress_paper
from lms.coverage.tables import Sheet, closed_sheet, live
from lms.papers.files import Kind, content
from lms.people.models import Role
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.plan.models import Period, Plan
from lms.refusal import Refused
from lms.web.downloads import attachment


@door("coverage.export")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The figures asked for in the address: all agencies for the department, a focal person's own. One event."""
    who = visit(request)
    if not who.user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    kind = asked_kind(request)
    asked = Asked(request, who.on)
    sheet = _live(request, asked, who)
    return answered(sheet, kind, who, agency=request.GET.get("agency", ""), **asked.filters)


@door("coverage.export")
@require_POST
def export_closed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A closed report, for the department."""
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    kind = asked_kind(request)
    found = ClosedReport.objects.exclude(state=ReportState.DROPPED).select_related("task__plan", "period")
    closed = get_object_or_404(found, pk=pk)
    is_now = request.GET.get("view") == "now"
    return answered(
        closed_sheet(closed, seen_on=who.on if is_now else None), kind, who,
        closed=closed.pk, view="now" if is_now else "then",
    )  # fmt: skip


def _live(request: HttpRequest, asked: Asked, who: Visit) -> Sheet:
    if asked.question is None:
        raise Refused("nothing_to_count", _("There is nothing to count for these filters."), status=422)
    code = request.GET.get("agency", "")
    if sees_all(who.user, who.on) and not code:
        return live(asked.question)
    own = agencies_open_to(who.user, who.on)
    agencies = list((own.filter(code=code) if code else own).values_list("pk", flat=True))
    if not agencies:
        raise Http404
    return live(asked.question, agencies=agencies)


def asked_kind(request: HttpRequest) -> Kind:
    """The kind of file of the button pressed. Raises 404 for others."""
    if request.POST.get("kind") not in list(Kind):
        raise Http404
    return Kind(request.POST["kind"])


def answered(sheet: Sheet, kind: Kind, who: Visit, **filters: str | int) -> HttpResponseBase:
    """The file, and the event of what left the house: which filters, how many rows."""
    body = content(sheet.paper(), kind)
    asked = sheet.report.question
    Event.record(
        "coverage.export", object_kind="plan_task", object_id=f"{asked.task.plan.code}:{asked.task.code}",
        actor=str(who.user.public_id), now=who.now,
        data={"kind": kind.value, "rows": sheet.row_count, **filters},
    )  # fmt: skip
    return attachment(body, name=file_name(asked.day, kind), content_type=kind.content_type)


def file_name(day: date, kind: Kind) -> str:
    """«bieu-01-2026-12-14.xlsx»."""
    return f"bieu-01-{day.isoformat()}.{kind}"


@door("coverage.export")
@require_POST
def export_progress(request: HttpRequest) -> HttpResponseBase:
    """Biểu 05: the plan, task by task, in the reporting year of today or the period asked for."""
    who = visit(request)
    if not who.user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    kind = asked_kind(request)
    plan = get_object_or_404(Plan.objects.visible_to(who.user).order_by("code")[:1])
    period = _period(request.GET.get("period", ""), who.on)
    paper = progress_paper(plan, period, who.on)
    body = content(paper, kind)
    Event.record(
        "coverage.export", object_kind="plan", object_id=plan.code, actor=str(who.user.public_id), now=who.now,
        data={"kind": kind.value, "table": "05", "rows": plan.tasks.count(), "period": period.pk if period else None},
    )  # fmt: skip
    return attachment(body, name=f"bieu-05-{who.on.isoformat()}.{kind}", content_type=kind.content_type)


def _period(given: str, on: date) -> Period | None:
    """The period of the address, else the reporting year of the day."""
    if given.isdecimal() and len(given) < 10:
        return get_object_or_404(Period, pk=int(given))
    return Period.objects.years().covering(on).first()
