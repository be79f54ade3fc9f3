"""Coming into a class, leaving it, and the department's decision."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.forms.enrolling import DecisionForm, ReplaceForm
from courses.models import Enrolment, EnrolmentState, Entry, Run
from lms.people.models import Person
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


@door("enrolment.enrol_or_request_self")
@require_POST
def enrol(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Enrol oneself, or ask to be."""
    who = visit(request)
    run = get_object_or_404(Run.objects.on_offer(who.on).select_related("course"), public_id=public_id)
    if who.user.person is None:
        raise Refused("not_on_roster", _("Your account does not belong to a person of any roster."), status=422)
    verb = Enrolment.request if run.entry == Entry.APPROVAL else Enrolment.enrol_self
    enrolment = verb(run, who.user.person, by=who.user, now=who.now)
    if enrolment.state == EnrolmentState.ENROLLED:
        messages.success(request, _("You are enrolled."))
        return redirect("courses:course", enrolment.public_id)
    if enrolment.state == EnrolmentState.WAITING:
        messages.info(request, _("The class is full. You are on the waiting list."))
    else:
        messages.success(request, _("Your request has been sent to the department."))
    return redirect("courses:my")


def _enrolment(who: Visit, public_id: uuid.UUID) -> Enrolment:
    seen = Enrolment.objects.visible_to(who.user, who.on).select_related("run__course", "person", "agency")
    return get_object_or_404(seen, public_id=public_id)


def _back(who: Visit, enrolment: Enrolment) -> HttpResponse:
    if enrolment.person_id == who.user.person_id:
        return redirect("courses:my")
    return redirect("courses:run", enrolment.run.public_id)


@door("enrolment.withdraw_before_start")
@require_POST
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Leave the class before its first day, with a reason."""
    who = visit(request)
    enrolment = _enrolment(who, public_id)
    require("enrolment.withdraw_before_start", who.user, enrolment, at=who.now)
    if enrolment.withdraw(request.POST.get("reason", ""), by=who.user, now=who.now):
        messages.success(request, _("The enrolment has been withdrawn."))
    return _back(who, enrolment)


@door("enrolment.replace_nominee")
@require_POST
def replace(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another person of the agency comes instead."""
    who = visit(request)
    enrolment = _enrolment(who, public_id)
    require("enrolment.replace_nominee", who.user, enrolment, at=who.now)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        raise Refused("reason_required", _("Say who comes instead, and why."), status=422)
    # A person of another roster is refused by the verb with the same words as one who does not exist.
    person = Person.objects.filter(public_id=form.cleaned_data["person"]).first()
    if person is None:
        raise Refused("not_on_roster", _("This person is not on the roster."), status=422)
    successor = enrolment.replace(person, form.cleaned_data["reason"], by=who.user, now=who.now)
    messages.success(request, _("The seat has gone to the other person."))
    return redirect("courses:enrolment", successor.public_id)


@door("enrolment.accept_offer")
@require_POST
def accept(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take the seat that was offered."""
    who = visit(request)
    enrolment = _enrolment(who, public_id)
    require("enrolment.accept_offer", who.user, enrolment, at=who.now)
    if enrolment.accept(by=who.user, now=who.now):
        messages.success(request, _("You are enrolled."))
    return redirect("courses:course", enrolment.public_id)


@door("enrolment.approve_or_reject")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Approve a request or nomination, or turn it down with a reason."""
    who = visit(request)
    enrolment = _enrolment(who, public_id)
    require("enrolment.approve_or_reject", who.user, enrolment, at=who.now)
    form = DecisionForm(request.POST)
    if form.is_valid() and form.cleaned_data["decision"] == "approve":
        changed = enrolment.approve(by=who.user, now=who.now)
    else:
        changed = enrolment.reject(request.POST.get("reason", ""), by=who.user, now=who.now)
    if changed:
        messages.success(request, _("The decision has been recorded."))
    return redirect("courses:run", enrolment.run.public_id)
