"""Closed reports: figures that were sent, person by person, and what changed afterwards (domain.md §7)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of
from lms.coverage.confirmations import AgencyConfirmation
from lms.people.models import Group
from lms.plan.models import Period, PlanTask

__all__ = ["Adjustment", "AgencyConfirmation", "ClosedReport", "ClosedRow", "ReportState"]


class ReportState(models.TextChoices):
    REQUESTED = "requested", _("Waiting for a second person")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


class ClosedReport(models.Model):
    """The figures of a task and period as they were closed. Version 2 follows a reopening; version 1 stays.

    `parameters` holds the as-of day, the as-known moment and the unit groups used; `sha256` seals the rows.
    """

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="closed_reports")
    period = models.ForeignKey(Period, models.PROTECT, related_name="closed_reports")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.REQUESTED)
    parameters = models.JSONField(default=dict)
    known_at = models.DateTimeField()
    row_count = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.CharField(max_length=300, blank=True)
    reopen_document_no = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("closed report")
        verbose_name_plural = _("closed reports")
        constraints = [
            one_of("state", ReportState, name="closed_report_state_is_known"),
            models.UniqueConstraint(
                fields=["task", "period", "version"],
                name="closed_report_version_once",
                violation_error_message=_("This version of the report exists already."),
            ),
            models.UniqueConstraint(
                fields=["task", "period"],
                condition=~Q(state="reopened"),
                name="closed_report_one_in_force",
                violation_error_message=_("The period is already closed for this task."),
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("requested_by")),
                name="closed_report_is_confirmed_by_another",
                violation_error_message=_("Another person must confirm the closing."),
            ),
            models.CheckConstraint(
                condition=~Q(state="reopened") | (~Q(reopen_reason="") & ~Q(reopen_document_no="")),
                name="closed_report_is_reopened_with_a_document",
                violation_error_message=_("Reopening needs a reason and a document number."),
            ),
            models.CheckConstraint(
                condition=Q(state="requested") | ~Q(sha256=""),
                name="closed_report_has_a_seal",
                violation_error_message=_("A closed report carries the hash of its rows."),
            ),
        ]


class ClosedRow(models.Model):
    """One person of a closed report, with the names of that day. Triggers refuse UPDATE and DELETE.

    `facts` holds the roster entry, certificates, completions and why the person was counted or not.
    """

    report = models.ForeignKey(ClosedReport, models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=30, choices=Group.choices)
    agency_code = models.CharField(max_length=60)
    agency_name = models.CharField(max_length=300)
    person = models.UUIDField(null=True, blank=True)
    person_name = models.CharField(max_length=200, blank=True)
    is_listed = models.BooleanField()
    is_trained = models.BooleanField()
    completion_count = models.PositiveIntegerField(default=0)
    certificate_count = models.PositiveIntegerField(default=0)
    study_periods = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            one_of("group", Group, name="closed_row_group_is_known"),
            models.UniqueConstraint(
                fields=["report", "position"],
                name="closed_row_position_once",
                violation_error_message=_("Two rows cannot stand in the same place."),
            ),
            models.CheckConstraint(
                condition=Q(is_trained=False) | Q(is_listed=True),
                name="closed_row_trained_is_listed",
                violation_error_message=_("Only people on the roster count as trained."),
            ),
        ]
        indexes = [models.Index(fields=["report", "group", "agency_code"])]


class Adjustment(models.Model):
    """A numbered line under a closed report: what a later event changed, with its reason (domain.md §7, C3)."""

    report = models.ForeignKey(ClosedReport, models.PROTECT, related_name="adjustments")
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=30, choices=Group.choices)
    agency_code = models.CharField(max_length=60)
    listed_delta = models.IntegerField(default=0)
    trained_delta = models.IntegerField(default=0)
    completion_delta = models.IntegerField(default=0)
    certificate_delta = models.IntegerField(default=0)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("group", Group, name="adjustment_group_is_known"),
            models.UniqueConstraint(
                fields=["report", "number"],
                name="adjustment_number_once",
                violation_error_message=_("This adjustment exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="adjustment_has_a_reason",
                violation_error_message=_("Say why the figures changed."),
            ),
        ]
