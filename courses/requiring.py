"""Requirements together with the courses they name: written in one transaction, told as one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from courses.models import Course, RequiredCourse
from lms.people.models import User
from lms.plan.models import PlanTask, Requirement, Terms


def require_of(task: PlanTask, terms: Terms, courses: Sequence[Course], *, by: User, now: datetime) -> Requirement:
    """Open a requirement. Raises Refused as `Requirement.open` and `RequiredCourse.set_named`."""
    with transaction.atomic():
        made = Requirement.open(task, _with_names(terms, courses), by=by, now=now)
        RequiredCourse.set_named(made, courses, now=now)
    return made


def require_instead(
    before: Requirement, terms: Terms, courses: Sequence[Course], *, by: User, now: datetime
) -> Requirement:
    """Change a requirement. Raises Refused as `Requirement.change` and `RequiredCourse.set_named`."""
    with transaction.atomic():
        made = before.change(_with_names(terms, courses), by=by, now=now)
        RequiredCourse.set_named(made, courses, now=now)
    return made


def _with_names(terms: Terms, courses: Sequence[Course]) -> Terms:
    return replace(terms, named=tuple(course.code for course in courses))
