"""What is asked of the figures, and the sets of rows that answer it: the count and the evidence read the same ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, State, valid_q
from certificates.models.certificates import CertificateQuerySet
from courses.models import Completion, CourseTask, OutsideTraining, Waiver
from courses.models.outside import OutsideTrainingQuerySet
from lms.days import is_on
from lms.people.models import Agency, RosterEntry, RosterStatement, StatementKind, known_q
from lms.people.models.agencies import AgencyQuerySet
from lms.plan.models import Period, PeriodKind, PlanTask, Requirement
from lms.refusal import Refused


class View(StrEnum):
    """To which agencies figures belong (domain.md §7): as they were, or those that stand in their place."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True)
class Question:
    """A task in a period: as of `day` (both ends of the period count), as known at `known_at` (None: now).

    `requirements` are those in force on `day`, the more specific first; `window_starts_on` is where their certificates
    and study periods begin to add up: the reporting year for yearly requirements (never later than the period itself),
    else the period. With `seen_on`
    the agencies are rolled up along successions to that day («theo đơn vị hiện nay»); None is as it was.
    """

    task: PlanTask
    period: Period
    day: date
    known_at: datetime | None
    group: str | None
    requirements: tuple[Requirement, ...]
    window_starts_on: date
    seen_on: date | None = None

    @classmethod
    def ask(
        cls,
        task: PlanTask,
        period: Period,
        *,
        group: str | None = None,
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> Question:
        """A question that has an answer; one query, one more each for a moment and where a part of a year adds up.

        `as_of` defaults to the cut-off day. Raises Refused (422) `as_of_outside_period`, `as_of_outside_plan` (the
        plan is not in force on the day asked for) and `nothing_required`.
        """
        day = as_of or period.cutoff_on
        if not period.has(day):
            raise Refused(
                "as_of_outside_period",
                _("The day must lie between the first and the last day of the period."),
                status=422,
            )
        if as_of and not is_on(as_of, task.plan.starts_on, task.plan.ends_on):
            raise Refused("as_of_outside_plan", _("The plan is not in force on this day."), status=422)
        requirements = _in_force(task, period, day, known_at)
        if group:
            requirements = tuple(found for found in requirements if found.group == group)
        if not requirements:
            raise Refused(
                "nothing_required",
                _("The plan requires no training for this task, group and period."),
                status=422,
            )
        return cls(task, period, day, known_at, group, requirements, _window(period, requirements))

    def seen(self, on: date | None) -> Self:
        """The same question, its agencies rolled up to `on`; None asks for the agencies as they were."""
        return replace(self, seen_on=on)

    @property
    def view(self) -> View:
        """Which of the two attributions."""
        return View.THEN if self.seen_on is None else View.NOW

    @property
    def counts_outside(self) -> bool:
        """Whether accepted outside training may meet one of the requirements."""
        return any(found.outside_counts for found in self.requirements)

    def entries(self, agencies: Collection[int] | None = None) -> QuerySet[Any]:
        """The roster on the day: entries to which a requirement applies, its place in `requirements` as `rule`.

        An entry that still stands on a closed agency is among them.
        """
        applies = [
            When(_speaks_of(found, self.known_at), then=Value(place)) for place, found in enumerate(self.requirements)
        ]
        groups = sorted({found.group for found in self.requirements})
        entries = RosterEntry.objects.on(self.day).known(self.known_at).filter(group__in=groups)
        if agencies is not None:
            entries = entries.filter(agency_id__in=agencies)
        entries = entries.exclude(agency__in=Agency.objects.territory())
        ruled: QuerySet[Any] = entries.annotate(rule=Case(*applies, output_field=IntegerField()))
        general = {found.group for found in self.requirements if found.unit_group_id is None}
        return ruled if general == set(groups) else ruled.filter(rule__isnull=False)

    def expected(self, requirement: Requirement) -> AgencyQuerySet:
        """The agencies that exist on the day, as far as was known, and owe a roster under this requirement."""
        return requirement.agencies(self.known_at).on(self.day, self.known_at)

    def nobody(self) -> Any:
        """Statements that nobody belongs to a group, not followed by another word."""
        known = RosterStatement.objects.filter(known_q(self.known_at), on__lte=self.day)
        later = known.filter(
            agency=OuterRef("agency"), group=OuterRef("group"), kind=StatementKind.CONFIRMED, on__gt=OuterRef("on")
        )
        return known.filter(~Exists(later), kind=StatementKind.NOBODY)

    def earning(self) -> CertificateQuerySet:
        """Valid certificates for courses that serve the task, from the start of the window to the day."""
        return self._serving(Certificate.objects.valid(self.known_at)).counted_in(self.window_starts_on, self.day)

    def certificates(self) -> CertificateQuerySet:
        """Valid certificates of the period up to the day, whoever holds them."""
        return self._serving(Certificate.objects.valid(self.known_at)).counted_in(self.period.starts_on, self.day)

    def completions(self, *, of_all: bool = False) -> QuerySet[Any]:
        """Completions of the period up to the day, less those whose certificate is revoked and none is valid.

        The same rows with `of_all`, for whoever reads them all: those that lost their certificate are looked up once,
        being few, and not one by one.
        """
        revoked = Certificate.objects.filter(revoked_q(self.known_at))
        valid = Certificate.objects.filter(valid_q(self.known_at))
        if of_all:
            standing = _first_of(valid, OuterRef("completion"))
            lost = Q(pk__in=revoked.alias(standing=standing).filter(standing__isnull=True).values("completion_id"))
            kept = Completion.objects.exclude(lost)
        else:
            looked_up = {name: _first_of(rows, OuterRef("pk")) for name, rows in (("gone", revoked), ("there", valid))}
            kept = Completion.objects.alias(**looked_up).filter(Q(gone__isnull=True) | Q(there__isnull=False))
        return kept.filter(known_q(self.known_at), course__in=self.courses()).dated(self.period.starts_on, self.day)

    def outside(self, first: date) -> OutsideTrainingQuerySet:
        """Accepted outside training for the task, ended from `first` to the day."""
        accepted = OutsideTraining.objects.accepted(self.known_at).filter(task=self.task)
        return accepted.dated(first, self.day)

    def waivers(self) -> QuerySet[Any]:
        """Waivers that hold on the day for one of the requirements, its place in `requirements` as `rule`."""
        places = [When(requirement=found, then=Value(place)) for place, found in enumerate(self.requirements)]
        return (
            Waiver.objects.known(self.known_at)
            .holding_on(self.day)
            .filter(requirement__in=self.requirements)
            .annotate(rule=Case(*places, output_field=IntegerField()))
        )

    def _serving(self, certificates: CertificateQuerySet) -> CertificateQuerySet:
        return certificates.filter(course__in=self.courses())

    def courses(self) -> QuerySet[Any, Any]:
        """Courses known to serve the task; a subquery, which databases hash once, where a join is looked up per row."""
        return CourseTask.objects.known(self.known_at).filter(task=self.task).values("course_id")


def _speaks_of(requirement: Requirement, known_at: datetime | None) -> Q:
    """The entries it applies to, among those of agencies that report."""
    of_group = Q(group=requirement.group)
    return of_group if requirement.unit_group_id is None else of_group & Q(agency__in=requirement.agencies(known_at))


def _first_of(certificates: CertificateQuerySet, completion: OuterRef) -> Subquery:
    """One certificate of a completion, if any. A scalar is looked up for each row; of EXISTS, PostgreSQL hashes the
    whole register first."""
    return Subquery(certificates.filter(completion=completion).values("pk")[:1], output_field=IntegerField())


def revoked_q(at: datetime | None) -> Q:
    """Revoked as known at a moment (None: now)."""
    revoked = Q(state=State.REVOKED)
    return revoked if at is None else revoked & Q(state_at__lte=at)


def _in_force(task: PlanTask, period: Period, day: date, known_at: datetime | None) -> tuple[Requirement, ...]:
    known = Requirement.objects.filter(task=task).as_known(known_at)
    kinds = (period.kind, PeriodKind.YEAR)
    found = [row for row in known if row.period_kind in kinds and is_on(day, row.starts_on, row.ends_on)]
    return of_kind(found, period)


def of_kind(found: Sequence[Requirement], period: Period) -> tuple[Requirement, ...]:
    """Of requirements in force, those for this kind of period; the yearly ones where there are none of its own."""
    return tuple(requirement for requirement in found if requirement.period_kind == period.kind) or tuple(found)


def _window(period: Period, requirements: tuple[Requirement, ...]) -> date:
    if requirements[0].period_kind == PeriodKind.YEAR:
        return min(period.starts_on, Period.objects.year_starts_on(period))
    return period.starts_on
