"""All mounts. Wagtail's catch-all comes last."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from cms.urls import page_urlpatterns
from lms import api
from lms.web.views import styleguide

handler400 = "lms.web.views.bad_request"
handler403 = "lms.web.views.permission_denied"
handler404 = "lms.web.views.page_not_found"
handler500 = "lms.web.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lms.operate.urls")),
    path("", include("courses.urls")),  # tried first, for most is asked of it
    path("", include("lms.people.urls")),
    path("", include("lms.plan.urls")),
    path("", include("certificates.urls")),
    path("", include("lms.coverage.urls")),
    path(api.MOUNT, include((api.urlpatterns, "api"))),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("styleguide/", login_not_required(styleguide), name="styleguide"),
    path("", include("cms.urls")),
    *page_urlpatterns,
]
