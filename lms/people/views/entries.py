"""One entry of a roster: ended, corrected, voided, and everything that was ever recorded of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.people.forms import CorrectionForm, EndForm, VoidForm
from lms.people.models import Agency, RosterEntry
from lms.people.permissions import door, require
from lms.people.views.roster import open_agency
from lms.people.views.visit import visit
from lms.refusal import Refused

EntryForm = EndForm | VoidForm | CorrectionForm


def _live(agency: Agency, pk: int) -> RosterEntry:
    """The entry of this agency, unless it is void; 404 otherwise."""
    return get_object_or_404(RosterEntry.objects.known().filter(agency=agency).select_related("person"), pk=pk)


@door("roster.add_or_end_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Record from which day somebody is not on the roster any more."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = _live(agency, pk)
    require("roster.add_or_end_entry", who.user, agency, at=who.now)
    form = EndForm(request.POST or None, initial={"ends_on": who.on})
    if form.is_valid():
        entry.end(form.cleaned_data["ends_on"], by=who.user, now=who.now)
        messages.success(request, _("The end was recorded."))
        return redirect("people:roster", agency.code)
    return _form_page(request, agency, entry, form, (_("Record an end"), _("Record the end")))


@door("roster.void_entry_with_reason")
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an entry back that was never right."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = _live(agency, pk)
    require("roster.void_entry_with_reason", who.user, agency, at=who.now)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        entry.void(form.cleaned_data["reason"], by=who.user, now=who.now)
        messages.success(request, _("The entry is void. It no longer counts."))
        return redirect("people:roster", agency.code)
    return _form_page(request, agency, entry, form, (_("Void an entry"), _("Void the entry")))


@door("roster.correct_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say what an entry should have said from the start."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = _live(agency, pk)
    require("roster.correct_entry", who.user, agency, at=who.now)
    columns = ("group", "position", "staff_type", "starts_on", "ends_on")
    form = CorrectionForm(request.POST or None, initial={column: getattr(entry, column) for column in columns})
    if form.is_valid():
        said = {column: form.cleaned_data[column] for column in columns}
        try:
            entry.correct(form.cleaned_data["reason"], by=who.user, now=who.now, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The correction was recorded."))
            return redirect("people:roster", agency.code)
    return _form_page(request, agency, entry, form, (_("Correct an entry"), _("Record the correction")))


@door("roster.view")
@require_safe
def history(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Everything that was ever recorded of this person here: since when it was known, who took it back and why."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = get_object_or_404(RosterEntry.objects.filter(agency=agency).select_related("person"), pk=pk)
    rows = RosterEntry.objects.filter(agency=agency, person=entry.person).order_by("-recorded_at", "-pk")
    context = {"agency": agency, "entry": entry, "rows": list(rows.select_related("recorded_by", "voided_by"))}
    return render(request, "people/roster_history.html", context)


def _form_page(
    request: HttpRequest, agency: Agency, entry: RosterEntry, form: EntryForm, words: tuple[str, str]
) -> HttpResponse:
    context = {"agency": agency, "entry": entry, "form": form, "title": words[0], "label": words[1]}
    return render(request, "people/roster_entry.html", context, status=422 if form.errors else 200)
