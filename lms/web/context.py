"""What every template may use. Lazy: a page that shows no menu asks nobody anything."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lms.web.navigation import links_for


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, `demo` (show the demonstration notice), `navigation`, `account_navigation` (of `NavLink`)."""
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "demo": settings.DEMO,
        "navigation": SimpleLazyObject(lambda: links_for(request)),
        "account_navigation": SimpleLazyObject(lambda: links_for(request, of_account=True)),
    }
