"""A roster file, or pasted cells: checked, shown row by row, namesakes told apart, confirmed; refused rows go back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.people.forms import RosterFileForm
from lms.people.importing import KIND, TO_WRITE, check, choose, confirm
from lms.people.models import Agency
from lms.people.models.agencies import AgencyQuerySet
from lms.people.permissions import door, require
from lms.people.roster_matching import NEW_PERSON, Choice
from lms.people.roster_sheets import KINDS, refused_file, template_file
from lms.people.roster_tables import HEADINGS, TEMPLATE, Pasted
from lms.people.views.downloads import attachment
from lms.people.views.roster import open_agency
from lms.people.views.visit import Visit, visit
from lms.uploads.checks import FileError

MOST_LINES = 500
"""Lines shown of one verdict; the counts say how many there are."""


@door("roster.import_dry_run")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file or pasted cells and check them; nothing changes yet."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.import_dry_run", who.user, agency, at=who.now)
    form = RosterFileForm(request.POST, request.FILES) if request.method == "POST" else RosterFileForm()
    if form.is_valid():
        try:
            run = _checked(form, agency, who)
        except FileError as error:
            form.add_error("file" if form.cleaned_data["file"] else "pasted", str(error))
        else:
            return redirect("people:roster_import_run", agency.code, run.pk)
    headings = [{"label": HEADINGS[name][0], "code": name} for name in TEMPLATE]
    context = {"agency": agency, "form": form, "headings": headings}
    return render(request, "people/roster_import.html", context, status=422 if form.errors else 200)


def _checked(form: RosterFileForm, agency: Agency, who: Visit) -> ImportRun:
    file = form.cleaned_data["file"]
    content = file.read() if file else Pasted(form.cleaned_data["pasted"])
    return check(
        content, name=file.name if file else "", writable=Agency.objects.filter(pk=agency.pk), reach=_reach(who),
        agency=agency, by=who.user, now=who.now, on=who.on,
    )  # fmt: skip


def _reach(who: Visit) -> AgencyQuerySet:
    """The agencies whose entries the importer may end, so that people can be moved."""
    return Agency.objects.roster_kept_by(who.user, who.on)


@door("roster.import_dry_run")
@require_safe
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The empty workbook."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.import_dry_run", who.user, agency, at=who.now)
    return attachment(template_file(), "mau-danh-sach.xlsx", KINDS["xlsx"])


def _run(request: HttpRequest, code: str, pk: int, action: str) -> tuple[Visit, Agency, ImportRun]:
    who = visit(request)
    agency = open_agency(who, code)
    require(action, who.user, agency, at=who.now)
    return who, agency, get_object_or_404(ImportRun, pk=pk, kind=KIND, scope=agency.code)


@door("roster.import_dry_run")
@require_safe
def report(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What a file would change, row by row; or what it did change."""
    _who, agency, run = _run(request, code, pk, "roster.import_dry_run")
    lines = run.lines.order_by("row", "pk")
    found = lines.order_by().values_list("verdict").annotate(count=Count("pk"))
    counts = run.counts if run.state == ImportState.LAPSED else dict(found)
    shown = {verdict: list(lines.filter(verdict=verdict)[:MOST_LINES]) for verdict in Verdict if verdict in counts}
    refused = shown.get(Verdict.REFUSED, [])
    context = {
        "agency": agency,
        "run": run,
        "is_dry": run.state == ImportState.DRY,
        "is_lapsed": run.state == ImportState.LAPSED,
        "is_applied": run.state == ImportState.APPLIED,
        "to_choose": [line for line in refused if line.code == "choose_person"],
        "refused": [line for line in refused if line.code != "choose_person"],
        "sections": [(verdict.label, shown[verdict]) for verdict in TO_WRITE if verdict in shown],
        "skipped": [*shown.get(Verdict.UNCHANGED, []), *shown.get(Verdict.DUPLICATE_IN_FILE, [])],
        "tiles": [(verdict.label, counts[verdict]) for verdict in Verdict if counts.get(verdict)],
        "sound_count": sum(counts.get(verdict, 0) for verdict in TO_WRITE),
        "refused_count": counts.get(Verdict.REFUSED, 0),
        "most": MOST_LINES,
        "new_person": NEW_PERSON,
    }
    return render(request, "people/roster_import_run.html", context)


@door("roster.import_dry_run")
@require_POST
def choose_people(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say of rows that may be about somebody known: that person, or a new one."""
    who, agency, run = _run(request, code, pk, "roster.import_dry_run")
    choices: dict[int, Choice] = {}
    for name in request.POST:
        line, value = name.removeprefix("line-"), request.POST.get(name, "")
        if line != name and line.isdecimal() and (value == NEW_PERSON or value.isdecimal()):
            choices[int(line)] = value if value == NEW_PERSON else int(value)
    if choose(run, choices, writable=Agency.objects.filter(pk=agency.pk), reach=_reach(who)):
        messages.success(request, _("Your choice has been taken over into the check."))
    else:
        messages.info(request, _("Nothing was chosen."))
    return redirect("people:roster_import_run", agency.code, run.pk)


@door("roster.import_dry_run")
@require_safe
def refused_rows(request: HttpRequest, code: str, pk: int, kind: str) -> HttpResponse:
    """The refused rows as a file, each with what is wrong."""
    _who, agency, run = _run(request, code, pk, "roster.import_dry_run")
    if kind not in KINDS:
        raise Http404
    return attachment(refused_file(kind, run), f"dong-loi-{agency.code}-{run.pk}.{kind}", KINDS[kind])


@door("roster.import_confirm")
@require_POST
def confirm_import(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Write the sound rows of a checked file."""
    who, agency, run = _run(request, code, pk, "roster.import_confirm")
    only_sound = request.POST.get("only_sound") == "1"
    writable = Agency.objects.filter(pk=agency.pk)
    if confirm(run, writable=writable, reach=_reach(who), by=who.user, now=who.now, only_sound=only_sound):
        messages.success(request, _("The people of the file are on the roster now."))
    else:
        messages.info(request, _("This file was imported before: nothing has changed."))
    return redirect("people:roster_import_run", agency.code, run.pk)
