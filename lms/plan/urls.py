"""Addresses of lms.plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.plan.views import plan

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/", plan.plan, name="plan"),
    path("plan/tasks/<int:task_id>/", plan.task, name="task"),
]
