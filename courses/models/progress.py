"""Progress through lessons. No click log, no timers of attention (domain.md §11)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Lesson
from courses.models.enrolments import Enrolment
from courses.models.states import EnrolmentState
from lms.jobs.models import Job
from lms.prepared import prepared
from lms.refusal import Refused


class ProgressQuerySet(models.QuerySet["Progress"]):
    def done(self) -> ProgressQuerySet:
        """Lessons that were ticked off."""
        return self.filter(done_at__isnull=False)


class Progress(models.Model):
    """How far somebody is in a lesson. A lesson that changes later stays done."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="progress")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    anchor = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    content_version = models.PositiveIntegerField(default=1)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"],
                name="progress_once_per_lesson",
                violation_error_message=_("Progress in this lesson is already kept."),
            ),
        ]

    @classmethod
    def open(cls, enrolment: Enrolment, lesson: Lesson, now: datetime) -> Progress:
        """Remember that the lesson was opened, and where «continue» leads; the first opening keeps its time.

        Raises Refused "not_enrolled" (404) unless the enrolment stands and the lesson is of its course.
        """
        if enrolment.state != EnrolmentState.ENROLLED or enrolment.run.course_id != lesson.course_id:
            raise Refused("not_enrolled", _("You are not in a class of this course."), status=404)
        for progress in _kept(enrolment.pk, lesson.pk):
            return progress.see(now)
        progress, created = cls.objects.get_or_create(
            enrolment=enrolment,
            lesson=lesson,
            defaults={"opened_at": now, "seen_at": now, "content_version": lesson.content_version},
        )
        return progress if created else progress.see(now)

    def see(self, now: datetime) -> Progress:
        """«Continue» leads here; itself."""
        with connection.cursor() as cursor:
            cursor.execute(SEE, (connection.ops.adapt_datetimefield_value(now), self.pk))
        self.seen_at = now
        return self

    def mark_done(self, now: datetime) -> bool:
        """«Đã học xong»: the first time counts, and completion is evaluated. False if it was done before.

        Raises Refused "closed" once the class is over.
        """
        if self.done_at is not None:
            return False
        if self.enrolment.run.is_over:
            raise Refused("closed", _("The class is over."))
        with transaction.atomic():
            open_row = Progress.objects.filter(pk=self.pk, done_at__isnull=True)
            if not open_row.update(done_at=now, content_version=self.lesson.content_version):
                self.refresh_from_db(fields=["done_at"])
                return False
            Job.ask(
                "courses.evaluate",
                key=f"enrolment:{self.enrolment_id}:lesson:{self.lesson_id}",
                payload={"enrolment": self.enrolment_id},
                now=now,
            )
        self.done_at = now
        return True


def finish_by_practice(enrolment: Enrolment, lesson: Lesson, now: datetime) -> None:
    """The practice of a lesson was passed: that is being done with it (learning.md §7). Twice is once.

    Inside the transaction of whoever says so, who asks for the evaluation; nothing once the class is over.
    """
    if enrolment.run.is_over or enrolment.run.course_id != lesson.course_id:
        return
    times = {"opened_at": now, "seen_at": now, "content_version": lesson.content_version}
    progress, _created = Progress.objects.get_or_create(enrolment=enrolment, lesson=lesson, defaults=times)
    open_row = Progress.objects.filter(pk=progress.pk, done_at__isnull=True)
    open_row.update(done_at=now, content_version=lesson.content_version)


SEE = "UPDATE courses_progress SET seen_at = %s WHERE id = %s"


@prepared
def _kept(enrolment_id: int, lesson_id: int) -> ProgressQuerySet:
    return Progress.objects.filter(enrolment_id=enrolment_id, lesson_id=lesson_id)
