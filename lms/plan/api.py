"""/api/v1/: plans, their tasks word for word, reporting periods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from lms.people.api_forms import PAGING, PageForm, PageSerializer, answers, in_path, page_of, parameters
from lms.people.bearer import Endpoint
from lms.people.permissions import allow, door
from lms.plan.models import PartyRole, Period, PeriodKind, PeriodLock, Plan, Timing
from lms.plan.models.periods import FIRST_YEAR, LAST_YEAR
from lms.plan.views.plan import TaskLine, task_lines


class DayQuery(forms.Form):
    """A day."""

    on = forms.DateField(required=False)


class PeriodQuery(PageForm):
    """Periods of a reporting year, or all."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    field_order = ("year", "limit", "offset")


class PlanSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    issuer_label = serializers.CharField(help_text=_("Who issued it, in the words of the plan."))
    number = serializers.CharField(allow_blank=True, help_text=_("Empty until the department fills it in."))
    dated_on = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True, help_text=_("First day in force."))
    ends_on = serializers.DateField(allow_null=True, help_text=_("First day on which it is not in force any more."))


class PlanPageSerializer(PageSerializer):
    results = PlanSerializer(many=True)


class PartySerializer(serializers.Serializer):
    role = serializers.ChoiceField(PartyRole.choices)
    label = serializers.CharField(help_text=_("As the plan writes it."))
    agency = serializers.CharField(
        allow_null=True, help_text=_("Code of the agency that is meant; null: a group or nobody.")
    )
    unit_group = serializers.CharField(allow_null=True, help_text=_("Code of the group of agencies that is meant."))
    changed_to = serializers.CharField(
        allow_blank=True, help_text=_("Name of the agency that has its role on the day.")
    )
    is_gone = serializers.BooleanField(help_text=_("It closed, and nobody can be named in its place."))
    agency_count = serializers.IntegerField(allow_null=True, help_text=_("How many agencies a group means on the day."))


class TaskSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="task.pk", help_text=_("What `task` of /coverage/ takes."))
    code = serializers.CharField(source="task.code")
    position = serializers.IntegerField(source="task.position")
    section = serializers.CharField(source="task.section")
    title = serializers.CharField(source="task.title", help_text=_("Word for word."))
    timing = serializers.ChoiceField(Timing.choices, source="task.timing")
    timing_label = serializers.CharField(source="task.timing_label")
    due_on = serializers.DateField(source="task.due_on", allow_null=True)
    is_counted = serializers.BooleanField(help_text=_("The task requires training, so coverage is counted for it."))
    parties = serializers.SerializerMethodField(
        help_text=_("Who leads, who coordinates, and what that means on the day.")
    )

    def get_parties(self, line: TaskLine) -> PartySerializer(many=True):  # type: ignore[valid-type]  # for the schema
        """In the order of the plan."""
        return list(_parties(line))


class TaskListSerializer(serializers.Serializer):
    plan = serializers.CharField(help_text=_("Code of the plan."))
    on = serializers.DateField(help_text=_("The day on which parties were resolved."))
    results = TaskSerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", help_text=_("What `period` of /coverage/ takes."))
    kind = serializers.ChoiceField(PeriodKind.choices)
    year = serializers.IntegerField(help_text=_("Reporting year: from 15 December of the year before to 14 December."))
    number = serializers.IntegerField(help_text=_("Which quarter, month, …; 1 where a year has one."))
    label = serializers.CharField(help_text=_("As the screens call it."))
    starts_on = serializers.DateField(help_text=_("First day; it counts."))
    cutoff_on = serializers.DateField(help_text=_("Last day; it counts."))
    due_on = serializers.DateField(allow_null=True, help_text=_("Day by which agencies confirm their figures."))
    closed_for = serializers.SerializerMethodField(help_text=_("Ids of the tasks whose figures are closed."))

    def get_closed_for(self, period: Period) -> list[int]:
        """In ascending order."""
        return sorted(lock.task_id for lock in period.locks.all())


class PeriodPageSerializer(PageSerializer):
    results = PeriodSerializer(many=True)


def _parties(line: TaskLine) -> Iterator[dict[str, Any]]:
    written = {party.pk: party for party in line.task.in_words}  # type: ignore[attr-defined]  # of a Prefetch
    for one in (*line.lead, *line.coordinating):
        party = written[one.pk]
        yield {
            "role": party.role,
            "label": party.label,
            "agency": party.agency.code if party.agency else None,
            "unit_group": party.unit_group.code if party.unit_group else None,
            "changed_to": one.today.changed_to,
            "is_gone": one.today.is_gone,
            "agency_count": one.today.count,
        }


class Plans(Endpoint):
    """The plans."""

    @extend_schema(
        operation_id="plans_list", tags=["plan"], summary=_("Plans"),
        parameters=parameters(PageForm, PAGING),
        responses=answers(PlanPageSerializer, _("A page of plans, by code.")),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """All plans."""
        asked = self.asked(PageForm)
        rows = Plan.objects.visible_to(self.who.user).order_by("code")
        return Response(PlanPageSerializer(page_of(request, rows, asked)).data)


class Tasks(Endpoint):
    """The tasks of a plan."""

    @extend_schema(
        operation_id="plans_tasks_list", tags=["plan"], summary=_("Tasks of a plan, and who answers for them"),
        parameters=[
            in_path("code", _("Code of the plan.")),
            *parameters(DayQuery, {"on": _("The day (YYYY-MM-DD) on which parties are resolved; else today.")}),
        ],
        responses=answers(TaskListSerializer, _("All tasks in the order of the plan."), 404),
    )  # fmt: skip
    def get(self, request: Any, code: str) -> Response:
        """As the page of the plan shows them."""
        on = self.asked(DayQuery)["on"] or self.who.on
        plan = get_object_or_404(Plan.objects.visible_to(self.who.user), code=code)
        return Response(TaskListSerializer({"plan": plan.code, "on": on, "results": task_lines(plan, on)}).data)


class Periods(Endpoint):
    """Reporting periods."""

    @extend_schema(
        operation_id="periods_list", tags=["plan"], summary=_("Reporting periods"),
        parameters=parameters(PeriodQuery, PAGING | {"year": _("Only periods of this reporting year.")}),
        responses=answers(PeriodPageSerializer, _("A page of periods, the latest year first."), 404),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        """Both ends of a period count."""
        who = self.who
        if not allow("period.view", who.user, at=who.now):
            raise Http404
        asked = self.asked(PeriodQuery)
        rows = Period.objects.visible_to(who.user, who.on)
        rows = rows.filter(year=asked["year"]) if asked["year"] else rows
        rows = rows.order_by("-year", "starts_on", "-cutoff_on", "pk")
        rows = rows.prefetch_related(Prefetch("locks", PeriodLock.objects.order_by("pk")))
        return Response(PeriodPageSerializer(page_of(request, rows, asked)).data)


urlpatterns: list[URLPattern] = [
    path("plans/", door("plan.view", public=True)(Plans.as_view()), name="plans"),
    path("plans/<str:code>/tasks/", door("plan.view", public=True)(Tasks.as_view()), name="tasks"),
    path("periods/", door("period.view", public=True)(Periods.as_view()), name="periods"),
]
