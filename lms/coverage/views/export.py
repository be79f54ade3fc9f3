"""Figures as files: Biểu 01 and 05, and the people behind a figure. What is long is written by a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lms.audit.models import Event
from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.asking import Asked
from lms.coverage.exports import PEOPLE, ROLES, TABLE, Payload, payload_of
from lms.coverage.models import ClosedReport
from lms.coverage.people_table import NAMES, PeopleList
from lms.coverage.progress_table import progress_paper
from lms.coverage.question import Question
from lms.coverage.tables import closed_sheet, live
from lms.jobs.papers import ask_for_paper, is_long
from lms.papers.files import Kind, content
from lms.papers.paper import Paper
from lms.people.models import Agency
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.plan.models import Period, Plan, PlanTask
from lms.refusal import Refused
from lms.web.downloads import attachment


@dataclass(frozen=True)
class Export:
    """One file: which work makes it if it is long, of what, how many rows, and how to make it now."""

    work: str
    payload: Payload
    rows: int
    paper: Callable[[], Paper]
    name: str
    task: PlanTask


@door("coverage.export")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Biểu 01 of the figures asked for in the address: all agencies for the department, a focal person's own."""
    who, kind, asked, question, agencies = _asked(request)
    rows = Agency.objects.reporting().count() if agencies is None else len(agencies)
    name = file_name(question.day)
    wanted = Export(
        TABLE, payload_of(question, agencies), rows, lambda: live(question, agencies=agencies).paper(), name,
        question.task,
    )  # fmt: skip
    return answered(wanted, kind, who, agency=request.GET.get("agency", ""), **asked.filters)


@door("coverage.export")
@require_POST
def export_people(request: HttpRequest) -> HttpResponseBase:
    """The people behind one figure, and why each counts or not; as the screen lists them."""
    who, kind, asked, question, agencies = _asked(request)
    which = request.GET.get("which", "")
    if which not in NAMES:
        raise Http404
    people = PeopleList(question, agencies, which)
    wanted = Export(
        PEOPLE, payload_of(question, agencies, which=which), people.size(), people.paper, people.file_name(),
        question.task,
    )  # fmt: skip
    more = {"table": "people", "which": which, "agency": request.GET.get("agency", "")}
    return answered(wanted, kind, who, **more, **asked.filters)


@door("coverage.export")
@require_POST
def export_closed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A closed report, for the department."""
    who = visit(request)
    if not sees_all(who.user, who.on):
        raise Http404
    kind = asked_kind(request)
    found = ClosedReport.objects.frozen().select_related("task__plan", "period")
    closed = get_object_or_404(found, pk=pk)
    is_now = request.GET.get("view") == "now"
    seen_on = who.on if is_now else None
    wanted = Export(
        TABLE, {"closed": closed.pk, "seen_on": seen_on.isoformat() if seen_on else "", "agencies": None},
        len(closed.parameters["agencies"]), lambda: closed_sheet(closed, seen_on=seen_on).paper(),
        file_name(closed.period.cutoff_on), closed.task,
    )  # fmt: skip
    return answered(wanted, kind, who, closed=closed.pk, view="now" if is_now else "then")


def _asked(request: HttpRequest) -> tuple[Visit, Kind, Asked, Question, list[int] | None]:
    """Who asks what, as which kind of file, of which agencies (None: all)."""
    who = visit(request)
    if not who.user.holds(*ROLES, on=who.on):
        raise Http404
    kind, asked = asked_kind(request), Asked(request, who.on)
    if asked.question is None:
        raise Refused("nothing_to_count", _("There is nothing to count for these filters."), status=422)
    return who, kind, asked, asked.question, _agencies(request.GET.get("agency", ""), who)


def _agencies(code: str, who: Visit) -> list[int] | None:
    if sees_all(who.user, who.on) and not code:
        return None
    own = agencies_open_to(who.user, who.on)
    agencies = list((own.filter(code=code) if code else own).values_list("pk", flat=True))
    if not agencies:
        raise Http404
    return agencies


def asked_kind(request: HttpRequest) -> Kind:
    """The kind of file of the button pressed. Raises 404 for others."""
    if request.POST.get("kind") not in list(Kind):
        raise Http404
    return Kind(request.POST["kind"])


def answered(wanted: Export, kind: Kind, who: Visit, **filters: str | int) -> HttpResponseBase:
    """The file, or the page of the work that makes it; and the event of what leaves the house: which filters, how many
    rows."""
    data: dict[str, Any] = {"kind": kind.value, "rows": wanted.rows, **filters}
    if is_long(kind, wanted.rows):
        payload = {**wanted.payload, "kind": kind.value}
        with transaction.atomic():
            job = ask_for_paper(
                wanted.work, payload, rows=wanted.rows, by=str(who.user.public_id), now=who.now
            )  # fmt: skip
            _record(wanted.task, who, data | {"job": job.pk})
        return redirect("people:job", job.pk)
    body = content(wanted.paper(), kind)
    _record(wanted.task, who, data)
    return attachment(body, name=f"{wanted.name}.{kind}", content_type=kind.content_type)


def _record(task: PlanTask, who: Visit, data: dict[str, Any]) -> None:
    Event.record(
        "coverage.export", object_kind="plan_task", object_id=f"{task.plan.code}:{task.code}",
        actor=str(who.user.public_id), now=who.now, data=data,
    )  # fmt: skip


def file_name(day: date) -> str:
    """«bieu-01-2026-12-14», without the ending."""
    return f"bieu-01-{day.isoformat()}"


@door("coverage.export")
@require_POST
def export_progress(request: HttpRequest) -> HttpResponseBase:
    """Biểu 05: the plan, task by task, in the reporting year of today or the period asked for."""
    who = visit(request)
    if not who.user.holds(*ROLES, on=who.on):
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
