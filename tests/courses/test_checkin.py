"""Check-in by the code on the screen (attendance-and-certificates.md §1.3; trust.md S26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from courses.live_codes import live_code, room_key, slot_at
from courses.models import Attendance, AttendanceEvent, Presence
from lms.audit.models import Event
from tests.courses.conftest import COLUMNS
from tests.courses.test_doors import cell
from tests.make import courses as make

CHECK_IN = "/d/in/"


def code_at(room, at):
    return live_code(room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch), slot_at(at))


@pytest.fixture
def room(world):
    return world.session.session_places.get()


@pytest.fixture
def address(world, room, moment):
    return f"/D/{room.code}/{code_at(room, moment)}"


def scanned(client, address):
    """The form that a good scan leads to: its hidden fields."""
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (303, CHECK_IN)
    form = client.get(CHECK_IN).context["form"]
    return {"ticket": form["ticket"].value(), "uid": form["uid"].value()}


def there(world):
    return Attendance.objects.filter(enrolment=world.enrolment, status=Presence.PRESENT).exists()


def test_a_scan_and_one_tap(world, address):
    client = world.client("T")
    form = scanned(client, address)
    assert not AttendanceEvent.objects.exists()
    answer = client.post(CHECK_IN, form)
    assert answer.status_code == 200
    assert there(world)
    assert client.post(CHECK_IN, form).status_code == 200
    assert AttendanceEvent.objects.count() == 1
    assert Event.objects.filter(action="attendance.check_in_with_ticket").count() == 1


def test_the_code_disappears_from_the_address_and_the_cookie_is_out_of_reach(world, address):
    client = world.client("AN")
    answer = client.get(address.lower(), follow=True)
    assert answer.redirect_chain == [(CHECK_IN, 303)]
    cookie = client.cookies["check_in"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/d/", 600)


def test_somebody_without_an_account_types_the_code_of_the_invitation(world, address):
    client = world.client("AN")
    form = scanned(client, address)
    typed = world.enrolment.check_in_code.lower()
    assert client.post(CHECK_IN, form | {"check_in_code": f"{typed[:4]} {typed[4:]}"}).status_code == 200
    assert there(world)
    assert Event.objects.latest("pk").actor == "check_in_code"


def test_a_slow_sign_in_costs_nothing(world, address, moment):
    client = world.client("AN")
    form = scanned(client, address)
    with time_machine.travel(moment + timedelta(minutes=9), tick=False):
        client.force_login(world.users["T"])
        assert client.post(CHECK_IN, form).status_code == 200
    assert Attendance.objects.get(enrolment=world.enrolment).first_in == moment


def test_typing_the_two_codes_is_a_scan(world, room, moment):
    client = world.client("T")
    typed = {"room": room.code.lower(), "code": code_at(room, moment).lower()}
    answer = client.post("/d/", typed)
    assert (answer.status_code, answer.url) == (303, CHECK_IN)
    assert client.post("/d/", {"room": "", "code": ""}).status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-15, 404), (0, 303), (15, 303), (30, 409), (45, 409), (3600, 404)])
def test_a_code_counts_in_its_slot_and_the_next_and_is_refused_thirty_seconds_later(
    world, address, moment, seconds, status
):
    with time_machine.travel(moment + timedelta(seconds=seconds), tick=False):
        assert world.get("AN", address).status_code == status


def test_a_changed_code_voids_those_that_were_shown(world, room, address):
    room.change_code(by=world.users["TR"], now=make.at(8, 5))
    assert world.get("T", address).status_code == 404


def test_a_hundred_guesses_open_nothing(world, room):
    client = world.client("AN")
    answers = {client.get(f"/d/{room.code}/{number:08d}/").status_code for number in range(100)}
    assert answers == {404}
    assert client.get("/d/ZZZZZ/00000000/").status_code == 404


def test_a_ticket_lives_ten_minutes(world, address, moment):
    client = world.client("T")
    form = scanned(client, address)
    with time_machine.travel(moment + timedelta(seconds=601), tick=False):
        answer = client.post(CHECK_IN, form)
    assert answer.status_code == 409
    assert not there(world)


def test_a_forwarded_ticket_is_worth_nothing_in_another_browser(world, address):
    form = scanned(world.client("AN"), address)
    thief = world.client("T")
    assert thief.post(CHECK_IN, form).status_code == 409
    own = scanned(thief, address)
    assert thief.post(CHECK_IN, own | {"ticket": form["ticket"]}).status_code == 409
    assert not there(world)


def test_a_used_ticket_is_not_for_a_second_person(world, address):
    client = world.client("AN")
    form = scanned(client, address)
    other = make.enrolment(world.run, agency_=world.home)
    client.post(CHECK_IN, form | {"check_in_code": world.enrolment.check_in_code})
    form["uid"] = "00000000-0000-4000-8000-000000000001"
    answer = client.post(CHECK_IN, form | {"check_in_code": other.check_in_code})
    assert answer.status_code == 409
    assert not Attendance.objects.filter(enrolment=other, status=Presence.PRESENT).exists()


def test_a_forged_ticket_is_refused(world, address):
    client = world.client("T")
    form = scanned(client, address)
    facts, seal = form["ticket"].split(":")
    client.cookies["check_in"] = form["ticket"] = f"{facts}:{seal[::-1]}"
    assert client.post(CHECK_IN, form).status_code == 409
    assert not there(world)


def test_nobody_checks_in_for_somebody_else(world, address):
    for column in ("FO", "TR", "CO", "AD"):
        client = world.client(column)
        form = scanned(client, address)
        for code in ("", world.enrolment.check_in_code):
            assert client.post(CHECK_IN, form | {"check_in_code": code}).status_code == 403
    colleague = make.enrolment(world.run, agency_=world.home)
    client = world.client("T")
    form = scanned(client, address)
    assert client.post(CHECK_IN, form | {"check_in_code": colleague.check_in_code}).status_code == 403
    assert not Attendance.objects.exclude(status="").exists()


def test_who_may_check_in(world, address):
    found = {}
    for column in COLUMNS[1:]:
        client = world.client(column)
        form = scanned(client, address)
        found[column] = cell(client.post(CHECK_IN, form))
    assert found == {"T": "A", "TO": "N", "FO": "F", "FX": "N", "TR": "F", "TX": "N", "CO": "F", "AD": "F"}


def test_an_unknown_check_in_code_is_refused(world, address):
    client = world.client("AN")
    form = scanned(client, address)
    assert client.post(CHECK_IN, form | {"check_in_code": "AAAAAAAA"}).status_code == 403
    assert client.post(CHECK_IN, form).status_code == 403


def test_without_a_scan_one_is_sent_to_the_form(world):
    assert world.get("T", CHECK_IN).url == reverse("courses:enter_code")
    assert world.post("T", CHECK_IN, ticket="x").status_code == 409


def test_in_the_wrong_room_the_second_tap_counts(world, address):
    world.enrolment.place = world.run.add_place("La Gi")
    world.enrolment.save()
    client = world.client("T")
    form = scanned(client, address)
    answer = client.post(CHECK_IN, form)
    assert answer.status_code == 409
    again = answer.context["form"].initial
    data = {"ticket": again["ticket"], "uid": again["uid"], "wrong_place_is_fine": "on"}
    assert client.post(CHECK_IN, data).status_code == 200
    assert there(world)
    assert AttendanceEvent.objects.accepted().get().code == "wrong_place"


def test_the_projector_page_shows_the_code_that_counts(world, room, moment):
    client = world.client("TR")
    page = client.get(reverse("courses:code", args=[world.session.pk]))
    shown = page.context["shown"]
    assert shown["code"] == code_at(room, moment)
    assert shown["url"] == f"HTTP://TESTSERVER/D/{room.code}/{shown['code']}"
    assert f'd="{shown["path"]}"' in page.content.decode()
    assert "no-cache" in page["Cache-Control"]


def test_twenty_codes_ahead_each_counts_when_it_is_shown(world, room, moment):
    data = world.get("TR", reverse("courses:codes", args=[world.session.pk])).json()
    assert (len(data["codes"]), data["epoch"], data["total"]) == (20, 0, 1)
    for code in data["codes"][::6]:
        with time_machine.travel(moment + timedelta(milliseconds=code["after_ms"]), tick=False):
            assert world.get("AN", f"/D/{room.code}/{code['code']}").status_code == 303
        with time_machine.travel(moment + timedelta(milliseconds=code["after_ms"] - 1), tick=False):
            early = world.get("AN", f"/D/{room.code}/{code['code']}").status_code
        assert early == 404


def test_the_pages_of_check_in_cost_few_queries(world, address, django_assert_max_num_queries):
    client = world.client("T")
    form = scanned(client, address)
    with django_assert_max_num_queries(6):
        client.get(CHECK_IN)
    with django_assert_max_num_queries(32):
        client.post(CHECK_IN, form)
