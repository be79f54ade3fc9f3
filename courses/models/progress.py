"""Progress through lessons. No click log, no timers of attention (domain.md §11)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Lesson
from courses.models.enrolments import Enrolment


class Progress(models.Model):
    """How far somebody is in a lesson. A lesson that changes later stays done."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="progress")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    anchor = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    content_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"],
                name="progress_once_per_lesson",
                violation_error_message=_("Progress in this lesson is already kept."),
            ),
        ]
