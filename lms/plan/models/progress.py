"""How far a task has come in a period, in the words of those who answer for it (Biểu 05, domain.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered
from lms.people.models import Agency, known_q
from lms.plan.models.periods import Period, refuse_closed
from lms.plan.models.plan import PlanTask
from lms.refusal import Refused
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.people.models import User


class Level(models.TextChoices):
    DONE = "done", _("Done")
    ONGOING = "ongoing", _("Under way")
    LATE = "late", _("Behind time")
    NOT_STARTED = "not_started", _("Not started")


@dataclass(frozen=True)
class Said:
    """What is reported: the level, and the columns of Biểu 05 in words."""

    level: str
    result: str = ""
    evidence: str = ""
    difficulties: str = ""
    proposals: str = ""

    def check(self) -> None:
        """Raises Refused (422): choice_unknown, result_required."""
        if self.level not in Level.values:
            raise Refused("choice_unknown", _("This value is not one of the choices."), status=422)
        if self.level != Level.NOT_STARTED and not clean(self.result):
            raise Refused("result_required", _("Say what has been achieved in the period."), status=422)


class TaskProgressQuerySet(models.QuerySet["TaskProgress"]):
    def known(self, at: datetime | None = None) -> TaskProgressQuerySet:
        """What was reported, as known at a moment (None: now)."""
        return self.filter(known_q(at))

    def in_order(self) -> TaskProgressQuerySet:
        """By task, that of the whole task first, then by the name of the agency."""
        return self.order_by("task__position", F("agency__sort_key").asc(nulls_first=True), "pk")


class TaskProgress(models.Model):
    """The word of an agency (none: of the department, for the whole task) on a task in a period.

    Never edited: saying otherwise voids the row and adds another.
    """

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="progress")
    period = models.ForeignKey(Period, models.PROTECT, related_name="progress")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="task_progress")
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    result = models.TextField(_("result in the period"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TaskProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("level", Level, name="task_progress_level_is_known"),
            ordered("recorded_at", "voided_at", name="task_progress_is_voided_after_it_was_said", inclusive=True),
            models.UniqueConstraint(
                fields=["task", "period", "agency"],
                condition=Q(voided_at__isnull=True, agency__isnull=False),
                name="task_progress_once_per_agency",
                violation_error_message=_("This agency has already reported."),
            ),
            models.UniqueConstraint(
                fields=["task", "period"],
                condition=Q(voided_at__isnull=True, agency__isnull=True),
                name="task_progress_once_for_the_task",
                violation_error_message=_("This task has already been reported on."),
            ),
        ]

    @classmethod
    def report(
        cls, task: PlanTask, period: Period, agency: Agency | None, said: Said, *, by: User, now: datetime
    ) -> TaskProgress:
        """Report on a task, with one event; what was said before is void. The same words again are one report.

        Raises Refused: choice_unknown, result_required (422), period_closed.
        """
        said.check()
        words = {name: value.strip() for name, value in vars(said).items()}
        with transaction.atomic():
            refuse_closed(task, period)
            live = cls.objects.known().filter(task=task, period=period, agency=agency)
            before = live.first()
            if before and all(getattr(before, name) == value for name, value in words.items()):
                return before
            live.update(voided_at=now)
            made = cls.objects.create(task=task, period=period, agency=agency, reported_by=by, recorded_at=now, **words)
            Event.record(
                "plan.report_progress", object_kind="plan_task", object_id=task.code, actor=str(by.public_id), now=now,
                agency=agency.code if agency else "",
                data={"period": period.pk, "level": made.level, "replaces": before.pk if before else None},
            )  # fmt: skip
        return made
