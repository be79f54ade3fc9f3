"""Check-in by the code on the screen: no login before it, one tap after it (attendance-and-certificates.md §1.3)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.forms.checkin import CheckInForm, RoomCodeForm
from courses.live_codes import (
    TICKET_SECONDS,
    BadTicket,
    Ticket,
    is_live,
    normal_code,
    read_ticket,
    room_key,
    sign_ticket,
    ticket_hash,
    was_live,
)
from courses.models import Attendance, Enrolment, EnrolmentState, EventKind, Session, SessionPlace, Sighting, Source
from courses.models.enrolments import EnrolmentQuerySet
from lms.days import local_day
from lms.people.models import User
from lms.people.permissions import door
from lms.prepared import prepared
from lms.refusal import Refused

COOKIE = "check_in"


@prepared
def _rooms_called(code: str) -> QuerySet[SessionPlace]:
    return SessionPlace.objects.filter(code=code).select_related("session")


@prepared
def _rooms(pk: int) -> QuerySet[SessionPlace]:
    return SessionPlace.objects.filter(pk=pk).select_related("session__run__course", "place")


@prepared
def _own(run_id: int, person_id: int) -> EnrolmentQuerySet:
    rows = Enrolment.objects.filter(run_id=run_id, person_id=person_id).order_by("-created_at")
    return rows.select_related("run", "person", "agency")


def _own_of(request: HttpRequest, room: SessionPlace) -> list[Enrolment]:
    """The visitor's enrolments in the class, whatever became of them, the newest first."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return []
    return _own(room.session.run_id, user.person_id)


@door("attendance.exchange_live_code_for_ticket", public=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """No camera: type the code of the room and the one on the screen."""
    form = RoomCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        room = normal_code(form.cleaned_data["room"])
        return _exchange(request, room, normal_code(form.cleaned_data["code"]), timezone.now())
    return render(request, "courses/enter_code.html", {"form": form}, status=422 if form.errors else 200)


@door("attendance.exchange_live_code_for_ticket", public=True)
@never_cache
@require_GET
def scan(request: HttpRequest, room: str, code: str) -> HttpResponse:
    """The address in the QR code: a good code becomes a ticket, and disappears from the address."""
    return _exchange(request, normal_code(room), normal_code(code), timezone.now())


def _exchange(request: HttpRequest, room_code: str, code: str, now: datetime) -> HttpResponse:
    """A signed ticket in a cookie and 303 to an address without the code. Writes nothing: previews do no harm."""
    found = _rooms_called(room_code)
    if not found:
        raise Refused("code_unknown", _("There is no such code. Please scan the code on the screen again."), status=404)
    room = found[0]
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    if not is_live(key, code, now):
        raise _bad_code(request, room.session, now, is_old=was_live(key, code, now))
    response = redirect("courses:checkin")
    response.status_code = 303
    response.set_cookie(
        COOKIE,
        sign_ticket(settings.SECRET_KEY, room.pk, now),
        max_age=TICKET_SECONDS,
        path=reverse("courses:enter_code"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _bad_code(request: HttpRequest, session: Session, now: datetime, *, is_old: bool) -> Refused:
    """For somebody signed in who has nothing to do with the class, the room does not exist."""
    if is_old and not _is_a_stranger(request, session, now):
        return Refused("code_expired", _("This code is too old. Please scan the one that is on the screen now."))
    return Refused("code_unknown", _("There is no such code. Please scan the code on the screen again."), status=404)


def _is_a_stranger(request: HttpRequest, session: Session, now: datetime) -> bool:
    user = request.user
    return isinstance(user, User) and not (
        Session.objects.visible_to(user, local_day(now)).filter(pk=session.pk).exists()
    )


@door("attendance.exchange_live_code_for_ticket", "attendance.check_in_with_ticket", public=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkin(request: HttpRequest) -> HttpResponse:
    """One tap for who is signed in; others type the check-in code of their invitation."""
    now = timezone.now()
    text = request.COOKIES.get(COOKIE, "")
    if request.method != "POST" and not text:
        return redirect("courses:enter_code")
    ticket = _ticket(text, now)
    found = _rooms(ticket.session_place_id)
    if not found:
        raise Http404
    room = found[0]
    if request.method != "POST":
        form = CheckInForm(initial={"ticket": text, "uid": uuid.uuid4()})
        return render(request, "courses/checkin.html", _page(request, room, form))
    form = CheckInForm(request.POST)
    if not form.is_valid() or not constant_time_compare(form.cleaned_data["ticket"], text):
        raise _scan_again("ticket_expired")
    return _check_in(request, room, ticket, form, now)


def _ticket(text: str, now: datetime) -> Ticket:
    try:
        return read_ticket(settings.SECRET_KEY, text, now)
    except BadTicket as bad:
        raise _scan_again(bad.code) from bad


def _scan_again(code: str) -> Refused:
    """The ticket is too old, forged, or came from another browser."""
    return Refused(code, _("This scan no longer counts. Please scan the code on the screen again."))


def _page(request: HttpRequest, room: SessionPlace, form: CheckInForm, **more: Any) -> dict[str, Any]:
    own = next((row for row in _own_of(request, room) if row.state == EnrolmentState.ENROLLED), None)
    return {"room": room, "session": room.session, "run": room.session.run, "form": form, "own": own, **more}


def _check_in(
    request: HttpRequest, room: SessionPlace, ticket: Ticket, form: CheckInForm, now: datetime
) -> HttpResponse:
    enrolment = _who(request, room, form.cleaned_data["check_in_code"], now)
    sighting = Sighting(
        enrolment=enrolment,
        kind=EventKind.IN,
        source=Source.LIVE_CODE,
        at=ticket.scanned_at,
        uid=form.cleaned_data["uid"],
        room=room,
        ticket=ticket_hash(form.cleaned_data["ticket"]),
        wrong_place_is_fine=form.cleaned_data["wrong_place_is_fine"],
    )
    by = request.user if isinstance(request.user, User) else None
    try:
        attendance = Attendance.record(room.session, sighting, by=by, action="attendance.check_in_with_ticket", now=now)
    except Refused as refusal:
        if refusal.code != "wrong_place":
            raise
        again = CheckInForm(initial={**form.cleaned_data, "uid": uuid.uuid4(), "wrong_place_is_fine": True})
        return render(request, "courses/checkin.html", _page(request, room, again, refusal=refusal), status=409)
    return render(
        request,
        "courses/checked_in.html",
        {"attendance": attendance, "enrolment": enrolment, "session": room.session, "room": room, "by": by},
    )


def _who(request: HttpRequest, room: SessionPlace, typed: str, now: datetime) -> Enrolment:
    """Whose check-in this is: one's own, or that of the code typed by somebody who is not signed in."""
    if isinstance(request.user, User):
        rows = _own_of(request, room)
        if not rows:
            status = 404 if _is_a_stranger(request, room.session, now) else 403
            raise Refused("not_enrolled", _("You are not on the list of this class."), status=status)
        own = rows[0]
        if typed.strip() and normal_code(typed) != own.check_in_code:
            raise Refused("wrong_person", _("This code belongs to somebody else."), status=403)
        return own
    people = Enrolment.objects.filter(run=room.session.run_id).select_related("run", "person", "agency")
    found = people.filter(check_in_code=normal_code(typed)).first() if typed.strip() else None
    if found is None:
        raise Refused("not_enrolled", _("There is no such check-in code in this class."), status=403)
    return found
