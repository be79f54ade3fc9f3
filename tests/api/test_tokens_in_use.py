"""What a token opens, what ends it, and how a program is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from lms.days import local_day
from lms.people import bearer
from lms.people.limits import seconds_to_wait
from lms.people.models import ApiToken
from tests import make
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db

ADDRESSES = ["agencies/", "successions/", "plans/", "plans/KH/tasks/", "periods/", "coverage/", "closed-reports/",
             "closed-reports/1/", "agencies/A-1/"]  # fmt: skip


def told(answer) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_a_token_every_address_says_401_and_never_leads_to_a_page(path):
    for accept in ("application/json", "text/html"):
        answer = Program().ask(path, Accept=accept)
        assert told(answer) == (401, "token_needed")
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
        assert "Authorization" in answer.json()["message"]


@pytest.mark.parametrize("secret", ["taphuan_khong-co", "x", "taphuan_", "taphuan_" + "a" * 5000, "taphuan_ấ"])
def test_an_unknown_token_opens_nothing(secret):
    answer = Program().ask("plans/", Authorization=f"Bearer {secret}".encode().decode("latin-1"))
    assert told(answer) == (401, "token_dead")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic abc", "Token abc", "Bearer"])
def test_another_scheme_is_no_token(header):
    assert Program().ask("plans/", Authorization=header).status_code == 401


def test_a_token_in_the_address_is_none(department):
    assert told(Program().ask("plans/", {"token": department.secret})) == (401, "token_needed")


def test_a_session_opens_nothing(client_of, sau):
    answer = client_of(sau).get("/api/v1/plans/")
    assert told(answer) == (401, "token_needed")


def test_every_way_a_token_ends_gives_the_same_answer(program_of, admin):
    def after(change):
        program = program_of("coordinator")
        assert program.ask("plans/").status_code == 200
        change(program)
        answer = program.ask("plans/")
        return answer.status_code, answer.json(), answer["WWW-Authenticate"]

    now = timezone.now()

    def expire(token):
        ApiToken.objects.filter(pk=token.pk).update(created_at=now - timedelta(days=1), expires_at=now)

    ends = [
        lambda program: program.token.revoke(by=admin, now=now),
        lambda program: program.token.user.role_grants.get().end(local_day(now), by=None, now=now),
        lambda program: program.token.user.deactivate(by=None, now=now),
        lambda program: expire(program.token),
    ]
    found = [after(change) for change in ends]
    assert found[0][0] == 401
    assert all(one == found[0] for one in found)


def test_the_day_of_use_is_kept_with_one_write_a_day(department):
    department.ask("plans/")
    assert ApiToken.objects.get().last_used_on == local_day(timezone.now())


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_written(department, method):
    answer = getattr(department, method)("/api/v1/plans/", headers=department.headers_of_token)
    assert told(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"


def test_a_limit_is_told_with_the_time_to_wait(department, monkeypatch):
    monkeypatch.setattr(bearer, "PER_MINUTE", 3)
    with time_machine.travel(timezone.now().replace(second=40), tick=False):
        assert [department.ask("plans/").status_code for _number in range(4)] == [200, 200, 200, 429]
        answer = department.ask("plans/")
        assert told(answer) == (429, "too_many_requests")
        assert answer["Retry-After"] == "20"
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert department.ask("plans/").status_code == 200


def test_one_token_does_not_use_up_the_limit_of_another(program_of, monkeypatch):
    monkeypatch.setattr(bearer, "PER_MINUTE", 1)
    first, second = program_of("coordinator"), program_of("coordinator")
    assert [first.ask("plans/").status_code, second.ask("plans/").status_code] == [200, 200]


def test_as_many_as_allowed_get_through_and_no_more(db):
    at = make.noon(local_day(timezone.now()))
    waits = [seconds_to_wait("mẫu", 20, at=at) for _number in range(25)]
    assert waits == [0] * 20 + [60] * 5


def test_answers_are_kept_by_no_cache_and_open_to_no_other_site(department):
    answer = department.ask("plans/", Origin="https://la.example")
    assert answer["Cache-Control"] == "no-store"
    assert "Authorization" in answer["Vary"]
    assert not answer.has_header("Access-Control-Allow-Origin")
    assert not answer.cookies


def test_the_answer_is_json_whatever_is_accepted(department):
    for accept in ("text/html", "application/xml", "*/*"):
        answer = department.ask("plans/", Accept=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_what_is_not_there_is_said_in_json(department):
    for path in ("plans/KHONG-CO/tasks/", "agencies/KHONG-CO/", "agencies/%00/", "closed-reports/987654/", "la/"):
        assert told(department.ask(path)) == (404, "not_found"), path


def test_a_refused_program_leaves_no_trace_of_its_token_in_the_log(department, caplog):
    caplog.set_level("DEBUG")
    department.ask("plans/", {"la": "1"})
    department.ask("la/")
    assert department.secret not in caplog.text
