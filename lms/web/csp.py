"""Response headers that a browser enforces (trust.md §5)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def _policy(**directives: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in directives.items())


SITE = _policy(
    default_src="'none'",
    script_src="'self'",
    style_src="'self'",
    img_src="'self' data:",
    media_src="'self'",
    font_src="'self'",
    connect_src="'self'",
    manifest_src="'self'",
    worker_src="'self'",
    form_action="'self'",
    base_uri="'none'",
    frame_ancestors="'none'",
)
"""Ours: nothing is inline, so there is no nonce. Wagtail's userbar lives with it."""

CMS = _policy(
    default_src="'none'",
    script_src="'self'",
    style_src="'self'",
    style_src_elem="'self' 'unsafe-inline'",
    style_src_attr="'none'",
    img_src="'self' data: blob:",
    font_src="'self'",
    connect_src="'self'",
    frame_src="'self'",
    frame_ancestors="'self'",
    form_action="'self'",
    base_uri="'none'",
)
"""Wagtail's editor writes `<style>` elements; scripts stay as strict as on the site."""

CMS_PREFIX = "/cms/"
SECRET_PREFIXES = ("/c/", "/accounts/password/reset/")
"""Addresses that carry a code or a token: no referrer leaves them."""

PERMISSIONS = ", ".join(
    ["camera=(self)"]
    + [
        f"{feature}=()"
        for feature in (
            "accelerometer", "browsing-topics", "display-capture", "geolocation", "gyroscope", "magnetometer",
            "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
        )
    ]
)  # fmt: skip


class ContentSecurityPolicyMiddleware:
    """Assigns the policy by the path of the outer request.

    A CMS preview runs the middleware twice, inside with the page's own path: the header is assigned, so the outer
    answer (a frame within the CMS) wins. A view may bring its own policy only for something that is not HTML
    (a streamed file: `default-src 'none'; sandbox`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        in_cms = request.path.startswith(CMS_PREFIX)
        html = response.get("Content-Type", "text/html").startswith("text/html")
        if html or not response.has_header("Content-Security-Policy"):
            response["Content-Security-Policy"] = CMS if in_cms else SITE
        response["Permissions-Policy"] = PERMISSIONS
        if request.path.startswith(SECRET_PREFIXES):
            response["Referrer-Policy"] = "no-referrer"
        if not response.has_header("Cache-Control") and _is_personal(request):
            response["Cache-Control"] = "private, no-cache"
        return response


def _is_personal(request: HttpRequest) -> bool:
    """The request carries a session or the view looked at one; says so without a query."""
    session = getattr(request, "session", None)
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(session is not None and session.accessed)
