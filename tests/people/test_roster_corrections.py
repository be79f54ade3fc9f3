"""Corrections of one entry, its history, and the roster as of a day and as known at a moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.audit.models import Event
from lms.people.models import Group, RosterEntry
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
URL = "/agencies/LDG-BAOPTTH/roster/"
TODAY = date(2026, 11, 1)
NOW = make.noon(TODAY)
SAID = {"group": "editor", "position": "Biên tập viên", "staff_type": "public_employee", "starts_on": "2025-07-01"}


@pytest.fixture
def entry(lan):
    return lan.person.roster_entries.get()


def test_a_correction_voids_and_adds_with_one_event(entry, mai):
    before = Event.objects.count()
    corrected = entry.correct("Ghi nhầm nhóm", by=mai, now=NOW, group=Group.EDITOR, ends_on=date(2026, 12, 1))
    entry.refresh_from_db()
    assert (entry.voided_at, entry.voided_by, entry.void_reason) == (NOW, mai, "Ghi nhầm nhóm")
    assert (corrected.group, corrected.ends_on, corrected.position) == (Group.EDITOR, date(2026, 12, 1), entry.position)
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.action, event.data["replaces"]) == ("roster.correct_entry", entry.pk)


@pytest.mark.parametrize(
    ("reason", "said", "code"),
    [
        (" ", {"group": "editor"}, "reason_required"),
        ("Nhầm", {"group": "reporter"}, "nothing_to_correct"),
        ("Nhầm", {"ends_on": date(2025, 7, 1)}, "ends_before_it_starts"),
        ("Nhầm", {"starts_on": date(2025, 6, 1)}, "outside_agency_life"),
    ],
)
def test_a_correction_without_reason_change_or_sense_changes_nothing(entry, mai, reason, said, code):
    with pytest.raises(Refused) as refused:
        entry.correct(reason, by=mai, now=NOW, **said)
    assert refused.value.code == code
    assert RosterEntry.objects.count() == 1 and RosterEntry.objects.known().exists()


def test_a_correction_into_another_entry_is_refused_and_takes_nothing_out(entry, mai, press):
    make.entry(entry.person, press, Group.EDITOR)
    with pytest.raises(Refused) as refused:
        entry.correct("Nhầm", by=mai, now=NOW, group=Group.EDITOR)
    assert refused.value.code == "already_on_roster"
    assert RosterEntry.objects.known().count() == 2


def test_the_page_corrects_and_shows_refusals_on_the_form(entry, mai, client_of):
    client = client_of(mai)
    place = f"{URL}{entry.pk}/correct/"
    assert client.get(place).status_code == 200
    assert client.post(place, SAID).status_code == 422
    assert client.post(place, SAID | {"reason": "Nhầm", "position": "=1+1"}).status_code == 422
    same = {"group": "reporter", "position": "", "staff_type": "unknown", "starts_on": "2025-07-01", "reason": "Nhầm"}
    assert client.post(place, same).status_code == 422
    assert client.post(place, SAID | {"reason": "Nhầm"}).status_code == 302
    assert RosterEntry.objects.known().get().group == "editor"
    assert client.get(place).status_code == 404


def test_the_history_tells_who_knew_what_since_when_and_why_not(entry, mai, client_of):
    with time_machine.travel(NOW, tick=False):
        new = entry.correct("Quyết định ghi ngày khác", by=mai, now=NOW, starts_on=date(2025, 8, 1))
        client = client_of(mai)
        for pk in (entry.pk, new.pk):
            page = client.get(f"{URL}{pk}/history/").content.decode()
            assert "Quyết định ghi ngày khác" in page and str(mai.name) in page
            assert page.index("01/08/2025") < page.index("01/07/2025")


def test_the_history_of_another_agency_is_not_found(mai, client_of, other_trainee):
    foreign = other_trainee.person.roster_entries.get()
    assert client_of(mai).get(f"{URL}{foreign.pk}/history/").status_code == 404


def test_the_roster_as_known_at_a_moment(entry, mai, sau, client_of):
    later = NOW + timedelta(days=1)
    entry.correct("Ghi nhầm nhóm", by=mai, now=NOW, position="Phóng viên thường trú")
    with time_machine.travel(later, tick=False):
        client = client_of(sau)
        then = client.get(URL, {"on": "2026-11-01", "known_at": "2026-10-31T09:00"})
        now = client.get(URL, {"on": "2026-11-01"})
    assert "Phóng viên thường trú" not in then.content.decode()
    assert "Phóng viên thường trú" in now.content.decode()
    assert then.context["may_keep"] is False and then.context["moment"]


def test_before_it_was_recorded_nobody_stood_there(entry, sau, client_of):
    page = client_of(sau).get(URL, {"on": "2026-11-01", "known_at": "2024-01-01T09:00"})
    assert page.context["people_count"] == 0


def test_the_pages_cost_the_same_however_long_the_roster_is(entry, mai, press, client_of):
    client = client_of(mai)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
            client.get(f"{URL}{entry.pk}/history/")
        return len(queries)

    cost()
    few = cost()
    for _number in range(10):
        make.entry(None, press, Group.EDITOR)
        make.entry(entry.person, press, Group.SPOKESPERSON).void("nhầm", by=mai, now=NOW)
    assert cost() == few
