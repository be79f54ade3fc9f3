"""Around attendance: phones of the staff, quick checks, people who came without being on the list."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from courses.models.runs import Place
from courses.models.sessions import Session
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, ordered
from lms.people.models import User
from lms.refusal import Refused

STANDS_AFTER = timedelta(hours=24)
"""So long after the end of the session a phone may still send what it holds."""


class ScanDevice(models.Model):
    """A phone of the staff that may take attendance offline, until the session's end + 24 h."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scan_devices")
    session = models.ForeignKey(Session, models.PROTECT, related_name="scan_devices")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="scan_devices")
    token_hash = models.CharField(max_length=64, unique=True)
    granted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    last_link = models.CharField(max_length=64, blank=True)
    skew_ms = models.IntegerField(default=0)
    flags = models.JSONField(default=list, blank=True)

    @classmethod
    def grant(cls, session: Session, *, by: User, now: datetime) -> tuple[ScanDevice, str]:
        """A phone that may take attendance of one session, and its token, which is shown this once.

        Raises Refused: session_cancelled, session_locked, device_expired (the session ended a day ago).
        """
        if session.cancelled_at is not None:
            raise Refused("session_cancelled", _("This session was cancelled."))
        if session.locked_at is not None:
            raise Refused("session_locked", _("The attendance of this session is locked."))
        expires_at = session.ends_at + STANDS_AFTER
        if now >= expires_at:
            raise device_expired()
        token = secrets.token_urlsafe(32)
        with transaction.atomic():
            device = cls.objects.create(
                user=by, session=session, token_hash=hash_of(token), granted_at=now, expires_at=expires_at
            )
            device.tell("scanner.grant_device", by=by, now=now)
        return device, token

    @classmethod
    def of_token(cls, token: str, now: datetime) -> ScanDevice | None:
        """The phone of a token; None if there is none. Raises Refused: device_revoked, device_expired."""
        device = cls.objects.select_related("user", "session__run").filter(token_hash=hash_of(token)).first()
        if device is None:
            return None
        if device.revoked_at is not None or not device.user.is_active:
            raise Refused("device_revoked", _("This phone may no longer send attendance. What it holds stays on it."))
        if now >= device.expires_at:
            raise device_expired()
        return device

    def revoke(self, *, by: User, now: datetime) -> bool:
        """A phone that was lost; False if it was revoked already."""
        with transaction.atomic():
            if not ScanDevice.objects.filter(pk=self.pk, revoked_at__isnull=True).update(revoked_at=now):
                return False
            self.tell("scanner.revoke_device", by=by, now=now)
        return True

    def tell(self, action: str, *, by: User, now: datetime) -> None:
        """The audit event of a phone."""
        Event.record(
            action, object_kind="session", object_id=self.session_id, actor=str(by.public_id), now=now,
            data={"device": self.pk},
        )  # fmt: skip


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_expired() -> Refused:
    """The time of the phone is over."""
    return Refused("device_expired", _("The time of this phone is over, a day after the session."))


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
