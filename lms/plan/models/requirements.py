"""What a task requires of a group: opened, changed from a day on, ended; never rewritten (domain.md §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered, within
from lms.days import local_day, on_q
from lms.people.models import Agency, Group, Role, UnitGroup
from lms.people.models.agencies import AgencyQuerySet, meant_q
from lms.plan.models.periods import refuse_touching
from lms.plan.models.plan import PeriodKind, PlanTask
from lms.refusal import Refused

if TYPE_CHECKING:
    from lms.people.models import User

MOST_NEEDED = 1000
"""Certificates or tiết; more is a slip of the hand."""


class Enough(models.TextChoices):
    """What meets a requirement."""

    CERTIFICATES = "certificates", _("A number of certificates")
    STUDY_PERIODS = "study_periods", _("A number of study periods in the year")
    NAMED_COURSES = "named_courses", _("Certificates of the named courses")


@dataclass(frozen=True)
class Terms:
    """What is required, from `starts_on` to `ends_on` (half-open; None: until further notice).

    `named` holds the codes of the named courses for the event; the courses themselves are tied by the storey above.
    """

    group: str
    period_kind: str
    enough: str
    starts_on: date
    needed: int = 1
    unit_group: UnitGroup | None = None
    outside_counts: bool = False
    ends_on: date | None = None
    legal_basis: str = ""
    named: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises Refused (422): group_unknown, choice_unknown, needed_out_of_range, ends_before_it_starts."""
        if self.group not in Group.values:
            raise Refused("group_unknown", _("This group does not exist."), status=422)
        if self.period_kind not in PeriodKind.values or self.enough not in Enough.values:
            raise Refused("choice_unknown", _("This value is not one of the choices."), status=422)
        if not 1 <= self.needed <= MOST_NEEDED:
            raise Refused("needed_out_of_range", _("At least one must be required, and at most 1,000."), status=422)
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def as_known(self, at: datetime | None = None) -> list[Requirement]:
        """The requirements, the more specific first, with the terms that were known at a moment (None: those of now).

        One query, two for a moment. Rows with earlier terms are for reading: they must not be saved.
        """
        if at is None:
            return list(self.most_specific_first())
        found = {row.pk: row for row in self.filter(Q(recorded_at__isnull=True) | Q(recorded_at__lte=at))}
        for terms in EarlierTerms.objects.known(at).filter(requirement__in=list(found)):
            terms.tell(found[terms.requirement_id])
        return sorted(found.values(), key=Requirement.specificity)

    def on(self, day: date) -> RequirementQuerySet:
        return self.filter(on_q(day))

    def visible_to(self, user: User, on: date) -> RequirementQuerySet:
        """Whoever has a part in the plan may read what it requires; trainees read of their own courses instead."""
        return self if user.holds(*Role.values, on=on) else self.none()

    def during(self, starts_on: date | None, ends_on: date | None) -> RequirementQuerySet:
        """Requirements that share a day with the half-open span; None is unbounded."""
        found = self
        if starts_on is not None:
            found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
        if ends_on is not None:
            found = found.filter(Q(starts_on__isnull=True) | Q(starts_on__lt=ends_on))
        return found

    def in_order(self) -> RequirementQuerySet:
        """By group and unit group, the latest first."""
        return self.order_by("group", "period_kind", "unit_group_id", F("starts_on").desc(nulls_last=True), "-pk")

    def most_specific_first(self) -> RequirementQuerySet:
        """Those of a unit group before those of all agencies: the first that fits an agency holds for it."""
        return self.order_by("group", F("unit_group_id").asc(nulls_last=True), "pk")


class Requirement(models.Model):
    """What a plan task asks of a group: how much is enough, of whom, in which kind of period.

    `needed` counts certificates or tiết. In force from `starts_on` to `ends_on` (half-open). Once it has begun it is
    not rewritten: a change ends it on a day and opens another.
    """

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="requirements")
    group = models.CharField(_("group"), max_length=30, choices=Group.choices)
    unit_group = models.ForeignKey(UnitGroup, models.PROTECT, null=True, blank=True, related_name="requirements")
    period_kind = models.CharField(_("kind of period"), max_length=20, choices=PeriodKind.choices)
    enough = models.CharField(_("what is enough"), max_length=20, choices=Enough.choices)
    needed = models.PositiveIntegerField(_("needed"), default=1)
    outside_counts = models.BooleanField(_("accepted outside training counts"), default=False)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    #: Since when we know of it; NULL: for ever. Terms that were changed since are in `EarlierTerms`.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("group", Group, name="requirement_group_is_known"),
            one_of("period_kind", PeriodKind, name="requirement_period_kind_is_known"),
            one_of("enough", Enough, name="requirement_enough_is_known"),
            ordered("starts_on", "ends_on", name="requirement_ends_after_it_starts"),
            within("needed", 1, 1000, name="requirement_needs_something"),
            models.UniqueConstraint(
                fields=["task", "group", "period_kind"],
                condition=Q(ends_on__isnull=True, unit_group__isnull=True),
                name="requirement_open_once",
                violation_error_message=_("This task already has a requirement for this group."),
            ),
            models.UniqueConstraint(
                fields=["task", "group", "period_kind", "unit_group"],
                condition=Q(ends_on__isnull=True, unit_group__isnull=False),
                name="requirement_open_once_per_unit_group",
                violation_error_message=_("This task already has a requirement for this group."),
            ),
        ]

    @staticmethod
    def specificity(row: Requirement) -> tuple[str, bool, int, int]:
        """The order of `RequirementQuerySet.most_specific_first`."""
        return row.group, row.unit_group_id is None, row.unit_group_id or 0, row.pk

    @classmethod
    def open(cls, task: PlanTask, terms: Terms, *, by: User, now: datetime) -> Requirement:
        """Require `terms` of the task, with one event. Raises Refused as `Terms.check`, and `requirement_overlaps`,
        `period_closed`."""
        terms.check()
        with transaction.atomic():
            task.hold()
            made = cls(task=task, recorded_at=now)
            made._write(terms)
            made._record("opened", by=by, now=now, terms=terms)
        return made

    def change(self, terms: Terms, *, by: User, now: datetime) -> Requirement:
        """From `terms.starts_on` on, `terms` are required instead, with one event: this one ends then, another opens.

        One that has not begun is edited in place. Gives the requirement that holds the terms.
        Raises Refused as `open`, and `already_ended`.
        """
        terms.check()
        refuse_touching(self.task, terms.starts_on, terms.ends_on)  # again below: now it costs nobody a wait
        with transaction.atomic():
            self._hold()
            self._refuse_ended(local_day(now))
            if self.starts_on is not None and self.starts_on > local_day(now):
                EarlierTerms.keep(self, now)
                self._write(terms)
                self._record("edited", by=by, now=now, terms=terms)
                return self
            if self.ends_on is None or terms.starts_on < self.ends_on:
                self._end(terms.starts_on, now)
            made = Requirement(task=self.task, recorded_at=now)
            made._write(terms)
            made._record("replaced", by=by, now=now, terms=terms, replaces=self.pk)
        return made

    def end(self, on: date, *, by: User, now: datetime) -> None:
        """It is not required any more from `on`; one event. Raises Refused `already_ended`, `ends_before_it_starts`,
        `period_closed`."""
        with transaction.atomic():
            self._hold()
            self._refuse_ended(local_day(now))
            self._end(on, now)
            self._record("ended", by=by, now=now)

    def _hold(self) -> None:
        self.task.hold()
        self.refresh_from_db(fields=["starts_on", "ends_on"])

    def _refuse_ended(self, today: date) -> None:
        if self.ends_on is not None and self.ends_on <= today:
            raise Refused("already_ended", _("This requirement has ended. Open another one."))

    def _end(self, on: date, now: datetime) -> None:
        """Raises Refused as `end`. Days between the old end and the new one change, in either direction."""
        if self.starts_on is not None and on <= self.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        known = [day for day in (self.ends_on, on) if day is not None]
        refuse_touching(self.task, min(known), None if self.ends_on is None else max(known))
        if self.ends_on is not None and on > self.ends_on:
            self._refuse_overlap(self.ends_on, on)
        EarlierTerms.keep(self, now)
        self.ends_on = on
        self.save(update_fields=["ends_on"])

    def _write(self, terms: Terms) -> None:
        """Take the terms over and save. Raises Refused `requirement_overlaps`, `period_closed`."""
        if self.pk is not None:
            refuse_touching(self.task, self.starts_on, self.ends_on)
        refuse_touching(self.task, terms.starts_on, terms.ends_on)
        for name, value in vars(terms).items():
            if name != "named":
                setattr(self, name, value)
        self._refuse_overlap(self.starts_on, self.ends_on)
        self.save()

    def _refuse_overlap(self, starts_on: date | None, ends_on: date | None) -> None:
        """Raises Refused: two requirements of one kind may not hold for the same people on the same day."""
        same = Requirement.objects.filter(
            task=self.task, group=self.group, unit_group=self.unit_group, period_kind=self.period_kind
        ).exclude(pk=self.pk)
        if same.during(starts_on, ends_on).exists():
            raise Refused(
                "requirement_overlaps",
                _("The task already has such a requirement in these days. End that one first, or change it."),
            )

    def _record(
        self, what: str, *, by: User, now: datetime, terms: Terms | None = None, replaces: int | None = None
    ) -> None:
        Event.record(
            "requirement.create_or_edit", object_kind="requirement", object_id=self.pk, actor=str(by.public_id),
            now=now,
            data={
                "what": what, "task": self.task.code, "group": self.group, "kind": self.period_kind,
                "unit_group": self.unit_group.code if self.unit_group else None, "enough": self.enough,
                "needed": self.needed, "outside_counts": self.outside_counts, "starts_on": self.starts_on,
                "ends_on": self.ends_on, "named": list(terms.named) if terms else [], "replaces": replaces,
            },
        )  # fmt: skip

    def agencies(self, known_at: datetime | None = None) -> AgencyQuerySet:
        """The agencies it speaks of, on whatever day they existed: no territory; those that its unit group, if any,
        means as known at a moment (None: now).

        Not cut to a day, since an entry may still stand on an agency that has closed (domain.md §4).
        """
        reporting = Agency.objects.reporting()
        return reporting if self.unit_group_id is None else reporting.filter(meant_q(self.unit_group_id, known_at))


class EarlierTermsQuerySet(models.QuerySet["EarlierTerms"]):
    def known(self, at: datetime) -> EarlierTermsQuerySet:
        """What held at the moment: from `known_from` to before `known_until`."""
        return self.filter(Q(known_from__isnull=True) | Q(known_from__lte=at), known_until__gt=at)


class EarlierTerms(models.Model):
    """What a requirement asked, as known from `known_from` (NULL: for ever) to `known_until` (half-open)."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="earlier_terms")
    group = models.CharField(max_length=30, choices=Group.choices)
    unit_group = models.ForeignKey(UnitGroup, models.PROTECT, null=True, related_name="+")
    period_kind = models.CharField(max_length=20, choices=PeriodKind.choices)
    enough = models.CharField(max_length=20, choices=Enough.choices)
    needed = models.PositiveIntegerField()
    outside_counts = models.BooleanField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    known_from = models.DateTimeField(null=True)
    known_until = models.DateTimeField()

    objects = EarlierTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("group", Group, name="earlier_terms_group_is_known"),
            one_of("period_kind", PeriodKind, name="earlier_terms_period_kind_is_known"),
            one_of("enough", Enough, name="earlier_terms_enough_is_known"),
            ordered("starts_on", "ends_on", name="earlier_terms_end_after_they_start"),
            ordered("known_from", "known_until", name="earlier_terms_were_known_for_a_while"),
        ]
        indexes = [models.Index(fields=["requirement", "known_until"])]

    @classmethod
    def keep(cls, requirement: Requirement, now: datetime) -> None:
        """Remember the terms in the database as known until `now`: the caller changes them, and holds the task."""
        last = cls.objects.filter(requirement=requirement).order_by("-known_until", "-pk").first()
        since = last.known_until if last else requirement.recorded_at
        if since is None or since < now:
            terms = Requirement.objects.filter(pk=requirement.pk).values(*TERMS).get()
            cls.objects.create(requirement=requirement, known_from=since, known_until=now, **terms)

    def tell(self, requirement: Requirement) -> None:
        """Give the requirement in hand these terms."""
        for name in TERMS:
            setattr(requirement, name, getattr(self, name))


TERMS = (
    "group", "unit_group_id", "period_kind", "enough", "needed", "outside_counts", "starts_on", "ends_on",
    "legal_basis",
)  # fmt: skip
"""The columns of a requirement that may change."""
