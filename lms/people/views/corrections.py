"""Agencies by hand, how to reach them, and what the labels of the plan mean."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.people import correcting
from lms.people.agency_forms import AgencyForm, ContactForm, UnitGroupForm, initial_of
from lms.people.models import Agency, AgencyContact, Role, UnitGroup, UnitGroupKind, UnitGroupMember
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


@door("agency.create_or_correct")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """One more agency."""
    who = visit(request)
    require("agency.create_or_correct", who.user, at=who.now)
    form = AgencyForm(request.POST or None, agency=None)
    if form.is_bound and form.is_valid() and form.facts:
        try:
            made = correcting.create(form.cleaned_data["code"], form.facts, by=who.user, now=who.now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The agency is in the list now."))
            return redirect("people:agency", made.code)
    return _form_page(request, form, _("New agency"), _("Add the agency"))


@door("agency.create_or_correct")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Mend what was never right."""
    who = visit(request)
    require("agency.create_or_correct", who.user, at=who.now)
    agency = get_object_or_404(Agency.objects.standing().select_related("parent"), code=code)
    form = AgencyForm(request.POST or None, agency=agency, initial=initial_of(agency))
    if form.is_bound and form.is_valid() and form.facts:
        try:
            correcting.correct(agency, form.facts, reason=form.cleaned_data["reason"], by=who.user, now=who.now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:agency", agency.code)
    return _form_page(request, form, _("Correct an agency"), _("Save the correction"), agency)


@door("agency.edit_address_and_phone")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """How to reach the agency."""
    who = visit(request)
    agency = get_object_or_404(Agency.objects.visible_to(who.user), code=code)
    require("agency.edit_address_and_phone", who.user, agency, at=who.now)
    there = AgencyContact.objects.filter(agency=agency).first()
    form = ContactForm(request.POST or None, instance=there)
    if form.is_bound and form.is_valid():
        correcting.edit_contact(agency, **form.cleaned_data, by=who.user, now=who.now)
        messages.success(request, _("Saved."))
        return redirect("people:agency", agency.code)
    return _form_page(request, form, _("Address and telephone"), _("Save"), agency)


def _form_page(request: HttpRequest, form: Any, title: str, label: str, agency: Agency | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "label": label, "agency": agency}
    return render(request, "people/agency_form.html", context, status=422 if form.errors else 200)


def _staff(request: HttpRequest) -> Visit:
    """Trainees have nothing to do with labels of the plan: 404."""
    who = visit(request)
    if not who.user.holds(*Role, on=who.on):
        raise Http404
    require("unitgroup.edit", who.user, at=who.now)
    return who


@door("unitgroup.edit")
@require_safe
def unit_groups(request: HttpRequest) -> HttpResponse:
    """The labels of the plan, and how many agencies each means today."""
    who = _staff(request)
    groups: Any = UnitGroup.objects.in_order().with_meaning()
    rows = [{"group": group, "kinds": [row.get_kind_display() for row in group.kinds_today]} for group in groups]
    return render(request, "people/unit_groups.html", {"rows": rows, "day": who.on})


@door("unitgroup.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_group(request: HttpRequest, code: str) -> HttpResponse:
    """Kinds and picked members of a label; «Count» shows what it would mean on a day, «Save» keeps it."""
    who = _staff(request)
    group = get_object_or_404(UnitGroup, code=code)
    picked = list(UnitGroupMember.objects.known().filter(unit_group=group).select_related("agency__parent"))
    members = [row.agency for row in picked if row.is_included]
    left_out = [row.agency for row in picked if not row.is_included]
    initial = {
        "kinds": list(UnitGroupKind.objects.known().filter(unit_group=group).values_list("kind", flat=True)),
        "included": [row.code for row in members],
        "left_out": [row.code for row in left_out], "on": who.on,
    }  # fmt: skip
    form = UnitGroupForm(request.POST or None, initial=initial)
    form.offer(members, left_out)
    meaning = _meaning(form) if form.is_bound and form.is_valid() else None
    if meaning and "save" in request.POST:
        correcting.edit_unit_group(group, meaning, by=who.user, now=who.now)
        messages.success(request, _("Saved."))
        return redirect("people:unit_group", group.code)
    day = form.cleaned_data["on"] if meaning else who.on
    context = {
        "group": group, "form": form, "day": day, "count": group.on(day).count(),
        "would_be": meaning.count_on(day) if meaning else None,
        "may_edit": allow("unitgroup.edit", who.user, at=who.now),
    }  # fmt: skip
    return render(request, "people/unit_group.html", context, status=422 if form.errors else 200)


def _meaning(form: UnitGroupForm) -> correcting.Meaning | None:
    """What the form says; None if one more agency was not found."""
    more = form.picked("more")
    if form.errors:
        return None
    asked = form.cleaned_data
    codes = {name: set(asked.get(name) or []) for name in ("included", "left_out")}
    if more:
        codes["included" if asked["more_is"] == "in" else "left_out"].add(more.code)
    found = {name: frozenset(Agency.objects.standing().filter(code__in=sorted(mine))) for name, mine in codes.items()}
    return correcting.Meaning(frozenset(asked["kinds"]), found["included"], found["left_out"])
