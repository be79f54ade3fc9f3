"""Every page of a class and every button on it, for every column of permissions.csv (trust.md §2, §3)."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Completion, Enrolment, EnrolmentState, Reply, Run
from lms.audit.models import Event
from tests.courses.conftest import COLUMNS
from tests.make import courses as make

# One letter a column, in the order AN T TO FO FX TR TX CO AD, as the table writes them.
PAGES = {
    "runs": ("AAAAAAAAA", lambda world: reverse("courses:runs")),
    "run": ("LANANANAA", lambda world: reverse("courses:run", args=[world.run.public_id])),
    "course": ("LANANANAA", lambda world: reverse("courses:course", args=[world.enrolment.public_id])),
    "enrolment": ("LANANANAA", lambda world: reverse("courses:enrolment", args=[world.enrolment.public_id])),
    "session": ("LNNANANAA", lambda world: reverse("courses:session", args=[world.session.pk])),
    "code": ("LFNFNANFF", lambda world: reverse("courses:code", args=[world.session.pk])),
    "codes": ("LFNFNANFF", lambda world: reverse("courses:codes", args=[world.session.pk])),
    "round": ("LNNANANAA", lambda world: reverse("courses:round", args=[world.round.pk])),
    "nominate": ("LNNANANAA", lambda world: reverse("courses:nominate", args=[world.round.pk])),
    "open_round": ("LNNFNFNAF", lambda world: reverse("courses:open_round", args=[world.run.public_id])),
    "my": ("LAAAAAAAA", lambda world: reverse("courses:my")),
    "enter_code": ("AAAAAAAAA", lambda world: reverse("courses:enter_code")),
}


def cell(response) -> str:
    """The letter of an answer: L goes to the login, N is 404, F is 403, 409 or 422, A anything that went well."""
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return "L"
    return {404: "N", 403: "F", 409: "F", 422: "F"}.get(response.status_code) or (
        "A" if response.status_code in (200, 302, 303) else str(response.status_code)
    )


@pytest.mark.parametrize("name", PAGES)
def test_who_opens_which_page(world, name):
    expected, url = PAGES[name]
    found = {column: cell(world.get(column, url(world))) for column in COLUMNS}
    assert found == dict(zip(COLUMNS, expected, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_what_one_may_not_see_looks_like_what_does_not_exist(world, name):
    expected, url = PAGES[name]
    for column, letter in zip(COLUMNS, expected, strict=True):
        if letter == "N":
            body = world.get(column, url(world)).content.decode()
            assert "Lan" not in body
            assert world.run.course.title not in body


def nominee(world):
    return make.person(of=world.home)


def reply(world):
    return Reply.objects.get(round=world.round)


def sent(world):
    one = reply(world)
    one.send(by=world.users["FO"], now=make.at(8, 5))
    return one


def completed(world):
    make.completion(world.enrolment)
    return reverse("courses:void_completion", args=[world.enrolment.public_id]), {"reason": "Học hộ"}


def future(world):
    """The class as it was a week before, so that people may still leave."""
    Run.objects.filter(pk=world.run.pk).update(starts_on=make.DAY.replace(day=9), ends_on=make.DAY.replace(day=9))
    return reverse("courses:withdraw", args=[world.enrolment.public_id]), {"reason": "Bận công tác"}


def requested(world):
    """The same person, who has only asked to come in."""
    Enrolment.objects.filter(pk=world.enrolment.pk).update(state=EnrolmentState.REQUESTED, seat="none")
    Run.objects.filter(pk=world.run.pk).update(pool_taken=0)
    return reverse("courses:decide", args=[world.enrolment.public_id]), {"decision": "approve"}


def mark_of(world):
    data = {"enrolment": world.enrolment.public_id, "uid": uuid.uuid4(), "status": "present"}
    return reverse("courses:mark", args=[world.session.pk]), data


BUTTONS = {
    "progress.mark_lesson_done": ("LANFNFNFF", 0, lambda world: (
        reverse("courses:lesson_done", args=[world.enrolment.public_id, world.run.course.lessons.first().pk]), {})),
    "run.open_or_close_enrolment": ("LFNFNANAF", 1, lambda world: (
        reverse("courses:run_state", args=[world.run.public_id]), {"verb": "start"})),
    "run.cancel": ("LFNFNANAF", 1, lambda world: (
        reverse("courses:run_cancel", args=[world.run.public_id]), {"reason": "Mưa bão"})),
    "round.open_or_close": ("LNNFNFNAF", 1, lambda world: (
        reverse("courses:close_round", args=[world.round.pk]), {})),
    "round.nominate_person": ("LFFANFNAF", 1, lambda world: (
        reverse("courses:nominate", args=[world.round.pk]),
        {"agency": world.home.code, "person": nominee(world).public_id})),
    "round.send_reply": ("LNNANFNAF", 1, lambda world: (
        reverse("courses:send_reply", args=[world.round.pk]), {"agency": world.home.code})),
    "round.return_or_approve_reply": ("LNNFNFNAF", 1, lambda world: (
        reverse("courses:decide_on_reply", args=[sent(world).pk]), {"decision": "approve"})),
    "enrolment.approve_or_reject": ("LFNFNFNAF", 1, requested),
    "enrolment.withdraw_before_start": ("LANANFNAF", 1, future),
    "attendance.mark_for_person": ("LFNFNANFF", 1, mark_of),
    "attendance.change_live_code": ("LFNFNANFF", 1, lambda world: (
        reverse("courses:change_code", args=[world.session.pk]), {})),
    "completion.void_with_reason": ("LFNFNFNAF", 1, completed),
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("action", BUTTONS)
def test_who_may_press_which_button_and_each_press_is_one_event(world, action, column):
    letters, events, prepare = BUTTONS[action]
    url, data = prepare(world)
    before = Event.objects.count()
    answer = world.post(column, url, **data)
    expected = letters[COLUMNS.index(column)]
    assert cell(answer) == expected, answer.content.decode()[-600:]
    assert Event.objects.count() - before == (events if expected == "A" else 0)
    if expected == "A" and events:
        assert Event.objects.latest("pk").action == action


def test_the_second_of_two_agencies_does_not_reach_the_list_of_the_first(world):
    second = Reply.objects.create(round=world.round, agency=world.users["FX"].role_grants.get().agency)
    answer = world.post(
        "FX", reverse("courses:nominate", args=[world.round.pk]), agency=world.home.code, person=world.lan.public_id
    )
    assert answer.status_code == 404
    assert world.get("FX", reverse("courses:nominate", args=[world.round.pk])).context["reply"] == second


def test_a_person_of_another_roster_cannot_be_slipped_into_the_form(world):
    url = reverse("courses:nominate", args=[world.round.pk])
    foreign = make.person(of=make.agency())
    for public_id in (foreign.public_id, uuid.uuid4()):
        answer = world.post("FO", url, agency=world.home.code, person=public_id)
        assert answer.status_code == 422
    assert not foreign.enrolments.exists()


def test_a_foreign_child_under_an_own_parent_does_not_exist(world):
    stranger = make.enrolment()
    mark = reverse("courses:mark", args=[world.session.pk])
    answer = world.post("TR", mark, enrolment=stranger.public_id, uid=uuid.uuid4(), status="present")
    assert answer.status_code == 404
    foreign = make.course().lessons.get(position=1)
    answer = world.post("T", reverse("courses:lesson_done", args=[world.enrolment.public_id, foreign.pk]))
    assert answer.status_code == 404


def test_a_focal_person_sees_own_people_on_the_sheet_and_no_others(world):
    other = make.enrolment(world.run, make.person("Lê Thị Xuân", of=make.agency()))
    body = world.get("FO", reverse("courses:session", args=[world.session.pk])).content.decode()
    assert "Nguyễn Thị Lan" in body
    assert other.person.full_name not in body


def test_a_voided_completion_is_told_on_the_page(world):
    url, data = completed(world)
    world.post("CO", url, **data)
    assert Completion.objects.get().voided_by == world.users["CO"]
    assert "Học hộ" in world.get("T", reverse("courses:enrolment", args=[world.enrolment.public_id])).content.decode()


def test_enrolling_oneself_from_the_list_of_classes(world):
    run = make.run(world.run.course, starts_on=make.DAY.replace(day=9), ends_on=make.DAY.replace(day=9))
    answer = world.post("T", reverse("courses:enrol", args=[run.public_id]))
    assert answer.url == reverse("courses:course", args=[run.enrolments.get().public_id])
    assert world.post("T", reverse("courses:enrol", args=[run.public_id])).status_code == 409
    assert cell(world.post("AN", reverse("courses:enrol", args=[run.public_id]))) == "L"


@pytest.mark.parametrize("name", ["runs", "run", "course", "enrolment", "session", "round", "nominate", "my"])
def test_pages_cost_the_same_for_one_person_as_for_many(world, name):
    url = PAGES[name][1](world)
    column = "T" if name == "my" else "CO"
    client = world.client(column)
    make.person(of=world.home)
    few = count(client, url)
    for _number in range(5):
        make.enrolment(world.run, agency_=world.home)
        make.person(of=world.home)
        make.lesson(world.run.course, 10 + _number)
    assert count(client, url) == few
    assert few <= 25


def count(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
