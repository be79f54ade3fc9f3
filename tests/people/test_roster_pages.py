"""The roster and its forms: the right person, the refused person, one event, constant queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.audit.models import Event
from lms.people.models import Group, Person, RosterEntry, RosterStatement
from tests import make

pytestmark = pytest.mark.django_db
URL = "/agencies/LDG-BAOPTTH/roster/"
NEW = {
    "full_name": "Trần Mẫu Mới",
    "birth_date": "1991-03-04",
    "group": "reporter",
    "position": "Phóng viên",
    "email": "moi@example.test",
    "phone": "0912345678",
    "starts_on": "2026-01-05",
}


@pytest.fixture
def entry(lan):
    return lan.person.roster_entries.get()


def status_of(client, url, data=None):
    return (client.get(url) if data is None else client.post(url, data)).status_code


def test_a_stranger_signs_in_first(client, entry):
    for url in (URL, f"{URL}add/", f"{URL}{entry.pk}/end/", f"{URL}{entry.pk}/void/"):
        assert status_of(client, url) == 302
    assert status_of(client, f"{URL}nobody/", {"group": "editor"}) == 302
    assert not RosterStatement.objects.exists()


@pytest.mark.parametrize(
    ("who", "view", "keep", "nobody"),
    [
        ("lan", 404, 404, 404),
        ("other_trainee", 404, 404, 404),
        ("mai", 200, 200, 302),
        ("other_focal", 404, 404, 404),
        ("tu", 404, 404, 404),
        ("other_trainer", 404, 404, 404),
        ("sau", 200, 200, 403),
        ("admin", 200, 403, 403),
    ],
)
def test_each_role_is_answered_as_the_table_says(who, view, keep, nobody, request, client_of, entry):
    client = client_of(request.getfixturevalue(who))
    assert status_of(client, URL) == view
    for url in (f"{URL}add/", f"{URL}{entry.pk}/end/", f"{URL}{entry.pk}/void/"):
        assert status_of(client, url) == keep
    assert status_of(client, f"{URL}nobody/", {"group": "editor"}) == nobody


@pytest.mark.parametrize("who", ["lan", "other_focal", "tu", "admin"])
def test_refused_people_change_nothing_and_learn_nothing(who, request, client_of, entry, press):
    client = client_of(request.getfixturevalue(who))
    make.entry(make.person("Người Không Liên Quan"), press, Group.REPORTER)
    before = Event.objects.count(), RosterEntry.objects.count(), Person.objects.count()
    for url, data in (
        (f"{URL}add/", NEW),
        (f"{URL}{entry.pk}/end/", {"ends_on": "2026-03-01"}),
        (f"{URL}{entry.pk}/void/", {"reason": "nhầm"}),
        (f"{URL}nobody/", {"group": "editor"}),
    ):
        response = client.post(url, data)
        assert response.status_code in (403, 404)
        assert "Người Không Liên Quan" not in response.content.decode()
    assert (Event.objects.count(), RosterEntry.objects.count(), Person.objects.count()) == before


def test_an_entry_of_another_agency_is_not_found_under_ones_own(mai, client_of, other_trainee, elsewhere):
    foreign = other_trainee.person.roster_entries.get()
    client = client_of(mai)
    for verb in ("end", "void"):
        assert status_of(client, f"{URL}{foreign.pk}/{verb}/", {"ends_on": "2026-03-01", "reason": "x"}) == 404
    foreign.refresh_from_db()
    assert foreign.voided_at is None


def test_the_roster_shows_groups_by_given_name_and_no_contacts(mai, lan, press, client_of):
    make.entry(make.person("Lê Mẫu An", phone="0912345678"), press, Group.REPORTER)
    page = client_of(mai).get(URL).content.decode()
    assert page.index("Lê Mẫu An") < page.index("Phạm Thị Mẫu Lan")
    assert "0912345678" not in page and lan.person.email not in page


def test_namesakes_are_told_apart_by_year_of_birth(mai, press, client_of):
    for year in (1985, 1991):
        make.entry(make.person("Nguyễn Văn Mẫu", birth_date=date(year, 6, 3)), press, Group.REPORTER)
    make.entry(make.person("Người Một Mình", birth_date=date(1977, 6, 3)), press, Group.REPORTER)
    page = client_of(mai).get(URL).content.decode()
    assert "1985" in page and "1991" in page and "1977" not in page


def test_the_roster_of_another_day(mai, press, client_of):
    make.entry(make.person("Người Đã Đi"), press, starts_on=date(2025, 8, 1), ends_on=date(2025, 10, 1))
    client = client_of(mai)
    assert "Người Đã Đi" in client.get(URL, {"on": "2025-09-30"}).content.decode()
    assert "Người Đã Đi" not in client.get(URL, {"on": "2025-10-01"}).content.decode()
    assert client.get(URL, {"on": "31/02/2025"}).status_code == 200


def test_an_entry_that_begins_later_is_shown_apart(mai, press, client_of):
    make.entry(make.person("Người Sắp Đến"), press, starts_on=timezone.localdate() + timedelta(30))
    assert "Người Sắp Đến" in client_of(mai).get(URL).content.decode()


def test_a_focal_person_keeps_the_roster_of_a_predecessor_too(mai, press, client_of):
    old = make.real_agency("BTH-BAO")
    make.succession(old, press, on=date(2025, 7, 1))
    assert status_of(client_of(mai), "/agencies/BTH-BAO/roster/") == 200


@pytest.mark.parametrize("who", ["mai", "sau"])
def test_adding_a_new_person_is_one_event(who, request, press, client_of):
    client = client_of(request.getfixturevalue(who))
    before = Event.objects.count()
    response = client.post(f"{URL}add/", NEW)
    assert response.status_code == 302
    entry = RosterEntry.objects.get()
    assert (entry.person.full_name, entry.person.phone, entry.group) == ("Trần Mẫu Mới", "0912345678", "reporter")
    assert entry.recorded_by == request.getfixturevalue(who)
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["person.create"]


def test_somebody_on_the_roster_under_another_group_is_the_same_person(mai, lan, client_of):
    known = lan.person
    data = NEW | {"full_name": "phạm  thị mẫu lan", "birth_date": "1994-05-12", "group": "spokesperson"}
    before = Event.objects.count()
    assert client_of(mai).post(f"{URL}add/", data).status_code == 302
    assert known.roster_entries.count() == 2
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.add_or_end_entry"]


def test_the_same_name_with_another_birth_date_is_asked_about(mai, lan, client_of):
    data = NEW | {"full_name": lan.person.full_name}
    client = client_of(mai)
    response = client.post(f"{URL}add/", data)
    assert response.status_code == 422
    assert "12/05/1994" in response.content.decode()
    assert RosterEntry.objects.count() == 1
    assert client.post(f"{URL}add/", data | {"another_person": "on"}).status_code == 302
    assert Person.objects.filter(full_name=lan.person.full_name).count() == 2


def test_the_same_person_in_the_same_group_is_refused_on_the_form(mai, lan, client_of):
    data = NEW | {"full_name": lan.person.full_name, "birth_date": "1994-05-12"}
    assert client_of(mai).post(f"{URL}add/", data).status_code == 422
    assert RosterEntry.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": ""},
        {"full_name": "Trần 😀"},
        {"full_name": "\u200b"},
        {"full_name": "x" * 300},
        {"full_name": "Traàn Vaên"},
        {"birth_date": "1991-02-31"},
        {"birth_date": "2025-01-01"},
        {"phone": "12345"},
        {"email": "a@b,c"},
        {"group": "club"},
        {"starts_on": ""},
        {"starts_on": "2020-01-01"},
        {"position": "=1+1"},
    ],
)
def test_what_a_file_may_not_say_the_form_may_not_say(mai, client_of, press, wrong):
    assert client_of(mai).post(f"{URL}add/", NEW | wrong).status_code == 422
    assert not RosterEntry.objects.exists() and not Person.objects.exists()


def test_an_end_is_recorded_with_one_event(mai, entry, client_of):
    before = Event.objects.count()
    response = client_of(mai).post(f"{URL}{entry.pk}/end/", {"ends_on": "2026-03-01"})
    assert response.status_code == 302
    assert RosterEntry.objects.known().get().ends_on == date(2026, 3, 1)
    assert Event.objects.count() == before + 1


def test_a_wrong_end_is_refused(mai, entry, client_of):
    assert status_of(client_of(mai), f"{URL}{entry.pk}/end/", {"ends_on": "2020-01-01"}) == 422
    assert status_of(client_of(mai), f"{URL}{entry.pk}/end/", {"ends_on": "hôm nay"}) == 422


def test_an_entry_is_voided_with_a_reason_and_one_event(sau, entry, client_of):
    client = client_of(sau)
    assert status_of(client, f"{URL}{entry.pk}/void/", {"reason": " "}) == 422
    before = Event.objects.count()
    assert status_of(client, f"{URL}{entry.pk}/void/", {"reason": "nhập nhầm cơ quan"}) == 302
    assert status_of(client, f"{URL}{entry.pk}/void/", {"reason": "lần nữa"}) == 404
    assert Event.objects.count() == before + 1
    entry.refresh_from_db()
    assert (entry.void_reason, entry.voided_by) == ("nhập nhầm cơ quan", sau)


def test_nobody_is_confirmed_by_the_agency_with_one_event(mai, press, client_of):
    client = client_of(mai)
    before = Event.objects.count()
    for _twice in range(2):
        assert status_of(client, f"{URL}nobody/", {"group": "editor"}) == 302
    assert Event.objects.count() == before + 1
    assert RosterStatement.objects.get().group == "editor"
    assert status_of(client, f"{URL}nobody/", {"group": "club"}) == 422


def test_the_roster_costs_the_same_however_long_it_is(mai, press, client_of):
    client = client_of(mai)
    client.get(URL)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    make.entry(None, press)
    few = count()
    for number in range(20):
        make.entry(None, press, list(Group)[number % 5])
    assert count() == few <= 12
