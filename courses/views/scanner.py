"""The phone of the staff: granted, prepared for a room without network, and what it sends later; personal QR codes."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.live_codes import PERSONAL_SECONDS, is_personal, normal_code, person_key, personal_code, slot_at
from courses.models import Attendance, Enrolment, EventKind, Presence, ScanDevice, Session, Sighting, Source
from courses.models.batches import Sending, take_batch
from courses.models.confirming import NAMESPACE
from courses.offline import BadItem, Item, read_item
from courses.qr import qr_path
from courses.views.seen import seen_session
from lms.days import local_day
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

MOST_ITEMS = 500
MOST_BYTES = 1_000_000
CODES_AHEAD = 20
SEEN_SECONDS = 600
BAD = {"code": "bad_item", "status": ""}
WORKER = Path(__file__).resolve().parents[2] / "lms/web/static/lms/js/scanner-worker.js"


@door("attendance.show_personal_code")
@never_cache
@require_GET
def personal(request: HttpRequest, session_id: int) -> HttpResponse:
    """One's own code for a session: shown to the staff at the door, new every half minute."""
    who = visit(request)
    held, own = _own(who, session_id)
    return render(
        request,
        "courses/personal.html",
        {"session": held, "run": held.run, "enrolment": own, "shown": _personal(request, held, own, who.now, 1)[0]},
    )


@door("attendance.show_personal_code")
@never_cache
@require_GET
def personal_codes(request: HttpRequest, session_id: int) -> JsonResponse:
    """Ten minutes of codes ahead, so that a weak network does no harm."""
    who = visit(request)
    held, own = _own(who, session_id)
    return JsonResponse({"codes": _personal(request, held, own, who.now, CODES_AHEAD)})


def _own(who: Visit, session_id: int) -> tuple[Session, Enrolment]:
    held = get_object_or_404(Session.objects.held().select_related("run__course"), pk=session_id)
    return held, get_object_or_404(Enrolment.objects.of(who.user).enrolled().filter(run=held.run_id))


def _personal(request: HttpRequest, held: Session, own: Enrolment, at: datetime, count: int) -> list[dict[str, Any]]:
    key = person_key(settings.SECRET_KEY, held.pk, own.check_in_code)
    slot, now_ms = slot_at(at, PERSONAL_SECONDS), int(at.timestamp() * 1000)
    shown = []
    for ahead in range(count):
        url = request.build_absolute_uri(f"/P/{held.pk}/{own.pk}/{personal_code(key, at, -ahead)}").upper()
        size, path = qr_path(url)
        after_ms = max(0, (slot + ahead) * PERSONAL_SECONDS * 1000 - now_ms)
        shown.append({"after_ms": after_ms, "size": size, "path": path, "url": url})
    return shown


@door("attendance.mark_for_person")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seen(request: HttpRequest, session_id: int, enrolment_id: int, code: str) -> HttpResponse:
    """The camera of a staff phone opened somebody's personal code: one tap marks the person."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.mark_for_person", who.user, held, at=who.now)
    people = Enrolment.objects.filter(run=held.run_id).select_related("run", "person", "agency")
    enrolment = people.filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Refused("qr_unknown", _("This is no personal code of this class."), status=404)
    at = _scanned_at(request, held, enrolment, normal_code(code), who.now)
    context: dict[str, Any] = {"session": held, "run": held.run, "enrolment": enrolment, "attendance": None}
    if request.method == "POST":
        sighting = Sighting(
            enrolment=enrolment, kind=EventKind.IN, source=Source.PERSONAL_QR, at=at,
            uid=_uid_of(held, enrolment, code), room=held.session_places.filter(place=enrolment.place_id).first(),
        )  # fmt: skip
        context["attendance"] = Attendance.record(
            held, sighting, by=who.user, action="attendance.mark_for_person", now=who.now
        )
    proof = signing.dumps([held.pk, enrolment.pk, at.timestamp()], salt="lms.personal")
    return render(request, "courses/seen.html", {**context, "proof": proof})


def _uid_of(held: Session, enrolment: Enrolment, code: str) -> uuid.UUID:
    """The same code twice is the same scan."""
    return uuid.uuid5(NAMESPACE, f"personal|{held.pk}|{enrolment.pk}|{normal_code(code)}")


def _scanned_at(request: HttpRequest, held: Session, enrolment: Enrolment, code: str, now: datetime) -> datetime:
    """When the code was scanned: now, or when the page with the button was opened. Raises Refused: qr_expired."""
    try:
        facts = signing.loads(request.POST.get("proof", ""), salt="lms.personal", max_age=SEEN_SECONDS)
        if facts[:2] == [held.pk, enrolment.pk]:
            return datetime.fromtimestamp(facts[2], tz=now.tzinfo)
    except signing.BadSignature:
        pass
    key = person_key(settings.SECRET_KEY, held.pk, enrolment.check_in_code)
    if not is_personal(key, code, now):
        raise Refused("qr_expired", _("This personal code is too old. Ask the person to show the one of now."))
    return now


def _prepared(who: Visit, session_id: int) -> Session:
    """The session of a trainer of the course; for everybody else there is no such page."""
    held = seen_session(who, session_id)
    if not allow("scanner.grant_device", who.user, held, at=who.now):
        raise Http404
    return held


@door("scanner.grant_device", fresh=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scanner(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """«Chuẩn bị điểm danh»: the list on this phone, for a room without network."""
    who = visit(request)
    held = _prepared(who, session_id)
    context: dict[str, Any] = {
        "session": held,
        "run": held.run,
        "grant": None,
        "devices": list(held.scan_devices.select_related("user").order_by("-pk")),
        "statuses": [choice for choice in Presence.choices if choice[0]],
    }
    if request.method == "POST":
        device, token = ScanDevice.grant(held, by=who.user, now=who.now)
        context["grant"] = _grant(held, device, token)
    return render(request, "courses/scanner.html", context)


def _grant(held: Session, device: ScanDevice, token: str) -> dict[str, Any]:
    """What the phone keeps: its token, and the people of this session with their keys of this session alone."""
    people = Enrolment.objects.enrolled().filter(run=held.run_id).select_related("person", "agency").in_order()
    return {
        "session": held.pk,
        "device": device.pk,
        "token": token,
        "expires_at": device.expires_at.isoformat(),
        "send_to": reverse("courses:batch"),
        "people": [
            {
                "id": str(row.public_id),
                "number": row.pk,
                "name": row.person.full_name,
                "folded": row.person.name_folded,
                "agency": row.agency.name if row.agency else "",
                "key": person_key(settings.SECRET_KEY, held.pk, row.check_in_code).hex(),
            }
            for row in people
        ],
    }


@door("scanner.revoke_device")
@require_POST
def revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """A phone that was lost."""
    who = visit(request)
    devices = ScanDevice.objects.filter(session__in=Session.objects.visible_to(who.user, who.on))
    device = get_object_or_404(devices.select_related("session__run"), pk=device_id)
    if not allow("scanner.revoke_device", who.user, device, at=who.now):
        raise Http404
    device.revoke(by=who.user, now=who.now)
    messages.success(request, _("This phone no longer sends attendance."))
    return redirect("courses:session", device.session_id)


@door("app.manifest_worker_language", public=True)
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the one path `/scan/`: the page, its script and its style stay on the phone."""
    files = [static(name) for name in ("lms/site.css", "lms/js/app.js", "lms/js/scanner.js", "lms/icons/mark.svg")]
    head = f"const FILES = {json.dumps(files)};\n"
    answer = HttpResponse(head + WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt
@door("attendance.upload_offline_batch", public=True)
@never_cache
def batch(request: HttpRequest) -> JsonResponse:
    """`POST /api/v1/attendance/batch`: what a granted phone wrote down, at most 500 items; safe to repeat for ever.

    The token of the phone is the only key (`Authorization: Device …`): no cookie, so no form of another site helps.
    """
    now = timezone.now()
    try:
        device = _device(request, now)
        if request.method != "POST":
            raise Refused("method_not_allowed", _("Only POST is taken here."), status=405)
        raw, sending = _read(request)
        items = [_item(one) for one in raw]
        answers = iter(take_batch(device, [item for item in items if item is not None], sending, now))
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal.message)}, status=refusal.status)
    return JsonResponse(
        {
            "items": [
                asdict(next(answers)) if item is not None else {"uid": _uid_said(one), "result": "refused"} | BAD
                for one, item in zip(raw, items, strict=True)
            ]
        }
    )


def _item(raw: Any) -> Item | None:
    try:
        return read_item(raw)
    except BadItem:
        return None


def _uid_said(raw: Any) -> str:
    return str(raw.get("uid", ""))[:40] if isinstance(raw, dict) else ""


def _read(request: HttpRequest) -> tuple[list[Any], Sending]:
    """The body. Raises Refused: batch_unreadable (422)."""
    unreadable = Refused("batch_unreadable", _("This is no batch of a phone of ours, or it is too long."), status=422)
    if len(request.body) > MOST_BYTES:
        raise unreadable
    try:
        body = json.loads(request.body)
        raw = list(body["items"])
        sent_at = datetime.fromisoformat(body["sent_at"])
        sending = Sending(sent_at, int(body["steady_ms"]), str(body["run"])[:40], int(body.get("round_trip_ms", 0)))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise unreadable from error
    if len(raw) > MOST_ITEMS or sent_at.tzinfo is None or not 2000 < sent_at.year < 2200:
        raise unreadable
    return raw, sending


def _device(request: HttpRequest, now: datetime) -> ScanDevice:
    """The phone, if its owner still teaches the course."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    device = ScanDevice.of_token(token.strip(), now) if scheme.lower() == "device" else None
    if device is None:
        raise Refused("token_needed", _("Prepare this phone again on the page of the session."), status=401)
    if not Session.objects.visible_to(device.user, local_day(now)).filter(pk=device.session_id).exists():
        raise Refused("not_found", _("There is no such session."), status=404)
    require("attendance.upload_offline_batch", device.user, device.session, at=now)
    return device
