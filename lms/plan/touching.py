"""What a reorganisation touches in the plan: parties of tasks, requirements of unit groups, targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people.models import Agency, UnitGroupKind, UnitGroupMember
from lms.people.touching import Touched, touches
from lms.plan.models import PartyRole, Requirement, Target, TaskParty


@touches("task_parties", _("Tasks of the plan with such an agency as a party; the party follows its successor"))
def task_parties(agencies: Sequence[int], on: date) -> list[Touched]:
    """Leads and coordinating parties that are one of the agencies."""
    rows = TaskParty.objects.filter(agency__in=agencies).select_related("task").order_by("task__position", "pk")
    return [
        Touched(
            gettext("Task %(code)s, %(role)s: %(party)s")
            % {"code": row.task.code, "role": PartyRole(row.role).label, "party": row.label},
            1, reverse("plan:plan"),
        )
        for row in rows
    ]  # fmt: skip


@touches("requirements", _("Requirements of unit groups that such an agency belongs to"))
def requirements(agencies: Sequence[int], on: date) -> list[Touched]:
    """Requirements in force, per unit group, that name its kind or picked it."""
    kinds = UnitGroupKind.objects.known().filter(kind__in=Agency.objects.filter(pk__in=agencies).values("kind"))
    picked = UnitGroupMember.objects.known().filter(agency__in=agencies)
    through = Q(unit_group__in=kinds.values("unit_group")) | Q(unit_group__in=picked.values("unit_group"))
    rows = Requirement.objects.on(on).filter(through).values("unit_group__label")
    return [
        Touched(row["unit_group__label"], row["count"], reverse("plan:plan"))
        for row in rows.annotate(count=Count("pk", distinct=True)).order_by("unit_group__label")
    ]


@touches("targets", _("Targets set for such an agency; set new ones for its successor"))
def targets(agencies: Sequence[int], on: date) -> list[Touched]:
    """Targets of periods that are not over, per agency."""
    rows = Target.objects.filter(agency__in=agencies, period__cutoff_on__gte=on).values("agency__name", "agency__code")
    return [
        Touched(row["agency__name"], row["count"], reverse("people:agency", args=[row["agency__code"]]))
        for row in rows.annotate(count=Count("pk")).order_by("agency__sort_key", "agency__code")
    ]
