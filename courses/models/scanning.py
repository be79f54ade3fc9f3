"""Around attendance: phones of the staff, quick checks, people who came without being on the list."""

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
