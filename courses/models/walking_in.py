"""People who came without being on the list: written down in the room, matched by the coordinator (attendance §1.5)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.models.attendance import Attendance, EventKind, Presence, Sighting, Source
from courses.models.enrolments import Enrolment
from courses.models.scanning import WalkIn, WalkInState
from courses.models.sessions import Session, SessionPlace, WalkIns
from courses.models.states import EnrolmentState, Origin
from lms.audit.models import Event
from lms.days import local_day
from lms.people.models import Person, RosterEntry, User
from lms.refusal import Refused


@dataclass(frozen=True)
class Newcomer:
    """What somebody at the door says of themselves."""

    name: str
    agency_label: str = ""
    position: str = ""
    uid: uuid.UUID | None = None


def write_down(
    session: Session, newcomer: Newcomer, *, room: SessionPlace | None, by: User | None, now: datetime
) -> WalkIn:
    """Note who came without being on the list; the same form twice is once. `by` None: the person did it.

    Raises Refused: name_required, walk_ins_refused, session_cancelled, session_locked, not_open, closed.
    """
    if not newcomer.name.strip():
        raise Refused("name_required", _("Write the full name."), status=422)
    if session.walk_ins == WalkIns.REFUSE:
        raise Refused("walk_ins_refused", _("This class takes only people who are on its list."))
    _check_hours(session, now)
    walk_in, is_new = WalkIn.objects.get_or_create(
        uid=newcomer.uid or uuid.uuid4(),
        defaults={
            "session": session,
            "place": room.place if room else None,
            "name": newcomer.name.strip()[:200],
            "agency_label": newcomer.agency_label.strip()[:300],
            "position": newcomer.position.strip()[:200],
            "recorded_at": now,
            "recorded_by": by,
        },
    )
    if is_new and by is not None:
        Event.record(
            "attendance.mark_for_person", object_kind="session", object_id=session.pk, actor=str(by.public_id),
            now=now, data={"walk_in": walk_in.pk},
        )  # fmt: skip
    return walk_in


def _check_hours(session: Session, now: datetime) -> None:
    if session.cancelled_at is not None:
        raise Refused("session_cancelled", _("This session was cancelled."))
    if session.locked_at is not None:
        raise Refused("session_locked", _("The attendance of this session is locked."))
    if now < session.opens_at:
        raise Refused("not_open", _("Check-in is not open yet."), opens_at=session.opens_at.isoformat())
    if now >= session.closes_at:
        raise Refused("closed", _("Check-in is closed."), closed_at=session.closes_at.isoformat())


def match(walk_in: WalkIn, person: Person, *, by: User, now: datetime) -> Enrolment:
    """This is who came: enrolled if a seat is free, marked present from the moment that was written down.

    Raises Refused: already_decided, quota_used (no free seat), session_locked, and those of `Enrolment.enter`.
    """
    with transaction.atomic():
        session = walk_in.session
        enrolment = _enrolment_of(person, session, by=by, now=now)
        claimed = WalkIn.objects.filter(pk=walk_in.pk, state=WalkInState.OPEN)
        if not claimed.update(state=WalkInState.MATCHED, enrolment=enrolment):
            raise already_decided()
        seen = Sighting(
            enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=walk_in.recorded_at, uid=walk_in.uid,
            status=Presence.PRESENT, note=str(_("Came without being on the list")),
        )  # fmt: skip
        projection, event = Attendance.apply(session, seen, by=by, now=now)
        if event is not None:
            projection.tell("attendance.match_walk_in", event, by=by, now=now)
    return enrolment


def _enrolment_of(person: Person, session: Session, *, by: User, now: datetime) -> Enrolment:
    known = Enrolment.objects.active().filter(run=session.run_id, person=person).first()
    if known is not None:
        return known
    entry = RosterEntry.objects.filter(person=person, starts_on__lte=local_day(now)).order_by("-starts_on").first()
    newcomer = Enrolment(
        run=session.run, person=person, agency=entry.agency if entry else None, origin=Origin.DEPARTMENT
    )
    newcomer.enter(EnrolmentState.ENROLLED, action="enrolment.walk_in", by=by, now=now)
    if newcomer.state != EnrolmentState.ENROLLED:
        raise Refused("quota_used", _("The class has no free seat."))
    return newcomer


def reject(walk_in: WalkIn, *, by: User, now: datetime) -> None:
    """Nobody of ours: it stays on record and counts for nothing. Raises Refused: already_decided."""
    with transaction.atomic():
        if not WalkIn.objects.filter(pk=walk_in.pk, state=WalkInState.OPEN).update(state=WalkInState.REJECTED):
            raise already_decided()
        Event.record(
            "attendance.match_walk_in", object_kind="session", object_id=walk_in.session_id, actor=str(by.public_id),
            now=now, data={"walk_in": walk_in.pk, "rejected": True},
        )  # fmt: skip


def already_decided() -> Refused:
    """Somebody was faster."""
    return Refused("already_decided", _("Somebody has already decided on this person."))
