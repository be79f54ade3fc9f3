"""Completion: the day the last condition was met, and the facts that met it (learning.md §10)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from courses.models.enrolments import Enrolment
from courses.models.runs import Run
from courses.signals import completion_recorded, completion_voided
from lms.audit.models import Event
from lms.constraints import both_or_neither
from lms.people.models import Agency, Person, RosterEntry, User
from lms.refusal import Refused


class CompletionQuerySet(models.QuerySet["Completion"]):
    def standing(self) -> CompletionQuerySet:
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def dated(self, first: date, last: date) -> CompletionQuerySet:
        """Completed from `first` to `last`, both inclusive."""
        return self.filter(completed_on__gte=first, completed_on__lte=last)


class Completion(models.Model):
    """An enrolment met its run's rule on `completed_on`: not when a job ran. `agency` is the roster's that day.

    `person` and `course` are the enrolment's, which never change: figures are counted from this row alone.
    `facts` and `rule_hash` are what the evaluator saw, so that an auditor may ask again.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="completions", db_index=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="completions", db_index=False)
    completed_on = models.DateField()
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="completions", db_index=False
    )
    facts = models.JSONField(default=dict)
    rule_hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(voided_at__isnull=True),
                name="completion_once_per_enrolment",
                violation_error_message=_("This enrolment is already completed."),
            ),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="completion_is_voided_with_a_reason",
                message=_("Say why the completion is void."),
            ),
        ]
        indexes = [
            # All that the figures of a period ask of completions; their facts are long, and are not read.
            models.Index(
                fields=["completed_on", "course", "agency", "person", "voided_at", "recorded_at", "id"],
                name="completion_for_coverage",
            ),
            models.Index(fields=["person", "completed_on"]),
            models.Index(fields=["agency", "completed_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.completed_on}"

    @classmethod
    def record(
        cls,
        enrolment: Enrolment,
        *,
        completed_on: date,
        facts: dict[str, Any],
        rule: dict[str, Any],
        rule_hash: str,
        now: datetime,
    ) -> Completion | None:
        """The completion of the enrolment, frozen with what proved it; None if it stands already.

        The first one of a run freezes the run's rule. One that somebody voided is not recorded again on the same facts.
        """
        for earlier in cls.objects.filter(enrolment=enrolment):
            if earlier.voided_at is None or earlier.facts == facts:
                return None
        try:
            with transaction.atomic():
                Run.objects.filter(pk=enrolment.run_id, rule_hash="").update(rule=rule, rule_hash=rule_hash)
                completion = cls.objects.create(
                    enrolment=enrolment,
                    person_id=enrolment.person_id,
                    course_id=enrolment.run.course_id,
                    completed_on=completed_on,
                    agency_id=agency_on(enrolment, completed_on),
                    facts=facts,
                    rule_hash=rule_hash,
                    recorded_at=now,
                )
                completion._tell("completion.record", actor="system", now=now, on=completed_on)
                completion_recorded.send(cls, completion=completion, now=now)
        except IntegrityError:
            if cls.objects.standing().filter(enrolment=enrolment).exists():
                return None  # another worker was faster
            raise
        return completion

    def void(self, reason: str, *, by: User, now: datetime) -> bool:
        """Declare the completion void; False if it was void before. Raises Refused "reason_required"."""
        if not reason.strip():
            raise Refused("reason_required", _("Say why the completion is void."), status=422)
        with transaction.atomic():
            standing = Completion.objects.standing().filter(pk=self.pk)
            if not standing.update(voided_at=now, voided_by=by, void_reason=reason.strip()[:300]):
                return False
            self.refresh_from_db()
            self._tell("completion.void_with_reason", actor=str(by.public_id), now=now)
            completion_voided.send(Completion, completion=self, now=now)
        return True

    def _tell(self, action: str, *, actor: str, now: datetime, **data: Any) -> None:
        Event.record(
            action,
            object_kind="enrolment",
            object_id=self.enrolment.public_id,
            actor=actor,
            now=now,
            subject=str(self.enrolment.person.public_id),
            agency=self.agency.code if self.agency else "",
            data={"run": str(self.enrolment.run.public_id), **data},
        )


def agency_on(enrolment: Enrolment, on: date) -> int | None:
    """The agency on whose roster the person stood on `on`; the one at entry if that is among several, or if none is."""
    entries = RosterEntry.objects.known().on(on).filter(person_id=enrolment.person_id).order_by("-starts_on", "-pk")
    held = list(entries.values_list("agency_id", flat=True))
    if not held or enrolment.agency_id in held:
        return enrolment.agency_id
    return held[0]
