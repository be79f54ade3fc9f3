"""Exceptions to the times and the number of attempts of a quiz (learning.md §8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from courses.models.quizzes import Quiz
from courses.models.run_quizzes import OVER, RunQuiz
from courses.models.runs import Run
from lms.constraints import ordered
from lms.people.models import Agency
from lms.prepared import prepared


class Terms(NamedTuple):
    """What holds for one person at one quiz of a run, exceptions included. Empty ends are open."""

    opens_at: datetime | None
    closes_at: datetime | None
    extra_minutes: int = 0
    extra_attempts: int = 0
    is_over: bool = False

    def has_opened(self, at: datetime) -> bool:
        """The opening moment counts."""
        return self.opens_at is None or self.opens_at <= at

    def has_closed(self, at: datetime) -> bool:
        """At the closing moment it is closed; so is a class that is over."""
        return self.is_over or (self.closes_at is not None and self.closes_at <= at)


class OverrideQuerySet(models.QuerySet["Override"]):
    def in_force(self) -> OverrideQuerySet:
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def terms_of(self, enrolment: Enrolment, run_quiz: RunQuiz) -> Terms:
        """What holds for one person at one quiz. One query; needs the run of `run_quiz` in hand."""
        nobody = 0
        here = _for_them(run_quiz.quiz_id, run_quiz.run_id, enrolment.pk, enrolment.agency_id or nobody)
        return terms(enrolment, run_quiz, here)


@prepared
def _for_them(quiz_id: int, run_id: int, enrolment_id: int, agency_id: int) -> OverrideQuerySet:
    whole_run = Q(enrolment__isnull=True, agency__isnull=True)
    for_them = Q(enrolment_id=enrolment_id) | Q(agency_id=agency_id) | whole_run
    return Override.objects.in_force().filter(for_them, quiz_id=quiz_id, run_id=run_id)


def terms(enrolment: Enrolment, run_quiz: RunQuiz, overrides: Iterable[Override]) -> Terms:
    """What `overrides` (of whatever quiz, run or person) make of the times of `run_quiz` for `enrolment`.

    A person's own exception beats those of the agency and the run; among these the most lenient value of each field
    counts (learning.md §8).
    """
    here = [row for row in overrides if (row.quiz_id, row.run_id) == (run_quiz.quiz_id, run_quiz.run_id)]
    own = [row for row in here if row.enrolment_id == enrolment.pk]
    rows = own or [row for row in here if row.enrolment_id is None and row.agency_id in (None, enrolment.agency_id)]
    return Terms(
        opens_at=min((row.opens_at for row in rows if row.opens_at), default=run_quiz.opens_at),
        closes_at=max((row.closes_at for row in rows if row.closes_at), default=run_quiz.closes_at),
        extra_minutes=max((row.extra_minutes for row in rows), default=0),
        extra_attempts=max((row.extra_attempts for row in rows), default=0),
        is_over=run_quiz.run.state in OVER,
    )


class Override(models.Model):
    """Other times or more attempts for one person, one agency or a whole run, with a reason (learning.md §8)."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="overrides")
    run = models.ForeignKey(Run, models.PROTECT, related_name="overrides")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="overrides")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="overrides")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    extra_attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300)
    document_no = models.CharField(max_length=100, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("opens_at", "closes_at", name="override_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=True) | Q(agency__isnull=True),
                name="override_is_for_a_person_or_an_agency",
                violation_error_message=_("An exception is for one person or for one agency."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]
