"""A refused verb and a busy database become answers."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.test import RequestFactory, override_settings

from lms.refusal import Refused
from lms.web import views
from lms.web.refusals import RefusalMiddleware, is_busy, wants_json


def refusal(**headers: str) -> HttpResponse:
    request = RequestFactory(headers=headers).post("/classes/3/enrol/")
    error = Refused("round_closed", "Đợt cử đã kết thúc.", status=422, closed_on="2026-03-05")
    response = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error)
    assert response is not None
    return response


def test_a_person_reads_a_page_with_the_sentence_the_code_and_a_way_back():
    response = refusal(accept="text/html", referer="http://testserver/classes/3/")
    text = response.content.decode()
    assert response.status_code == 422
    assert "Đợt cử đã kết thúc." in text
    assert "round_closed" in text
    assert 'href="http://testserver/classes/3/"' in text


@pytest.mark.parametrize("referrer", ["https://elsewhere.example/", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_to_another_host(referrer):
    text = refusal(accept="text/html", referer=referrer).content.decode()
    assert "elsewhere" not in text
    assert "javascript:" not in text
    assert 'class="button button-primary" href="/"' in text


def test_a_program_reads_json():
    response = refusal(accept="application/json")
    assert response.status_code == 422
    assert json.loads(response.content) == {
        "code": "round_closed",
        "message": "Đợt cử đã kết thúc.",
        "details": {"closed_on": "2026-03-05"},
    }


def test_htmx_gets_a_fragment_for_the_place_of_messages():
    response = refusal(accept="text/html", hx_request="true")
    assert response["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("/my/", {"accept": "text/html,application/xhtml+xml,*/*"}, False),
        ("/my/", {"accept": "application/json"}, True),
        ("/my/", {"accept": "text/html, application/json"}, False),
        ("/my/", {"x_requested_with": "XMLHttpRequest"}, True),
        ("/api/v1/coverage/", {}, True),
    ],
)
def test_who_wants_json(url, headers, expected):
    assert wants_json(RequestFactory(headers=headers).get(url)) is expected


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (OperationalError("database is locked"), True),
        (OperationalError("database or disk is full"), True),
        (InterfaceError("connection already closed"), True),
        (OperationalError("no such table: people_person"), False),
        (IntegrityError("UNIQUE constraint failed"), False),
        (None, False),
    ],
)
def test_a_mistake_in_our_sql_is_not_called_busy(error, busy):
    assert is_busy(error) is busy


def test_a_busy_database_says_when_to_come_back():
    request = RequestFactory(headers={"accept": "application/json"}).post("/attempts/3/")
    response = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(
        request, OperationalError("database is locked")
    )
    assert response is not None
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0


def test_other_exceptions_are_left_to_django():
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: views.bad_request(request, ValueError("canary")), 400),
        (lambda request: views.permission_denied(request, PermissionError("canary")), 403),
        (lambda request: views.page_not_found(request, LookupError("canary")), 404),
        (views.server_error, 500),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_error_pages_tell_nothing_of_the_inside(answer, status, accept):
    response = answer(RequestFactory(headers={"accept": accept}).get("/secret-address/"))
    assert response.status_code == status
    assert b"canary" not in response.content
    assert b"Traceback" not in response.content


def test_a_database_that_was_busy_outside_a_view_answers_503():
    request = RequestFactory(headers={"accept": "text/html"}).get("/")
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        response = views.server_error(request)
    assert response.status_code == 503


@override_settings(DEBUG=False)
def test_the_style_guide_is_only_for_builders():
    with pytest.raises(Http404):
        views.styleguide(RequestFactory().get("/styleguide/"))
