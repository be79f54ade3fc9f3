"""The plan, its tasks and who answers for them (domain.md §1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered
from lms.people.models import Agency, Role, Succession, UnitGroup
from lms.people.models.agencies import AgencyQuerySet
from lms.plan.parties import holder
from lms.refusal import Refused
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.people.models import User


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Whoever is signed in may read the plan (permissions.csv, plan.view)."""
        return self if user.is_authenticated else self.none()


@dataclass(frozen=True)
class FilledIn:
    """What the text of a plan leaves open and the department fills in; `ends_on` is half-open."""

    number: str = ""
    dated_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class Plan(models.Model):
    """A plan as it was signed. The text has no number, no date and no reporting deadline: they stay empty
    until the department fills them in (domain.md §1)."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.TextField(_("title"))
    issuer_label = models.CharField(_("issued by"), max_length=300)
    issuer = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="plans_issued")
    consolidating_label = models.CharField(_("consolidated by"), max_length=300, blank=True)
    consolidating = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="plans_consolidated")
    reporting = models.TextField(_("reporting"), blank=True)
    number = models.CharField(_("number"), max_length=100, blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [ordered("starts_on", "ends_on", name="plan_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.code

    def fill_in(self, filled: FilledIn, *, by: User, now: datetime) -> bool:
        """Write what the text of the plan leaves open, with one event; the same again is none. The text stays.

        Raises Refused `ends_before_it_starts` (422). Gives whether anything changed.
        """
        if filled.starts_on and filled.ends_on and filled.ends_on <= filled.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        values = vars(filled) | {"number": clean(filled.number)}
        if all(getattr(self, name) == value for name, value in values.items()):
            return False
        with transaction.atomic():
            Plan.objects.filter(pk=self.pk).update(**values)
            record_edit("plan", self.code, values, by=by, now=now)
        self.refresh_from_db()
        return True


def record_edit(object_kind: str, object_id: object, data: dict[str, Any], *, by: User, now: datetime) -> None:
    """Write the event of a change to what the plan leaves open."""
    Event.record(
        "plan.edit_tasks", object_kind=object_kind, object_id=object_id, actor=str(by.public_id), now=now, data=data
    )


class Timing(models.TextChoices):
    CONTINUOUS = "continuous", _("Continuous")
    ONCE = "once", _("Once")
    YEAR = "year", _("In one year")
    YEAR_THEN_UPDATE = "year_then_update", _("In one year, then kept up to date")
    YEARLY_OR_AS_NEEDED = "yearly_or_as_needed", _("Yearly or when needed")


class PlanTaskQuerySet(models.QuerySet["PlanTask"]):
    def visible_to(self, user: User) -> PlanTaskQuerySet:
        """Whoever is signed in may read the plan."""
        return self if user.is_authenticated else self.none()

    def worked_by(self, user: User, on: date) -> PlanTaskQuerySet:
        """The tasks of whoever has a part in the plan: any role beside learning."""
        return self if user.holds(*Role.values, on=on) else self.none()

    def in_order(self) -> PlanTaskQuerySet:
        return self.order_by("plan_id", "position", "pk")


class PlanTask(models.Model):
    """A leaf task of the plan, word for word."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="tasks")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveIntegerField()
    section = models.TextField(_("section"))
    title = models.TextField(_("content"))
    title_en = models.TextField(blank=True)
    lead_label = models.CharField(max_length=100)
    timing_label = models.CharField(_("timing"), max_length=300)
    timing = models.CharField(max_length=30, choices=Timing.choices)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    suggested_measure = models.TextField(blank=True)

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("timing", Timing, name="plan_task_timing_is_known"),
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="plan_task_code_once",
                violation_error_message=_("The plan already has a task with this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def set_due(self, due_on: date | None, *, by: User, now: datetime) -> bool:
        """The day by which the task is to be done, with one event; the same day again is none. The text stays.

        Gives whether it changed.
        """
        if self.due_on == due_on:
            return False
        with transaction.atomic():
            PlanTask.objects.filter(pk=self.pk).update(due_on=due_on)
            record_edit("plan_task", self.code, {"due_on": due_on}, by=by, now=now)
        self.due_on = due_on
        return True

    def answering(self, day: date) -> set[int]:
        """The ids of the agencies that lead the task or coordinate on `day`; a query per party and one."""
        parties = self.parties.select_related("agency", "unit_group")
        return {pk for party in parties for pk in party.agencies_on(day).values_list("pk", flat=True)}

    def hold(self) -> None:
        """Hold the row until the transaction ends: an UPDATE locks on both engines."""
        PlanTask.objects.filter(pk=self.pk).update(position=F("position"))


class PartyRole(models.TextChoices):
    LEAD = "lead", _("Lead")
    COORDINATING = "coordinating", _("Coordinating")


class TaskParty(models.Model):
    """A lead or coordinating party in the words of the plan, and what they mean: an agency or a unit group.

    Both may be empty («các cơ quan, đơn vị có liên quan»): members are then picked per period. What the party
    means is resolved on a date, since departments end and are replaced (domain.md §1).
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="parties")
    role = models.CharField(max_length=20, choices=PartyRole.choices)
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="task_parties")
    unit_group = models.ForeignKey(UnitGroup, models.PROTECT, null=True, blank=True, related_name="task_parties")

    class Meta:
        constraints = [
            one_of("role", PartyRole, name="task_party_role_is_known"),
            models.CheckConstraint(
                condition=Q(agency__isnull=True) | Q(unit_group__isnull=True),
                name="task_party_is_an_agency_or_a_group",
                violation_error_message=_("A party is one agency or one group of agencies."),
            ),
            models.UniqueConstraint(
                fields=["task", "role", "position"],
                name="task_party_position_once",
                violation_error_message=_("Two parties cannot stand in the same place."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def agencies_on(self, day: date) -> AgencyQuerySet:
        """The agencies that the party means on `day`. Where the plan names nobody in particular: those that were picked
        for the periods that hold the day."""
        if self.unit_group is not None:
            return self.unit_group.on(day)
        if self.agency_id is None:
            periods = {"period__starts_on__lte": day, "period__cutoff_on__gte": day}
            return Agency.objects.filter(pk__in=self.members.filter(**periods).values("agency_id"))
        found = holder(Succession.objects.graph(), self.agency_id, day)
        return Agency.objects.filter(pk=found) if found else Agency.objects.none()


class PeriodKind(models.TextChoices):
    YEAR = "year", _("Year")
    FIRST_HALF = "first_half", _("First six months")
    SECOND_HALF = "second_half", _("Last six months")
    NINE_MONTHS = "nine_months", _("Nine months")
    QUARTER = "quarter", _("Quarter")
    MONTH = "month", _("Month")
    CUSTOM = "custom", _("Custom period")
