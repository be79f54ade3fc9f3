"""Attendance: events, which nobody changes, and the projection derived from them by a printed rule."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from courses.models.runs import Place
from courses.models.sessions import Session
from lms.constraints import both_or_neither, one_of, ordered


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


class ScanDevice(models.Model):
    """A phone of the staff that may take attendance offline, until the session's end + 24 h."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scan_devices")
    session = models.ForeignKey(Session, models.PROTECT, related_name="scan_devices")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="scan_devices")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    last_link = models.CharField(max_length=64, blank=True)
    skew_ms = models.IntegerField(default=0)
    flags = models.JSONField(default=list, blank=True)


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


class Pulse(models.Model):
    """A quick check within a session: open for two minutes."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="pulses")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [ordered("opens_at", "closes_at", name="pulse_closes_after_it_opens")]


class WalkInState(models.TextChoices):
    OPEN = "open", _("Open")
    MATCHED = "matched", _("Matched")
    REJECTED = "rejected", _("Rejected")


class WalkIn(models.Model):
    """Somebody who came without being on the list, until the coordinator finds the person."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    session = models.ForeignKey(Session, models.PROTECT, related_name="walk_in_people")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    agency_label = models.CharField(max_length=300, blank=True)
    position = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="walk_ins")
    state = models.CharField(max_length=20, choices=WalkInState.choices, default=WalkInState.OPEN)

    class Meta:
        constraints = [
            one_of("state", WalkInState, name="walk_in_state_is_known"),
            both_or_neither(
                Q(state="matched"),
                Q(enrolment__isnull=False),
                name="walk_in_matched_names_the_enrolment",
                message=_("A matched walk-in belongs to somebody."),
            ),
        ]
