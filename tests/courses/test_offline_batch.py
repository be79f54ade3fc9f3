"""A phone that was offline sends what it wrote down (attendance-and-certificates.md §1.4)."""

from __future__ import annotations

import json
import random
import time
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.live_codes import person_key, personal_code
from courses.models import Attendance, AttendanceEvent, Presence, ScanDevice, Session
from courses.models.rebuilding import differences
from courses.offline import BadItem, canonical, link_of, read_item
from lms.audit.models import Event
from lms.refusal import Refused
from tests.courses.conftest import COLUMNS
from tests.courses.test_doors import cell
from tests.make import courses as make

BATCH = "/api/v1/attendance/batch"


class Phone:
    """What the page on the phone does: chains its items and sends them."""

    def __init__(self, world, moment, skew=timedelta()):
        self.device, self.token = ScanDevice.grant(world.session, by=world.users["TR"], now=moment)
        self.moment, self.skew, self.seq, self.link = moment, skew, 0, ""

    def item(self, person, *, minutes=0, **fields):
        self.seq += 1
        at = self.moment + timedelta(minutes=minutes) + self.skew
        item = {
            "uid": str(uuid.uuid4()), "seq": self.seq, "kind": "mark", "status": "present", "run": "r",
            "enrolment": str(person.public_id), "claimed_at": at.isoformat(), "steady_ms": minutes * 60_000,
        } | fields  # fmt: skip
        self.link = link_of(self.link, canonical(item))
        return item | {"link": self.link}

    def send(self, items, minutes=60, **body):
        now = self.moment + timedelta(minutes=minutes)
        sent = {"sent_at": (now + self.skew).isoformat(), "steady_ms": minutes * 60_000, "run": "r", "items": items}
        with time_machine.travel(now, tick=False):
            return Client().post(
                BATCH, sent | body, content_type="application/json", headers={"Authorization": f"Device {self.token}"}
            )

    def answers(self, items, **more):
        return [(one["result"], one["code"]) for one in self.send(items, **more).json()["items"]]

    def flags(self):
        return ScanDevice.objects.get(pk=self.device.pk).flags


@pytest.fixture
def phone(world, moment):
    return Phone(world, moment)


def code_for(world, at):
    return personal_code(person_key(settings.SECRET_KEY, world.session.pk, world.enrolment.check_in_code), at)


def test_a_batch_is_answered_item_by_item_and_safe_to_repeat(world, phone):
    other = make.enrolment(world.run, agency_=world.home)
    items = [phone.item(world.enrolment), phone.item(other, minutes=1, status="absent")]
    answer = phone.send(items).json()["items"]
    assert [(one["uid"], one["result"], one["status"]) for one in answer] == [
        (items[0]["uid"], "accepted", "present"), (items[1]["uid"], "accepted", "absent"),
    ]  # fmt: skip
    assert phone.send(items).json()["items"] == answer
    assert AttendanceEvent.objects.count() == 2
    assert Event.objects.filter(action="attendance.upload_offline_batch").count() == 1
    assert phone.flags() == []
    assert list(differences()) == []


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10), timedelta(days=1)])
def test_a_wrong_clock_of_the_phone_is_taken_out(world, moment, skew):
    phone = Phone(world, moment, skew)
    phone.send([phone.item(world.enrolment, minutes=5)])
    event = AttendanceEvent.objects.get()
    assert event.at == moment + timedelta(minutes=5)
    assert event.skew_ms == skew / timedelta(milliseconds=1)
    assert phone.flags() == []


def test_a_time_outside_grant_and_arrival_is_clipped(world, phone, moment):
    phone.send([phone.item(world.enrolment, minutes=-300, steady_ms=0)], minutes=1)
    assert AttendanceEvent.objects.get().at == moment


def test_a_clock_that_jumped_is_flagged_and_the_item_stays(world, phone):
    phone.send([phone.item(world.enrolment, minutes=5, steady_ms=0)])
    assert phone.flags() == ["clock_jump"]
    assert Attendance.objects.get().status == Presence.PRESENT


def test_a_gap_or_a_wrong_link_is_flagged_and_the_items_stay(world, phone):
    first, second = phone.item(world.enrolment), phone.item(make.enrolment(world.run))
    assert phone.answers([second | {"link": "0" * 64}, first]) == [("accepted", "")] * 2
    assert phone.flags() == ["chain_broken"]
    page = Client()
    page.force_login(world.users["TR"])
    review = page.get(reverse("courses:review", args=[world.session.pk])).content.decode()
    assert "Điện thoại gửi danh sách không liền mạch" in review


def test_a_number_that_was_used_is_refused_alone(world, phone):
    first, second = phone.item(world.enrolment), phone.item(world.enrolment)
    assert phone.answers([first, second | {"seq": 1}]) == [("accepted", ""), ("refused", "seq_reused")]


def test_what_no_phone_writes_is_refused_alone(world, phone):
    sound = phone.item(world.enrolment)
    bad = [None, {}, sound | {"uid": "x"}, sound | {"kind": "pulse"}, sound | {"status": ""}, sound | {"seq": 0}]
    unknown = phone.item(world.enrolment, enrolment=str(uuid.uuid4()))
    assert phone.answers([*bad, unknown, sound]) == [("refused", "bad_item")] * 7 + [("accepted", "")]


def test_what_would_have_been_refused_on_line_waits_as_a_conflict(world, phone):
    world.enrolment.withdraw("Bận", by=world.users["CO"], now=make.at(9, on=make.DAY - timedelta(days=3)))
    assert phone.answers([phone.item(world.enrolment)]) == [("conflict", "enrolment_inactive")]
    stranger = make.enrolment()
    assert phone.answers([phone.item(stranger)]) == [("conflict", "not_enrolled")]
    Session.objects.filter(pk=world.session.pk).update(locked_at=world.session.ends_at)
    other = make.enrolment(world.run)
    assert phone.answers([phone.item(other)]) == [("conflict", "second_person")]
    assert not Attendance.objects.exclude(status="").exists()
    page = world.get("TR", reverse("courses:review", args=[world.session.pk])).content.decode()
    assert other.person.full_name in page


def test_a_personal_code_is_good_for_ten_minutes_off_line(world, phone, moment):
    scan = {"kind": "in", "status": ""}
    late = phone.item(world.enrolment, minutes=12, code=code_for(world, moment), **scan)
    sound = phone.item(world.enrolment, minutes=9, code=code_for(world, moment), **scan)
    again = phone.item(world.enrolment, minutes=10, code=code_for(world, moment), **scan)
    assert phone.answers([late, sound, again]) == [
        ("conflict", "qr_expired"),
        ("accepted", ""),
        ("duplicate", "already"),
    ]
    assert Attendance.objects.get().first_in == moment + timedelta(minutes=9)


def test_a_phone_ends_a_day_after_the_session_and_when_it_is_revoked(world, phone):
    items = [phone.item(world.enrolment)]
    late = phone.send(items, minutes=60 * 40)
    assert (late.status_code, late.json()["code"]) == (409, "device_expired")
    device = ScanDevice.objects.get()
    assert device.revoke(by=world.users["AD"], now=make.at(9)) is True
    assert device.revoke(by=world.users["AD"], now=make.at(9)) is False
    assert phone.send(items).json()["code"] == "device_revoked"
    assert not AttendanceEvent.objects.exists()


@pytest.mark.parametrize(
    ("column", "code"), [("locked_at", "session_locked"), ("cancelled_at", "session_cancelled"), ("", "device_expired")]
)
def test_a_session_that_is_closed_grants_no_phone(world, column, code):
    if column:
        setattr(world.session, column, world.session.ends_at)
    with pytest.raises(Refused, match=code):
        ScanDevice.grant(
            world.session, by=world.users["TR"], now=world.session.ends_at + timedelta(days=2 - bool(column))
        )


def test_who_no_longer_teaches_the_course_sends_nothing(world, phone):
    ScanDevice.objects.update(user=world.users["CO"])
    assert phone.send([phone.item(world.enrolment)]).status_code == 403
    ScanDevice.objects.update(user=world.users["TX"])
    assert phone.send([phone.item(world.enrolment)]).status_code == 404


def test_without_a_phone_or_with_too_much_nothing_is_read(world, phone):
    assert Client().post(BATCH, {}, content_type="application/json").status_code == 401
    for body in ({"items": [None] * 501}, {"sent_at": "x"}, {"steady_ms": None}, {"items": 5}):
        answer = phone.send(body.pop("items", []), **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "batch_unreadable")


def test_five_hundred_items_cost_few_queries_each_and_little_time(world, phone, django_assert_max_num_queries):
    items = [phone.item(world.enrolment, minutes=1, steady_ms=60_000) for _number in range(500)]
    began = time.perf_counter()
    with django_assert_max_num_queries(400):
        assert phone.send(items).status_code == 200
    assert time.perf_counter() - began < 3, "1 s on an idle machine"
    assert AttendanceEvent.objects.count() == 500


def test_shuffled_halved_and_repeated_batches_end_in_the_same_statuses(world, phone, moment):
    people = [world.enrolment, *(make.enrolment(world.run) for _number in range(3))]
    statuses = ["present", "late", "absent"]
    items = [phone.item(people[n % 4], minutes=n, status=statuses[n % 3]) for n in range(12)]
    chance = random.Random(5)
    for _round in range(4):
        chance.shuffle(items)
        phone.send(items[: chance.randint(1, 12)])
    phone.send(items)
    last = {people[n % 4].pk: statuses[n % 3] for n in range(12)}
    assert dict(Attendance.objects.values_list("enrolment", "status")) == last
    assert list(differences()) == []


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats(), lambda inner: st.lists(inner)))
def test_no_item_breaks_the_reader(value):
    raw = {"uid": str(uuid.UUID(int=1)), "seq": value, "link": value, "kind": "in", "enrolment": value, "run": value}
    with pytest.raises(BadItem):
        read_item(raw | {"claimed_at": value, "steady_ms": value})
    with pytest.raises(BadItem):
        read_item(value)


def test_who_prepares_a_phone_and_who_shows_a_personal_code(world):
    pages = {
        "scanner": "LNNNNANNN",
        "personal": "LANNNNNNN",
        "personal_codes": "LANNNNNNN",
    }
    for name, expected in pages.items():
        url = reverse(f"courses:{name}", args=[world.session.pk])
        assert "".join(cell(world.get(column, url)) for column in COLUMNS) == expected


def test_preparing_a_phone_hands_over_the_list_and_the_keys_of_this_session_alone(world):
    client, url = world.client("TR"), reverse("courses:scanner", args=[world.session.pk])
    assert client.post(url).url.startswith("/accounts/reauthenticate/")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    page = client.post(url)
    grant = page.context["grant"]
    assert [one["name"] for one in grant["people"]] == [world.lan.full_name]
    key = person_key(settings.SECRET_KEY, world.session.pk, world.enrolment.check_in_code)
    assert grant["people"][0]["key"] == key.hex()
    assert ScanDevice.of_token(grant["token"], make.at(9, on=make.DAY)) == ScanDevice.objects.get()
    assert world.enrolment.check_in_code not in json.dumps(grant)


def test_the_worker_is_one_script_under_one_path(world):
    answer = world.get("AN", "/scan/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "scanner.js" in answer.content.decode()


def test_a_trainer_scans_a_personal_code_with_the_camera_and_taps_once(world, moment):
    shown = world.get("T", reverse("courses:personal", args=[world.session.pk])).context["shown"]
    address = shown["url"].removeprefix("HTTP://TESTSERVER")
    trainer = world.client("TR")
    page = trainer.get(address)
    assert world.lan.full_name in page.content.decode()
    assert not AttendanceEvent.objects.exists()
    with time_machine.travel(moment + timedelta(minutes=3), tick=False):
        for _twice in range(2):
            assert trainer.post(address, {"proof": page.context["proof"]}).status_code == 200
        assert trainer.get(address).status_code == 409
    row = Attendance.objects.get()
    assert (row.status, row.first_in, AttendanceEvent.objects.get().source) == ("present", moment, "personal_qr")
    found = "".join(cell(world.get(column, address)) for column in COLUMNS)
    assert found == "LFNFNANFF"


def test_a_code_of_nobody_in_the_class_is_unknown(world):
    assert world.get("TR", f"/P/{world.session.pk}/999999/ABCD2345").status_code == 404
    assert world.get("TR", f"/P/{world.session.pk}/{world.enrolment.pk}/ABCD2345").status_code == 409
