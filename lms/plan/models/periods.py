"""Reporting periods. They do not run from January to December (domain.md §6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of, ordered, within
from lms.people.models import Agency, Group
from lms.plan.models.plan import PeriodKind, PlanTask
from lms.refusal import Refused


class PeriodQuerySet(models.QuerySet["Period"]):
    def covering(self, day: date) -> PeriodQuerySet:
        """Periods that hold `day`; both ends count."""
        return self.filter(starts_on__lte=day, cutoff_on__gte=day)

    def years(self) -> PeriodQuerySet:
        return self.filter(kind=PeriodKind.YEAR).order_by("starts_on", "pk")

    def of_year(self, year: int) -> PeriodQuerySet:
        """The periods of a reporting year, the year itself first."""
        return self.filter(year=year).order_by("starts_on", "-cutoff_on", "pk")


class Period(models.Model):
    """From `starts_on` to `cutoff_on`, both inclusive local days. Editable until a report closes it."""

    kind = models.CharField(_("kind"), max_length=20, choices=PeriodKind.choices)
    year = models.PositiveIntegerField(_("reporting year"))
    number = models.PositiveIntegerField(default=1)
    starts_on = models.DateField(_("from"))
    cutoff_on = models.DateField(_("cut-off day"))
    due_on = models.DateField(_("report due on"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        constraints = [
            one_of("kind", PeriodKind, name="period_kind_is_known"),
            ordered("starts_on", "cutoff_on", name="period_ends_after_it_starts", inclusive=True),
            within("year", 2000, 2200, name="period_year_is_plausible"),
            models.UniqueConstraint(
                fields=["kind", "year", "number"],
                name="period_once",
                violation_error_message=_("This period exists already."),
            ),
        ]

    @property
    def label(self) -> str:
        """«Năm 2026», «Quý II năm 2026»: in the reader's language."""
        roman = ["", "I", "II", "III", "IV"]
        names = {
            PeriodKind.YEAR: _("Year %(year)s"),
            PeriodKind.FIRST_HALF: _("First six months of %(year)s"),
            PeriodKind.SECOND_HALF: _("Last six months of %(year)s"),
            PeriodKind.NINE_MONTHS: _("Nine months of %(year)s"),
            PeriodKind.QUARTER: _("Quarter %(roman)s of %(year)s"),
            PeriodKind.MONTH: _("Month %(number)s of %(year)s"),
            PeriodKind.CUSTOM: _("Custom period %(number)s of %(year)s"),
        }
        return str(names[PeriodKind(self.kind)]) % {
            "year": self.year,
            "number": self.number,
            "roman": roman[min(self.number, 4)],
        }

    def __str__(self) -> str:
        return self.label

    def has(self, day: date) -> bool:
        """Whether `day` lies in the period; the twin of `PeriodQuerySet.covering`."""
        return self.starts_on <= day <= self.cutoff_on

    @property
    def year_starts_on(self) -> date:
        """The first day of the reporting year this period belongs to, for cumulated figures."""
        return date(self.year - 1, 12, 15)

    @property
    def ends_on(self) -> date:
        """The half-open end: the day after the cut-off."""
        return self.cutoff_on + timedelta(days=1)

    def is_closed_for(self, task: PlanTask) -> bool:
        """Whether a report of `task` has closed the period; one query."""
        return self.locks.filter(task=task).exists()

    def hold(self) -> None:
        """Hold the row until the transaction ends: an UPDATE locks on both engines."""
        Period.objects.filter(pk=self.pk).update(number=F("number"))


class PeriodLockQuerySet(models.QuerySet["PeriodLock"]):
    def touching(self, task: PlanTask, starts_on: date | None, ends_on: date | None) -> PeriodLockQuerySet:
        """Locks of `task` whose period shares a day with the half-open span; None is unbounded."""
        locks = self.filter(task=task)
        if starts_on is not None:
            locks = locks.filter(period__cutoff_on__gte=starts_on)
        return locks if ends_on is None else locks.filter(period__starts_on__lt=ends_on)


class PeriodLock(models.Model):
    """The figures of `task` in `period` are closed: what they were counted from may not be rewritten.

    Written and taken away by closing and reopening a report, which stand above; whatever would change the past of a
    task asks `refuse_closed` or `touching` while it holds the task.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="locks")
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="locks")
    locked_at = models.DateTimeField(editable=False)

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "task"],
                name="period_locked_once_per_task",
                violation_error_message=_("This period is closed for this task already."),
            ),
        ]

    @classmethod
    def lock(cls, task: PlanTask, period: Period, *, now: datetime) -> PeriodLock:
        """Close the period for the task; done twice it is one lock, of the first moment. Waits for whoever is at work
        on the period or the task. The event is that of the report."""
        with transaction.atomic():
            period.hold()
            task.hold()
            lock, _is_new = cls.objects.get_or_create(period=period, task=task, defaults={"locked_at": now})
        return lock

    @classmethod
    def unlock(cls, task: PlanTask, period: Period) -> bool:
        """Open the period for the task again; whether it was closed."""
        with transaction.atomic():
            period.hold()
            task.hold()
            deleted, _each = cls.objects.filter(period=period, task=task).delete()
        return bool(deleted)


def refuse_closed(task: PlanTask, period: Period) -> None:
    """Hold the task, then raise Refused `period_closed` if a report has closed the period for it.

    Call it in the transaction of the change: a closing at the same moment waits, or has been seen.
    """
    task.hold()
    if period.is_closed_for(task):
        raise _closed()


def refuse_touching(task: PlanTask, starts_on: date | None, ends_on: date | None) -> None:
    """Raise Refused `period_closed` where the half-open span shares a day with a period closed for the task.

    An empty span touches nothing. The caller holds the task.
    """
    is_empty = starts_on is not None and starts_on == ends_on
    if not is_empty and PeriodLock.objects.touching(task, starts_on, ends_on).exists():
        raise _closed()


def _closed() -> Refused:
    return Refused(
        "period_closed", _("The figures of this period are closed. They change only when the report is reopened.")
    )


class Target(models.Model):
    """The percentage that an agency (or, without one, every agency) is to reach for a task and group."""

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="targets")
    period = models.ForeignKey(Period, models.PROTECT, related_name="targets")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="targets")
    group = models.CharField(max_length=30, choices=Group.choices)
    percent = models.PositiveIntegerField(_("percent"))

    class Meta:
        constraints = [
            one_of("group", Group, name="target_group_is_known"),
            within("percent", 0, 100, name="target_is_a_percentage"),
            models.UniqueConstraint(
                fields=["task", "period", "group", "agency"],
                condition=Q(agency__isnull=False),
                name="target_once_per_agency",
                violation_error_message=_("This agency already has a target."),
            ),
            models.UniqueConstraint(
                fields=["task", "period", "group"],
                condition=Q(agency__isnull=True),
                name="target_once_for_all",
                violation_error_message=_("There is already a target for all agencies."),
            ),
        ]
