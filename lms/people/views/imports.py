"""A roster file: checked, shown row by row, confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.people.forms import RosterFileForm
from lms.people.importing import KIND, check, confirm
from lms.people.models import Agency
from lms.people.permissions import door, require
from lms.people.roster_files import COLUMNS, RosterFileError
from lms.people.views.roster import open_agency
from lms.people.views.visit import visit

MOST_LINES = 500
"""Lines shown of one verdict; the counts say how many there are."""


@door("roster.import_dry_run")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file and check it; nothing changes yet."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.import_dry_run", who.user, agency, at=who.now)
    form = RosterFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            run = check(
                form.cleaned_data["file"].read(), writable=Agency.objects.filter(pk=agency.pk), agency=agency,
                by=who.user, now=who.now, on=who.on,
            )  # fmt: skip
        except RosterFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("people:roster_import_run", agency.code, run.pk)
    context = {"agency": agency, "form": form, "columns": COLUMNS}
    return render(request, "people/roster_import.html", context, status=422 if form.errors else 200)


@door("roster.import_dry_run")
@require_safe
def report(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What a file would change, row by row; or what it did change."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.import_dry_run", who.user, agency, at=who.now)
    run = get_object_or_404(ImportRun, pk=pk, kind=KIND, scope=agency.code)
    lines = run.lines.order_by("row")
    context = {
        "agency": agency,
        "run": run,
        "is_dry": run.state == ImportState.DRY,
        "is_applied": run.state == ImportState.APPLIED,
        "refused": list(lines.filter(verdict=Verdict.REFUSED)[:MOST_LINES]),
        "skipped": list(lines.filter(verdict__in=[Verdict.UNCHANGED, Verdict.DUPLICATE_IN_FILE])[:MOST_LINES]),
        "sound": list(lines.filter(verdict=Verdict.NEW)[:MOST_LINES]),
        "sound_count": run.counts.get("accept", 0) + run.counts.get("accept_with_warning", 0),
        "refused_count": run.counts.get("reject", 0),
        "skipped_count": run.counts.get("skip", 0),
    }
    return render(request, "people/roster_import_run.html", context)


@door("roster.import_confirm")
@require_POST
def confirm_import(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Write the sound rows of a checked file."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.import_confirm", who.user, agency, at=who.now)
    run = get_object_or_404(ImportRun, pk=pk, kind=KIND, scope=agency.code)
    only_sound = request.POST.get("only_sound") == "1"
    writable = Agency.objects.filter(pk=agency.pk)
    if confirm(run, writable=writable, by=who.user, now=who.now, only_sound=only_sound):
        messages.success(request, _("The people of the file are on the roster now."))
    else:
        messages.info(request, _("This file was imported before: nothing has changed."))
    return redirect("people:roster_import_run", agency.code, run.pk)
