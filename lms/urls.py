"""All mounts. Wagtail's catch-all comes last."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from cms.urls import page_urlpatterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lms.operate.urls")),
    path("", include("lms.people.urls")),
    path("", include("lms.plan.urls")),
    path("", include("courses.urls")),
    path("", include("certificates.urls")),
    path("", include("lms.coverage.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("cms.urls")),
    *page_urlpatterns,
]
