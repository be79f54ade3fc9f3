"""A roster: who is on it, adding, ending, voiding, and the word that nobody belongs to a group."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.people.copying import enter_again, gone_since
from lms.people.forms import CopyForm, CorrectionForm, EndForm, NewEntryForm, NobodyForm, RosterFilter, VoidForm
from lms.people.importing import people_for
from lms.people.models import Agency, Group, Person, RosterEntry, RosterStatement, StaffType
from lms.people.models.roster import RosterEntryQuerySet
from lms.people.permissions import allow, door, require
from lms.people.roster_files import Member
from lms.people.roster_sheets import KINDS, roster_file
from lms.people.roster_writing import new_person
from lms.people.views.downloads import attachment
from lms.people.views.visit import Visit, visit, with_today
from lms.people.words import Word, words_on
from lms.refusal import Refused

EntryForm = EndForm | VoidForm | CorrectionForm


def open_agency(who: Visit, code: str) -> Agency:
    """The agency, if its roster is open to this account; 404 otherwise."""
    return get_object_or_404(Agency.objects.roster_open_to(who.user, who.on), code=code)


def _entries(agency: Agency) -> RosterEntryQuerySet:
    return RosterEntry.objects.known().filter(agency=agency).select_related("person")


@door("roster.view")
@require_safe
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """The roster on a day, by group and given name, as known now or at a moment."""
    who = visit(request)
    agency = open_agency(who, code)
    form = RosterFilter(with_today(request, who))
    day, moment = form.day_or(who.on), form.moment()
    known = RosterEntry.objects.known(moment).filter(agency=agency).select_related("person")
    standing = list(known.on(day).in_order())
    names = Counter(name for _pk, name in {(entry.person_id, entry.person.name_folded) for entry in standing})
    words = words_on(agency, day)
    is_now = moment is None
    context = {
        "agency": agency,
        "day": day,
        "moment": moment,
        "is_today": day == who.on,
        "is_open": agency.is_on(day),
        "form": form,
        "groups": [_group(group, standing, words) for group in Group],
        "namesakes": {name for name, count in names.items() if count > 1},
        "coming": list(known.filter(starts_on__gt=day).in_order()),
        "people_count": len({entry.person_id for entry in standing}),
        "may_keep": is_now and allow("roster.add_or_end_entry", who.user, agency, at=who.now),
        "may_say": is_now and agency.is_on(day) and allow("roster.confirm_nobody", who.user, agency, at=who.now),
        "may_confirm": day <= who.on,
        "exports": [("xlsx", _("Export as Excel")), ("csv", _("Export as CSV"))],
    }
    return render(request, "people/roster.html", context)


def _group(group: Group, standing: list[RosterEntry], words: dict[str, Word]) -> dict[str, Any]:
    entries = [entry for entry in standing if entry.group == group]
    return {"code": group.value, "label": group.label, "entries": entries, "word": words.get(group.value)}


@door("roster.export")
@require_POST
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The roster of a day as a file that can be imported again; contacts only for the agency's own focal person."""
    who = visit(request)
    agency = open_agency(who, code)
    if kind not in KINDS:
        raise Http404
    form = RosterFilter(request.POST)
    day = form.day_or(who.on)
    entries = RosterEntry.objects.known().on(day).filter(agency=agency).in_order()
    content, count = roster_file(
        kind, entries, with_contacts=allow("roster.confirm_list", who.user, agency, at=who.now)
    )
    agency.record_export(by=who.user, now=who.now, on=day, kind=kind, rows=count)
    return attachment(content, f"danh-sach-{agency.code}-{day:%Y-%m-%d}.{kind}", KINDS[kind])


@door("person.create", "roster.add_or_end_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Put somebody on the roster: a new person, or one who stands there under another group."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.add_or_end_entry", who.user, agency, at=who.now)
    group = request.GET.get("group", "")
    form = NewEntryForm(request.POST or None, agency_code=agency.code, on=who.on, initial={"group": group})
    namesakes: list[Person] = []
    if form.is_valid() and form.member:
        person = people_for([form.member]).get(form.member)
        namesakes = [] if person or form.cleaned_data["another_person"] else _namesakes(form.member, agency)
        if namesakes:
            form.ask_for_namesakes()
        elif _entered(form, person, agency, who):
            messages.success(request, _("%(name)s is on the roster now.") % {"name": form.member.full_name})
            return redirect("people:roster", agency.code)
    context = {"agency": agency, "form": form, "namesakes": namesakes}
    status = 422 if form.errors or namesakes else 200
    return render(request, "people/roster_add.html", context, status=status)


def _entered(form: NewEntryForm, person: Person | None, agency: Agency, who: Visit) -> bool:
    """Whether the verb took it; its refusal stands on the form."""
    member = form.member
    if member is None:
        return False
    try:
        RosterEntry.enter(
            person=person or new_person(member, who.now), agency=agency, group=member.group, position=member.position,
            staff_type=form.cleaned_data["staff_type"] or StaffType.UNKNOWN, starts_on=member.starts_on,
            by=who.user, now=who.now,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


def _namesakes(member: Member, agency: Agency) -> list[Person]:
    """People of the same name, marks apart, who are or were on this roster."""
    mine = Person.objects.living().filter(roster_entries__agency=agency, roster_entries__voided_at=None)
    return list(mine.named_alike(member.full_name).distinct().in_order())


@door("roster.add_or_end_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Record from which day somebody is not on the roster any more."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = get_object_or_404(_entries(agency), pk=pk)
    require("roster.add_or_end_entry", who.user, agency, at=who.now)
    form = EndForm(request.POST or None, initial={"ends_on": who.on})
    if form.is_valid():
        entry.end(form.cleaned_data["ends_on"], by=who.user, now=who.now)
        messages.success(request, _("The end was recorded."))
        return redirect("people:roster", agency.code)
    return _form_page(request, agency, entry, form, (_("Record an end"), _("Record the end")))


@door("roster.correct_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say what an entry should have said from the start."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = get_object_or_404(_entries(agency), pk=pk)
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


@door("roster.add_or_end_entry")
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Who stood here on a past day and stands nowhere now, with ticks to be entered again."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.add_or_end_entry", who.user, agency, at=who.now)
    first = {"on": who.on - timedelta(days=365), "starts_on": who.on}
    form = CopyForm(request.POST or request.GET or first)
    rows = []
    if form.is_valid():
        day, starts_on = form.cleaned_data["on"], form.cleaned_data["starts_on"]
        if request.method == "POST":
            chosen = [int(pk) for pk in request.POST.getlist("entry") if pk.isdecimal()]
            count = enter_again(agency, chosen, day=day, starts_on=starts_on, by=who.user, now=who.now)
            sentence = ngettext("%(n)s entry was added again.", "%(n)s entries were added again.", count) % {"n": count}
            messages.success(request, sentence)
            return redirect("people:roster", agency.code)
        rows = list(gone_since(agency, day, starts_on).select_related("person").in_order())
    context = {"agency": agency, "form": form, "rows": rows}
    return render(request, "people/roster_copy.html", context, status=422 if form.errors else 200)


@door("roster.void_entry_with_reason")
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an entry back that was never right."""
    who = visit(request)
    agency = open_agency(who, code)
    entry = get_object_or_404(_entries(agency), pk=pk)
    require("roster.void_entry_with_reason", who.user, agency, at=who.now)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        entry.void(form.cleaned_data["reason"], by=who.user, now=who.now)
        messages.success(request, _("The entry is void. It no longer counts."))
        return redirect("people:roster", agency.code)
    return _form_page(request, agency, entry, form, (_("Void an entry"), _("Void the entry")))


def _form_page(
    request: HttpRequest, agency: Agency, entry: RosterEntry, form: EntryForm, words: tuple[str, str]
) -> HttpResponse:
    context = {"agency": agency, "entry": entry, "form": form, "title": words[0], "label": words[1]}
    return render(request, "people/roster_entry.html", context, status=422 if form.errors else 200)


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
