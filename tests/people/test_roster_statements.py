"""«Xác nhận danh sách»: the agency's word on its roster, what comes after it, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from lms.audit.models import Event
from lms.people.models import Group, RosterStatement
from lms.people.words import words_on
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
URL = "/agencies/LDG-BAOPTTH/roster/"
TODAY = date(2026, 11, 1)
NOW = make.noon(TODAY)
LATER = NOW + timedelta(hours=1)


def confirmed(agency, by, *, on=TODAY, now=NOW, group=Group.REPORTER):
    return RosterStatement.confirmed(agency, group, on=on, by=by, now=now)


def test_a_roster_is_confirmed_for_a_day_with_one_event(lan, mai, press):
    before = Event.objects.count()
    said = confirmed(press, mai)
    assert confirmed(press, mai, now=LATER) == said
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.confirm_list"]
    word = words_on(press, TODAY)["reporter"]
    assert (word.is_confirmed, word.changed_after, word.statement.recorded_by) == (True, False, mai)


@pytest.mark.parametrize(
    ("on", "group", "code"),
    [
        (date(2025, 6, 30), Group.REPORTER, "outside_agency_life"),
        (TODAY + timedelta(days=1), Group.REPORTER, "not_yet"),
        (TODAY, Group.EDITOR, "roster_empty"),
    ],
)
def test_what_cannot_be_confirmed(lan, mai, press, on, group, code):
    with pytest.raises(Refused) as refused:
        confirmed(press, mai, on=on, group=group)
    assert refused.value.code == code
    assert not RosterStatement.objects.exists()


@pytest.mark.parametrize("change", ["add", "end", "void", "correct"])
def test_a_change_afterwards_is_told_until_it_is_confirmed_again(lan, mai, press, change):
    confirmed(press, mai)
    entry = lan.person.roster_entries.get()
    changes = {
        "add": lambda: make.entry(None, press, Group.REPORTER, now=LATER),
        "end": lambda: entry.end(TODAY + timedelta(days=9), by=mai, now=LATER),
        "void": lambda: make.entry(None, press, Group.REPORTER, now=NOW) and entry.void("nhầm", by=mai, now=LATER),
        "correct": lambda: entry.correct("nhầm", by=mai, now=LATER, position="Phóng viên"),
    }
    changes[change]()
    assert words_on(press, TODAY)["reporter"].changed_after
    confirmed(press, mai, now=LATER + timedelta(hours=1))
    assert not words_on(press, TODAY)["reporter"].changed_after
    assert RosterStatement.objects.live().count() == 1


def test_a_change_of_another_group_does_not_matter(lan, mai, press):
    confirmed(press, mai)
    make.entry(None, press, Group.EDITOR, now=LATER)
    assert not words_on(press, TODAY)["reporter"].changed_after


def test_confirming_takes_the_place_of_nobody_on_the_same_day(mai, press):
    RosterStatement.nobody(press, Group.REPORTER, on=TODAY, by=mai, now=NOW)
    make.entry(None, press, Group.REPORTER, now=NOW)
    confirmed(press, mai, now=LATER)
    assert RosterStatement.objects.live().get().kind == "confirmed"


def test_a_statement_is_taken_back_once(lan, mai, press):
    said = confirmed(press, mai)
    before = Event.objects.count()
    said.take_back(by=mai, now=LATER)
    with pytest.raises(Refused) as refused:
        said.take_back(by=mai, now=LATER)
    assert refused.value.code == "already_taken_back"
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.take_back_statement"]
    assert words_on(press, TODAY) == {}


def test_earlier_days_keep_their_own_word(lan, mai, press):
    confirmed(press, mai, on=date(2026, 6, 14))
    assert words_on(press, date(2026, 6, 13)) == {}
    assert words_on(press, TODAY)["reporter"].statement.on == date(2026, 6, 14)


def test_roster_and_agency_page_show_date_name_and_later_changes(lan, mai, sau, press, client_of):
    with time_machine.travel(NOW, tick=False) as clock:
        client = client_of(mai)
        answer = client.post(f"{URL}confirm/", {"group": "reporter", "on": "2026-10-15"})
        assert answer["Location"] == f"{URL}?on=2026-10-15"
        assert client.post(f"{URL}confirm/", {"group": "x", "on": "2026-10-15"}).status_code == 422
        for url in (f"{URL}?on=2026-10-15", "/agencies/LDG-BAOPTTH/"):
            page = client.get(url).content.decode()
            assert mai.name in page and "15/10/2026" in page and "sau khi xác nhận" not in page
        clock.shift(timedelta(minutes=5))
        make.entry(None, press, Group.REPORTER, now=NOW + timedelta(minutes=4))
        for url in (URL, "/agencies/LDG-BAOPTTH/"):
            assert "sau khi xác nhận" in client.get(url).content.decode()
        said = RosterStatement.objects.get()
        assert client_of(sau).post(f"{URL}statements/{said.pk}/take-back/").status_code == 403
        assert client.post(f"{URL}statements/{said.pk}/take-back/").status_code == 302
        assert "sau khi xác nhận" not in client.get(URL).content.decode()


def test_the_word_is_not_shown_to_people_without_access_to_the_roster(lan, mai, press, client_of):
    confirmed(press, mai)
    assert mai.name not in client_of(lan).get("/agencies/LDG-BAOPTTH/").content.decode()


def test_another_agencys_statement_is_not_found(mai, elsewhere, other_focal, client_of):
    said = RosterStatement.nobody(elsewhere, Group.EDITOR, on=TODAY, by=other_focal, now=NOW)
    assert client_of(mai).post(f"{URL}statements/{said.pk}/take-back/").status_code == 404
