"""People who are excused from a requirement («miễn»): granted and voided by the department (learning.md §12)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.forms.outside import ReasonForm, WaiverForm
from courses.models import Waiver
from courses.models.outside import WaiverQuerySet
from lms.people.models import Person
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

PER_PAGE = 50


def _waivers(who: Visit) -> WaiverQuerySet:
    rows = Waiver.objects.visible_to(who.user, who.on)
    return rows.select_related("person", "requirement__task", "requirement__unit_group", "period", "granted_by")


def _person(who: Visit, public_id: uuid.UUID) -> Person:
    return get_object_or_404(Person.objects.visible_to(who.user, who.on), public_id=public_id)


def _page(who: Visit, person: Person, form: WaiverForm | None) -> dict[str, Any]:
    return {
        "person": person,
        "waivers": list(_waivers(who).filter(person=person).latest_first()),
        "form": form,
        "may_void": form is not None,
    }


@door("waiver.view")
@require_GET
def waivers(request: HttpRequest) -> HttpResponse:
    """Everybody excused whom one may see, the newest first."""
    who = visit(request)
    if who.user.person_id is None and not who.user.holds("focal", "coordinator", "administrator", on=who.on):
        raise Http404
    page = Paginator(_waivers(who).known().latest_first(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/waivers/list.html", {"page": page})


@door("waiver.view")
@require_GET
def of_person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The waivers of one person; for the department, the form for another."""
    who = visit(request)
    person = _person(who, public_id)
    form = WaiverForm(person=person, on=who.on) if allow("waiver.grant", who.user, person, at=who.now) else None
    return render(request, "courses/waivers/person.html", _page(who, person, form))


@door("waiver.grant")
@require_POST
def grant(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Excuse a person."""
    who = visit(request)
    person = _person(who, public_id)
    require("waiver.grant", who.user, person, at=who.now)
    form = WaiverForm(request.POST, person=person, on=who.on)
    status = 422
    if form.is_valid():
        try:
            Waiver.grant(person, by=who.user, now=who.now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
            status = refused.status
        else:
            messages.success(request, _("The person is excused."))
            return redirect("courses:person_waivers", person.public_id)
    return render(request, "courses/waivers/person.html", _page(who, person, form), status=status)


@door("waiver.void")
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """The waiver was never right, or does not hold any more."""
    who = visit(request)
    waiver = get_object_or_404(_waivers(who), pk=pk)
    require("waiver.void", who.user, waiver, at=who.now)
    form = ReasonForm(request.POST)
    waiver.void(form.cleaned_data["reason"] if form.is_valid() else "", by=who.user, now=who.now)
    messages.success(request, _("The waiver is void."))
    return redirect("courses:person_waivers", waiver.person.public_id)
