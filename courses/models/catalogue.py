"""Courses and lessons: the records behind the pages (house.md §2, «a page describes, a record remembers»)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered, within
from lms.days import on_q
from lms.people.models import Group
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField, FoldedField, SortKeyField

if TYPE_CHECKING:
    from lms.people.models import User


class Mode(models.TextChoices):
    ONLINE = "online", _("Online")
    ROOM = "room", _("In person")
    BLENDED = "blended", _("Blended")


class CourseQuerySet(models.QuerySet["Course"]):
    def taught_by(self, user: User, on: date) -> CourseQuerySet:
        """Courses that `user` is a trainer of on `on`."""
        return self.filter(
            Q(trainers__user_id=user.pk) & on_q(on, start="trainers__starts_on", end="trainers__ends_on")
        ).distinct()

    def in_order(self) -> CourseQuerySet:
        return self.order_by("code", "pk")


class Course(models.Model):
    """A course of the catalogue: what completing it is worth, and whom it is for.

    `study_periods` is the whole course in tiết of 45 minutes. `pass_percent` and `attendance_percent` are the
    defaults of its runs; a course without sessions asks for no attendance.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = CleanCharField(_("title"), max_length=300)
    title_folded = FoldedField(source="title")
    sort_key = SortKeyField(source="title")
    title_en = models.CharField(max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    mode = models.CharField(_("form of learning"), max_length=20, choices=Mode.choices)
    study_periods = models.PositiveIntegerField(_("study periods"))
    pass_percent = models.PositiveIntegerField(_("pass mark in percent"), default=50)
    attendance_percent = models.PositiveIntegerField(_("attendance needed in percent"), default=80)
    objectives = models.JSONField(_("objectives"), default=list, blank=True)
    is_demo = models.BooleanField(default=False)
    #: The course whose pages, quizzes and settings this one began with.
    edition_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="editions"
    )
    created_at = models.DateTimeField(editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            one_of("mode", Mode, name="course_mode_is_known"),
            within("study_periods", 1, 1000, name="course_has_study_periods"),
            within("pass_percent", 0, 100, name="course_pass_mark_is_a_percentage"),
            within("attendance_percent", 0, 100, name="course_attendance_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return self.title

    def discard(self, *, by: User, now: datetime) -> None:
        """Delete a course that never came to anything. Raises Refused "course_in_use"."""
        with transaction.atomic():
            Course.objects.filter(pk=self.pk).update(code=models.F("code"))  # holds the row until the commit
            used = (
                self.runs, self.lessons, self.editions, self.tasks_served, self.prerequisite_of, self.categories,
                self.requirements,
                self.quizzes.exclude(state="draft"), self.quizzes.filter(run_quizzes__isnull=False),
            )  # fmt: skip
            if any(rows.exists() for rows in used):
                message = _("The course has classes, published lessons, questions or a task, so it stays.")
                raise Refused("course_in_use", message)
            for rows in (self.quizzes, self.trainers, self.prerequisites):
                rows.all().delete()
            Event.record(
                "course.delete_unused_draft", object_kind="course", object_id=self.code, actor=str(by.public_id),
                now=now, data={"title": self.title},
            )  # fmt: skip
            self.delete()


class CourseGroup(models.Model):
    """A group that the course is for."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="groups")
    group = models.CharField(_("group"), max_length=30, choices=Group.choices)

    class Meta:
        constraints = [
            one_of("group", Group, name="course_group_is_known"),
            models.UniqueConstraint(
                fields=["course", "group"],
                name="course_group_once",
                violation_error_message=_("The course already names this group."),
            ),
        ]


class CourseTrainer(models.Model):
    """`user` teaches and may edit the course from `starts_on` to `ends_on` (half-open)."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="trainers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="courses_taught")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ordered("starts_on", "ends_on", name="course_trainer_ends_after_starting"),
            models.UniqueConstraint(
                fields=["course", "user"],
                condition=Q(ends_on__isnull=True),
                name="course_trainer_once",
                violation_error_message=_("This trainer already teaches the course."),
            ),
        ]


class Prerequisite(models.Model):
    """`course` may be entered only after completing `needs`, at most `within_months` ago (0: whenever)."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="prerequisites")
    needs = models.ForeignKey(Course, models.PROTECT, related_name="prerequisite_of")
    within_months = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "needs"],
                name="prerequisite_once",
                violation_error_message=_("This prerequisite is already set."),
            ),
            models.CheckConstraint(
                condition=~Q(course=models.F("needs")),
                name="prerequisite_is_another_course",
                violation_error_message=_("A course cannot require itself."),
            ),
        ]


class LessonQuerySet(models.QuerySet["Lesson"]):
    def live(self) -> LessonQuerySet:
        """Lessons whose page is published."""
        return self.filter(is_live=True)

    def in_order(self) -> LessonQuerySet:
        return self.order_by("position", "pk")


class Lesson(models.Model):
    """What is remembered of a lesson page: publishing the page writes this row, so that progress outlives it.

    `minutes` is planned study time. `bytes_*` are compressed sizes measured at 360 px (learning.md §2).
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="lessons")
    key = models.SlugField(max_length=120)
    position = models.PositiveIntegerField()
    title = CleanCharField(_("title"), max_length=300)
    minutes = models.PositiveIntegerField(_("minutes"))
    is_required = models.BooleanField(_("required"), default=True)
    is_live = models.BooleanField(default=False)
    content_version = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=64, blank=True)
    bytes_page = models.PositiveIntegerField(default=0)
    bytes_images = models.PositiveIntegerField(default=0)
    bytes_on_click = models.PositiveIntegerField(default=0)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            within("minutes", 1, 10000, name="lesson_takes_time"),
            models.UniqueConstraint(
                fields=["course", "key"],
                name="lesson_key_once",
                violation_error_message=_("The course already has a lesson with this address."),
            ),
        ]
        indexes = [models.Index(fields=["course", "position"])]

    def __str__(self) -> str:
        return self.title

    @property
    def bytes_at_once(self) -> int:
        """What the first view loads of the lesson: words and pictures."""
        return self.bytes_page + self.bytes_images
