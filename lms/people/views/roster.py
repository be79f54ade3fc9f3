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
from lms.people.forms import CopyForm, NewEntryForm, RosterFilter
from lms.people.importing import people_for
from lms.people.models import Agency, Group, Person, RosterEntry, StaffType
from lms.people.models.roster import RosterEntryQuerySet
from lms.people.permissions import allow, door, require
from lms.people.roster_files import Member
from lms.people.roster_sheets import KINDS, roster_file
from lms.people.roster_writing import new_person
from lms.people.views.downloads import attachment
from lms.people.views.visit import Visit, visit, with_today
from lms.people.words import Word, words_on
from lms.refusal import Refused


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
