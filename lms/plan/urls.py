"""Addresses of lms.plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.plan.views import periods, plan, progress, targets

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/", plan.plan, name="plan"),
    path("plan/tasks/<int:task_id>/", plan.task, name="task"),
    path("plan/tasks/<int:task_id>/targets/", targets.targets, name="targets"),
    path("plan/tasks/<int:task_id>/progress/", progress.report, name="progress"),
    path("plan/periods/", periods.periods, name="periods"),
    path("plan/periods/add/", periods.add, name="period_add"),
    path("plan/periods/<int:period_id>/", periods.edit, name="period"),
]
