"""Our sections on the page of a task of the plan."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import Course, CourseTask, RequiredCourse
from lms.people.permissions import allow
from lms.people.views.visit import Visit
from lms.plan.models import PlanTask, Requirement
from lms.plan.panels import register_panel


def what_is_required(request: HttpRequest, who: Visit, task: PlanTask) -> SafeString | None:
    """What holds today or begins later; for whoever has a part in the plan."""
    if not allow("requirement.view", who.user, at=who.now):
        return None
    named = Prefetch("courses", RequiredCourse.objects.known().select_related("course"), to_attr="named")
    rows = Requirement.objects.filter(task=task).during(who.on, None).in_order()
    context = {
        "task": task,
        "requirements": list(rows.select_related("unit_group").prefetch_related(named)),
        "on": who.on,
    }
    return SafeString(render_to_string("courses/task_requirements.html", context, request))


def courses_of(request: HttpRequest, who: Visit, task: PlanTask) -> SafeString:
    """The courses whose certificates count for the task."""
    tied = CourseTask.objects.known().filter(task=task)
    context = {
        "courses": list(Course.objects.filter(pk__in=tied.values("course_id")).in_order()),
        "may_tie": allow("course.set_task_served_and_groups", who.user, at=who.now),
    }
    return SafeString(render_to_string("courses/task_courses.html", context, request))


def connect() -> None:
    """Put the sections on the page."""
    register_panel(what_is_required, order=10)
    register_panel(courses_of, order=20)
