"""Closed reports: figures that were sent, person by person, and what changed afterwards (domain.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of
from lms.coverage.confirmations import AgencyConfirmation
from lms.coverage.freezing import agencies_of, focal_names, parameters_of
from lms.coverage.frozen import Counts, FrozenRow
from lms.coverage.question import Question
from lms.days import local_day
from lms.jobs.models import Job
from lms.people.models import Agency, Approval, ApprovalState, Group, User
from lms.plan.models import Period, PeriodLock, PlanTask
from lms.refusal import Refused

__all__ = [
    "Adjustment",
    "AgencyConfirmation",
    "CauseKind",
    "ClosedReport",
    "ClosedReportQuerySet",
    "ClosedRow",
    "ReportState",
]
BATCH = 1000
"""Rows in one transaction: some 50 ms of the only writer."""
FREEZE = "coverage.freeze"
"""The kind of job that freezes a report."""
NO_GROUP = ("", _("No group"))


class ReportState(models.TextChoices):
    FREEZING = "freezing", _("Being frozen")
    REQUESTED = "requested", _("Waiting for a second person")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    DROPPED = "dropped", _("Not confirmed")


class ClosedReportQuerySet(models.QuerySet["ClosedReport"]):
    def told(self) -> ClosedReportQuerySet:
        """All but those that nobody confirmed: what a list names."""
        return self.exclude(state=ReportState.DROPPED)

    def frozen(self) -> ClosedReportQuerySet:
        """Those whose rows are all there, under their hash: what can be read."""
        return self.told().exclude(state=ReportState.FREEZING)

    def standing(self) -> ClosedReportQuerySet:
        """Closed and not reopened: the figures in force."""
        return self.filter(state=ReportState.CLOSED)

    def ever_closed(self) -> ClosedReportQuerySet:
        """Closed once, reopened or not: what stays readable for ever."""
        return self.filter(state__in=[ReportState.CLOSED, ReportState.REOPENED])

    def in_force(self, at: datetime | None = None) -> ClosedReportQuerySet:
        """The figures that were in force at a moment (None: those in force now)."""
        if at is None:
            return self.standing()
        since = self.ever_closed().filter(closed_at__lte=at)
        return since.filter(Q(reopened_at__isnull=True) | Q(reopened_at__gt=at))

    def latest_first(self) -> ClosedReportQuerySet:
        return self.order_by("-period__cutoff_on", "task_id", "-version")


class ClosedReport(models.Model):
    """The figures of a task and period as they were closed. Version 2 follows a reopening; version 1 stays.

    The rows are frozen as known at the moment when closing is asked for (`known_at`), by a job (lms.coverage.closing);
    then a second person is asked, who confirms what the first one saw. `parameters` holds what was asked, the
    requirements, who owed a roster and the agencies as they were called; `sha256` seals parameters and rows
    (lms.coverage.frozen.digest).
    """

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="closed_reports")
    period = models.ForeignKey(Period, models.PROTECT, related_name="closed_reports")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.FREEZING)
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
    #: Why closing was asked for, and by which document: handed on to the second person once the rows are frozen.
    asked_reason = models.CharField(max_length=300, blank=True)
    asked_document_no = models.CharField(max_length=100, blank=True)
    #: Code of the agency → its focal persons on the cut-off day, for the file; NULL: frozen before they were kept.
    #: Not under the hash, which speaks of figures.
    focal_names = models.JSONField(null=True, editable=False)
    #: When later events were last looked for.
    adjusted_at = models.DateTimeField(null=True, blank=True)

    objects = ClosedReportQuerySet.as_manager()

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
                condition=Q(state__in=["freezing", "requested", "closed"]),
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
                condition=Q(state__in=["freezing", "dropped"]) | ~Q(sha256=""),
                name="closed_report_has_a_seal",
                violation_error_message=_("A closed report carries the hash of its rows."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period_id} v{self.version}"

    @classmethod
    def ask_to_close(
        cls, task: PlanTask, period: Period, *, by: User, reason: str, document_no: str, now: datetime
    ) -> ClosedReport:
        """Have the figures of a period that is over frozen, as known now; then a second person is asked to confirm
        them. One event; the freezing is a job.

        Raises Refused: period_not_over (422), already_closed, nothing_required, reason_required (422).
        """
        if local_day(now) <= period.cutoff_on:
            raise Refused("period_not_over", _("The period is not over yet; its figures still change."), status=422)
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        Question.ask(task, period, known_at=now)  # refuses what has no answer before anybody waits for it
        with transaction.atomic():
            cls._drop_unconfirmed(task, period, now)
            if (
                cls.objects.filter(task=task, period=period)
                .exclude(state=ReportState.DROPPED)
                .exclude(state=ReportState.REOPENED)
            ):
                raise Refused(
                    "already_closed", _("The figures of this period are closed, or wait for a second person.")
                )
            version = cls.objects.filter(task=task, period=period).aggregate(last=Max("version"))["last"] or 0
            report = cls.objects.create(
                task=task, period=period, version=version + 1, state=ReportState.FREEZING, known_at=now,
                requested_by=by, requested_at=now,
                asked_reason=reason.strip()[:300], asked_document_no=document_no.strip()[:100],
            )  # fmt: skip
            Event.record(
                "period.close", object_kind="closed_report", object_id=report.subject, actor=str(by.public_id), now=now,
                data={"what": "asked", "version": report.version},
            )  # fmt: skip
            payload = {"report": report.pk}
            Job.ask(FREEZE, key=str(report.pk), payload=payload, requested_by=str(by.public_id), now=now)
        return report

    @property
    def job(self) -> Job | None:
        """The work that freezes it; one query."""
        return Job.objects.filter(kind=FREEZE, key=str(self.pk)).first()

    @property
    def subject(self) -> str:
        """What a request about it is about: one period of one task, whatever the version."""
        return f"{self.task.plan.code}:{self.task.code}:{self.period_id}"

    @classmethod
    def _drop_unconfirmed(cls, task: PlanTask, period: Period, now: datetime) -> None:
        """Requests that were refused, withdrawn or have lapsed, and work that was given up, leave their report behind:
        it no longer stands."""
        for report in cls.objects.filter(task=task, period=period, state=ReportState.FREEZING):
            if report.job is None or report.job.is_dead:
                cls.objects.filter(pk=report.pk).update(state=ReportState.DROPPED)
        for report in cls.objects.filter(task=task, period=period, state=ReportState.REQUESTED):
            asked = Approval.objects.filter(kind="period.close", object_id=report.subject, state=ApprovalState.PENDING)
            if not asked.filter(expires_at__gt=now).exists():
                cls.objects.filter(pk=report.pk).update(state=ReportState.DROPPED)

    def keep_parameters(self, rows: list[FrozenRow]) -> None:
        """What was asked, and the names of the moment, once: work that begins again goes on under the same names."""
        if self.parameters:
            return
        asked = self.question(self.known_at)
        parameters = parameters_of(asked)
        parameters["agencies"] = agencies_of(rows, parameters["owing"])
        ids = Agency.objects.filter(code__in=list(parameters["agencies"])).values_list("pk", "code")
        names = focal_names(asked.day)
        self.parameters, self.focal_names = parameters, {code: names[pk] for pk, code in ids if pk in names}
        self.save(update_fields=["parameters", "focal_names"])

    def add_rows(self, rows: list[FrozenRow], *, after: int) -> None:
        """Freeze the rows that follow the first `after` ones. Their places are unique: nobody adds them twice."""
        places = enumerate(rows, start=after + 1)
        ClosedRow.objects.bulk_create(ClosedRow.of(self, place, row, self.parameters) for place, row in places)

    def seal(self, sha256: str, row_count: int, *, now: datetime) -> None:
        """All rows are there: put them under their hash and ask a second person. Twice is once. Raises Refused as
        `Approval.ask`."""
        with transaction.atomic():
            freezing = ClosedReport.objects.filter(pk=self.pk, state=ReportState.FREEZING)
            if not freezing.update(state=ReportState.REQUESTED, sha256=sha256, row_count=row_count):
                return
            Approval.ask(
                "period.close", object_kind="closed_report", object_id=self.subject, by=self.requested_by,
                reason=self.asked_reason, document_no=self.asked_document_no, now=now,
                payload={"report": self.pk, "sha256": sha256}, action="period.figures_frozen",
            )  # fmt: skip
        self.refresh_from_db()

    def frozen_rows(self) -> Iterator[FrozenRow]:
        """The rows as they were frozen, in their order."""
        for row in self.rows.order_by("position").iterator(chunk_size=BATCH):
            yield row.frozen

    def question(self, known_at: datetime | None) -> Question:
        """What was asked, to be asked again as known at another moment (None: now)."""
        return Question.ask(self.task, self.period, known_at=known_at)

    def close(self, *, by: User, sha256: str, now: datetime) -> None:
        """Put the figures in force: the second person's yes. Raises Refused: preview_stale, already_closed."""
        if sha256 != self.sha256:
            raise Refused("preview_stale", _("These are not the figures that were asked to be closed."))
        asked = ClosedReport.objects.filter(pk=self.pk, state=ReportState.REQUESTED)
        with transaction.atomic():
            if not asked.update(state=ReportState.CLOSED, closed_by=by, closed_at=now, adjusted_at=self.known_at):
                raise Refused(
                    "already_closed", _("The figures of this period are closed, or wait for a second person.")
                )
            PeriodLock.lock(self.task, self.period, now=now)
        self.refresh_from_db()

    def ask_to_reopen(self, *, by: User, reason: str, document_no: str, now: datetime) -> Approval:
        """«Mở khóa»: ask a second person to open the period again. Raises Refused: not_closed, no_document (422), and
        those of `Approval.ask`."""
        if self.state != ReportState.CLOSED:
            raise Refused("not_closed", _("This report is not closed."))
        if not document_no.strip():
            raise Refused("no_document", _("Give the number of the document."), status=422)
        return Approval.ask(
            "period.reopen", object_kind="closed_report", object_id=self.subject, by=by, reason=reason,
            document_no=document_no, now=now, payload={"report": self.pk},
        )  # fmt: skip

    def reopen(self, *, by: User, reason: str, document_no: str, now: datetime) -> None:
        """The period is open again; this version stays readable. Raises Refused: not_closed."""
        standing = ClosedReport.objects.filter(pk=self.pk, state=ReportState.CLOSED)
        with transaction.atomic():
            if not standing.update(
                state=ReportState.REOPENED, reopened_by=by, reopened_at=now,
                reopen_reason=reason[:300], reopen_document_no=document_no[:100],
            ):  # fmt: skip
                raise Refused("not_closed", _("This report is not closed."))
            PeriodLock.unlock(self.task, self.period)
        self.refresh_from_db()


class ClosedRow(models.Model):
    """One person of a closed report, with the names of that day. Triggers refuse UPDATE and DELETE.

    `facts` holds the roster entry, certificates, completions and why the person was counted or not.
    """

    report = models.ForeignKey(ClosedReport, models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=30, choices=[NO_GROUP, *Group.choices], blank=True)
    agency_code = models.CharField(max_length=60, blank=True)
    agency_name = models.CharField(max_length=300, blank=True)
    person = models.UUIDField()
    person_name = models.CharField(max_length=200, blank=True)
    is_listed = models.BooleanField()
    is_trained = models.BooleanField()
    is_waived = models.BooleanField(default=False)
    has_outside = models.BooleanField(default=False)
    completion_count = models.PositiveIntegerField(default=0)
    certificate_count = models.PositiveIntegerField(default=0)
    study_periods = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=["", *Group.values]),
                name="closed_row_group_is_known",
                violation_error_message=_("This value is not one of the choices."),
            ),
            models.UniqueConstraint(
                fields=["report", "agency_code", "group", "person"],
                name="closed_row_once",
                violation_error_message=_("Two rows cannot stand in the same place."),
            ),
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

    @classmethod
    def of(cls, report: ClosedReport, position: int, row: FrozenRow, parameters: dict[str, Any]) -> ClosedRow:
        """The unsaved row of a report in a place."""
        return cls(
            report=report, position=position, group=row.group, agency_code=row.agency, person=row.person,
            agency_name=parameters["agencies"].get(row.agency, {}).get("name", ""),
            person_name=row.shown.get("name", "")[:200],
            is_listed=row.is_listed, is_trained=row.is_trained, is_waived=row.is_waived, has_outside=row.has_outside,
            completion_count=len(row.completions), certificate_count=len(row.certificates),
            study_periods=sum(row.certificates.values()),
            facts={
                "completions": list(row.completions), "certificates": dict(row.certificates), "shown": dict(row.shown),
            },
        )  # fmt: skip

    @property
    def frozen(self) -> FrozenRow:
        """The row as the sums and the hash read it."""
        return FrozenRow(
            self.agency_code, self.group, str(self.person), self.is_listed, self.is_trained, self.is_waived,
            self.has_outside, tuple(self.facts["completions"]), self.facts["certificates"], self.facts["shown"],
        )  # fmt: skip

    @property
    def group_label(self) -> str:
        """The name of the group in the reader's language; empty for none."""
        return str(Group(self.group).label) if self.group else ""


class CauseKind(models.TextChoices):
    """What made a line under a closed report."""

    ROSTER_ADDED = "roster_added", _("Entered on the roster")
    ROSTER_CORRECTED = "roster_corrected", _("Roster corrected")
    CERTIFICATE_REVOKED = "certificate_revoked", _("Certificate revoked")
    CERTIFICATE_ISSUED = "certificate_issued", _("Certificate issued or replaced")
    COMPLETION_VOIDED = "completion_voided", _("Completion declared void")
    COMPLETION_RECORDED = "completion_recorded", _("Completion recorded")
    OUTSIDE_ACCEPTED = "outside_accepted", _("Outside training accepted")
    OUTSIDE_TAKEN_BACK = "outside_taken_back", _("Outside training taken back")
    WAIVER_GRANTED = "waiver_granted", _("Person excused")
    WAIVER_VOIDED = "waiver_voided", _("Person excused no longer")
    REORGANISED = "reorganised", _("Agencies reorganised")
    RULES_CHANGED = "rules_changed", _("Requirements or courses of the task changed")


class Adjustment(models.Model):
    """A numbered line under a closed report: what a later event changed, with its reason (domain.md §7, C3)."""

    report = models.ForeignKey(ClosedReport, models.PROTECT, related_name="adjustments")
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=30, choices=[NO_GROUP, *Group.choices], blank=True)
    agency_code = models.CharField(max_length=60, blank=True)
    listed_delta = models.IntegerField(default=0)
    trained_delta = models.IntegerField(default=0)
    completion_delta = models.IntegerField(default=0)
    certificate_delta = models.IntegerField(default=0)
    waived_delta = models.IntegerField(default=0)
    outside_delta = models.IntegerField(default=0)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=["", *Group.values]),
                name="adjustment_group_is_known",
                violation_error_message=_("This value is not one of the choices."),
            ),
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

    @property
    def deltas(self) -> Counts:
        """What the line says that a row gained or lost."""
        acts = self.completion_delta, self.certificate_delta
        return self.listed_delta, self.trained_delta, *acts, self.waived_delta, self.outside_delta

    @property
    def cause_label(self) -> str:
        """What happened, in the reader's language."""
        return str(CauseKind(self.evidence.get("cause", CauseKind.RULES_CHANGED)).label)

    @property
    def said_reason(self) -> str:
        """The reason that somebody gave; empty where nobody did."""
        return "" if self.reason in CauseKind.values else self.reason

    @property
    def agency(self) -> str:
        """The agency under its name in the report; its code for one that the report does not name."""
        named: dict[str, Any] = self.report.parameters.get("agencies", {}).get(self.agency_code, {})
        return str(named.get("name", self.agency_code))

    @property
    def group_label(self) -> str:
        """The name of the group in the reader's language; empty for none."""
        return str(Group(self.group).label) if self.group else ""
