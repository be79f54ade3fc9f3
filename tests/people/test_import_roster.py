"""Roster files into the database: by command and by page; checked, confirmed, once."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.audit.models import Event
from lms.jobs.models import ImportLine, ImportRun
from lms.people.importing import check, confirm
from lms.people.models import Agency, Group, Person, RosterEntry
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "courses" / "data"
SAMPLE = DATA / "roster-sample.csv"
NOW = make.noon(date(2026, 11, 1))
URL = "/agencies/LDG-BAOPTTH/roster/import/"
HEAD = "full_name,birth_date,sex,agency_code,position,group,email,phone,starts_on"
LINES = (
    "Nguyễn Mẫu Một,01/02/1990,Nữ,,Phóng viên,reporter,mot@example.test,,01/07/2025",
    "Trần Mẫu Hai,03/04/1985,Nam,,Biên tập viên,editor,,0912345678,01/07/2025",
)


def content(*lines):
    return "\n".join([HEAD, *lines]).encode()


def command(file, **options):
    out = StringIO()
    call_command("import_roster", str(file), stdout=out, **options)
    return out.getvalue()


def upload(client, *lines):
    file = SimpleUploadedFile("ds.csv", content(*lines), "text/csv")
    return client.post(URL, {"file": file})


@pytest.fixture
def everywhere(db):
    make.all_agencies()


def test_the_sample_file_is_imported_once(everywhere):
    before = Event.objects.count()
    assert "Imported." in command(SAMPLE)
    assert (Person.objects.count(), RosterEntry.objects.count()) == (40, 40)
    assert "nothing has changed" in command(SAMPLE)
    assert (Person.objects.count(), RosterEntry.objects.count()) == (40, 40)
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.import_confirm"]


def test_the_same_people_in_another_file_are_already_there(everywhere, tmp_path):
    command(SAMPLE)
    again = tmp_path / "again.csv"
    again.write_bytes(SAMPLE.read_bytes().replace(b"\r\n", b"\n"))
    out = command(again)
    assert "unchanged: 40" in out
    assert RosterEntry.objects.count() == 40


def test_people_of_the_sample_stand_in_vietnamese_order(everywhere):
    command(SAMPLE)
    ward = Agency.objects.get(code="LDG-22945")
    names = [entry.person.full_name for entry in RosterEntry.objects.filter(agency=ward).in_order()]
    assert [name.split()[-1] for name in names] == ["Ân", "Ẩn", "Ấn", "Tâm", "Xuân"]


def test_a_dry_run_leaves_nothing_behind(everywhere):
    assert "new: 40" in command(SAMPLE, dry_run=True)
    assert not Person.objects.exists() and not ImportRun.objects.exists() and not ImportLine.objects.exists()


def test_a_file_with_refused_rows_loads_nothing_unless_told_to(everywhere):
    broken = DATA / "roster-broken.csv"
    with pytest.raises(CommandError, match="rows_refused"):
        command(broken)
    assert not Person.objects.exists() and not ImportRun.objects.exists()
    command(broken, only_sound=True)
    assert sorted(person.email for person in Person.objects.all()) == ["loi14@demo.example", "vidu.ha@demo.example"]


def test_an_agency_named_on_the_command_line_is_the_only_one_written_to(everywhere):
    with pytest.raises(CommandError, match="rows_refused"):
        command(SAMPLE, agency="LDG-STP")
    command(SAMPLE, agency="LDG-STP", only_sound=True)
    assert RosterEntry.objects.count() == RosterEntry.objects.filter(agency__code="LDG-STP").count() == 5


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2", b"PK\x03\x04"])
def test_a_file_that_cannot_be_judged_is_one_line(everywhere, tmp_path, raw):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(raw)
    with pytest.raises(CommandError, match="bad.csv: "):
        command(bad)
    assert not ImportRun.objects.exists()


def test_an_unknown_agency_or_file_is_one_line(tmp_path):
    with pytest.raises(CommandError, match="LDG-NULL"):
        command(SAMPLE, agency="LDG-NULL")
    with pytest.raises(CommandError, match="missing.csv"):
        command(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("who", "form", "confirmed"), [("lan", 404, 404), ("other_focal", 404, 404), ("tu", 404, 404), ("admin", 403, 403)]
)
def test_refused_people_neither_check_nor_confirm(who, form, confirmed, request, client_of, mai, press):
    upload(client_of(mai), *LINES)
    run = ImportRun.objects.get()
    client = client_of(request.getfixturevalue(who))
    people = Person.objects.count()
    assert client.get(URL).status_code == form
    assert upload(client, *LINES).status_code == form
    assert client.get(f"{URL}{run.pk}/").status_code == form
    assert client.post(f"{URL}{run.pk}/confirm/").status_code == confirmed
    run.refresh_from_db()
    assert (run.state, ImportRun.objects.count(), Person.objects.count()) == ("dry", 1, people)


@pytest.mark.parametrize("who", ["mai", "sau"])
def test_a_file_is_checked_shown_and_confirmed_with_one_event(who, request, client_of, press):
    client = client_of(request.getfixturevalue(who))
    response = upload(client, *LINES)
    run = ImportRun.objects.get()
    assert response["Location"] == f"{URL}{run.pk}/"
    assert not Person.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert "Nguyễn Mẫu Một" in page and "mot@example.test" not in page
    before = Event.objects.count()
    for _twice in range(2):
        assert client.post(f"{URL}{run.pk}/confirm/").status_code == 302
    assert {(entry.person.full_name, entry.group) for entry in RosterEntry.objects.filter(agency=press)} == {
        ("Nguyễn Mẫu Một", "reporter"),
        ("Trần Mẫu Hai", "editor"),
    }
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.import_confirm"]


def test_the_same_file_again_gives_the_first_report_and_changes_nothing(mai, press, client_of):
    client = client_of(mai)
    first = upload(client, *LINES)["Location"]
    client.post(f"{first}confirm/")
    assert upload(client, *LINES)["Location"] == first
    assert (ImportRun.objects.count(), RosterEntry.objects.count()) == (1, 2)


def test_refused_rows_are_shown_and_the_others_can_be_imported(mai, press, client_of):
    client = client_of(mai)
    place = upload(client, *LINES, "Lỗi 1,,,,,,,,", "Lê Mẫu Ba,01/01/1990,,LDG-STP,,editor,,,01/07/2025")["Location"]
    page = client.get(place).content.decode()
    assert 'name="only_sound"' in page
    assert client.post(f"{place}confirm/").status_code == 409
    assert not Person.objects.exists()
    assert client.post(f"{place}confirm/", {"only_sound": "1"}).status_code == 302
    assert Person.objects.count() == 2


def test_a_roster_that_moved_in_the_meantime_makes_the_check_stale(mai, press, client_of):
    client = client_of(mai)
    place = upload(client, *LINES)["Location"]
    make.entry(make.person("Nguyễn mẫu Một", birth_date=date(1990, 2, 1)), press, Group.REPORTER)
    assert client.post(f"{place}confirm/").status_code == 409  # the entry has no position, the row has one
    assert Person.objects.count() == 1 and ImportRun.objects.get().state == "dry"


def test_a_new_check_replaces_the_old_one_with_all_it_held(mai, press, client_of):
    client = client_of(mai)
    first = upload(client, *LINES)["Location"]
    upload(client, LINES[0])
    assert client.post(f"{first}confirm/").status_code == 409
    assert not Person.objects.exists()
    assert ImportLine.objects.count() == 1


def test_nothing_to_import_is_said(mai, press, client_of):
    client = client_of(mai)
    place = upload(client)["Location"]
    assert client.post(f"{place}confirm/").status_code == 409


def test_a_file_that_cannot_be_judged_stays_on_the_form(mai, press, client_of):
    client = client_of(mai)
    for raw in (b"", b"PK\x03\x04", b"x" * (5 * 1024 * 1024 + 1)):
        response = client.post(URL, {"file": SimpleUploadedFile("ds.csv", raw)})
        assert response.status_code == 422
    assert client.post(URL).status_code in (200, 422)
    assert not ImportRun.objects.exists()


def test_a_report_belongs_to_its_agency(mai, sau, press, elsewhere, client_of):
    place = upload(client_of(mai), *LINES)["Location"]
    assert client_of(sau).get(place.replace("LDG-BAOPTTH", "LDG-23272")).status_code == 404


def test_somebody_of_another_agency_is_recognised_by_name_birth_date_and_contact(mai, press, elsewhere):
    known = make.person("Nguyễn Mẫu Một", birth_date=date(1990, 2, 1), email="MOT@example.test")
    namesake = make.person("Trần Mẫu Hai", birth_date=date(1985, 3, 3))
    for person in (known, namesake):
        make.entry(person, elsewhere, ends_on=date(2025, 12, 1))
    mine = Agency.objects.filter(pk=press.pk)
    lines = [line.replace("01/07/2025", "01/01/2026") for line in LINES]
    run = check(content(*lines), writable=mine, agency=press, by=mai, now=NOW, on=date(2026, 11, 1))
    assert confirm(run, writable=mine, by=mai, now=NOW)
    assert known.roster_entries.count() == 2
    assert namesake.roster_entries.count() == 1
    assert Person.objects.count() == 3


def test_one_person_twice_in_a_file_is_one_person_in_two_groups(mai, press):
    mine = Agency.objects.filter(pk=press.pk)
    lines = (LINES[0], LINES[0].replace("reporter", "spokesperson"))
    run = check(content(*lines), writable=mine, agency=press, by=mai, now=NOW, on=date(2026, 11, 1))
    confirm(run, writable=mine, by=mai, now=NOW)
    assert Person.objects.get().roster_entries.count() == 2


def test_the_same_file_confirmed_from_two_checks_is_written_once(mai, sau, press):
    mine = Agency.objects.filter(pk=press.pk)
    runs = [
        check(content(*LINES), writable=mine, agency=press, by=by, now=NOW, on=date(2026, 11, 1)) for by in (mai, sau)
    ]
    assert confirm(runs[0], writable=mine, by=mai, now=NOW)
    with pytest.raises(Refused) as refused:
        confirm(runs[1], writable=mine, by=sau, now=NOW)
    assert refused.value.code == "already_imported"
    assert RosterEntry.objects.count() == 2


def test_an_import_costs_the_same_number_of_queries_however_long_the_file_is(mai, press):
    mine = Agency.objects.filter(pk=press.pk)

    def cost(size, letter):
        lines = [
            f"Mẫu {letter} {'abcdefghij'[number % 10]}{'abcdefghij'[number // 10]},01/02/1990,,,,reporter,,,01/07/2025"
            for number in range(size)
        ]
        with CaptureQueriesContext(connection) as queries:
            run = check(content(*lines), writable=mine, agency=press, by=mai, now=NOW, on=date(2026, 11, 1))
            confirm(run, writable=mine, by=mai, now=NOW)
        return len(queries)

    assert cost(2, "A") == cost(50, "B")
    assert RosterEntry.objects.count() == 52
