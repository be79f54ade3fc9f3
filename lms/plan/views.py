"""/plan/: the plan and its tasks, word for word, with who answers for them today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lms.days import local_day
from lms.people.models import User
from lms.people.permissions import door
from lms.plan.models import PartyRole, Plan, PlanTask, Requirement, TaskParty
from lms.plan.parties import Standing, standing_of


@dataclass(frozen=True)
class PartyLine:
    """A party as written, and what it means today."""

    label: str
    today: Standing


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
    if not isinstance(request.user, User):
        raise PermissionDenied
    on = local_day(timezone.now())
    found = Plan.objects.visible_to(request.user).order_by("code").select_related("issuer", "consolidating").first()
    return render(
        request,
        "plan/plan.html",
        {
            "plan": found,
            "tasks": _tasks(found, on) if found else [],
            "on": on,
            "sees_figures": request.user.holds("coordinator", "administrator", on=on),
            "leads_an_agency": request.user.holds("focal", on=on),
        },
    )


def _tasks(plan: Plan, on: date) -> list[TaskLine]:
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
            [PartyLine(party.label, standing[party.pk]) for party in task.in_words if party.role == PartyRole.LEAD],
            [PartyLine(party.label, standing[party.pk]) for party in task.in_words if party.role != PartyRole.LEAD],
            task.is_counted,
        )
        for task in tasks
    ]
