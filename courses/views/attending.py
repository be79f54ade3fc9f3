"""What staff do with a list of people: confirm, excuse, settle, lock, amend, match (attendance §1.2, §1.5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from courses.forms.checkin import AmendForm, LeaveForm, WalkInForm
from courses.models import (
    Attendance,
    AttendanceEvent,
    Enrolment,
    EventKind,
    Newcomer,
    Presence,
    Session,
    Sighting,
    Source,
    WalkIn,
    annul,
    ask_to_amend,
    confirm_claims,
    grant_leave,
    lock,
    mark_many,
    match,
    open_points,
    reject,
    write_down,
)
from courses.presence_words import FLAG_WORDS
from courses.views.seen import handled_session, seen_session
from lms.people.models import Person
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

MOST_FOUND = 10


def ticked(request: HttpRequest, session: Session) -> list[Enrolment]:
    """The people ticked in the form, of this class, in the order of the list. Raises Refused: nobody_chosen."""
    try:
        chosen = [uuid.UUID(text) for text in request.POST.getlist("people")]
    except ValueError:
        chosen = []
    people = Enrolment.objects.filter(run=session.run_id, public_id__in=chosen)
    found = list(people.select_related("run", "person", "agency").in_order())
    if not found:
        raise Refused("nobody_chosen", _("Tick the people on the list first."), status=422)
    return found


@door("attendance.view_sheet")
@require_GET
def review(request: HttpRequest, session_id: int) -> HttpResponse:
    """«Cần xem lại»: whom nobody marked, what nobody confirmed, what contradicts itself, who is not on the list."""
    who = visit(request)
    held = handled_session(who, session_id)
    left = open_points(held)
    is_staff = allow("attendance.mark_for_person", who.user, held, at=who.now) or allow(
        "attendance.match_walk_in", who.user, held, at=who.now
    )
    if not is_staff:
        mine = set(Enrolment.objects.visible_to(who.user, who.on).filter(run=held.run_id).values_list("pk", flat=True))
        left = left.only(mine)
    context = {
        "session": held,
        "run": held.run,
        "left": left,
        "flagged": [{"row": row, "words": [FLAG_WORDS.get(flag, flag) for flag in row.flags]} for row in left.flagged],
        "devices": [FLAG_WORDS.get(flag, flag) for flag in left.devices],
        "uid": uuid.uuid4(),
        "statuses": [choice for choice in Presence.choices if choice[0]],
        "is_over": held.ends_at <= who.now,
        **_rights(who, held),
    }
    return render(request, "courses/review.html", context)


def _rights(who: Visit, held: Session) -> dict[str, Any]:
    names = ("confirm_claims", "mark_for_person", "lock", "match_walk_in")
    return {f"may_{name}": allow(f"attendance.{name}", who.user, held, at=who.now) for name in names}


@door("attendance.confirm_claims")
@require_POST
def confirm(request: HttpRequest, session_id: int) -> HttpResponse:
    """One tap for a list of claims: staff see these people."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.confirm_claims", who.user, held, at=who.now)
    count = confirm_claims(held, ticked(request, held), by=who.user, now=who.now)
    messages.success(request, ngettext("%(n)d person confirmed.", "%(n)d people confirmed.", count) % {"n": count})
    return redirect("courses:review", held.pk)


@door("attendance.mark_for_person", "attendance.correct_before_lock")
@require_POST
def mark_ticked(request: HttpRequest, session_id: int) -> HttpResponse:
    """The rest by name: one status for everybody who is ticked; after the session with a reason."""
    who = visit(request)
    held = seen_session(who, session_id)
    action = "attendance.correct_before_lock" if held.ends_at <= who.now else "attendance.mark_for_person"
    require(action, who.user, held, at=who.now)
    status, form_uid = request.POST.get("status", ""), _uid(request)
    if status not in Presence.values or not status:
        raise Refused("status_unknown", _("Please choose what to mark."), status=422)
    marks = [
        Sighting(
            enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=who.now, status=status,
            note=request.POST.get("note", ""), uid=uuid.uuid5(form_uid, str(enrolment.pk)),
        )
        for enrolment in ticked(request, held)
    ]  # fmt: skip
    count = mark_many(held, marks, action=action, by=who.user, now=who.now)
    messages.success(request, ngettext("%(n)d person marked.", "%(n)d people marked.", count) % {"n": count})
    return redirect("courses:review", held.pk)


def _uid(request: HttpRequest) -> uuid.UUID:
    """The natural key of the form; a form that lost it is a new act."""
    try:
        return uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        return uuid.uuid4()


@door("attendance.grant_leave")
@require_POST
def leave(request: HttpRequest, session_id: int) -> HttpResponse:
    """Excuse somebody before the session begins."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.grant_leave", who.user, held, at=who.now)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        raise Refused("reason_required", _("Say why."), status=422)
    people = Enrolment.objects.filter(run=held.run_id).select_related("run", "person", "agency")
    enrolment = get_object_or_404(people, public_id=form.cleaned_data["enrolment"])
    grant_leave(
        held, enrolment, reason=form.cleaned_data["reason"], uid=form.cleaned_data["uid"], by=who.user, now=who.now
    )
    messages.success(request, _("Leave granted."))
    return redirect("courses:session", held.pk)


@door("attendance.lock")
@require_POST
def lock_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """«Chốt điểm danh»: nobody changes it alone any more."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.lock", who.user, held, at=who.now)
    if lock(held, by=who.user, now=who.now):
        messages.success(request, _("The attendance is locked. Amendments now need two persons."))
    return redirect("courses:session", held.pk)


@door("attendance.amend_after_lock", fresh=True)
@require_POST
def amend(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """Ask for another status in a locked session; a second person confirms."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.amend_after_lock", who.user, held, at=who.now)
    form = AmendForm(request.POST)
    if not form.is_valid():
        raise Refused("reason_required", _("Say why."), status=422)
    asked = form.cleaned_data
    enrolment = get_object_or_404(Enrolment.objects.filter(run=held.run_id), public_id=asked["enrolment"])
    ask_to_amend(
        held, enrolment, asked["status"], reason=asked["reason"], document_no=asked["document_no"], by=who.user,
        now=who.now,
    )  # fmt: skip
    messages.success(request, _("Sent. Another person must confirm."))
    return redirect("courses:session", held.pk)


@door("attendance.correct_before_lock")
@require_POST
def annul_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """Take one event back, with a reason; it stays on record."""
    who = visit(request)
    sessions = Session.objects.visible_to(who.user, who.on)
    events = AttendanceEvent.objects.filter(session__in=sessions)
    event = get_object_or_404(
        events.select_related("session__run", "enrolment__person", "enrolment__agency", "enrolment__run"), pk=event_id
    )
    require("attendance.correct_before_lock", who.user, event.session, at=who.now)
    projection: Attendance = annul(event, reason=request.POST.get("reason", ""), by=who.user, now=who.now)
    messages.success(request, _("Taken back."))
    return redirect("courses:enrolment", projection.enrolment.public_id)


@door("attendance.mark_for_person")
@require_POST
def walk_in(request: HttpRequest, session_id: int) -> HttpResponse:
    """Write down somebody who came without being on the list."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.mark_for_person", who.user, held, at=who.now)
    form = WalkInForm(request.POST)
    if not form.is_valid():
        raise Refused("name_required", _("Write the full name."), status=422)
    write_down(held, Newcomer(**form.cleaned_data), room=None, by=who.user, now=who.now)
    messages.success(request, _("Written down. The coordinator will check the name."))
    return redirect("courses:review", held.pk)


@door("attendance.match_walk_in")
@require_GET
def walk_in_people(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    """Who may that be? At most ten people whose name is alike, with their agency; homonyms stand apart."""
    who = visit(request)
    came = _came(who, walk_in_id)
    require("attendance.match_walk_in", who.user, came.session, at=who.now)
    words = request.GET.get("q", came.name)[:100]
    people = Person.objects.visible_to(who.user, who.on).living().matching(words).in_order()
    entries = [
        {"person": person, "agencies": ", ".join(sorted({row.agency.name for row in person.roster_entries.all()}))}
        for person in people.prefetch_related("roster_entries__agency")[:MOST_FOUND]
    ]
    return render(
        request, "courses/walk_in.html", {"came": came, "session": came.session, "found": entries, "q": words}
    )


@door("attendance.match_walk_in")
@require_POST
def match_walk_in(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    """This is who came, or nobody of ours."""
    who = visit(request)
    came = _came(who, walk_in_id)
    require("attendance.match_walk_in", who.user, came.session, at=who.now)
    if request.POST.get("person") == "nobody":
        reject(came, by=who.user, now=who.now)
        messages.success(request, _("Noted: nobody of ours."))
        return redirect("courses:review", came.session.pk)
    try:
        person = get_object_or_404(Person.objects.living(), public_id=request.POST.get("person", ""))
    except ValidationError as error:
        raise Refused("nobody_chosen", _("Choose the person first."), status=422) from error
    match(came, person, by=who.user, now=who.now)
    messages.success(request, _("Matched, enrolled and marked present."))
    return redirect("courses:review", came.session.pk)


def _came(who: Visit, walk_in_id: int) -> WalkIn:
    sessions = Session.objects.sheet_visible_to(who.user, who.on)
    return get_object_or_404(
        WalkIn.objects.filter(session__in=sessions).select_related("session__run__course"), pk=walk_in_id
    )
