"""Classes on offer, and the page of one class."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.forms.arranging import RunDecisionForm
from courses.forms.enrolling import ReasonForm, RunStateForm
from courses.models import Enrolment, Entry, Round, Run
from courses.views.seen import seen_run
from lms.days import local_day
from lms.people.models import Role, User
from lms.people.permissions import allow, door, require
from lms.people.views.visit import visit

HANDLED_SHOWN = 100
"""The newest classes that staff see on the list; older ones are found by their people or figures."""


@door("run.list_open", public=True)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Classes that people may still enter, whatever the way; and for who handles classes, those too."""
    now = timezone.now()
    on = local_day(now)
    offered = list(Run.objects.on_offer(on).select_related("course", "issuer").in_order())
    own: dict[int, Enrolment] = {}
    handled: list[Run] = []
    rounds: list[Round] = []
    if isinstance(request.user, User):
        own = {row.run_id: row for row in Enrolment.objects.of(request.user).active().filter(run__in=offered)}
        seen = Run.objects.handled_by(request.user, on).select_related("course")
        handled = list(seen.order_by("-starts_on", "-pk")[:HANDLED_SHOWN])
        waiting = Round.objects.visible_to(request.user, on).open(now)
        rounds = list(waiting.select_related("run__course").in_order()[:HANDLED_SHOWN])
    rows = [
        {"run": run, "enrolment": own.get(run.pk), "takes_people": run.entry != Entry.NOMINATION} for run in offered
    ]
    may_export = isinstance(request.user, User) and request.user.holds(
        Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=on
    )
    return render(
        request, "courses/runs.html", {"rows": rows, "handled": handled, "rounds": rounds, "may_export": may_export}
    )


@door("run.view", "run.list_names")
@require_GET
def run(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One class: days, rooms, sessions; for those who handle it also rounds and names."""
    who = visit(request)
    shown = seen_run(who, public_id)
    enrolments = Enrolment.objects.visible_to(who.user, who.on).filter(run=shown)
    own = enrolments.of(who.user).order_by("-created_at").first()
    handled = Run.objects.handled_by(who.user, who.on).filter(pk=shown.pk).exists()
    names = enrolments.select_related("person", "agency").in_order() if handled else enrolments.none()
    return render(
        request,
        "courses/run.html",
        {
            "run": shown,
            "own": own,
            "handled": handled,
            "names": list(names),
            "sessions": list(shown.sessions.in_order()),
            "places": list(shown.places.order_by("name")),
            "rounds": list(Round.objects.visible_to(who.user, who.on).filter(run=shown).in_order()),
            "may_open": allow("run.open_or_close_enrolment", who.user, shown, at=who.now),
            "may_arrange": allow("run.edit_dates_places_quotas", who.user, shown, at=who.now),
            "decision_form": RunDecisionForm(initial={"number": shown.decision_no, "day": shown.decision_on}),
            "may_open_round": allow("round.open_or_close", who.user, shown, at=who.now),
            "may_export": allow("run.view_or_export_results", who.user, shown, at=who.now),
            "may_decide": allow("enrolment.approve_or_reject", who.user, None, at=who.now),
        },
    )


@door("run.open_or_close_enrolment")
@require_POST
def run_state(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open, start or end the class."""
    who = visit(request)
    subject = seen_run(who, public_id)
    require("run.open_or_close_enrolment", who.user, subject, at=who.now)
    form = RunStateForm(request.POST)
    if form.is_valid():
        verb = {"open": subject.open, "start": subject.start, "end": subject.end}[form.cleaned_data["verb"]]
        if verb(by=who.user, now=who.now):
            messages.success(request, _("The state of the class has changed."))
    return redirect("courses:run", subject.public_id)


@door("run.cancel")
@require_POST
def run_cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cancel the class, with a reason."""
    who = visit(request)
    subject = seen_run(who, public_id)
    require("run.cancel", who.user, subject, at=who.now)
    form = ReasonForm(request.POST)
    if subject.cancel(form.data.get("reason", ""), by=who.user, now=who.now):
        messages.success(request, _("The class has been cancelled."))
    return redirect("courses:run", subject.public_id)
