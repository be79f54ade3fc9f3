"""Last year's roster again."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from lms.audit.models import Event
from lms.people.copying import enter_again, gone_since
from lms.people.models import Group, RosterEntry
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
URL = "/agencies/LDG-BAOPTTH/roster/copy/"
THEN, AGAIN = date(2025, 12, 14), date(2026, 11, 1)
NOW = make.noon(AGAIN)


@pytest.fixture
def gone(press):
    return make.entry(make.person("Người Mẫu Cũ"), press, Group.EDITOR, ends_on=date(2026, 1, 1))


def test_who_stood_here_and_stands_nowhere_now_is_entered_again_with_one_event(gone, lan, mai, press):
    other = make.entry(None, press, Group.EDITOR, ends_on=date(2026, 2, 1))
    assert set(gone_since(press, THEN, AGAIN)) == {gone, other}
    before = Event.objects.count()
    assert enter_again(press, [gone.pk, other.pk], day=THEN, starts_on=AGAIN, by=mai, now=NOW) == 2
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.action, event.data["count"]) == ("roster.add_or_end_entry", 2)
    again = RosterEntry.objects.known().on(AGAIN).get(person=gone.person)
    assert (again.starts_on, again.ends_on, again.group, again.recorded_by) == (AGAIN, None, Group.EDITOR, mai)
    assert not gone_since(press, THEN, AGAIN).exists()


def test_who_stands_somewhere_is_not_offered(gone, press, elsewhere):
    still = make.entry(None, press, Group.EDITOR)
    make.entry(gone.person, elsewhere, starts_on=date(2026, 1, 1))
    assert still not in gone_since(press, THEN, AGAIN) and gone not in gone_since(press, THEN, AGAIN)


def test_an_entry_that_is_void_or_of_another_day_is_not_offered(gone, mai, press):
    assert not gone_since(press, date(2026, 1, 1), AGAIN).exists()
    gone.void("nhầm", by=mai, now=NOW)
    assert not gone_since(press, THEN, AGAIN).exists()


def test_nobody_chosen_somebody_elses_or_a_day_outside_is_refused(gone, mai, press, elsewhere):
    foreign = make.entry(None, elsewhere, ends_on=date(2026, 1, 1))
    for chosen in ([], [foreign.pk]):
        with pytest.raises(Refused) as refused:
            enter_again(press, chosen, day=THEN, starts_on=AGAIN, by=mai, now=NOW)
        assert refused.value.code == "nobody_chosen"
    assert RosterEntry.objects.count() == 2


def test_the_page_offers_them_ticked_and_enters_them(gone, mai, client_of):
    with time_machine.travel(NOW, tick=False):
        client = client_of(mai)
        page = client.get(URL, {"on": "2025-12-14", "starts_on": "2026-11-01"}).content.decode()
        assert "Người Mẫu Cũ" in page and f'value="{gone.pk}" checked' in page
        assert client.get(URL).status_code == 200
        assert client.get(URL, {"on": "x"}).status_code == 422
        data = {"on": "2025-12-14", "starts_on": "2026-11-01", "entry": [str(gone.pk)]}
        assert client.post(URL, data).status_code == 302
        assert client.post(URL, data).status_code == 422
    assert RosterEntry.objects.count() == 2


def test_only_who_keeps_the_roster_copies(gone, admin, lan, other_focal, client_of):
    data = {"on": "2025-12-14", "starts_on": "2026-11-01", "entry": [str(gone.pk)]}
    assert [client_of(who).post(URL, data).status_code for who in (admin, lan, other_focal)] == [403, 404, 404]
    assert RosterEntry.objects.filter(person=gone.person).count() == 1
