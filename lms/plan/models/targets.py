"""Targets: the percentage that agencies are to reach in a period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, within
from lms.people.models import Agency, Group
from lms.plan.models.periods import Period, refuse_closed
from lms.plan.models.plan import PlanTask
from lms.refusal import Refused

if TYPE_CHECKING:
    from lms.people.models import User

MOST_PERCENT = 100


class TargetQuerySet(models.QuerySet["Target"]):
    def for_agencies(self, task: PlanTask, period: Period) -> dict[tuple[int | None, str], int]:
        """(agency id, group) → percent; (None, group) is that of every agency without one of its own. One query."""
        rows = self.filter(task=task, period=period).values_list("agency_id", "group", "percent")
        return {(agency_id, group): percent for agency_id, group, percent in rows}

    def in_order(self) -> TargetQuerySet:
        """By group, that of all agencies first, then by the name of the agency."""
        return self.order_by("group", models.F("agency__sort_key").asc(nulls_first=True), "pk")


class Target(models.Model):
    """The percentage that an agency (or, without one, every agency) is to reach for a task and group."""

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="targets")
    period = models.ForeignKey(Period, models.PROTECT, related_name="targets")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="targets")
    group = models.CharField(max_length=30, choices=Group.choices)
    percent = models.PositiveIntegerField(_("percent"))

    objects = TargetQuerySet.as_manager()

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

    @classmethod
    def put(  # noqa: PLR0913 - the columns of the rows, all by name
        cls,
        task: PlanTask,
        period: Period,
        group: str,
        *,
        agencies: Collection[Agency] | None,
        percent: int | None,
        by: User,
        now: datetime,
    ) -> int:
        """Set the target of `group` for `agencies` (None: for every agency without one of its own), with one event.

        Without a `percent` the targets are taken away. Gives how many rows changed; nothing is no event. Raises
        Refused: group_unknown, percent_out_of_range, nobody_chosen (422), period_closed.
        """
        _check(group, percent, agencies)
        with transaction.atomic():
            refuse_closed(task, period)
            rows = cls.objects.filter(task=task, period=period, group=group)
            rows = rows.filter(agency__isnull=True) if agencies is None else rows.filter(agency__in=agencies)
            if percent is None:
                changed = rows.delete()[0]
            else:
                changed = rows.exclude(percent=percent).update(percent=percent)
                has_one: set[int | None] = set(rows.values_list("agency_id", flat=True))
                wanted: list[int | None] = [None] if agencies is None else [agency.pk for agency in agencies]
                new = [
                    Target(task=task, period=period, group=group, agency_id=pk, percent=percent)
                    for pk in wanted
                    if pk not in has_one
                ]
                changed += len(Target.objects.bulk_create(new))
            if changed:
                Event.record(
                    "coverage.set_target", object_kind="plan_task", object_id=task.code, actor=str(by.public_id),
                    now=now,
                    data={
                        "period": period.pk, "group": group, "percent": percent,
                        "agencies": None if agencies is None else sorted(agency.code for agency in agencies),
                    },
                )  # fmt: skip
        return changed


def _check(group: str, percent: int | None, agencies: Collection[Agency] | None) -> None:
    if group not in Group.values:
        raise Refused("group_unknown", _("This group does not exist."), status=422)
    if percent is not None and not 0 <= percent <= MOST_PERCENT:
        raise Refused("percent_out_of_range", _("A percentage lies between 0 and 100."), status=422)
    if agencies is not None and not agencies:
        raise Refused("nobody_chosen", _("Choose at least one agency."), status=422)
