"""Who may do what to courses themselves: one predicate per action (trust.md §3)."""

from __future__ import annotations

from datetime import date, datetime

from courses.access import teaches
from courses.models import Course
from courses.models.catalogue import CourseQuerySet
from lms.days import local_day
from lms.people.models import User
from lms.people.permissions import rule


def written_by(user: User, on: date) -> CourseQuerySet:
    """The courses that `user` writes: those taught; an administrator sets up all."""
    return Course.objects.all() if user.holds("administrator", on=on) else Course.objects.taught_by(user, on)


def writes(user: User, course: Course, at: datetime) -> bool:
    """A trainer of the course, or an administrator."""
    return user.holds("administrator", on=local_day(at)) or teaches(user, course.pk, at)


@rule("course.confirm_citation")
def may_confirm_citation(user: User, course: Course, *, at: datetime) -> bool:
    """Whoever writes the course."""
    return writes(user, course, at)


@rule("course.copy_for_new_year")
def may_copy(user: User, course: Course, *, at: datetime) -> bool:
    """Whoever writes the course."""
    return writes(user, course, at)


@rule("course.delete_unused_draft")
def may_discard(user: User, course: Course, *, at: datetime) -> bool:
    """Whoever writes the course; the verb refuses what is in use."""
    return writes(user, course, at)
