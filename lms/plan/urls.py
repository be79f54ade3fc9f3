"""Addresses of lms.plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.plan.views import editing, periods, plan, progress, targets

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/", plan.plan, name="plan"),
    path("plan/tasks/<int:task_id>/", plan.task, name="task"),
    path("plan/tasks/<int:task_id>/targets/", targets.targets, name="targets"),
    path("plan/tasks/<int:task_id>/progress/", progress.report, name="progress"),
    path("plan/tasks/<int:task_id>/edit/", editing.task, name="task_edit"),
    path("plan/parties/<int:party_id>/members/", editing.members, name="members"),
    path("plan/edit/", editing.plan, name="plan_edit"),
    path("plan/import/", editing.load, name="import"),
    path("plan/periods/", periods.periods, name="periods"),
    path("plan/periods/add/", periods.add, name="period_add"),
    path("plan/periods/<int:period_id>/", periods.edit, name="period"),
]
