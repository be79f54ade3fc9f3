"""Addresses of certificates."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = []
