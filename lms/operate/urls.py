"""Addresses for whoever watches the machine."""

from __future__ import annotations

from django.urls import path

from lms.operate import health

app_name = "operate"
urlpatterns = [path("healthz", health.live, name="live"), path("readyz", health.ready, name="ready")]
