"""A batch of a phone that was offline: item by item, in transactions of fifty (attendance-and-certificates.md §1.4)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from courses import presence
from courses.live_codes import is_personal, person_key
from courses.models.attendance import (
    Attendance,
    AttendanceEvent,
    EventKind,
    ScanResult,
    Sighting,
    Source,
    as_event,
    columns_of,
    judge,
    times_of,
)
from courses.models.enrolments import Enrolment
from courses.models.scanning import ScanDevice
from courses.offline import Item, clock_jumped, link_of
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused

IN_A_TRANSACTION = 50
OFFLINE_SLOTS = 20
"""Half minutes by which a personal code may be off when it was scanned without network."""


@dataclass(frozen=True)
class Answer:
    """What became of an item."""

    uid: uuid.UUID
    result: str
    code: str = ""
    status: str = ""


@dataclass(frozen=True)
class Sending:
    """The moment of sending by the clocks of the phone; `round_trip_ms` of its last call."""

    sent_at: datetime
    steady_ms: int
    run: str
    round_trip_ms: int = 0


@dataclass
class _Chunk:
    """What fifty items need, read once."""

    device: ScanDevice
    now: datetime
    people: Mapping[uuid.UUID, Enrolment]
    known: Mapping[uuid.UUID, AttendanceEvent]
    seqs: set[int]
    times: presence.SessionTimes
    rows: dict[int, Attendance]
    seen: dict[int, list[presence.Seen]]
    made: list[AttendanceEvent] = field(default_factory=list)


def take_batch(device: ScanDevice, items: Sequence[Item], sending: Sending, now: datetime) -> list[Answer]:
    """Each item's answer, in order. Repeating a batch changes nothing. What would have been refused on line is kept as
    a conflict for a person, never dropped and never counted."""
    device.skew_ms = _skew(sending, now)
    answers: list[Answer] = []
    for start in range(0, len(items), IN_A_TRANSACTION):
        part = items[start : start + IN_A_TRANSACTION]
        with transaction.atomic():
            answers += _take(device, part, sending, now)
    return answers


def _skew(sending: Sending, now: datetime) -> int:
    """Device minus server, in ms; half the round trip had passed when the batch arrived."""
    sent = sending.sent_at + timedelta(milliseconds=max(0, min(sending.round_trip_ms, 60_000)) // 2)
    return max(-(2**31), min(int((sent - now) / timedelta(milliseconds=1)), 2**31 - 1))


def _take(device: ScanDevice, items: Sequence[Item], sending: Sending, now: datetime) -> list[Answer]:
    """One transaction; the row of the phone is ours until its end, so that two sendings of a batch wait for another."""
    ScanDevice.objects.filter(pk=device.pk).update(last_seq=F("last_seq"))
    held = ScanDevice.objects.select_related("session__run").get(pk=device.pk)
    held.skew_ms, held.user = device.skew_ms, device.user
    chunk = _read(held, items, now)
    fresh = [item for item in items if item.uid not in chunk.known]
    answers = [_one(chunk, item) for item in items]
    made = AttendanceEvent.objects.bulk_create(chunk.made)
    statuses = _follow(chunk, made)
    _remember(held, fresh, sending)
    if made:
        _tell(chunk, made)
    by_uid = {event.uid: statuses.get(event.enrolment_id or 0, "") for event in made}
    return [replace(answer, status=by_uid.get(answer.uid, answer.status)) for answer in answers]


def _read(device: ScanDevice, items: Sequence[Item], now: datetime) -> _Chunk:
    session = device.session
    asked = {item.enrolment for item in items}
    people = Enrolment.objects.filter(public_id__in=asked).select_related("person", "agency")
    by_id = {row.public_id: row for row in people}
    here = [row.pk for row in by_id.values() if row.run_id == session.run_id]
    Attendance.objects.bulk_create(
        [Attendance(session=session, enrolment_id=pk) for pk in sorted(here)], ignore_conflicts=True
    )
    rows = Attendance.objects.filter(session=session, enrolment__in=here)
    rows.update(version=F("version") + 1)
    seen: dict[int, list[presence.Seen]] = defaultdict(list)
    events = AttendanceEvent.objects.filter(session=session, enrolment__in=here).accepted().order_by("pk")
    for enrolment_id, one in events.with_people():
        seen[enrolment_id].append(one)
    kept = {row.enrolment_id: row for row in rows}
    for row in kept.values():
        row.session = session
    known = AttendanceEvent.objects.filter(uid__in=[item.uid for item in items])
    seqs = AttendanceEvent.objects.filter(device=device, seq__in=[item.seq for item in items])
    return _Chunk(
        device, now, by_id, {event.uid: event for event in known}, {event.seq or 0 for event in seqs},
        times_of(session), kept, seen,
    )  # fmt: skip


def _one(chunk: _Chunk, item: Item) -> Answer:
    known = chunk.known.get(item.uid) or next((event for event in chunk.made if event.uid == item.uid), None)
    if known is not None:
        return _stored(chunk, item, known)
    if item.seq in chunk.seqs:
        return Answer(item.uid, ScanResult.REFUSED, "seq_reused")
    enrolment = chunk.people.get(item.enrolment)
    if enrolment is None:
        return Answer(item.uid, ScanResult.REFUSED, "bad_item")
    chunk.seqs.add(item.seq)
    sighting = _sighting(chunk, item, enrolment)
    result, code, sighting = _judged(chunk, item, sighting)
    event = as_event(
        chunk.device.session, sighting, chunk.device.user, chunk.now, result=result, code=code, uid=item.uid
    )
    chunk.made.append(event)
    if result == ScanResult.ACCEPTED:
        _learn(chunk, sighting, event)
    return Answer(item.uid, result, code)


def _stored(chunk: _Chunk, item: Item, known: AttendanceEvent) -> Answer:
    """A known item gives its answer again; that of another phone is none of ours."""
    if known.device_id != chunk.device.pk or known.seq != item.seq:
        return Answer(item.uid, ScanResult.REFUSED, "bad_item")
    row = chunk.rows.get(known.enrolment_id or 0)
    return Answer(item.uid, known.result, known.code, row.status if row else "")


def _sighting(chunk: _Chunk, item: Item, enrolment: Enrolment) -> Sighting:
    """By our clock: what the phone says less its skew, not before it was granted and not after it arrived."""
    at = item.claimed_at - timedelta(milliseconds=chunk.device.skew_ms)
    earliest = chunk.device.granted_at or chunk.device.session.opens_at
    is_mark = item.kind == EventKind.MARK
    return Sighting(
        enrolment=enrolment,
        kind=item.kind,
        source=Source.STAFF if is_mark else Source.PERSONAL_QR,
        at=min(max(at, earliest), chunk.now),
        uid=item.uid,
        status=item.status,
        device=chunk.device,
        seq=item.seq,
        link=item.link,
        claimed_at=item.claimed_at,
    )


def _judged(chunk: _Chunk, item: Item, sighting: Sighting) -> tuple[str, str, Sighting]:
    session = chunk.device.session
    try:
        judge(session, sighting, chunk.now)
        if sighting.kind != EventKind.MARK:
            key = person_key(settings.SECRET_KEY, session.pk, sighting.enrolment.check_in_code)
            if not is_personal(key, item.code, sighting.at, OFFLINE_SLOTS):
                return ScanResult.CONFLICT, "qr_expired", sighting
    except Refused as refusal:
        return ScanResult.CONFLICT, refusal.code, sighting
    row = chunk.rows[sighting.enrolment.pk]
    sighting = replace(sighting, kind=row.way(sighting))
    if row.repeats(sighting):
        return ScanResult.DUPLICATE, "already", sighting
    return ScanResult.ACCEPTED, "", sighting


def _learn(chunk: _Chunk, sighting: Sighting, event: AttendanceEvent) -> None:
    """The next item of the same person meets what this one made; its number is not known yet."""
    told = chunk.seen[sighting.enrolment.pk]
    number = max((one.id for one in told), default=0) + 1
    told.append(presence.Seen(number, event.kind, event.source, event.at, event.status, event.half_periods))
    for column, value in columns_of(presence.derive(chunk.times, told)).items():
        setattr(chunk.rows[sighting.enrolment.pk], column, value)


def _follow(chunk: _Chunk, made: Sequence[AttendanceEvent]) -> dict[int, str]:
    """The projections of everybody with a new accepted event, by the events as they are stored."""
    touched = {event.enrolment_id for event in made if event.result == ScanResult.ACCEPTED}
    seen: dict[int, list[presence.Seen]] = defaultdict(list)
    events = AttendanceEvent.objects.filter(session=chunk.device.session, enrolment__in=touched).accepted()
    for enrolment_id, one in events.order_by("pk").with_people():
        seen[enrolment_id].append(one)
    rows = []
    for enrolment_id, told in seen.items():
        row = chunk.rows[enrolment_id]
        values = columns_of(presence.derive(chunk.times, told))
        for column, value in values.items():
            setattr(row, column, value)
        rows.append(row)
    if rows:
        Attendance.objects.bulk_update(rows, list(columns_of(presence.Projection())))
    return {enrolment_id: row.status for enrolment_id, row in chunk.rows.items()}


def _remember(device: ScanDevice, fresh: Sequence[Item], sending: Sending) -> None:
    """Where the chain stands now, and what is odd about the phone: flagged for a person, its items stay."""
    flags, seq, link = set(device.flags), device.last_seq, device.last_link
    for item in fresh:
        if item.seq != seq + 1 or item.link != link_of(link, item.canonical):
            flags.add("chain_broken")
        if item.seq > seq:
            seq, link = item.seq, item.link
    if clock_jumped(fresh, run=sending.run, sent_at=sending.sent_at, sent_steady_ms=sending.steady_ms):
        flags.add("clock_jump")
    ScanDevice.objects.filter(pk=device.pk).update(
        last_seq=seq, last_link=link, skew_ms=device.skew_ms, flags=sorted(flags)
    )


def _tell(chunk: _Chunk, made: Sequence[AttendanceEvent]) -> None:
    session, first = chunk.device.session, made[0].pk
    Event.record(
        "attendance.upload_offline_batch", object_kind="session", object_id=session.pk,
        actor=str(chunk.device.user.public_id), now=chunk.now,
        data={"device": chunk.device.pk, "events": [event.pk for event in made]},
    )  # fmt: skip
    key = f"run:{session.run_id}:batch:{first}"
    Job.ask("courses.evaluate_run", key=key, payload={"run": session.run_id}, now=chunk.now)
