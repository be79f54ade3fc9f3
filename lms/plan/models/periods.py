"""Reporting periods. They do not run from January to December (domain.md §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered, within
from lms.people.models import Role
from lms.plan.models.plan import PeriodKind, PlanTask
from lms.refusal import Refused

if TYPE_CHECKING:
    from lms.people.models import User

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Reporting years; anything else is a slip of the hand."""
MOST_DIGITS = 9
"""Of an id in an address; a longer one is none, and a database would refuse it."""
NUMBERS = {PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}
"""How many periods of a kind a year has; one, where nothing is said. Custom ones are counted as they come."""


class PeriodQuerySet(models.QuerySet["Period"]):
    def covering(self, day: date) -> PeriodQuerySet:
        """Periods that hold `day`; both ends count."""
        return self.filter(starts_on__lte=day, cutoff_on__gte=day)

    def years(self) -> PeriodQuerySet:
        return self.filter(kind=PeriodKind.YEAR).order_by("starts_on", "pk")

    def of_year(self, year: int) -> PeriodQuerySet:
        """The periods of a reporting year, the year itself first."""
        return self.filter(year=year).order_by("starts_on", "-cutoff_on", "pk")

    def visible_to(self, user: User, on: date) -> PeriodQuerySet:
        """Whoever has a part in the plan, beside learning."""
        return self if user.holds(*Role.values, on=on) else self.none()

    def asked(self, pk: str, user: User, on: date) -> Period | None:
        """The visible period of that id (text of an address); without one the year that holds `on`, else the latest."""
        seen = self.visible_to(user, on)
        if pk:
            return seen.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) <= MOST_DIGITS else None
        return seen.years().covering(on).first() or seen.years().last()

    def overlapping(self, kind: str, starts_on: date, cutoff_on: date) -> PeriodQuerySet:
        """Periods of the kind that share a day with these days; both ends count."""
        return self.filter(kind=kind, starts_on__lte=cutoff_on, cutoff_on__gte=starts_on)

    def year_starts_on(self, period: Period) -> date:
        """The first day of the reporting year of `period`, for cumulated figures: that of its own row where there is
        one, else 15/12 of the year before. One query, and none for a year itself."""
        if period.kind == PeriodKind.YEAR:
            return period.starts_on
        own = self.filter(kind=PeriodKind.YEAR, year=period.year).values_list("starts_on", flat=True).first()
        return own or usual_first_day(period.year)


def usual_first_day(year: int) -> date:
    """15/12 of the year before: where a reporting year begins that has no row of its own."""
    return date(year - 1, 12, 15)


class PeriodSeries(models.Model):
    """The row that is held while a period of the kind is written, so that two at once do not overlap unseen."""

    kind = models.CharField(max_length=20, choices=PeriodKind.choices, unique=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [one_of("kind", PeriodKind, name="period_series_kind_is_known")]

    @classmethod
    def hold(cls, kind: str) -> None:
        """Hold the row until the transaction ends: an UPDATE locks on both engines."""
        cls.objects.get_or_create(kind=kind)
        cls.objects.filter(kind=kind).update(version=F("version") + 1)


@dataclass(frozen=True)
class Dates:
    """The days of a period: both ends count."""

    starts_on: date
    cutoff_on: date
    due_on: date | None = None

    def check(self, year: int) -> None:
        """Raises Refused (422): year_implausible where the days lie outside the reporting year and its neighbours,
        cutoff_before_start."""
        is_near = {self.starts_on.year, self.cutoff_on.year} <= {year - 1, year, year + 1}
        if not (FIRST_YEAR <= year <= LAST_YEAR and is_near):
            raise Refused("year_implausible", _("The reporting year and the days do not go together."), status=422)
        if self.cutoff_on < self.starts_on:
            raise Refused("cutoff_before_start", _("The cut-off day must not lie before the first day."), status=422)


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
            within("year", FIRST_YEAR, LAST_YEAR, name="period_year_is_plausible"),
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
    def ends_on(self) -> date:
        """The half-open end: the day after the cut-off."""
        return self.cutoff_on + timedelta(days=1)

    @classmethod
    def enter(cls, kind: str, year: int, *, number: int = 1, dates: Dates, by: User, now: datetime) -> Period:
        """A new period, with one event. A custom one gets the next number of its year.

        Raises Refused: choice_unknown, number_unknown, year_implausible, cutoff_before_start (422), period_exists,
        periods_overlap.
        """
        if kind not in PeriodKind.values:
            raise Refused("choice_unknown", _("This value is not one of the choices."), status=422)
        dates.check(year)
        with transaction.atomic():
            PeriodSeries.hold(kind)
            made = cls(kind=kind, year=year, number=cls._number(PeriodKind(kind), year, number))
            made._write(dates)
            made._record(by=by, now=now, what="entered")
        return made

    def edit(self, dates: Dates, *, by: User, now: datetime) -> bool:
        """Move the days of a period that no report has closed, with one event; the same days again are none.

        Raises Refused as `enter`, and `period_closed`. Gives whether anything changed.
        """
        dates.check(self.year)
        with transaction.atomic():
            PeriodSeries.hold(self.kind)
            self.hold()
            self.refresh_from_db()
            if dates == Dates(self.starts_on, self.cutoff_on, self.due_on):
                return False
            if self.locks.exists():
                raise closed_refusal()
            self._write(dates)
            self._record(by=by, now=now, what="moved")
        return True

    @classmethod
    def _number(cls, kind: PeriodKind, year: int, number: int) -> int:
        """Raises Refused `number_unknown`, `period_exists`. Call it while the series is held."""
        of_year = cls.objects.filter(kind=kind, year=year)
        if kind == PeriodKind.CUSTOM:
            return (of_year.aggregate(last=Max("number"))["last"] or 0) + 1
        if not 1 <= number <= NUMBERS.get(kind, 1):
            raise Refused("number_unknown", _("A year has no period of this kind with that number."), status=422)
        if of_year.filter(number=number).exists():
            raise Refused("period_exists", _("This period exists already."))
        return number

    def _write(self, dates: Dates) -> None:
        """Raises Refused `periods_overlap`. Call it while the series is held."""
        if Period.objects.overlapping(self.kind, dates.starts_on, dates.cutoff_on).exclude(pk=self.pk).exists():
            raise Refused("periods_overlap", _("Another period of this kind holds some of these days."))
        self.starts_on, self.cutoff_on, self.due_on = dates.starts_on, dates.cutoff_on, dates.due_on
        self.save()

    def _record(self, *, by: User, now: datetime, what: str) -> None:
        Event.record(
            "period.create_or_edit_open", object_kind="period", object_id=self.pk, actor=str(by.public_id), now=now,
            data={
                "what": what, "kind": self.kind, "year": self.year, "number": self.number,
                "starts_on": self.starts_on, "cutoff_on": self.cutoff_on, "due_on": self.due_on,
            },
        )  # fmt: skip

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
        raise closed_refusal()


def refuse_touching(task: PlanTask, starts_on: date | None, ends_on: date | None) -> None:
    """Raise Refused `period_closed` where the half-open span shares a day with a period closed for the task.

    An empty span touches nothing. The caller holds the task.
    """
    is_empty = starts_on is not None and starts_on == ends_on
    if not is_empty and PeriodLock.objects.touching(task, starts_on, ends_on).exists():
        raise closed_refusal()


def refuse_closed_days(task: PlanTask, first: date, last: date) -> None:
    """Hold the task, then raise Refused `period_closed` where one of the days, both ends included, lies in a period
    closed for it. Call it in the transaction of the change."""
    task.hold()
    refuse_touching(task, first, last + timedelta(days=1))


def closed_refusal() -> Refused:
    """`period_closed`: raise it where a report has closed the days."""
    return Refused(
        "period_closed", _("The figures of this period are closed. They change only when the report is reopened.")
    )
