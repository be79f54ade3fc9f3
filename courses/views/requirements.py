"""What a task of the plan requires, and the courses that serve it: read, opened, changed, ended."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms.requirements import EndRequirementForm, RequirementForm, ServedForm
from courses.models import Course, CourseTask, RequiredCourse
from courses.requiring import require_instead, require_of
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.plan.models import PlanTask, Requirement
from lms.plan.views.pages import Words, form_page, refused_in, worked_task
from lms.refusal import Refused

EDIT = "requirement.create_or_edit"
NAMED = Prefetch("courses", RequiredCourse.objects.known().select_related("course"), to_attr="named")


@door("requirement.view")
@require_safe
def requirements(request: HttpRequest, task_id: int) -> HttpResponse:
    """What the task requires, has required and will require."""
    who = visit(request)
    task = worked_task(who, task_id)
    rows = Requirement.objects.filter(task=task).in_order().select_related("unit_group").prefetch_related(NAMED)
    context = {"task": task, "requirements": list(rows), "on": who.on, "may_edit": allow(EDIT, who.user, at=who.now)}
    return render(request, "courses/requirements.html", context)


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, task_id: int) -> HttpResponse:
    """Require something of the task."""
    who = visit(request)
    task = worked_task(who, task_id)
    require(EDIT, who.user, at=who.now)
    form = RequirementForm(request.POST or None, initial={"starts_on": who.on})
    if form.is_valid():
        try:
            require_of(task, form.terms(), list(form.cleaned_data["courses"]), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The requirement is in the plan."))
            return redirect("courses:requirements", task.pk)
    return form_page(request, form, _words(task, _("New requirement"), _("Add the requirement")))


@door(EDIT, "requirement.edit_in_closed_period")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, requirement_id: int) -> HttpResponse:
    """Require something else from a day on; nobody rewrites what a closed period was counted by."""
    who = visit(request)
    before = _requirement(who, requirement_id)
    require(EDIT, who.user, at=who.now)
    is_coming = before.starts_on is not None and before.starts_on > who.on
    starts_on = before.starts_on if is_coming else who.on + timedelta(days=1)
    form = RequirementForm(request.POST or None, initial=RequirementForm.values_of(before) | {"starts_on": starts_on})
    if form.is_valid():
        try:
            require_instead(before, form.terms(), list(form.cleaned_data["courses"]), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The requirement was changed."))
            return redirect("courses:requirements", before.task_id)
    lead = _("What holds now ends on the day from which the new requirement holds. What was counted before stays.")
    words = _words(before.task, _("Change a requirement"), _("Save the change"), "" if is_coming else lead)
    return form_page(request, form, words)


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, requirement_id: int) -> HttpResponse:
    """Say from which day it is not required any more."""
    who = visit(request)
    requirement = _requirement(who, requirement_id)
    require(EDIT, who.user, at=who.now)
    form = EndRequirementForm(request.POST or None, initial={"ends_on": who.on + timedelta(days=1)})
    if form.is_valid():
        try:
            requirement.end(form.cleaned_data["ends_on"], by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The end of the requirement was recorded."))
            return redirect("courses:requirements", requirement.task_id)
    return form_page(request, form, _words(requirement.task, _("End a requirement"), _("Record the end")))


@door("course.set_task_served_and_groups")
@require_http_methods(["GET", "HEAD", "POST"])
def served(request: HttpRequest, course_id: int) -> HttpResponse:
    """Say which tasks a course serves and for which groups it is; counts as known earlier keep the ties of then."""
    who = visit(request)
    require("course.set_task_served_and_groups", who.user, at=who.now)
    course = get_object_or_404(Course, pk=course_id)
    now = {
        "tasks": [tie.task_id for tie in course.tasks_served.known()],
        "groups": list(course.groups.values_list("group", flat=True)),
    }
    form = ServedForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        tasks, groups = list(form.cleaned_data["tasks"]), form.cleaned_data["groups"]
        is_new = CourseTask.set_served(course, tasks=tasks, groups=groups, by=who.user, now=who.now)
        messages.success(request, _("The ties of the course were saved.") if is_new else _("Nothing has changed."))
        return redirect("courses:ties")
    words = Words(str(course), _("Save the ties"), reverse("courses:ties"), _("Courses and tasks"))
    return form_page(request, form, words)


@door("course.set_task_served_and_groups")
@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """Every course with the tasks it serves."""
    who = visit(request)
    require("course.set_task_served_and_groups", who.user, at=who.now)
    tied = Prefetch("tasks_served", CourseTask.objects.known().select_related("task"), to_attr="tied")
    courses = Course.objects.in_order().prefetch_related(tied, "groups")
    return render(request, "courses/ties.html", {"courses": list(courses)})


def _requirement(who: Visit, requirement_id: int) -> Requirement:
    seen = Requirement.objects.visible_to(who.user, who.on).select_related("task", "unit_group")
    return get_object_or_404(seen, pk=requirement_id)


def _words(task: PlanTask, title: str, label: str, lead: str = "") -> Words:
    back_label = _("Requirements of task %(code)s") % {"code": task.code}
    return Words(title, label, reverse("courses:requirements", args=[task.pk]), back_label, lead)
