"""Addresses of lms.plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.plan import views

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/", views.plan, name="plan"),
]
