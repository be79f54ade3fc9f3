"""Headers by the path of the outer request (trust.md §5)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory, override_settings

from lms.web import csp
from lms.web.csp import ContentSecurityPolicyMiddleware


def answered(path: str, response: HttpResponse | None = None, **cookies: str) -> HttpResponseBase:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return ContentSecurityPolicyMiddleware(lambda _request: response or HttpResponse("x"))(request)


@pytest.mark.parametrize(
    ("path", "policy"),
    [("/", csp.SITE), ("/cms/", csp.CMS), ("/cms/pages/3/edit/", csp.CMS), ("/cmsx/", csp.SITE), ("/my/", csp.SITE)],
)
def test_the_policy_follows_the_path(path, policy):
    assert answered(path)["Content-Security-Policy"] == policy


def test_nothing_inline_runs_on_the_site():
    assert "unsafe" not in csp.SITE
    assert "script-src 'self'" in csp.SITE
    assert "frame-ancestors 'none'" in csp.SITE


def test_scripts_of_the_cms_are_as_strict_as_on_the_site():
    script = next(part for part in csp.CMS.split("; ") if part.startswith("script-src"))
    assert script == "script-src 'self'"


def test_a_preview_keeps_the_policy_of_the_outer_request():
    """Wagtail runs the middleware a second time inside, with the path of the previewed page."""

    def preview(request: HttpRequest) -> HttpResponseBase:
        inner = answered("/khoa-hoc/truyen-thong/")
        assert inner["Content-Security-Policy"] == csp.SITE
        return inner

    outer = ContentSecurityPolicyMiddleware(preview)(RequestFactory().get("/cms/pages/3/edit/preview/"))
    assert outer["Content-Security-Policy"] == csp.CMS


def test_a_streamed_file_may_be_stricter_and_a_page_may_not_be_laxer():
    sandbox = "default-src 'none'; sandbox"
    file = HttpResponse(b"%PDF", content_type="application/pdf", headers={"Content-Security-Policy": sandbox})
    page = HttpResponse("x", headers={"Content-Security-Policy": "default-src *"})
    assert answered("/files/3/", file)["Content-Security-Policy"] == sandbox
    assert answered("/my/", page)["Content-Security-Policy"] == csp.SITE


def test_the_camera_is_the_only_device_a_page_may_ask_for():
    policy = answered("/")["Permissions-Policy"].split(", ")
    assert policy[0] == "camera=(self)"
    assert all(item.endswith("=()") for item in policy[1:])
    assert {"microphone=()", "geolocation=()"} <= set(policy)


@pytest.mark.parametrize("path", ["/c/ABCD-EFGH-JKLM-NPQR/", "/accounts/password/reset/key/1-set-password/"])
def test_addresses_with_a_code_leave_no_referrer(path):
    assert answered(path)["Referrer-Policy"] == "no-referrer"
    assert not answered("/my/").has_header("Referrer-Policy")


@override_settings(SESSION_COOKIE_NAME="lms")
def test_personal_answers_are_private_unless_the_view_says_otherwise():
    assert answered("/my/", lms="key")["Cache-Control"] == "private, no-cache"
    own = HttpResponse("x", headers={"Cache-Control": "no-store"})
    assert answered("/my/", own, lms="key")["Cache-Control"] == "no-store"
    assert not answered("/").has_header("Cache-Control")
