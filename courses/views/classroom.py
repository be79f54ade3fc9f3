"""The trainer in the room: the list of people, the code on the screen (domain.md §15)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.forms.checkin import MarkForm, WalkInForm
from courses.live_codes import codes_ahead, pins_ahead, room_key
from courses.models import (
    Attendance,
    Enrolment,
    EventKind,
    Presence,
    Session,
    SessionPlace,
    Sighting,
    Source,
    WalkIns,
    open_points,
)
from courses.pins import is_off
from courses.qr import qr_path
from courses.views.seen import handled_session, seen_session
from lms.people.permissions import allow, door, require
from lms.people.views.visit import visit
from lms.vietnamese.text import fold

THERE: tuple[str, ...] = (Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY)


@door("attendance.view_sheet", "session.view")
@require_GET
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """The list of people by given name, with what is known of each; trainers mark on it."""
    who = visit(request)
    held = handled_session(who, session_id)
    people = Enrolment.objects.visible_to(who.user, who.on).enrolled().filter(run=held.run)
    words = request.GET.get("q", "")[:100]
    if words.strip():
        people = people.filter(person__name_folded__contains=fold(words))
    kept = {row.enrolment_id: row for row in Attendance.objects.filter(session=held)}
    listed = list(people.select_related("person", "agency").in_order())
    rows = [{"enrolment": row, "attendance": kept.get(row.pk), "uid": uuid.uuid4()} for row in listed]
    is_staff = allow("attendance.grant_leave", who.user, held, at=who.now)
    return render(
        request,
        "courses/session.html",
        {
            "session": held,
            "run": held.run,
            "rows": rows,
            "q": words,
            "there": sum(kept[row.pk].status in THERE for row in listed if row.pk in kept),
            "statuses": [choice for choice in Presence.choices if choice[0]],
            "is_over": held.ends_at <= who.now,
            "may_edit": allow("session.edit_or_cancel", who.user, held, at=who.now),
            "has_begun": held.starts_at <= who.now,
            "open_count": len(open_points(held)) if is_staff and held.starts_at <= who.now else 0,
            "may_prepare": allow("scanner.grant_device", who.user, held, at=who.now) and held.locked_at is None,
            "rooms": list(held.session_places.select_related("place").in_order()) if is_staff else [],
            "prints": list(held.sheet_prints.select_related("place").order_by("pk")) if is_staff else [],
            "takes_walk_ins": held.walk_ins != WalkIns.REFUSE,
            "walk_in": WalkInForm(initial={"uid": uuid.uuid4()}),
            "may_amend": allow("attendance.amend_after_lock", who.user, held, at=who.now),
            "may_grant_leave": allow("attendance.grant_leave", who.user, held, at=who.now),
            "may_mark": allow("attendance.mark_for_person", who.user, held, at=who.now),
            "may_show": held.cancelled_at is None
            and who.now < held.closes_at
            and allow("attendance.show_live_code", who.user, held, at=who.now),
        },
    )


@door("attendance.mark_for_person", "attendance.correct_before_lock")
@require_POST
def mark(request: HttpRequest, session_id: int) -> HttpResponse:
    """Say of one person: present, late, … After the session it is a correction, with a reason."""
    who = visit(request)
    held = seen_session(who, session_id)
    action = "attendance.correct_before_lock" if held.ends_at <= who.now else "attendance.mark_for_person"
    require(action, who.user, held, at=who.now)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose what to mark."))
        return redirect("courses:session", held.pk)
    people = Enrolment.objects.filter(run=held.run).select_related("run", "person", "agency")
    enrolment = get_object_or_404(people, public_id=form.cleaned_data["enrolment"])
    sighting = Sighting(
        enrolment=enrolment,
        kind=EventKind.MARK,
        source=Source.STAFF,
        at=who.now,
        uid=form.cleaned_data["uid"],
        status=form.cleaned_data["status"],
        note=form.cleaned_data["note"],
    )
    Attendance.record(held, sighting, by=who.user, action=action, now=who.now)
    return redirect(f"{reverse('courses:session', args=[held.pk])}#p{enrolment.pk}")


def _room(request: HttpRequest, held: Session) -> SessionPlace:
    """The room named in the address, else the first."""
    rooms = held.session_places.select_related("place").in_order()
    code = request.GET.get("room", "") or request.POST.get("room", "")
    return get_object_or_404(rooms, code=code) if code else get_object_or_404(rooms[:1])


def _shown(request: HttpRequest, room: SessionPlace, at: datetime, count: int) -> list[dict[str, Any]]:
    """The codes from now on, each with its address, its QR code and when to show it, in ms after `at`."""
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    shown = []
    for code, after_ms in codes_ahead(key, at, count):
        url = request.build_absolute_uri(f"/D/{room.code}/{code}").upper()
        size, path = qr_path(url)
        shown.append({"code": code, "after_ms": after_ms, "url": url, "size": size, "path": path})
    return shown


def _pins(room: SessionPlace, at: datetime) -> dict[str, Any]:
    """The PIN that counts now, and the next one with when to show it, in ms after `at`."""
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    shown = pins_ahead(key, at)
    pins = [{"pin": pin, "after_ms": after_ms} for pin, after_ms in shown]
    return {"pin": shown[0][0], "pins": pins, "pin_off": is_off(room)}


def _counts(held: Session) -> dict[str, int]:
    return {
        "there": Attendance.objects.filter(session=held, status__in=THERE).count(),
        "total": Enrolment.objects.enrolled().filter(run=held.run).count(),
    }


@door("attendance.show_live_code")
@never_cache
@require_GET
def code(request: HttpRequest, session_id: int) -> HttpResponse:
    """The page for the projector: the code that counts now. A script shows the next ones; without it, a button."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.show_live_code", who.user, held, at=who.now)
    room = _room(request, held)
    return render(
        request,
        "courses/code.html",
        {
            "session": held,
            "run": held.run,
            "room": room,
            "rooms": list(held.session_places.select_related("place").in_order()),
            "shown": _shown(request, room, who.now, 1)[0],
            **_pins(room, who.now),
            "door": request.build_absolute_uri(reverse("courses:enter_code")).split("://", 1)[-1],
            **_counts(held),
        },
    )


@door("attendance.show_live_code")
@never_cache
@require_GET
def codes(request: HttpRequest, session_id: int) -> JsonResponse:
    """Twenty codes ahead, five minutes of them, and how many people are there."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.show_live_code", who.user, held, at=who.now)
    room = _room(request, held)
    return JsonResponse(
        {"epoch": room.epoch, "codes": _shown(request, room, who.now, 20), **_pins(room, who.now), **_counts(held)}
    )


@door("attendance.change_live_code")
@require_POST
def change_code(request: HttpRequest, session_id: int) -> HttpResponse:
    """Make every code that was shown so far void."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.change_live_code", who.user, held, at=who.now)
    room = _room(request, held)
    room.change_code(by=who.user, now=who.now)
    messages.success(request, _("The codes that were shown before no longer count."))
    return redirect(f"{reverse('courses:code', args=[held.pk])}?room={room.code}")
