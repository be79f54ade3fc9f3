"""Attendance: events, which nobody changes, and the projection derived from them by a printed rule."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses import presence
from courses.models.enrolments import Enrolment
from courses.models.runs import Place
from courses.models.scanning import ScanDevice
from courses.models.sessions import Session, SessionPlace
from courses.models.states import EnrolmentState
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of
from lms.jobs.models import Job
from lms.people.models import User
from lms.prepared import prepared
from lms.refusal import Refused


class EventKind(models.TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")
    PULSE = "pulse", _("Quick check")
    MARK = "mark", _("Mark")
    ANNUL = "annul", _("Annulment")


class Presence(models.TextChoices):
    NONE = "", _("Not marked")
    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    LEFT_EARLY = "left_early", _("Left early")
    EXCUSED = "excused", _("Absent with leave")
    ABSENT = "absent", _("Absent without leave")


class Source(models.TextChoices):
    LIVE_CODE = "live_code", _("Code on the screen")
    PIN = "pin", _("List and PIN")
    PERSONAL_QR = "personal_qr", _("Personal QR code")
    STAFF = "staff", _("Trainer")
    SHEET = "sheet", _("Signed sheet")
    IMPORT = "import", _("Imported list")
    LEAVE = "leave", _("Leave granted")


class ScanResult(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DUPLICATE = "duplicate", _("Once more")
    REFUSED = "refused", _("Refused")
    CONFLICT = "conflict", _("In conflict")


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What a door saw: a scan or a mark, before anybody judged it.

    `uid` comes with the form: the same one twice is once. `at` is when it happened by our clock: the moment of the
    scan, however long signing in took. `wrong_place_is_fine`: the person was told, and says so again.
    """

    enrolment: Enrolment
    kind: str
    source: str
    at: datetime
    uid: uuid.UUID = field(default_factory=uuid.uuid4)
    room: SessionPlace | None = None
    ticket: str = ""
    status: str = ""
    half_periods: int | None = None
    note: str = ""
    wrong_place_is_fine: bool = False


class AttendanceEventQuerySet(models.QuerySet["AttendanceEvent"]):
    def accepted(self) -> AttendanceEventQuerySet:
        """Those that count for the projection."""
        return self.filter(result=ScanResult.ACCEPTED)

    def as_seen(self) -> list[presence.Seen]:
        """What the rule needs of the accepted events."""
        return [
            presence.Seen(
                id=event.pk,
                kind=event.kind,
                source=event.source,
                at=event.at,
                status=event.status,
                half_periods=event.half_periods,
                target=event.target_id,
            )
            for event in self.accepted().order_by("pk")
        ]


class AttendanceEvent(models.Model):
    """A scan, a mark or its annulment. `uid` is made by the client: the same event twice is once.

    `at` is when it happened by the server's clock, `received_at` when it arrived. `half_periods` (marks only)
    overrides what the minutes would earn. Triggers refuse UPDATE and DELETE.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance_events")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="attendance_events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    status = models.CharField(max_length=20, choices=Presence.choices, blank=True, default=Presence.NONE)
    half_periods = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    ticket = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=20, choices=ScanResult.choices)
    code = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    skew_ms = models.IntegerField(default=0)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_offline = models.BooleanField(default=False)
    device = models.ForeignKey(ScanDevice, models.PROTECT, null=True, blank=True, related_name="events")
    seq = models.PositiveIntegerField(null=True, blank=True)
    link = models.CharField(max_length=64, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    target = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="annulments")
    note = models.CharField(max_length=300, blank=True)

    objects = AttendanceEventQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", EventKind, name="attendance_event_kind_is_known"),
            one_of("status", Presence, name="attendance_event_status_is_known"),
            one_of("source", Source, name="attendance_event_source_is_known"),
            one_of("result", ScanResult, name="attendance_event_result_is_known"),
            both_or_neither(
                Q(kind="mark"),
                ~Q(status=""),
                name="attendance_mark_has_a_status",
                message=_("A mark says present, late, left early or absent; a scan does not."),
            ),
            both_or_neither(
                Q(kind="annul"),
                Q(target__isnull=False),
                name="attendance_annulment_names_its_event",
                message=_("An annulment names the event that it annuls."),
            ),
            models.CheckConstraint(
                condition=~Q(result="accepted") | Q(enrolment__isnull=False),
                name="attendance_accepted_names_the_enrolment",
                violation_error_message=_("An accepted event belongs to somebody."),
            ),
            models.UniqueConstraint(
                fields=["device", "seq"],
                condition=Q(device__isnull=False),
                name="attendance_device_seq_once",
                violation_error_message=_("This device has already sent an event with this number."),
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(result="accepted") & ~Q(ticket=""),
                name="attendance_ticket_used_once",
                violation_error_message=_("This ticket has already been used."),
            ),
        ]
        indexes = [models.Index(fields=["session", "enrolment", "at"])]


@prepared
def _known(uid: uuid.UUID) -> models.QuerySet[AttendanceEvent, tuple[int | None, int]]:
    return AttendanceEvent.objects.filter(uid=uid).values_list("enrolment_id", "session_id")


@prepared
def _used_by_others(ticket: str, enrolment_id: int) -> models.QuerySet[AttendanceEvent, int]:
    used = AttendanceEvent.objects.accepted().filter(ticket=ticket).exclude(enrolment_id=enrolment_id)
    return used.values_list("pk", flat=True)


@prepared
def _row(session_id: int, enrolment_id: int) -> models.QuerySet[Attendance]:
    return Attendance.objects.filter(session_id=session_id, enrolment_id=enrolment_id)


#: In the SQL that both engines speak: the row is there afterwards, and ours until the commit.
HOLD = """
INSERT INTO courses_attendance
    (session_id, enrolment_id, status, half_periods, decided_by, is_unconfirmed, flags, version)
VALUES (%s, %s, '', 0, '', %s, '[]', 1)
ON CONFLICT (session_id, enrolment_id) DO UPDATE SET version = courses_attendance.version + 1
"""


class Attendance(models.Model):
    """What the events of a session say about one enrolment: a projection, rebuilt at will.

    `half_periods` is what was earned, in half tiết.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance")
    status = models.CharField(max_length=20, choices=Presence.choices, blank=True, default=Presence.NONE)
    half_periods = models.PositiveIntegerField(default=0)
    first_in = models.DateTimeField(null=True, blank=True)
    last_out = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=20, blank=True)
    is_unconfirmed = models.BooleanField(default=False)
    flags = models.JSONField(default=list, blank=True)
    last_event = models.ForeignKey(AttendanceEvent, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            one_of("status", Presence, name="attendance_status_is_known"),
            models.UniqueConstraint(
                fields=["session", "enrolment"],
                name="attendance_once_per_session",
                violation_error_message=_("Attendance at this session is already kept."),
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "session"])]

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.status or '-'}"

    @classmethod
    def record(cls, session: Session, sighting: Sighting, *, by: User | None, action: str, now: datetime) -> Attendance:
        """Judge a sighting, keep it as an event and bring the projection up to date (attendance §1.1).

        `by` is the account that acted, None for somebody who typed a code. A known `uid` gives the stored answer, a
        second scan of the same kind a duplicate. A refused scan of a known person is kept as an event too, then raised:
        session_cancelled, session_locked, not_open, closed, enrolment_inactive, wrong_place, ticket_used,
        reason_required.
        """
        try:
            with transaction.atomic():
                return cls._record(session, sighting, by=by, action=action, now=now)
        except Refused as refusal:
            if sighting.kind != EventKind.MARK:
                _keep(session, sighting, by, now, result=ScanResult.REFUSED, code=refusal.code, uid=uuid.uuid4())
            raise

    @classmethod
    def _record(
        cls, session: Session, sighting: Sighting, *, by: User | None, action: str, now: datetime
    ) -> Attendance:
        projection = cls._held(session, sighting.enrolment)
        for enrolment_id, session_id in _known(sighting.uid):
            if (enrolment_id, session_id) == (sighting.enrolment.pk, session.pk):
                return projection
            raise Refused("uid_known", _("This form was already used for somebody else."))
        _judge(session, sighting, now)
        sighting = replace(sighting, kind=projection._way(sighting))
        if sighting.kind != EventKind.MARK and projection._repeats(sighting):
            _keep(session, sighting, by, now, result=ScanResult.DUPLICATE, code="already", uid=sighting.uid)
            return projection
        try:
            with transaction.atomic():
                event = _keep(session, sighting, by, now, result=ScanResult.ACCEPTED, code="", uid=sighting.uid)
        except IntegrityError as error:  # two people with one ticket, at the same moment
            raise ticket_used() from error
        projection._follow(now)
        Event.record(
            action,
            object_kind="session",
            object_id=session.pk,
            actor=str(by.public_id) if by else "check_in_code",
            now=now,
            subject=str(sighting.enrolment.person.public_id),
            agency=sighting.enrolment.agency.code if sighting.enrolment.agency else "",
            data={"event": event.pk, "source": sighting.source, "status": projection.status},
        )
        return projection

    @classmethod
    def _held(cls, session: Session, enrolment: Enrolment) -> Attendance:
        """The projection row, made if it was missing, and ours until the commit."""
        with connection.cursor() as cursor:
            cursor.execute(HOLD, (session.pk, enrolment.pk, False))
        [held] = _row(session.pk, enrolment.pk)
        held.session, held.enrolment = session, enrolment
        return held

    def _way(self, sighting: Sighting) -> str:
        """In, or out: where checking out is asked, a second scan towards the end is the way out."""
        leaving_from = self.session.ends_at - timedelta(minutes=self.session.late_after)
        if (
            sighting.kind == EventKind.IN
            and self.session.has_checkout
            and self.first_in
            and sighting.at >= leaving_from
        ):
            return EventKind.OUT
        return sighting.kind

    def _repeats(self, sighting: Sighting) -> bool:
        """The same scan once more: in after in, out after out."""
        seen = self.first_in if sighting.kind == EventKind.IN else self.last_out
        return seen is not None

    def _follow(self, now: datetime) -> None:
        """Derive the projection from all events; if what was earned changed, completion is evaluated."""
        derived = project(self.session, AttendanceEvent.objects.filter(session=self.session, enrolment=self.enrolment))
        before = self.half_periods
        values: dict[str, Any] = {
            "status": derived.status,
            "half_periods": derived.half_periods,
            "first_in": derived.first_in,
            "last_out": derived.last_out,
            "decided_by": derived.decided_by,
            "is_unconfirmed": derived.is_unconfirmed,
            "flags": sorted(derived.flags),
            "last_event_id": derived.last_event,
        }
        Attendance.objects.filter(pk=self.pk).update(**values)
        for column, value in values.items():
            setattr(self, column, value)
        if before != derived.half_periods:
            Job.ask(
                "courses.evaluate",
                key=f"enrolment:{self.enrolment_id}:attendance:{derived.last_event}",
                payload={"enrolment": self.enrolment_id},
                now=now,
            )


def times_of(session: Session) -> presence.SessionTimes:
    """The session as the rule needs it; its quick checks cost a query only where there are some."""
    pulses = session.pulses.order_by("opens_at").values_list("opens_at", "closes_at") if session.pulse_count else ()
    return presence.SessionTimes(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        half_periods=2 * session.study_periods,
        late_after=session.late_after,
        has_checkout=session.has_checkout,
        pulses=tuple(pulses),
    )


def project(session: Session, events: AttendanceEventQuerySet) -> presence.Projection:
    """What the events of one person in one session say."""
    return presence.derive(times_of(session), events.as_seen())


def ticket_used() -> Refused:
    """One scan is for one person."""
    return Refused("ticket_used", _("Somebody else has used this scan. Please scan the code on the screen again."))


def _judge(session: Session, sighting: Sighting, now: datetime) -> None:
    """Raise Refused where the sighting cannot count."""
    if session.cancelled_at is not None:
        raise Refused("session_cancelled", _("This session was cancelled."))
    if session.locked_at is not None:
        raise Refused("session_locked", _("The attendance of this session is locked."))
    if sighting.enrolment.run_id != session.run_id or sighting.enrolment.state != EnrolmentState.ENROLLED:
        raise Refused("enrolment_inactive", _("This person is not enrolled in the class."))
    if sighting.kind == EventKind.MARK:
        if now >= session.ends_at and not sighting.note.strip():
            raise Refused("reason_required", _("After the session, say why the mark is changed."), status=422)
        return
    _judge_scan(session, sighting)


def _judge_scan(session: Session, sighting: Sighting) -> None:
    if sighting.at < session.opens_at:
        raise Refused("not_open", _("Check-in is not open yet."), opens_at=session.opens_at.isoformat())
    if sighting.at >= session.closes_at:
        raise Refused("closed", _("Check-in is closed."), closed_at=session.closes_at.isoformat())
    if sighting.ticket and _used_by_others(sighting.ticket, sighting.enrolment.pk):
        raise ticket_used()
    expected, place = sighting.enrolment.place_id, sighting.room.place_id if sighting.room else None
    if expected is not None and place is not None and expected != place and not sighting.wrong_place_is_fine:
        raise Refused("wrong_place", _("You are expected in another room."))


def _keep(  # noqa: PLR0913 - the columns of the row
    session: Session, sighting: Sighting, by: User | None, now: datetime, *, result: str, code: str, uid: uuid.UUID
) -> AttendanceEvent:
    elsewhere = sighting.room is not None and sighting.enrolment.place_id not in (None, sighting.room.place_id)
    return AttendanceEvent.objects.create(
        uid=uid,
        session=session,
        place_id=sighting.room.place_id if sighting.room else None,
        enrolment=sighting.enrolment,
        kind=sighting.kind,
        status=sighting.status,
        half_periods=sighting.half_periods,
        source=sighting.source,
        ticket=sighting.ticket,
        result=result,
        code=code or ("wrong_place" if elsewhere else ""),
        at=sighting.at,
        received_at=now,
        actor=by,
        note=sighting.note.strip()[:300],
    )
