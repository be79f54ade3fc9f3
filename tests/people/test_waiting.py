"""«Chờ phân về đơn vị mới»: who waits, and where an official sends them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.audit.models import Event
from lms.people.models import Agency, RosterEntry
from lms.people.waiting import agencies_with_waiting, move_after_split
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)
NOW = make.noon(date(2026, 4, 1))
EVE = ON - timedelta(days=1)


@pytest.fixture
def split():
    """An agency that was split in two on ON, with three people."""
    old = make.agency("UBND xã Hòa Thắng", closed_on=ON)
    heirs = [make.agency(f"UBND xã {name}", established_on=ON) for name in ("Hòa Thắng Mới", "Hồng Thái")]
    for heir in heirs:
        make.succession(old, heir, on=ON, kind="split", scope="part")
    return old, heirs, [make.entry(at=old) for _number in range(3)]


def where(entry, day):
    return [row.agency for row in RosterEntry.objects.known().filter(person=entry.person).on(day)]


def test_those_who_were_ticked_go_to_the_heir_from_the_day_on(split, sau):
    old, (heir, _other), entries = split
    assert move_after_split(old, [entries[0].pk, entries[1].pk], heir, reason="", by=sau, now=NOW) == 2
    for entry in entries[:2]:
        assert (where(entry, EVE), where(entry, ON)) == ([old], [heir])
    assert where(entries[2], ON) == [old]
    assert vars(agencies_with_waiting(Agency.objects.all(), ON).get())["waiting_count"] == 1
    event = Event.objects.get(action="roster.move_after_split")
    assert (event.object_id, event.data["people"], event.data["heir"]) == (old.code, 2, heir.code)


def test_any_other_agency_will_do_with_a_reason(split, sau):
    old, _heirs, (entry, *_rest) = split
    other = make.agency()
    with pytest.raises(Refused, match="reason_required"):
        move_after_split(old, [entry.pk], other, reason=" ", by=sau, now=NOW)
    move_after_split(old, [entry.pk], other, reason="Điều động", by=sau, now=NOW)
    assert where(entry, ON) == [other]


def test_an_heir_that_was_merged_since_passes_people_on(split, sau):
    old, (heir, _other), (entry, *_rest) = split
    day = date(2026, 3, 20)
    last = make.agency(established_on=day)
    Agency.objects.filter(pk=heir.pk).update(closed_on=day)
    heir.refresh_from_db()
    make.succession(heir, last, on=day)
    move_after_split(old, [entry.pk], heir, reason="", by=sau, now=NOW)
    assert (where(entry, EVE), where(entry, ON), where(entry, day)) == ([old], [heir], [last])


def test_as_known_before_they_stood_on_the_closed_agency(split, sau):
    old, (heir, _other), (entry, *_rest) = split
    move_after_split(old, [entry.pk], heir, reason="", by=sau, now=NOW)
    before = RosterEntry.objects.known(NOW - timedelta(seconds=1)).filter(person=entry.person).on(ON)
    assert [row.agency for row in before] == [old]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"entries": []}, "nobody_chosen"),
        ({"entries": [0]}, "not_waiting"),
        ({"heir": "later"}, "outside_agency_life"),
        ({"heir": "self"}, "outside_agency_life"),
        ({"heir": "province"}, "no_roster_here"),
        ({"agency": "open"}, "not_waiting"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(split, sau, change, code):
    old, (heir, _other), (entry, *_rest) = split
    heirs = {
        "later": make.agency(established_on=ON + timedelta(days=1)), "self": old,
        "province": make.agency(kind="province"),
    }  # fmt: skip
    with pytest.raises(Refused, match=code):
        move_after_split(
            make.agency() if change.get("agency") else old, change.get("entries", [entry.pk]),
            heirs.get(change.get("heir", ""), heir), reason="Điều động", by=sau, now=NOW,
        )  # fmt: skip
    assert not Event.objects.filter(action="roster.move_after_split").exists()


def test_the_same_people_are_moved_once(split, sau):
    old, (heir, other), (entry, *_rest) = split
    move_after_split(old, [entry.pk], heir, reason="", by=sau, now=NOW)
    with pytest.raises(Refused, match="not_waiting"):
        move_after_split(old, [entry.pk], other, reason="", by=sau, now=NOW)


def test_the_screen_offers_the_heirs_and_moves(split, sau, client_of):
    old, (heir, _other), (entry, *_rest) = split
    client = client_of(sau)
    assert old.name in client.get("/waiting/").content.decode()
    page = client.get(f"/agencies/{old.code}/waiting/").content.decode()
    assert heir.code in page and entry.person.full_name in page
    answer = client.post(f"/agencies/{old.code}/waiting/", {"entries": [entry.pk], "heir": heir.code})
    assert answer.status_code == 302
    assert where(entry, ON) == [heir]
    assert client.post(f"/agencies/{old.code}/waiting/", {"entries": [entry.pk]}).status_code == 422


def test_a_typed_name_that_fits_several_asks_which(split, sau, client_of):
    old, _heirs, (entry, _second, third) = split
    names = [make.agency("UBND xã Tân Hà", parent=make.agency(f"UBND huyện {name}")) for name in ("Một", "Hai")]
    client, path = client_of(sau), f"/agencies/{old.code}/waiting/"
    data = {"entries": [entry.pk, third.pk], "other": "xa tan ha", "reason": "Điều động"}
    page = client.post(path, data)
    assert page.status_code == 422
    assert all(f'value="{agency.code}"' in page.content.decode() for agency in names)
    assert client.post(path, data | {"other": names[1].code}).status_code == 302
    assert where(entry, ON) == [names[1]]


def test_the_queue_costs_the_same_however_long_it_is(split, sau, client_of):
    client = client_of(sau)
    counts = []
    for _round in range(2):
        client.get("/waiting/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/waiting/")
        counts.append(len(queries))
        for _number in range(5):
            agency = make.entry().agency
            Agency.objects.filter(pk=agency.pk).update(closed_on=ON)
    assert counts[0] == counts[1] <= 8


def test_who_sees_the_queue(split, client_of, sau, admin, mai, lan, tu):
    answers = {user.pk: client_of(user).get("/waiting/").status_code for user in (sau, admin, mai, lan, tu)}
    assert list(answers.values()) == [200, 200, 200, 404, 404]
