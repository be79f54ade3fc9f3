"""Addresses of lms.coverage."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "coverage"
urlpatterns: list[URLPattern | URLResolver] = []
