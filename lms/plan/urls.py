"""Addresses of lms.plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.plan.views import editing, holidays, periods, plan, progress, settings, targets

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
    path("plan/settings/", settings.settings, name="settings"),
    path("plan/settings/<slug:key>/", settings.setting, name="setting"),
    path("plan/settings/values/<int:value_id>/take-back/", settings.take_back, name="setting_take_back"),
    path("plan/holidays/", holidays.holidays, name="holidays"),
    path("plan/holidays/import/", holidays.load, name="holidays_import"),
    path("plan/holidays/<int:holiday_id>/take-away/", holidays.take_away, name="holiday_take_away"),
]
