"""Every address × identity × methods × own, foreign and missing objects: no 500, no leak, no write (trust.md §3)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from lms.operate.permission_table import Address, addresses, foreign_addresses, rows
from tests.house.world import IDENTITIES, NAMES, NOBODY, Place, World, untouched
from tests.make.quizzes import CANARY

ADDRESSES = {address.route: address for address in addresses()}
ANONYMOUS = {row.action: row.cells["AN"] for row in rows()}
OF_THE_CLASS = ("T", "FO", "TR", "CO")
"""Tried on foreign and missing objects too; the strangers are tried on the class, which is foreign to them."""
PAGES_OF_STAFF = ("TR", "AD")
"""Whoever passes the gate of the CMS; TX is tried on what belongs to others."""
POSTS_IN_CMS = ("AN", "T", "CO", "TR", "TX", "AD")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
SAMPLES = {
    r"^[dD]/(?P<room>[0-9A-Za-z]{5})/(?P<code>[0-9A-Za-z]{8})/?$": "d/{room}/ABCD2345",
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": "accounts/confirm-email/abc:def/",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "accounts/password/reset/key/1-abc/",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/": "accounts/oidc/khong-co/login/",
    r"accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": "accounts/oidc/khong-co/login/callback/",
    r"cms/pages/^(\d+)/revisions/compare/(live|earliest|\d+)\.\.\.(live|latest|\d+)/$": (
        "cms/pages/{page_id}/revisions/compare/earliest...live/"
    ),
    r"cms/^.*/$": "cms/khong-co/",
    r"documents/^(\d+)/(.*)$": "documents/{pk}/tep.pdf",
    r"^((?:[\w\-]+/)*)$": "khong-co/",
}
"""Patterns that are regular expressions, each with an address that it takes."""
HONEST_503 = {"readyz"}
"""The clock of the tests stands still, and readiness says that it disagrees with the database's."""
NONE = {"int": "987654", "uuid": "00000000-0000-4000-8000-000000000000"}


def _objects(place: Place, page: Any) -> dict[str, Any]:
    """The value of each parameter of our addresses, and of Wagtail's, for one class."""
    assert place.certificate
    assert place.approval
    assert place.outside
    assert place.job
    return {
        "agencies code": place.agency.code,
        "agency code": place.agency.code,
        "tokens public_id": place.token.public_id,
        "closed-reports pk": 1,
        "plans code": "KH",
        "outside-training pk": place.outside.pk,
        "roster pk": place.entry.pk,
        "jobs pk": place.job.pk,
        "import pk": place.import_run.pk,
        "approvals pk": place.approval.pk,
        "reorganisations public_id": place.draft.public_id,
        "unit-groups code": "nhom-mau",
        "runs public_id": place.run.public_id,
        "enrolments public_id": place.enrolment.public_id,
        "learn public_id": place.enrolment.public_id,
        "people public_id": place.person.public_id,
        "register code": place.certificate.public_code,
        "c code": place.certificate.public_code,
        "C code": place.certificate.public_code,
        "round_id": place.round.pk,
        "reply_id": place.round.replies.get().pk,
        "session_id": place.session.pk,
        "lesson_id": place.course.lessons.live().in_order().first().pk,
        "enrolment_id": place.enrolment.public_id,
        "run_quiz_id": place.quiz.pk,
        "attempt_id": place.attempt.public_id,
        "room": place.session.session_places.first().code,
        "file": NONE["uuid"],
        "page_id": page.pk,
        "parent_page_id": page.pk,
        "page_to_move_id": page.pk,
        "destination_id": page.get_parent().pk,
        "courses pk": place.course.pk,
        "cms runs pk": place.run.pk,
        "questions pk": place.course.categories.first().questions.first().pk,
        "question-files course": place.course.pk,
        "cms runs run": place.question_run.pk,
        "imports pk": place.import_run.pk,
        "category_id": place.course.categories.first().pk,
        "content_type_app_name": "cms",
        "content_type_model_name": "lessonpage",
        "app_label": "cms",
        "model_name": "lessonpage",
        "app_name": "wagtailcore",
        "action": "delete",
        "action_name": "approve",
        "name": "khong-co.jpg",
        "filter_spec": "max-100x100",
        "token": "abc-def",
        "uidb64": "MQ",
        "object_id": page.pk,
    }


def _path(route: str, objects: dict[str, Any]) -> str:
    """The address of a pattern with the parameters put in: by folder and name, by name, else an id that may exist."""
    if route in SAMPLES:
        return "/" + SAMPLES[route].format(**objects, pk=1)

    def value(found: re.Match[str]) -> str:
        folders = route[: found.start()].strip("/").split("/")
        for folder in reversed(folders):
            key = f"{folder} {found[2]}"
            if route.startswith("cms/") and f"cms {key}" in objects:
                return str(objects[f"cms {key}"])
            if key in objects:
                return str(objects[key])
        return str(objects.get(found[2], 1))

    return "/" + PARAMETER.sub(value, route)


def _missing(route: str) -> str:
    """The same address, of nothing."""
    if route in SAMPLES:
        return "/" + re.sub(r"\{\w+\}", "98765", SAMPLES[route])
    return "/" + PARAMETER.sub(lambda found: NONE.get(found[1] or "", "khong-co"), route)


@dataclass(frozen=True)
class Try:
    """One request: who, how, and which object."""

    who: str
    method: str
    path: str


def _tries(address: Address, world: World) -> list[Try]:
    plan = {
        "task_id": world.task.pk, "requirement_id": world.task.requirements.get().pk, "period_id": world.period.pk,
        "party_id": world.task.parties.get().pk,
    }  # fmt: skip
    own = _objects(world.own, world.lesson_page) | plan | {"course_id": world.own.course.pk}
    foreign = _objects(world.foreign, world.other_page) | plan | {"course_id": world.foreign.course.pk}
    paths = dict.fromkeys([_path(address.route, own), _path(address.route, foreign), _missing(address.route)])
    mine, *others = paths
    if "lesson_id" in address.route or "run_quiz_id" in address.route or "<int:pk>" in address.route:
        child = {key: foreign[key] for key in ("lesson_id", "run_quiz_id", "roster pk", "import pk")}
        others.append(_path(address.route, own | child))
    if address.route.startswith("cms/"):
        asked = [Try(who, "get", mine) for who in IDENTITIES] + [Try(who, "post", mine) for who in POSTS_IN_CMS]
        return asked + [Try(who, "get", path) for who in PAGES_OF_STAFF for path in others]
    asked = [Try(who, method, mine) for who in IDENTITIES for method in ("get", "post")]
    asked += [Try(who, method, path) for who in OF_THE_CLASS for method in ("get", "post") for path in others]
    return asked + [Try("T", method, mine) for method in ("head", "put", "delete")]


def _is_login(answer: Any) -> bool:
    return answer.status_code == 401 or (
        answer.status_code == 302 and answer.url.startswith(("/accounts/login/", "/accounts/reauthenticate/"))
    )


@pytest.mark.parametrize("route", ADDRESSES, ids=lambda route: route or "/")
def test_no_address_breaks_leaks_or_writes_what_it_refuses(world, route):
    address = ADDRESSES[route]
    actions = address.actions or (foreign_addresses()[route],)
    asks_to_sign_in = all(ANONYMOUS[action] == "L" for action in actions)
    for one in _tries(address, world):
        browser = world.browser(one.who)
        with untouched():
            answer = getattr(browser, one.method)(one.path)
            text = b"" if answer.streaming else answer.content
            url = f"{one.method.upper()} {one.path} as {one.who}: {answer.status_code}"
            assert answer.status_code < 500 or route in HONEST_503, url
            assert b"Traceback (most recent call last)" not in text, url
            if answer.status_code >= 400 or _is_login(answer):
                assert browser.writes == [], url
                for secret in (*NAMES, CANARY):
                    assert secret.encode() not in text or answer.status_code in (405, 409, 422), url
            if asks_to_sign_in and one.who in NOBODY and answer.status_code not in (404, 405):
                assert _is_login(answer), url


def test_nobody_is_told_whether_something_exists(world):
    """Not signed in: the same answer for an object that is there and for one that is not."""
    own = _objects(world.own, world.lesson_page)
    for address in ADDRESSES.values():
        if address.actions and all(ANONYMOUS[action] == "L" for action in address.actions):
            for path in (_path(address.route, own), _missing(address.route)):
                answer = world.browser("AN").get(path)
                if path.startswith("/api/"):
                    assert (answer.status_code, answer.json()["code"]) == (401, "token_needed"), path
                    continue
                assert answer.status_code == 302, path
                assert answer.url.startswith("/accounts/login/"), path


def test_a_signed_out_program_gets_401(world):
    answer = world.browser("AN").post(f"/attempts/{uuid.uuid4()}/answers/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
