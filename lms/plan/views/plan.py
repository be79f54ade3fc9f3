"""/plan/: the plan and its tasks, word for word, with who answers for them today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from lms.people.forms import DayFilter
from lms.people.models import Agency, Role
from lms.people.permissions import allow, door
from lms.people.views.visit import Visit, visit, with_today
from lms.plan.models import PartyRole, Plan, PlanTask, Requirement, Target, TaskParty, TaskProgress
from lms.plan.panels import panels_for
from lms.plan.parties import Standing, standing_of


@dataclass(frozen=True)
class PartyLine:
    """A party as written, and what it means today."""

    label: str
    today: Standing
    pk: int = 0
    is_named: bool = True


@dataclass(frozen=True)
class TaskLine:
    """A task with its parties; `is_counted`: coverage is counted for it."""

    task: PlanTask
    lead: list[PartyLine]
    coordinating: list[PartyLine]
    is_counted: bool


@door("plan.view")
@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Every signed-in account reads it."""
    who = visit(request)
    found = Plan.objects.visible_to(who.user).order_by("code").select_related("issuer", "consolidating").first()
    return render(
        request,
        "plan/plan.html",
        {
            "plan": found,
            "tasks": task_lines(found, who.on) if found else [],
            "on": who.on,
            "sees_figures": who.user.holds("coordinator", "administrator", on=who.on),
            "leads_an_agency": who.user.holds("focal", on=who.on),
            "may_edit": allow("plan.edit_tasks", who.user, at=who.now),
            "may_import": allow("plan.import", who.user, at=who.now),
            "sees_periods": allow("period.view", who.user, at=who.now),
        },
    )


@door("plan.view")
@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: its words, who answers for it on a day, and what hangs on it."""
    who = visit(request)
    found = get_object_or_404(PlanTask.objects.visible_to(who.user).select_related("plan"), pk=task_id)
    form = DayFilter(with_today(request, who))
    day = form.day_or(who.on)
    parties = list(found.parties.select_related("agency", "unit_group").order_by("role", "position", "pk"))
    standing = standing_of(parties, day)
    lines = {role: [_line(party, standing[party.pk]) for party in parties if party.role == role]
             for role in PartyRole}  # fmt: skip
    context = {
        "task": found,
        "form": form,
        "day": day,
        "lead": lines[PartyRole.LEAD],
        "coordinating": lines[PartyRole.COORDINATING],
        "panels": panels_for(request, who, found),
        "may_edit": allow("plan.edit_tasks", who.user, at=who.now),
        "targets": _targets(who, found, day),
        "progress": _progress(who, found, day),
        "may_target": allow("coverage.set_target", who.user, at=who.now),
        "may_report": who.user.holds(Role.COORDINATOR, Role.FOCAL, on=who.on),
    }
    return render(request, "plan/task.html", context)


def task_lines(plan: Plan, on: date) -> list[TaskLine]:
    """The tasks of the plan in order, and what their parties mean on the day."""
    parties = TaskParty.objects.select_related("agency", "unit_group").order_by("role", "position", "pk")
    tasks: list[Any] = list(
        plan.tasks.in_order()
        .annotate(is_counted=Exists(Requirement.objects.filter(task=OuterRef("pk"))))
        .prefetch_related(Prefetch("parties", parties, to_attr="in_words"))
    )
    standing = standing_of([party for task in tasks for party in task.in_words], on)
    return [
        TaskLine(
            task,
            [_line(party, standing[party.pk]) for party in task.in_words if party.role == PartyRole.LEAD],
            [_line(party, standing[party.pk]) for party in task.in_words if party.role != PartyRole.LEAD],
            task.is_counted,
        )
        for task in tasks
    ]


def _line(party: TaskParty, standing: Standing) -> PartyLine:
    is_named = party.agency_id is not None or party.unit_group_id is not None
    return PartyLine(party.label, standing, party.pk, is_named)


def _targets(who: Visit, task: PlanTask, day: date) -> list[Target]:
    """Targets of the periods that hold the day: all for the department, else those for all and of the own agency."""
    found = Target.objects.filter(task=task, period__starts_on__lte=day, period__cutoff_on__gte=day)
    if not who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        own = Agency.objects.led_by(who.user, who.on)
        found = found.filter(Q(agency__isnull=True) | Q(agency__in=own))
    return list(found.in_order().select_related("agency", "period"))


def _progress(who: Visit, task: PlanTask, day: date) -> list[TaskProgress] | None:
    """What was reported for the periods that hold the day; None for whoever has no part in the plan but learning."""
    if not allow("requirement.view", who.user, at=who.now):
        return None
    found = TaskProgress.objects.known().filter(task=task, period__starts_on__lte=day, period__cutoff_on__gte=day)
    return list(found.in_order().select_related("agency", "period"))
