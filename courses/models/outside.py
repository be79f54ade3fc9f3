"""Training taken elsewhere, and people who are excused from it (learning.md §12)."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import both_or_neither, one_of, ordered
from lms.people.models import Agency, Person
from lms.plan.models import Period, PlanTask, Requirement
from lms.vietnamese.fields import CleanCharField, FoldedField


class OutsideState(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OutsideTrainingQuerySet(models.QuerySet["OutsideTraining"]):
    def accepted(self, at: datetime | None = None) -> OutsideTrainingQuerySet:
        """Accepted by the department and not taken back, as known at a moment (None: now)."""
        found = self.filter(state=OutsideState.ACCEPTED)
        if at is None:
            return found.filter(voided_at__isnull=True)
        return found.filter(Q(voided_at__isnull=True) | Q(voided_at__gt=at), decided_at__lte=at)

    def dated(self, first: date, last: date) -> OutsideTrainingQuerySet:
        """Ended from `first` to `last`, both inclusive."""
        return self.filter(ends_on__gte=first, ends_on__lte=last)


class OutsideTraining(models.Model):
    """A course of another provider, with its evidence. Counts only where the requirement says so."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="outside_trainings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="outside_trainings")
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="outside_trainings")
    title = CleanCharField(_("title"), max_length=300)
    provider = CleanCharField(_("provider"), max_length=300)
    provider_folded = FoldedField(source="provider")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    study_periods = models.PositiveIntegerField(_("study periods"))
    certificate_no = CleanCharField(_("certificate number"), max_length=100)
    evidence = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=OutsideState.choices, default=OutsideState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    #: Taken back after it was accepted: from then on it does not count.
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = OutsideTrainingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", OutsideState, name="outside_state_is_known"),
            ordered("starts_on", "ends_on", name="outside_ends_after_it_starts", inclusive=True),
            models.UniqueConstraint(
                fields=["person", "provider_folded", "certificate_no"],
                condition=~Q(state__in=["rejected", "withdrawn"]) & Q(voided_at__isnull=True),
                name="outside_evidence_once",
                violation_error_message=_("This evidence has already been submitted."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="outside_is_decided_by_another",
                violation_error_message=_("Another person must decide on what you submitted."),
            ),
            both_or_neither(
                Q(state__in=["accepted", "rejected"]),
                Q(decided_at__isnull=False),
                name="outside_decision_is_dated",
                message=_("A decision has a date."),
            ),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="outside_is_taken_back_with_a_reason",
                message=_("Say why."),
            ),
        ]
        indexes = [models.Index(fields=["task", "ends_on"])]


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def known(self, at: datetime | None = None) -> WaiverQuerySet:
        """Granted and not voided, as known at a moment (None: now)."""
        if at is None:
            return self.filter(voided_at__isnull=True)
        return self.filter(Q(voided_at__isnull=True) | Q(voided_at__gt=at), granted_at__lte=at)

    def holding_on(self, day: date) -> WaiverQuerySet:
        """Of periods that hold `day`; both ends count. A waiver of the year holds in its quarters."""
        return self.filter(period__starts_on__lte=day, period__cutoff_on__gte=day)


class Waiver(models.Model):
    """A person excused from a requirement in a period («miễn»): stays in the denominator."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="waivers")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="waivers")
    period = models.ForeignKey(Period, models.PROTECT, related_name="waivers")
    ground = models.CharField(_("ground"), max_length=300)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "requirement", "period"],
                condition=Q(voided_at__isnull=True),
                name="waiver_once",
                violation_error_message=_("This person is already excused."),
            ),
            models.CheckConstraint(
                condition=~Q(ground=""),
                name="waiver_has_a_ground",
                violation_error_message=_("Say why."),
            ),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="waiver_is_voided_with_a_reason",
                message=_("Say why."),
            ),
        ]
