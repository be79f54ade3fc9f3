"""The agency's word that its figures of a period are right («xác nhận số liệu»): permissions.csv, period.*."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Min, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.coverage.counting import AgencyRow, Figures, answer
from lms.coverage.question import Question
from lms.days import local_day
from lms.people.models import Agency, User
from lms.plan.models import Period, PlanTask, refuse_closed_days
from lms.refusal import Refused
from lms.vietnamese.text import clean


def shown(total: Figures, groups: Iterable[AgencyRow]) -> dict[str, Any]:
    """The figures of one agency as plain values: in all, and of each group that has any."""
    found = {row.group: asdict(row.figures) for row in groups if row.figures != Figures()}
    return {"total": asdict(total), "groups": dict(sorted(found.items()))}


def digest(figures: dict[str, Any]) -> str:
    """SHA-256 of the figures in one spelling."""
    return hashlib.sha256(json.dumps(figures, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class AgencyConfirmationQuerySet(models.QuerySet["AgencyConfirmation"]):
    def live(self) -> AgencyConfirmationQuerySet:
        """Not followed by another word of the same agency."""
        return self.filter(voided_at__isnull=True)

    def of(self, task: PlanTask, period: Period) -> AgencyConfirmationQuerySet:
        """The words that hold for a task and period, with `first_on`: when the agency first gave one, which decides
        whether it reported on time."""
        earlier = AgencyConfirmation.objects.filter(
            task=OuterRef("task"), period=OuterRef("period"), agency=OuterRef("agency")
        )
        first = earlier.order_by().values("agency").annotate(first=Min("on")).values("first")
        return self.live().filter(task=task, period=period).annotate(first_on=Subquery(first))


class AgencyConfirmation(models.Model):
    """What an agency confirmed, as it was shown then. After a change it confirms again: the old word is voided."""

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="agency_confirmations")
    period = models.ForeignKey(Period, models.PROTECT, related_name="agency_confirmations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="figure_confirmations")
    on = models.DateField(_("confirmed on"))
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("note"), max_length=300, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AgencyConfirmationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "period", "agency"],
                condition=Q(voided_at__isnull=True),
                name="agency_confirms_figures_once",
                violation_error_message=_("The figures have been confirmed already."),
            ),
        ]

    @classmethod
    def confirm(cls, question: Question, agency: Agency, *, note: str, by: User, now: datetime) -> AgencyConfirmation:
        """The agency's word on its figures of the period, with one event; said twice of the same figures it is one.

        Raises Refused: not_yet (422) before the cut-off day, period_closed.
        """
        task, period = question.task, question.period
        if local_day(now) < period.cutoff_on:
            sentence = _("Figures are confirmed from the cut-off day of the period on.")
            raise Refused("not_yet", sentence, status=422)
        with transaction.atomic():
            agency.hold()
            refuse_closed_days(task, period.starts_on, period.cutoff_on)
            report = answer(question, agencies=[agency.pk], by_group=True)
            figures = shown(report.total, report.group_rows)
            standing = cls.objects.live().filter(task=task, period=period, agency=agency)
            said = standing.first()
            if said is not None and said.sha256 == digest(figures):
                return said
            standing.update(voided_at=now)
            made = cls.objects.create(
                task=task, period=period, agency=agency, on=local_day(now), recorded_at=now, recorded_by=by,
                figures=figures, sha256=digest(figures), note=clean(note)[:300],
            )  # fmt: skip
            Event.record(
                "period.confirm_agency_figures", object_kind="agency_confirmation", object_id=made.pk,
                actor=str(by.public_id), now=now, agency=agency.code,
                data={"task": task.code, "period": period.pk, "sha256": made.sha256},
            )  # fmt: skip
        return made
