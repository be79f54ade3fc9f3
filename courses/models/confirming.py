"""What staff say of many people at once: claims confirmed, leave granted, marks taken back (attendance §1.2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import presence
from courses.models.attendance import (
    Attendance,
    AttendanceEvent,
    EventKind,
    Presence,
    ScanResult,
    Sighting,
    Source,
    times_of,
)
from courses.models.enrolments import Enrolment
from courses.models.sessions import Session
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused

NAMESPACE = uuid.UUID("6f0f2f5e-6a53-4b53-9a5e-0a2b7d5f1c11")
"""Of natural keys that are made of other keys."""


def confirm_claims(session: Session, enrolments: Sequence[Enrolment], *, by: User, now: datetime) -> int:
    """Staff say that these people are here: their claims become marks, with what the claim would earn. One event for
    the list; how many were confirmed. A claim that was confirmed meanwhile is left. Raises Refused: those of
    `Attendance.apply`."""
    with transaction.atomic():
        times, events = times_of(session), []
        for enrolment in enrolments:
            row = Attendance.objects.filter(session=session, enrolment=enrolment, is_unconfirmed=True).first()
            if row is None:
                continue
            told = AttendanceEvent.objects.filter(session=session, enrolment=enrolment).as_seen()
            status, half_periods = presence.claimed(times, told) or ("", 0)
            mark = Sighting(
                enrolment=enrolment,
                kind=EventKind.MARK,
                source=Source.STAFF,
                at=now,
                uid=uuid.uuid5(NAMESPACE, f"confirm|{row.last_event_id}"),
                status=status,
                half_periods=half_periods,
                note=_("Claim confirmed"),
            )
            _projection, event = Attendance.apply(session, mark, by=by, now=now)
            events += [event.pk] if event else []
        if events:
            _tell_of_many("attendance.confirm_claims", session, events, by=by, now=now)
    return len(events)


def grant_leave(
    session: Session, enrolment: Enrolment, *, reason: str, uid: uuid.UUID, by: User, now: datetime
) -> Attendance:
    """Excuse somebody before the session. Raises Refused: reason_required, leave_after_start and those of `apply`."""
    if not reason.strip():
        raise Refused("reason_required", _("Say why."), status=422)
    leave = Sighting(
        enrolment=enrolment, kind=EventKind.MARK, source=Source.LEAVE, at=now, uid=uid, status=Presence.EXCUSED,
        note=reason,
    )  # fmt: skip
    return Attendance.record(session, leave, by=by, action="attendance.grant_leave", now=now)


def annul(event: AttendanceEvent, *, reason: str, by: User, now: datetime) -> Attendance:
    """Take an event back: it stays, and no longer counts. Annulling the annulment brings it back.

    Raises Refused: not_counted (the event was refused, or belongs to nobody), reason_required, second_person,
    session_cancelled, enrolment_inactive.
    """
    if event.result != ScanResult.ACCEPTED or event.enrolment is None:
        raise Refused("not_counted", _("This event does not count; there is nothing to take back."))
    taken_back = Sighting(
        enrolment=event.enrolment, kind=EventKind.ANNUL, source=Source.STAFF, at=now, target=event, note=reason,
        uid=uuid.uuid5(NAMESPACE, f"annul|{event.pk}"),
    )  # fmt: skip
    return Attendance.record(event.session, taken_back, by=by, action="attendance.correct_before_lock", now=now)


def mark_many(session: Session, sightings: Sequence[Sighting], *, action: str, by: User, now: datetime) -> int:
    """Marks of one act, for a list of people: all or none, one event; how many were new."""
    with transaction.atomic():
        applied = [Attendance.apply(session, sighting, by=by, now=now)[1] for sighting in sightings]
        events = [event.pk for event in applied if event is not None]
        if events:
            _tell_of_many(action, session, events, by=by, now=now)
    return len(events)


def _tell_of_many(action: str, session: Session, events: list[int], *, by: User, now: datetime) -> None:
    Event.record(
        action, object_kind="session", object_id=session.pk, actor=str(by.public_id), now=now, data={"events": events}
    )
