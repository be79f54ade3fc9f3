"""What happened: events that nobody rewrites, and the seals that would show it if somebody did (trust.md §10)."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q

from lms.audit.sealing import GENESIS, SealedFact, digest_of, root_of

BATCH = 1000
"""Events in one seal at most, so that a seal is written in a tenth of a second."""
LATE_AFTER = timedelta(minutes=10)

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Set by the middleware or task that is at work; every event it causes carries the same mark."""


class EventQuerySet(models.QuerySet["Event"]):
    def unsealed(self) -> EventQuerySet:
        """Whatever no seal holds yet, not «above the last id»: on PostgreSQL a lower id may commit later."""
        return self.filter(~Exists(SealedEvent.objects.filter(event=OuterRef("pk"))))

    def about(self, object_kind: str, object_id: object) -> EventQuerySet:
        """The history of one object, oldest first."""
        return self.filter(object_kind=object_kind, object_id=str(object_id)).order_by("at", "pk")


class Event(models.Model):
    """One act. Public ids as text, and no names, addresses, answers: erasing a person never has to touch this table.

    `actor` is the public id of the user, or "system"; `subject` the public id of the person it is about; `agency` the
    code of the agency whose focal person may read it. `data` holds what changed, as small JSON.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    subject = models.CharField(max_length=64, blank=True)
    agency = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(action="") & ~Q(object_kind=""), name="event_says_who_did_what_to_what"
            ),
        ]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "at"], name="event_by_object"),
            models.Index(fields=["subject", "at"], name="event_by_subject"),
            models.Index(fields=["agency", "at"], name="event_by_agency"),
            models.Index(fields=["at"], name="event_by_time"),
        ]

    @classmethod
    def record(  # noqa: PLR0913 - the columns of the row, all by name
        cls,
        action: str,
        *,
        object_kind: str,
        object_id: object,
        actor: str,
        now: datetime,
        subject: str = "",
        agency: str = "",
        data: dict[str, Any] | None = None,
    ) -> Event:
        """Write one event, inside the transaction of the act: both live or neither.

        `action` is a row of permissions.csv or a word of its own ("certificate.issue"). The mark of the request at work
        is added from `request_id`.
        """
        return cls.objects.create(
            at=now,
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            subject=subject,
            agency=agency,
            data=data or {},
            request_id=request_id.get(),
        )

    def as_fact(self) -> SealedFact:
        """What a seal covers of this row: every column."""
        return {
            "id": self.pk,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "object_kind": self.object_kind,
            "object_id": self.object_id,
            "subject": self.subject,
            "agency": self.agency,
            "data": self.data,
            "request_id": self.request_id,
        }


class Seal(models.Model):
    """A closed batch of events: `root` = SHA-256(previous root ‖ canonical events in order), in hex."""

    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64, unique=True)
    #: Unique, so that two sweeps at once cannot grow two branches from one seal.
    previous_root = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="seal_holds_something")]

    @property
    def anchor(self) -> str:
        """What is written down outside this database: "SEAL:ROOT"."""
        return f"{self.pk}:{self.root}"

    @classmethod
    def close_batch(cls, *, now: datetime) -> Seal | None:
        """Seal up to 1,000 events that no seal holds; None when there are none, or another sweep was faster."""
        events = list(Event.objects.unsealed().order_by("pk")[:BATCH])
        if not events:
            return None
        last = cls.objects.order_by("-pk").first()
        youngest = SealedEvent.objects.aggregate(youngest=models.Max("event_id"))["youngest"] or 0
        previous_root = last.root if last else GENESIS
        root = root_of(previous_root, (event.as_fact() for event in events))
        try:
            with transaction.atomic():
                seal = cls.objects.create(count=len(events), root=root, previous_root=previous_root, at=now)
                SealedEvent.objects.bulk_create(
                    SealedEvent(
                        event=event,
                        seal=seal,
                        position=position,
                        digest=digest_of(event.as_fact()),
                        late=event.pk < youngest and event.at < now - LATE_AFTER,
                    )
                    for position, event in enumerate(events)
                )
        except IntegrityError:
            return None
        return seal


class SealedEvent(models.Model):
    """Which event stands in which seal, at which place (from 0)."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="members")
    position = models.PositiveIntegerField()
    #: SHA-256 of the event alone: tells which row of a broken seal is the bad one.
    digest = models.CharField(max_length=64)
    #: Sealed after a younger event had been: its transaction committed more than ten minutes late.
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="sealed_event_has_its_place"),
        ]
