"""A person's card, corrections of name and contacts, and the roster as a file."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lms.audit.models import Event
from lms.jobs.models import ImportRun
from lms.people.models import Group, Person, RosterEntry
from lms.people.roster_sheets import roster_file, written
from lms.people.roster_tables import read_rows
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
ROSTER = "/agencies/LDG-BAOPTTH/roster/"
NOW = make.noon(date(2026, 11, 1))


def card(person):
    return f"/people/{person.public_id}/"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lan", 200),
        ("other_trainee", 404),
        ("mai", 200),
        ("other_focal", 404),
        ("tu", 404),
        ("sau", 200),
        ("admin", 200),
    ],
)
def test_who_sees_a_card(who, status, lan, request, client_of):
    assert client_of(request.getfixturevalue(who)).get(card(lan.person)).status_code == status


def test_a_card_shows_only_rosters_that_the_reader_may_see_and_no_contacts(lan, mai, elsewhere, client_of):
    make.entry(lan.person, elsewhere, Group.EDITOR)
    page = client_of(mai).get(card(lan.person)).content.decode()
    assert "Báo và Phát thanh" in page and elsewhere.name not in page and lan.person.email not in page


def test_a_name_is_corrected_with_one_event_and_the_account_follows(lan, mai, client_of):
    before = Event.objects.count()
    client = client_of(mai)
    place = f"{card(lan.person)}correct/"
    assert client.post(place, {"full_name": "Phạm Thị Mẫu Làn", "birth_date": "1994-05-12"}).status_code == 302
    lan.refresh_from_db()
    person = Person.objects.get(pk=lan.person.pk)
    assert (person.full_name, person.name_folded, lan.name) == (
        "Phạm Thị Mẫu Làn",
        "pham thi mau lan",
        "Phạm Thị Mẫu Làn",
    )
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.action, event.data) == ("person.correct_name_or_birth_date", {"changed": ["full_name"]})
    assert client.post(place, {"full_name": "Phạm Thị Mẫu Làn", "birth_date": "1994-05-12"}).status_code == 422
    assert client.post(place, {"full_name": "NguyÔn V¨n A"}).status_code == 422
    assert Event.objects.count() == before + 1


def test_contacts_are_written_for_people_without_an_account_only(hung, lan, sau, mai, client_of):
    hung.email = "hung@example.test"
    hung.save()
    client = client_of(sau)
    page = client.get(f"{card(hung)}contacts/")
    assert "hung@example.test" not in page.content.decode()
    assert client.post(f"{card(hung)}contacts/", {"phone": "+84 912 345 678"}).status_code == 302
    hung.refresh_from_db()
    assert (hung.email, hung.phone) == ("hung@example.test", "0912345678")
    assert client.post(f"{card(hung)}contacts/", {"phone": "123"}).status_code == 422
    assert client_of(mai).post(f"{card(lan.person)}contacts/", {"phone": "0912345678"}).status_code == 409
    with pytest.raises(Refused) as refused:
        lan.person.write_contacts("", "", by=mai, now=NOW)
    assert refused.value.code == "has_account"


def test_the_focal_person_sees_the_contacts_and_may_empty_them(mai, press, client_of):
    person = make.person(phone="0912345678")
    make.entry(person, press)
    client = client_of(mai)
    assert "0912345678" in client.get(f"{card(person)}contacts/").content.decode()
    client.post(f"{card(person)}contacts/", {"email": "", "phone": ""})
    person.refresh_from_db()
    assert person.phone == ""


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("who", ["mai", "sau"])
def test_an_exported_roster_imports_again_as_unchanged(kind, who, lan, press, request, client_of):
    make.entry(make.person("K' Brêm", sex="male", phone="0912345678"), press, Group.EDITOR, ends_on=date(2030, 1, 1))
    make.entry(make.person("Vũ Mẫu Hòa", birth_date=date(1980, 1, 2)), press, Group.SPOKESPERSON)
    client = client_of(request.getfixturevalue(who))
    before = Event.objects.count()
    answer = client.post(f"{ROSTER}export/{kind}/")
    assert answer["Content-Disposition"].endswith(f'.{kind}"')
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.action, event.data["rows"], event.data["kind"]) == ("roster.export", 3, kind)
    file = SimpleUploadedFile(f"ds.{kind}", answer.content)
    assert client.post(f"{ROSTER}import/", {"file": file}).status_code == 302
    assert ImportRun.objects.get().counts == {"unchanged": 3}


def test_contacts_leave_the_house_with_the_focal_person_alone(lan, mai, sau, admin, press, client_of):
    sent = {who.pk: client_of(who).post(f"{ROSTER}export/csv/").content.decode() for who in (mai, sau, admin)}
    assert [lan.person.email in sent[who.pk] for who in (mai, sau, admin)] == [True, False, False]


def test_an_export_of_another_kind_or_day(lan, mai, client_of):
    client = client_of(mai)
    assert client.post(f"{ROSTER}export/pdf/").status_code == 404
    assert client.get(f"{ROSTER}export/csv/").status_code == 405
    assert list(read_rows(client.post(f"{ROSTER}export/csv/", {"on": "2024-01-01"}).content)) == []


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@a", "\tx", "\rx", "http://example.test"])
def test_no_cell_is_ever_a_formula_or_a_link(text):
    book = written("xlsx", ["Họ và tên"], [[text]])
    with ZipFile(BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
    csv = written("csv", ["a"], [[text]]).decode("utf-8-sig")
    assert ("'" + text[0] in csv) == text.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_export_costs_one_query_however_long_it_is(press, django_assert_num_queries):
    for _number in range(5):
        make.entry(None, press)
    with django_assert_num_queries(1):
        roster_file("csv", RosterEntry.objects.filter(agency=press), with_contacts=False)
