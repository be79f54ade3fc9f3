"""Biểu 02, 03 and 04 as files: the classes of a period, the result of a class, the register. What is long is written by
a worker."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from certificates.forms import RegisterFilters
from certificates.models import Certificate, State
from certificates.register import register_paper
from certificates.sheet_jobs import CLASSES, REGISTER, ROLES, lines_for
from courses.models import Enrolment, Run
from courses.sheets import classes_in, classes_paper, results_paper
from courses.views.seen import seen_run
from lms.audit.models import Event
from lms.jobs.papers import ask_for_paper, is_long
from lms.papers.files import Kind, content
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.models import Period
from lms.web.downloads import attachment


@door("coverage.export")
@require_POST
def classes(request: HttpRequest) -> HttpResponseBase:
    """Biểu 02: the classes of the reporting year, or of the period asked for; a focal person's own ones."""
    who = visit(request)
    if not who.user.holds(*ROLES[CLASSES], on=who.on):
        raise Http404
    kind, period = _kind(request), _period(request.GET.get("period", ""), who)
    runs = classes_in(Run.objects.handled_by(who.user, who.on), period)
    rows = runs.count()
    data = {"kind": kind.value, "table": "02", "rows": rows, "period": period.pk if period else None}
    leaving = Leaving("coverage.export", "run_list", who.on.isoformat(), data)
    if is_long(kind, rows):
        return _asked(CLASSES, {"period": data["period"]}, kind, who, leaving)
    body = content(classes_paper(runs, period, who.on), kind)
    leaving.record(who)
    return _file(body, kind, f"bieu-02-{who.on.isoformat()}")


@door("run.view_or_export_results")
@require_POST
def results(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Biểu 03: the people of a class, their sessions, results and register numbers."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("run.view_or_export_results", who.user, run, at=who.now)
    kind = _kind(request)
    people = list(Enrolment.objects.enrolled().filter(run=run).select_related("person", "agency").in_order())
    valid = Certificate.objects.filter(enrolment__in=people, state=State.VALID).select_related("series")
    paper = results_paper(run, people, {row.enrolment_id: row.number_label for row in valid}, who.now)
    body = content(paper, kind)
    Event.record(
        "run.view_or_export_results", object_kind="run", object_id=run.public_id, actor=str(who.user.public_id),
        now=who.now, data={"kind": kind.value, "rows": len(people)},
    )  # fmt: skip
    return _file(body, kind, f"bieu-03-{run.course.code}-{run.number}-{run.year}")


@door("register.export")
@require_POST
def register(request: HttpRequest) -> HttpResponseBase:
    """Biểu 04: the lines of the register that one may see, as the screen was filtered."""
    who = visit(request)
    if not who.user.holds(*ROLES[REGISTER], on=who.on):
        raise Http404
    kind = _kind(request)
    asked = RegisterFilters(request.GET).asked()
    lines = lines_for(who.user, who.on, asked)
    rows = lines.count()
    data = {"kind": kind.value, "rows": rows, "filters": sorted(asked)}
    leaving = Leaving("register.export", "register", who.on.isoformat(), data)
    if is_long(kind, rows):
        return _asked(REGISTER, {"filters": asked}, kind, who, leaving)
    body = content(register_paper(lines, who.on), kind)
    leaving.record(who)
    return _file(body, kind, f"bieu-04-{who.on.isoformat()}")


@dataclass(frozen=True)
class Leaving:
    """What leaves the house: the event of it."""

    action: str
    object_kind: str
    object_id: str
    data: dict[str, Any]

    def record(self, who: Visit, **more: int) -> None:
        """One event."""
        Event.record(
            self.action, object_kind=self.object_kind, object_id=self.object_id, actor=str(who.user.public_id),
            now=who.now, data=self.data | more,
        )  # fmt: skip


def _asked(work: str, payload: dict[str, Any], kind: Kind, who: Visit, leaving: Leaving) -> HttpResponseBase:
    """The page of the work that writes a long file."""
    payload = {**payload, "kind": kind.value, "on": who.on.isoformat()}
    with transaction.atomic():
        job = ask_for_paper(work, payload, rows=leaving.data["rows"], by=str(who.user.public_id), now=who.now)
        leaving.record(who, job=job.pk)
    return redirect("people:job", job.pk)


def _kind(request: HttpRequest) -> Kind:
    """The kind of file of the button pressed. Raises 404 for others."""
    if request.POST.get("kind") not in list(Kind):
        raise Http404
    return Kind(request.POST["kind"])


def _period(given: str, who: Visit) -> Period | None:
    """The period of the address, else the reporting year of the day."""
    if given.isdecimal() and len(given) < 10:
        return get_object_or_404(Period, pk=int(given))
    return Period.objects.years().covering(who.on).first()


def _file(body: bytes, kind: Kind, name: str) -> HttpResponseBase:
    return attachment(body, name=f"{name}.{kind}", content_type=kind.content_type)
