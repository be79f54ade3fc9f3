"""Without code, camera or account: the name and the PIN (attendance-and-certificates.md §1.3; trust.md S26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from courses.live_codes import pins_ahead, room_key
from courses.models import Attendance, AttendanceEvent, Session, Source, WalkIn
from courses.pins import LOCKED_SECONDS, WRONG_IN_ROOM, check_pin
from lms.refusal import Refused
from tests.courses.conftest import COLUMNS
from tests.courses.test_checkin import CHECK_IN, address, room, scanned  # noqa: F401 - fixtures
from tests.courses.test_doors import cell
from tests.make import courses as make


@pytest.fixture
def pin(room, moment):  # noqa: F811
    return pins_ahead(room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch), moment)[0][0]


def wrong(pin):
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def picked(client, world, address):  # noqa: F811
    form = scanned(client, address)
    return form | {"enrolment": str(world.enrolment.public_id)}


def test_three_letters_without_marks_find_at_most_five_names_with_their_agency(world, address):  # noqa: F811
    client = world.client("AN")
    scanned(client, address)
    for _number in range(7):
        make.enrolment(world.run, make.person("Nguyễn Văn Tèo"))
    assert client.get("/d/names/?q=la").context["found"] == []
    page = client.get("/d/names/?q=lan")
    assert [one.pk for one in page.context["found"]] == [world.enrolment.pk]
    assert world.home.name in page.content.decode()
    assert len(client.get("/d/names/?q=teo").context["found"]) == 5


def test_a_name_and_the_pin_make_a_claim_that_earns_nothing(world, address, pin):  # noqa: F811
    client = world.client("AN")
    answer = client.post(CHECK_IN, picked(client, world, address) | {"pin": f"{pin[:3]} {pin[3:]}"})
    assert "xác nhận" in answer.content.decode()
    row = Attendance.objects.get()
    assert (row.is_unconfirmed, row.half_periods, row.decided_by) == (True, 0, "claim")


def test_the_fifth_wrong_pin_of_a_ticket_locks_it_for_five_minutes(world, address, pin, moment):  # noqa: F811
    client = world.client("AN")
    form = picked(client, world, address)
    answers = [client.post(CHECK_IN, form | {"pin": wrong(pin)}).status_code for _number in range(5)]
    assert answers == [422, 422, 422, 422, 409]
    assert client.post(CHECK_IN, form | {"pin": pin}).status_code == 409
    fresh = picked(client, world, address)
    assert client.post(CHECK_IN, fresh | {"pin": pin}).status_code == 200


def test_a_hundred_wrong_pins_in_a_minute_turn_the_pin_of_the_room_off(world, room, pin, moment):  # noqa: F811
    for number in range(WRONG_IN_ROOM + 1):
        with pytest.raises(Refused, match="pin_wrong"):
            check_pin(room, wrong(pin), who=f"ticket:{number}", now=moment)
    with pytest.raises(Refused, match="pin_locked"):
        check_pin(room, pin, who="ticket:new", now=moment)
    data = world.get("TR", reverse("courses:codes", args=[world.session.pk])).json()
    assert data["pin_off"] is True
    assert LOCKED_SECONDS == 300


def test_the_room_code_and_the_pin_are_a_claim_too(world, room, pin):  # noqa: F811
    client = world.client("T")
    assert client.post("/d/", {"room": room.code, "code": wrong(pin)}).status_code == 422
    assert client.post("/d/", {"room": room.code, "code": pin}).status_code == 303
    form = client.get(CHECK_IN).context["form"]
    client.post(CHECK_IN, {"ticket": form["ticket"].value(), "uid": form["uid"].value()})
    assert AttendanceEvent.objects.get().source == Source.PIN
    assert Attendance.objects.get().is_unconfirmed


def test_a_second_person_on_one_browser_is_flagged_and_not_refused(world, address):  # noqa: F811
    client, other = world.client("AN"), make.enrolment(world.run, agency_=world.home)
    for who in (world.enrolment, other):
        assert client.post(CHECK_IN, scanned(client, address) | {"check_in_code": who.check_in_code}).status_code == 200
    assert Attendance.objects.get(enrolment=world.enrolment).flags == []
    assert Attendance.objects.get(enrolment=other).flags == ["shared_device"]


def test_nobody_signed_in_claims_for_somebody_else(world, address, pin):  # noqa: F811
    for column in ("FO", "TR", "CO", "AD", "TO"):
        client = world.client(column)
        answer = client.post(CHECK_IN, picked(client, world, address) | {"pin": pin})
        assert answer.status_code in (403, 404)
    assert not AttendanceEvent.objects.exists()


def test_who_is_not_on_the_list_leaves_a_name_where_the_class_takes_such_people(world, address):  # noqa: F811
    client = world.client("AN")
    scanned(client, address)
    data = {"name": "Trần Thị Mới", "agency_label": "Xã Mới", "uid": "00000000-0000-4000-8000-000000000001"}
    assert client.post("/d/not-listed/", data).status_code == 409
    Session.objects.update(walk_ins="ask")
    assert "not-listed" in client.get("/d/names/").content.decode()
    assert client.post("/d/not-listed/", data | {"name": ""}).status_code == 422
    assert [client.post("/d/not-listed/", data).status_code for _twice in range(2)] == [302, 302]
    assert WalkIn.objects.get().name == "Trần Thị Mới"


def test_who_opens_the_list_that_needs_a_look(world):
    url = reverse("courses:review", args=[world.session.pk])
    assert "".join(cell(world.get(column, url)) for column in COLUMNS) == "LNNANANAA"


def test_a_focal_person_sees_the_own_people_alone_on_that_list(world):
    make.enrolment(world.run, make.person("Phan Đình Giót"))
    url = reverse("courses:review", args=[world.session.pk])
    assert "Giót" not in world.get("FO", url).content.decode()
    assert "Giót" in world.get("TR", url).content.decode()


def test_staff_settle_a_list_and_lock_it(world, moment):
    review = reverse("courses:review", args=[world.session.pk])
    with time_machine.travel(world.session.ends_at + timedelta(minutes=1), tick=False):
        trainer = world.client("TR")
        uid, person = trainer.get(review).context["uid"], world.enrolment.public_id
        data = {"people": [person], "uid": uid, "status": "absent"}
        assert trainer.post(reverse("courses:mark_ticked", args=[world.session.pk]), data).status_code == 422
        assert (
            trainer.post(reverse("courses:mark_ticked", args=[world.session.pk]), {"status": "absent"}).status_code
            == 422
        )
        for _twice in range(2):
            trainer.post(reverse("courses:mark_ticked", args=[world.session.pk]), data | {"note": "Vắng"})
        assert AttendanceEvent.objects.count() == 1
        trainer.post(reverse("courses:lock", args=[world.session.pk]))
        page = world.get("CO", reverse("courses:session", args=[world.session.pk])).content.decode()
        assert reverse("courses:amend", args=[world.session.pk]) in page
        assert reverse("courses:mark", args=[world.session.pk]) not in page


def test_the_trainer_takes_an_event_back_on_the_page_of_the_person(world, address):  # noqa: F811
    client = world.client("T")
    client.post(CHECK_IN, scanned(client, address))
    event = AttendanceEvent.objects.get()
    page = reverse("courses:enrolment", args=[world.enrolment.public_id])
    annul = reverse("courses:annul", args=[event.pk])
    assert annul in world.get("TR", page).content.decode()
    assert annul not in world.get("T", page).content.decode()
    found = {column: cell(world.post(column, annul, reason="Quét hộ")) for column in COLUMNS}
    assert found == dict(zip(COLUMNS, "LFNFNANFF", strict=True))
    assert Attendance.objects.get().status == ""


def test_the_page_of_a_person_says_which_step_decided_and_what_can_still_be_reached(world, address):  # noqa: F811
    client = world.client("T")
    client.post(CHECK_IN, scanned(client, address))
    page = client.get(reverse("courses:enrolment", args=[world.enrolment.public_id]))
    assert page.context["decided"][0]["step"] == "lượt quét mã"
    assert page.context["share"].percent == 100


def test_a_coordinator_finds_who_walked_in(world):
    Session.objects.update(walk_ins="ask")
    came = {"name": "Nguyễn Thị Lan", "uid": "00000000-0000-4000-8000-000000000001"}
    assert world.post("TR", reverse("courses:walk_in", args=[world.session.pk]), **came).status_code == 302
    walk_in = WalkIn.objects.get()
    page = world.get("CO", reverse("courses:walk_in_people", args=[walk_in.pk])).content.decode()
    assert str(world.lan.public_id) in page
    assert world.home.name in page
    url = reverse("courses:match_walk_in", args=[walk_in.pk])
    assert world.post("CO", url, person="không").status_code == 422
    assert world.post("CO", url, person="nobody").status_code == 302
