"""The ledger of notifications: one row per person, subject and planned moment (learning.md §11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of
from lms.jobs.quiet import after_quiet_hours

MAX_ATTEMPTS = 2
"""Tries after which the message may have arrived, though nobody said so: a third might be a double too many."""
ABANDONED_AFTER = timedelta(minutes=10)
RETRY_AFTER = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=2)
REFUSED_FOR = timedelta(days=3)
"""A mail server that takes nothing for so long is not waited for any more."""


class Channel(models.TextChoices):
    SITE = "site", _("On this site")
    EMAIL = "email", _("E-mail")


class NotificationState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    HELD = "held", _("Held back")
    CANCELLED = "cancelled", _("Cancelled")


def sendable_q(at: datetime) -> Q:
    """Due and waiting; or left in the middle by a worker that died, once."""
    waiting = Q(state=NotificationState.QUEUED, due_at__lte=at)
    abandoned = Q(state=NotificationState.SENDING, claimed_at__lt=at - ABANDONED_AFTER, attempts__lt=MAX_ATTEMPTS)
    return waiting | abandoned


class NotificationQuerySet(models.QuerySet["Notification"]):
    def mail_due(self, at: datetime) -> NotificationQuerySet:
        """E-mails that may be sent at this moment."""
        return self.filter(sendable_q(at), channel=Channel.EMAIL)

    def inbox(self, recipient: UUID, at: datetime) -> NotificationQuerySet:
        """What this person finds on the site, newest first."""
        return self.filter(recipient=recipient, channel=Channel.SITE, due_at__lte=at).order_by("-due_at", "-pk")

    def give_up_abandoned(self, now: datetime) -> int:
        """Sendings that died twice: they may have arrived, so nobody tries a third time."""
        left = Q(state=NotificationState.SENDING, claimed_at__lt=now - ABANDONED_AFTER, attempts__gte=MAX_ATTEMPTS)
        return self.filter(left).update(state=NotificationState.FAILED, error="abandoned")


class Notification(models.Model):
    """One message to one person by one channel.

    `recipient` is the public id of a Person, or of an account without one; the address is looked up on sending.
    `slot` names the planned moment ("due-7d@2026-11-20"), never «now», so that planning twice sends once.
    """

    recipient = models.UUIDField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    slot = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=NotificationState.choices, default=NotificationState.QUEUED)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    #: How often the mail server would not take it, in so many words; such a try cannot have arrived.
    refusals = models.PositiveIntegerField(default=0)
    refused_since = models.DateTimeField(null=True, blank=True)
    #: Stable from the first try on, so that a mailbox can drop a double.
    message_id = models.CharField(max_length=64, unique=True, default=uuid4)
    #: What the text needs: ids, dates, titles of courses.
    payload = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=100, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject", "slot", "channel"], name="notification_once_per_slot"
            ),
            one_of("channel", Channel, name="notification_channel_is_known"),
            one_of("state", NotificationState, name="notification_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notification_is_dated_when_sent",
                violation_error_message=_("A message has a sending date exactly when it was sent."),
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
                name="notification_is_claimed_when_sending",
                violation_error_message=_("A message that is being sent has been claimed."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=("queued", "sending")), name="notification_alive_by_due"
            )
        ]

    @classmethod
    def plan(  # noqa: PLR0913 - the natural key and when, all by name
        cls,
        recipient: UUID,
        *,
        kind: str,
        subject: str,
        slot: str,
        due_at: datetime,
        channel: Channel = Channel.SITE,
        payload: dict[str, Any] | None = None,
    ) -> Notification:
        """The message of this person, subject, slot and channel: planned now, or as it was planned before."""
        notification, _created = cls.objects.get_or_create(
            recipient=recipient,
            kind=kind,
            subject=subject,
            slot=slot,
            channel=channel,
            defaults={"due_at": due_at, "payload": payload or {}},
        )
        return notification

    def claim(self, now: datetime) -> bool:
        """Take it for sending; False if somebody else did, or it may not be tried again."""
        taken = Notification.objects.filter(sendable_q(now), pk=self.pk).update(
            state=NotificationState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
        if taken:
            self.refresh_from_db()
        return bool(taken)

    def delivered(self, now: datetime) -> None:
        """The mail server took it."""
        self._leave(state=NotificationState.SENT, sent_at=now, error="")

    def failed(self, error: str, *, now: datetime, for_good: bool = False) -> None:
        """Nobody knows whether it arrived: once more after ten minutes, then never. `for_good`: never again."""
        if for_good or self.attempts >= MAX_ATTEMPTS:
            self._leave(state=NotificationState.FAILED, error=error[:100])
        else:
            due_at = after_quiet_hours(now + RETRY_AFTER)
            self._leave(state=NotificationState.QUEUED, error=error[:100], due_at=due_at)

    def refused(self, error: str, *, now: datetime) -> None:
        """The mail server is away or would not take it now: again after 10, 20, 40 … minutes, at most two hours, for
        three days. It costs none of the tries that may have arrived."""
        since = self.refused_since or now
        if now - since >= REFUSED_FOR:
            self._leave(state=NotificationState.FAILED, error=error[:100])
            return
        pause = min(RETRY_AFTER * 2 ** min(self.refusals, 8), LONGEST_PAUSE)
        self._leave(
            state=NotificationState.QUEUED, error=error[:100], due_at=after_quiet_hours(now + pause),
            attempts=self.attempts - 1, refusals=self.refusals + 1, refused_since=since,
        )  # fmt: skip

    def _leave(self, **columns: Any) -> None:
        Notification.objects.filter(pk=self.pk, state=NotificationState.SENDING).update(**columns)
        self.refresh_from_db()
