"""«Chốt điểm danh»: what is still open, the lock, and amendments after it by two persons (attendance §1.2)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.models.attendance import (
    Attendance,
    AttendanceEvent,
    EventKind,
    Presence,
    ScanResult,
    Sighting,
    Source,
)
from courses.models.enrolments import Enrolment
from courses.models.scanning import WalkIn, WalkInState
from courses.models.sessions import Session
from lms.audit.models import Event
from lms.people.models import Approval, User, approves
from lms.refusal import Refused

AMEND = "attendance.amend_after_lock"


@dataclass(frozen=True)
class OpenPoints:
    """What a person still has to look at before, or after, the lock: rows of the list by kind."""

    unmarked: list[Enrolment]
    unconfirmed: list[Attendance]
    flagged: list[Attendance]
    """In conflict, in another room, from a shared browser: with their flags."""
    conflicts: list[AttendanceEvent]
    """Sent by a phone and refused here; a person decides what they are worth."""
    walk_ins: list[WalkIn]
    devices: list[str]
    """Flags of the phones: clock_jump, chain_broken."""

    @property
    def keeps_open(self) -> bool:
        """Whether the session cannot be locked yet."""
        return bool(self.unmarked or self.unconfirmed or self.in_conflict)

    @property
    def in_conflict(self) -> list[Attendance]:
        """A mark against a scan."""
        return [row for row in self.flagged if "conflict" in row.flags]

    def only(self, enrolments: Collection[int]) -> OpenPoints:
        """Of these people alone: what a focal person sees."""
        return OpenPoints(
            [row for row in self.unmarked if row.pk in enrolments],
            [row for row in self.unconfirmed if row.enrolment_id in enrolments],
            [row for row in self.flagged if row.enrolment_id in enrolments],
            [event for event in self.conflicts if event.enrolment_id in enrolments],
            [],
            [],
        )

    def __len__(self) -> int:
        lists = (self.unmarked, self.unconfirmed, self.flagged, self.conflicts, self.walk_ins, self.devices)
        return sum(len(rows) for rows in lists)


def open_points(session: Session) -> OpenPoints:
    """The list «cần xem lại» of a session, by given name. Five queries, whatever the number of people."""
    people = list(Enrolment.objects.enrolled().filter(run=session.run_id).select_related("person", "agency").in_order())
    kept = {row.enrolment_id: row for row in Attendance.objects.filter(session=session)}
    rows = []
    for person in people:
        row = kept.get(person.pk)
        if row is not None:
            row.enrolment = person
            rows.append(row)
    marked = {row.enrolment_id for row in rows if row.status}
    conflicts = AttendanceEvent.objects.filter(session=session, result=ScanResult.CONFLICT)
    return OpenPoints(
        unmarked=[person for person in people if person.pk not in marked],
        unconfirmed=[row for row in rows if row.is_unconfirmed],
        flagged=[row for row in rows if row.flags],
        conflicts=list(conflicts.select_related("enrolment__person").order_by("pk")),
        walk_ins=list(WalkIn.objects.filter(session=session, state=WalkInState.OPEN).order_by("pk")),
        devices=sorted({flag for flags in session.scan_devices.values_list("flags", flat=True) for flag in flags}),
    )


def lock(session: Session, *, by: User, now: datetime) -> bool:
    """Close the attendance of a session; False if it was closed already. Nothing becomes absent by itself.

    Raises Refused: session_cancelled, session_not_over, open_points (somebody is unmarked, unconfirmed or in conflict).
    """
    if now < session.ends_at:
        raise Refused("session_not_over", _("The attendance is locked after the session has ended."))
    with transaction.atomic():
        locked = Session.objects.filter(pk=session.pk, locked_at__isnull=True, cancelled_at__isnull=True)
        if not locked.update(locked_at=now):
            session.refresh_from_db(fields=["locked_at", "cancelled_at"])
            if session.cancelled_at is not None:
                raise Refused("session_cancelled", _("This session was cancelled."))
            return False
        left = open_points(session)
        if left.keeps_open:
            message = _("Somebody is not marked, not confirmed or in conflict. Settle these people first, by name.")
            raise Refused("open_points", message, count=len(left))
        Event.record(
            "attendance.lock", object_kind="session", object_id=session.pk, actor=str(by.public_id), now=now,
            data={"people": Attendance.objects.filter(session=session).count()},
        )  # fmt: skip
    session.locked_at = now
    return True


def ask_to_amend(  # noqa: PLR0913 - what, of whom, why and by whom
    session: Session, enrolment: Enrolment, status: str, *, reason: str, document_no: str, by: User, now: datetime
) -> Approval:
    """Ask that a locked session say `status` of somebody; a second person confirms.

    Raises Refused: not_locked, not_enrolled, and those of `Approval.ask` (reason_required, already_asked).
    """
    if session.locked_at is None:
        raise Refused("not_locked", _("The attendance is not locked yet; the trainer still corrects it."))
    if enrolment.run_id != session.run_id:
        raise Refused("not_enrolled", _("This person is not on the list of this class."))
    payload = {
        "session": session.pk,
        "enrolment": enrolment.pk,
        "status": Presence(status).value,
        "before": _last_event(session, enrolment),
    }
    return Approval.ask(
        AMEND, object_kind="attendance", object_id=f"{session.pk}:{enrolment.pk}", payload=payload, by=by,
        reason=reason, document_no=document_no, now=now,
    )  # fmt: skip


def _last_event(session: Session, enrolment: Enrolment) -> int | None:
    row = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    return row.last_event_id if row else None


@approves(AMEND, _("Amend the attendance of a locked session"))
def amend(approval: Approval, by: User, now: datetime) -> None:
    """What was asked for, if the attendance still is what it was. Raises Refused: preview_stale."""
    asked = approval.payload
    session = Session.objects.get(pk=asked["session"])
    enrolment = Enrolment.objects.select_related("person", "agency").get(pk=asked["enrolment"])
    if _last_event(session, enrolment) != asked["before"]:
        raise Refused("preview_stale", _("Something has changed since you looked. Please check the list again."))
    mark = Sighting(
        enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=now, uid=uuid.uuid4(),
        status=asked["status"], note=approval.reason, after_lock=True,
    )  # fmt: skip
    Attendance.apply(session, mark, by=approval.requested_by, now=now)
