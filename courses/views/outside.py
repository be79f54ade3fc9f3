"""Training of other providers: submitted with evidence, decided by the department (learning.md §12)."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.forms.outside import ClaimForm, OutsideDecisionForm, ReasonForm
from courses.models import OutsideState, OutsideTraining
from courses.models.outside import STORAGE
from lms.people.models import Person
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.uploads.documents import KINDS
from lms.web.downloads import attachment

PER_PAGE = 50


def _seen(who: Visit, pk: int) -> OutsideTraining:
    rows = OutsideTraining.objects.visible_to(who.user, who.on)
    return get_object_or_404(rows.select_related("person", "agency", "task", "submitted_by", "decided_by"), pk=pk)


@door("outside_training.view")
@require_GET
def outside_list(request: HttpRequest) -> HttpResponse:
    """What one may see: the queue of the department, the list of an agency, one's own. Waiting ones first asked for."""
    who = visit(request)
    if who.user.person_id is None and not who.user.holds("focal", "coordinator", "administrator", on=who.on):
        raise Http404
    state = request.GET.get("state", "")
    state = state if state in OutsideState.values else ""
    rows = OutsideTraining.objects.visible_to(who.user, who.on).select_related("person", "agency", "task")
    rows = rows.filter(state=state) if state else rows
    tabs = [
        {"label": label, "href": f"?state={value}", "current": value == state}
        for value, label in [("", _("All")), *OutsideState.choices]
    ]
    page = Paginator(rows.latest_first(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/outside/list.html", {"page": page, "tabs": tabs, "state": state})


@door("outside_training.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a person learned elsewhere so far, and the form for more."""
    who = visit(request)
    people = Person.objects.visible_to(who.user, who.on).living()
    person = get_object_or_404(people, public_id=public_id)
    require("outside_training.submit", who.user, person, at=who.now)
    form = ClaimForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = OutsideTraining.submit(person, form.claim, form.document, by=who.user, now=who.now)
            except Refused as refused:
                form.add_error(None, refused.message)
                status = refused.status
            else:
                messages.success(request, _("Submitted. The department will decide."))
                return redirect("courses:outside", made.pk)
    rows = OutsideTraining.objects.visible_to(who.user, who.on).filter(person=person).latest_first()
    context = {"person": person, "form": form, "rows": list(rows), "is_self": who.user.person_id == person.pk}
    return render(request, "courses/outside/submit.html", context, status=status)


@door("outside_training.view")
@require_GET
def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission, and what may be done with it."""
    who = visit(request)
    row = _seen(who, pk)
    is_waiting = row.state == OutsideState.SUBMITTED
    is_standing = row.state == OutsideState.ACCEPTED and row.voided_at is None
    context = {
        "row": row,
        "may_decide": is_waiting and allow("outside_training.decide", who.user, row, at=who.now),
        "is_own_submission": row.submitted_by_id == who.user.pk,
        "may_withdraw": is_waiting and allow("outside_training.withdraw", who.user, row, at=who.now),
        "may_take_back": is_standing and allow("outside_training.take_back", who.user, row, at=who.now),
    }
    return render(request, "courses/outside/outside.html", context)


@door("outside_training.view_evidence")
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, as it was sent; everybody but the person in question leaves an event."""
    who = visit(request)
    row = _seen(who, pk)
    if not storages[STORAGE].exists(row.evidence):
        raise Http404
    file = storages[STORAGE].open(row.evidence, "rb")
    if row.person_id != who.user.person_id:
        row.record("outside_training.view_evidence", by=who.user, now=who.now)
    kind = KINDS.get(PurePath(row.evidence).suffix.removeprefix("."), "application/octet-stream")
    return attachment(file, name=row.evidence_name or PurePath(row.evidence).name, content_type=kind)


@door("outside_training.decide", "outside_training.decide_own_submission")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, or reject with a reason."""
    who = visit(request)
    row = _seen(who, pk)
    require("outside_training.decide", who.user, row, at=who.now)
    form = OutsideDecisionForm(request.POST)
    if not form.is_valid():
        raise Refused("bad_value", _("This value is not one of the choices."), status=422)
    accepts = form.cleaned_data["decision"] == "accept"
    row.decide(accepts=accepts, reason=form.cleaned_data["reason"], by=who.user, now=who.now)
    messages.success(request, _("The decision is recorded."))
    return redirect("courses:outside", row.pk)


@door("outside_training.withdraw")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not ask any more."""
    who = visit(request)
    row = _seen(who, pk)
    require("outside_training.withdraw", who.user, row, at=who.now)
    row.withdraw(by=who.user, now=who.now)
    messages.success(request, _("Withdrawn."))
    return redirect("courses:outside", row.pk)


@door("outside_training.take_back")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It should not have been accepted."""
    who = visit(request)
    row = _seen(who, pk)
    require("outside_training.take_back", who.user, row, at=who.now)
    form = ReasonForm(request.POST)
    row.take_back(form.cleaned_data["reason"] if form.is_valid() else "", by=who.user, now=who.now)
    messages.success(request, _("It does not count any more."))
    return redirect("courses:outside", row.pk)
