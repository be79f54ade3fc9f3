"""What ties courses to the plan: the tasks they serve, the requirements that name them. Since when we know it, too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course, CourseGroup
from lms.audit.models import Event
from lms.constraints import ordered
from lms.people.models import Group
from lms.plan.models import Enough, PlanTask, Requirement
from lms.refusal import Refused

if TYPE_CHECKING:
    from lms.people.models import User


def tied_q(at: datetime | None) -> Q:
    """Tied as known at a moment (None: now). A tie without a moment of recording was known for ever."""
    if at is None:
        return Q(voided_at__isnull=True)
    recorded = Q(recorded_at__isnull=True) | Q(recorded_at__lte=at)
    return recorded & (Q(voided_at__isnull=True) | Q(voided_at__gt=at))


class CourseTaskQuerySet(models.QuerySet["CourseTask"]):
    def known(self, at: datetime | None = None) -> CourseTaskQuerySet:
        """Ties as known at a moment (None: now)."""
        return self.filter(tied_q(at))


class CourseTask(models.Model):
    """A plan task that certificates of the course count for. Never edited: untying voids, tying again adds."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="tasks_served")
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="courses")
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CourseTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("recorded_at", "voided_at", name="course_task_is_voided_after_it_was_recorded", inclusive=True),
            models.UniqueConstraint(
                fields=["course", "task"],
                condition=Q(voided_at__isnull=True),
                name="course_serves_a_task_once",
                violation_error_message=_("The course already serves this task."),
            ),
        ]
        indexes = [models.Index(fields=["task", "course"])]

    @classmethod
    def set_served(
        cls, course: Course, *, tasks: Collection[PlanTask], groups: Collection[str], by: User, now: datetime
    ) -> bool:
        """The course serves exactly `tasks` and is for `groups`; what changed is one event, and nothing is none.

        From `now` on only: a count as known earlier keeps the ties of then. Raises Refused `group_unknown` (422).
        Gives whether anything changed.
        """
        if set(groups) - set(Group.values):
            raise Refused("group_unknown", _("This group does not exist."), status=422)
        with transaction.atomic():
            _hold(course)
            tied = _retie(cls.objects.filter(course=course), "task", tasks, {"course": course}, now)
            told = {"tied": [task.code for task in tied[0]], "untied": [tie.task.code for tie in tied[1]]}
            told |= _set_groups(course, groups)
            if not any(told.values()):
                return False
            Event.record(
                "course.set_task_served_and_groups", object_kind="course", object_id=course.code,
                actor=str(by.public_id), now=now, data=told,
            )  # fmt: skip
        return True


class RequiredCourseQuerySet(models.QuerySet["RequiredCourse"]):
    def known(self, at: datetime | None = None) -> RequiredCourseQuerySet:
        """Named courses as known at a moment (None: now)."""
        return self.filter(tied_q(at))


class RequiredCourse(models.Model):
    """A course named by a requirement of the kind «named courses»."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="courses")
    course = models.ForeignKey(Course, models.PROTECT, related_name="requirements")
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RequiredCourseQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("recorded_at", "voided_at", name="required_course_is_voided_after_it_was_recorded", inclusive=True),
            models.UniqueConstraint(
                fields=["requirement", "course"],
                condition=Q(voided_at__isnull=True),
                name="required_course_once",
                violation_error_message=_("The requirement already names this course."),
            ),
        ]

    @classmethod
    def set_named(cls, requirement: Requirement, courses: Collection[Course], *, now: datetime) -> None:
        """The requirement names exactly `courses`. Call it in the transaction of the verb of the requirement, which
        holds the task and writes the event. Raises Refused `no_course_named`, `names_no_courses` (422)."""
        names_them = requirement.enough == Enough.NAMED_COURSES
        if names_them and not courses:
            raise Refused("no_course_named", _("Choose the courses that are enough."), status=422)
        if courses and not names_them:
            raise Refused("names_no_courses", _("Courses are named only where they are what is enough."), status=422)
        _retie(cls.objects.filter(requirement=requirement), "course", courses, {"requirement": requirement}, now)


def _retie(
    rows: Any, end: str, wanted: Collection[Any], fixed: dict[str, Any], now: datetime
) -> tuple[list[Any], list[Any]]:
    """Void the live ties to what is not wanted, add those that are missing: (ends added, ties voided)."""
    live = list(rows.filter(voided_at__isnull=True).select_related(end))
    kept = {getattr(tie, f"{end}_id") for tie in live}
    over = [tie for tie in live if getattr(tie, end) not in wanted]
    new = [one for one in wanted if one.pk not in kept]
    rows.filter(pk__in=[tie.pk for tie in over]).update(voided_at=now)
    rows.model.objects.bulk_create(rows.model(**fixed, **{end: one}, recorded_at=now) for one in new)
    return new, over


def _set_groups(course: Course, groups: Collection[str]) -> dict[str, list[str]]:
    before = set(course.groups.values_list("group", flat=True))
    course.groups.filter(group__in=before - set(groups)).delete()
    CourseGroup.objects.bulk_create(CourseGroup(course=course, group=group) for group in set(groups) - before)
    return {"groups_added": sorted(set(groups) - before), "groups_removed": sorted(before - set(groups))}


def _hold(course: Course) -> None:
    """Hold the row until the transaction ends: an UPDATE locks on both engines."""
    Course.objects.filter(pk=course.pk).update(code=F("code"))
