"""The agency's word on its roster: said, and taken back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lms.people.forms import ConfirmListForm, NobodyForm
from lms.people.models import Agency, RosterStatement
from lms.people.permissions import door, require
from lms.people.views.roster import open_agency
from lms.people.views.visit import visit
from lms.refusal import Refused


@door("roster.confirm_list")
@require_POST
def confirm_list(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the roster of a group is right as it stood on a day."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.confirm_list", who.user, agency, at=who.now)
    form = ConfirmListForm(request.POST)
    if not form.is_valid():
        raise Refused("group_unknown", _("This group does not exist."), status=422)
    day = form.cleaned_data["on"]
    RosterStatement.confirmed(agency, form.cleaned_data["group"], on=day, by=who.user, now=who.now)
    messages.success(request, _("The roster is confirmed."))
    return redirect(_back(agency, day, who.on))


def _back(agency: Agency, day: date, today: date) -> str:
    query = "" if day == today else f"?on={day.isoformat()}"
    return f"{reverse('people:roster', args=[agency.code])}{query}"


@door("roster.take_back_statement")
@require_POST
def take_back(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What was said of the roster does not hold any more."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.take_back_statement", who.user, agency, at=who.now)
    statement = get_object_or_404(RosterStatement.objects.select_related("agency"), pk=pk, agency=agency)
    statement.take_back(by=who.user, now=who.now)
    messages.success(request, _("The statement has been taken back."))
    return redirect("people:roster", agency.code)


@door("roster.confirm_nobody")
@require_POST
def nobody(request: HttpRequest, code: str) -> HttpResponse:
    """Say that nobody at the agency belongs to a group today."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.confirm_nobody", who.user, agency, at=who.now)
    form = NobodyForm(request.POST)
    if not form.is_valid():
        raise Refused("group_unknown", _("This group does not exist."), status=422)
    RosterStatement.nobody(agency, form.cleaned_data["group"], on=who.on, by=who.user, now=who.now)
    messages.success(request, _("Recorded: nobody belongs to this group."))
    return redirect("people:roster", agency.code)
