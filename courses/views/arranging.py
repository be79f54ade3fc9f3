"""How a class is arranged: its quotas, its sessions, its decision, who comes in without an earlier course."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms.arranging import QuotaForm, RunDecisionForm, SessionForm, WaivePrerequisiteForm
from courses.models import PrerequisiteWaiver, Session
from courses.views.seen import seen_run, seen_session
from lms.people.models import Agency, Person
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit


@door("run.edit_dates_places_quotas")
@require_http_methods(["GET", "HEAD", "POST"])
def quotas(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Which agency has how many seats, as a table; all changes are made, or none."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("run.edit_dates_places_quotas", who.user, run, at=who.now)
    form = QuotaForm(request.POST or None, run=run, agencies=Agency.objects.on(who.on).reporting().in_order())
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for agency, seats in form.wanted():
                run.reserve(agency, seats, by=who.user, now=who.now, until=form.cleaned_data["until"])
        messages.success(request, _("The seats have been allotted."))
        return redirect("courses:quotas", run.public_id)
    return render(request, "courses/quotas.html", {"run": run, "form": form}, status=422 if form.errors else 200)


@door("run.record_decision_number")
@require_POST
def decision(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The number and date of the decision that recognises the results."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("run.record_decision_number", who.user, run, at=who.now)
    form = RunDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the number and the date of the decision."))
    elif run.record_decision(form.cleaned_data["number"], form.cleaned_data["day"], by=who.user, now=who.now):
        messages.success(request, _("The decision has been recorded."))
    return redirect("courses:run", run.public_id)


@door("enrolment.waive_prerequisite")
@require_POST
def waive_prerequisite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody may come into the class without the courses that come first."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("enrolment.waive_prerequisite", who.user, run, at=who.now)
    form = WaivePrerequisiteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who, and why."))
        return redirect("courses:run", run.public_id)
    person = get_object_or_404(Person, public_id=form.cleaned_data["person"])
    if PrerequisiteWaiver.grant(run, person, form.cleaned_data["reason"], by=who.user, now=who.now):
        messages.success(request, _("This person may enter without the courses that come first."))
    return redirect("courses:run", run.public_id)


def _session(who: Visit, session_id: int) -> Session:
    found = seen_session(who, session_id)
    require("session.edit_or_cancel", who.user, found, at=who.now)
    return found


@door("session.edit_or_cancel")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Move a session, or hold it in other rooms."""
    who = visit(request)
    session = _session(who, session_id)
    names = ("title", "starts_at", "ends_at", "study_periods")
    initial = {name: getattr(session, name) for name in names}
    initial["places"] = list(session.session_places.values_list("place", flat=True))
    form = SessionForm(request.POST or None, run=session.run, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data, places=list(form.cleaned_data["places"]))
        if session.edit(values.pop("title"), by=who.user, now=who.now, **values):
            messages.success(request, _("The session has been changed."))
        return redirect("courses:session", session.pk)
    context = {"session": session, "run": session.run, "form": form}
    return render(request, "courses/edit_session.html", context, status=422 if form.errors else 200)


@door("session.edit_or_cancel")
@require_POST
def cancel_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """The session does not take place."""
    who = visit(request)
    session = _session(who, session_id)
    if session.cancel(by=who.user, now=who.now):
        messages.success(request, _("The session has been cancelled."))
    return redirect("courses:session", session.pk)
