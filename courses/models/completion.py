"""Completion: the day the last condition was met, and the facts that met it (learning.md §10)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from lms.constraints import both_or_neither
from lms.people.models import Agency


class CompletionQuerySet(models.QuerySet["Completion"]):
    def standing(self) -> CompletionQuerySet:
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def dated(self, first: date, last: date) -> CompletionQuerySet:
        """Completed from `first` to `last`, both inclusive."""
        return self.filter(completed_on__gte=first, completed_on__lte=last)


class Completion(models.Model):
    """An enrolment met its run's rule on `completed_on`: not when a job ran. `agency` is the roster's that day.

    `facts` and `rule_hash` are what the evaluator saw, so that an auditor may ask again.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    completed_on = models.DateField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="completions")
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
        indexes = [models.Index(fields=["completed_on", "agency"])]
