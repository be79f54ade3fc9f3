"""Namesakes told apart on the page, moves, ends and corrections by a file, refused rows that go back."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lms.audit.models import Event
from lms.jobs.models import ImportLine, ImportRun, Verdict
from lms.people.importing import check, choose, confirm
from lms.people.models import Agency, Group, Person, RosterEntry
from lms.people.roster_tables import read_rows
from lms.refusal import Refused
from tests import make
from tests.make.sheets import workbook

pytestmark = pytest.mark.django_db
URL = "/agencies/LDG-BAOPTTH/roster/import/"
HEAD = ["Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Nhóm", "Thư điện tử", "Điện thoại", "Từ ngày", "Đến ngày"]
ONE = ["Nguyễn Mẫu Một", "01/02/1990", "Nữ", "Phóng viên", "Phóng viên", "", "", "01/07/2026", ""]
TWO = ["Trần Mẫu Hai", "03/04/1985", "Nam", "Biên tập viên", "Biên tập viên", "", "", "01/07/2026", ""]
NOW = make.noon(date(2026, 11, 1))


def upload(client, *rows, name="ds.xlsx"):
    response = client.post(URL, {"file": SimpleUploadedFile(name, workbook([HEAD, *rows]))})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def verdicts():
    return list(ImportLine.objects.order_by("run", "row").values_list("verdict", "code"))


@pytest.fixture
def namesake(elsewhere):
    person = make.person("Nguyễn Mẫu Một", birth_date=date(1990, 2, 1))
    make.entry(person, elsewhere, Group.EDITOR)
    return person


def test_the_importer_says_who_it_is_and_the_row_becomes_sound(sau, press, elsewhere, namesake, client_of):
    client = client_of(sau)
    place = upload(client, ONE, TWO)
    assert verdicts() == [("refused", "choose_person"), ("new", "")]
    page = client.get(place).content.decode()
    assert elsewhere.name in page and "1990" in page
    line = ImportLine.objects.get(code="choose_person")
    assert f'name="line-{line.pk}"' in page
    client.post(f"{place}choose/", {f"line-{line.pk}": namesake.pk})
    assert verdicts() == [("moved", ""), ("new", "")]
    assert ImportRun.objects.get().counts == {"moved": 1, "new": 1}
    before = Event.objects.count()
    assert client.post(f"{place}confirm/").status_code == 302
    assert [event.action for event in Event.objects.order_by("pk")[before:]] == ["roster.import_confirm"]
    here, there = RosterEntry.objects.known().filter(person=namesake).order_by("-starts_on")
    assert (here.agency, here.starts_on, here.ends_on) == (press, date(2026, 7, 1), None)
    assert (there.agency, there.ends_on) == (elsewhere, date(2026, 7, 1))
    assert Person.objects.count() == 2


def test_or_that_it_is_somebody_new(mai, press, namesake, client_of):
    client = client_of(mai)
    place = upload(client, ONE)
    line = ImportLine.objects.get()
    client.post(f"{place}choose/", {f"line-{line.pk}": "new", "line-x": "1", "line-999999": "new"})
    assert verdicts() == [("new", "")]
    client.post(f"{place}confirm/")
    assert Person.objects.filter(full_name="Nguyễn Mẫu Một").count() == 2


def test_a_focal_person_cannot_move_somebody_away_from_another_agency(mai, press, elsewhere, namesake, client_of):
    client = client_of(mai)
    place = upload(client, ONE)
    client.post(f"{place}choose/", {f"line-{ImportLine.objects.get().pk}": namesake.pk})
    assert verdicts() == [("refused", "moved_not_yours")]
    assert elsewhere.name in ImportLine.objects.get().message
    assert client.post(f"{place}confirm/", {"only_sound": "1"}).status_code == 409
    assert namesake.roster_entries.count() == 1


def test_a_choice_that_was_never_offered_changes_nothing(mai, press, namesake, client_of):
    client = client_of(mai)
    place = upload(client, ONE)
    other = make.person("Ai Đó")
    for value in (str(other.pk), "0", "", "x"):
        client.post(f"{place}choose/", {f"line-{ImportLine.objects.get().pk}": value})
        assert verdicts() == [("refused", "choose_person")]


def test_two_rows_said_to_be_one_person_are_refused_together(sau, press, namesake, client_of):
    client = client_of(sau)
    place = upload(client, ONE, [*ONE[:1], "", *ONE[2:]])
    client.post(f"{place}choose/", {f"line-{line.pk}": namesake.pk for line in ImportLine.objects.all()})
    assert [verdict for verdict, _code in verdicts()] == ["moved", "moved"]
    assert client.post(f"{place}confirm/").status_code == 409
    assert RosterEntry.objects.count() == 1 and ImportRun.objects.get().state == "dry"


def test_after_the_import_there_is_nothing_to_choose(mai, press):
    mine = Agency.objects.filter(pk=press.pk)
    content = workbook([HEAD, ONE])
    run = check(content, name="a.xlsx", writable=mine, agency=press, by=mai, now=NOW, on=date(2026, 11, 1))
    confirm(run, writable=mine, by=mai, now=NOW)
    with pytest.raises(Refused) as refused:
        choose(run, {1: "new"}, writable=mine)
    assert refused.value.code == "import_is_over"


def test_a_file_corrects_and_ends_by_voiding_and_adding(mai, press, client_of):
    client = client_of(mai)
    client.post(f"{upload(client, ONE, TWO)}confirm/")
    changed = [
        "Nguyễn Mẫu Một",
        "01/02/1990",
        "",
        "Trưởng phòng",
        "Phóng viên",
        "mot@example.test",
        "",
        "01/07/2026",
        "",
    ]
    ended = [*TWO[:8], "30/09/2026"]
    place = upload(client, changed, ended, ["Lê Mẫu Ba", *ONE[1:]])
    assert [verdict for verdict, _code in verdicts()[2:]] == ["changed", "ended", "new"]
    client.post(f"{place}confirm/")
    live = RosterEntry.objects.known().order_by("person__pk")
    assert [(row.position, row.ends_on) for row in live] == [
        ("Trưởng phòng", None),
        ("Biên tập viên", date(2026, 10, 1)),
        ("Phóng viên", None),
    ]
    void = RosterEntry.objects.exclude(voided_at=None)
    assert void.count() == 2 and all(row.void_reason and row.voided_by == mai for row in void)
    assert Person.objects.get(full_name="Nguyễn Mẫu Một").email == "mot@example.test"


def test_what_somebody_else_wrote_meanwhile_just_so_is_left_and_the_rest_is_written(mai, sau, press):
    mine = Agency.objects.filter(pk=press.pk)
    first, second = (
        check(workbook([HEAD, *rows]), name="a.xlsx", writable=mine, agency=press, by=by, now=NOW, on=date(2026, 11, 1))
        for by, rows in ((mai, [ONE, TWO]), (sau, [TWO, ["Lê Mẫu Ba", *ONE[1:]]]))
    )
    assert confirm(first, writable=mine, by=mai, now=NOW) and confirm(second, writable=mine, by=sau, now=NOW)
    assert sorted(Person.objects.values_list("full_name", flat=True)) == [
        "Lê Mẫu Ba", "Nguyễn Mẫu Một", "Trần Mẫu Hai",
    ]  # fmt: skip
    assert RosterEntry.objects.count() == 3


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_refused_rows_go_back_with_their_reasons_and_can_be_sent_again(mai, press, client_of, kind):
    client = client_of(mai)
    place = upload(client, ["=cmd()", *ONE[1:]], TWO, ["Lê Mẫu Ba", "31/02/1990", *ONE[2:]])
    response = client.get(f"{place}refused/{kind}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    rows = list(read_rows(response.content, f"a.{kind}"))
    assert [row.cells["full_name"] for row in rows] == ["=cmd()", "Lê Mẫu Ba"]
    text = "31/02/1990" if kind == "csv" else ""
    assert text in response.content.decode("utf-8", "replace")
    if kind == "csv":
        assert response.content.startswith(b"\xef\xbb\xbf") and b"'=cmd()" in response.content
    again = client.post(URL, {"file": SimpleUploadedFile(f"lai.{kind}", response.content)})
    assert ImportRun.objects.get(state="dry").counts == {"refused": 2}
    assert again.status_code == 302


def test_pasted_cells_get_the_same_verdicts(mai, press, client_of):
    client = client_of(mai)
    text = "\n".join("\t".join(row) for row in (HEAD, ONE, ["", *TWO[1:]]))
    assert client.post(URL, {"pasted": text}).status_code == 302
    assert verdicts() == [("new", ""), ("refused", "name_empty")]


def test_a_file_and_pasted_cells_together_or_neither_is_asked_again(mai, press, client_of):
    client = client_of(mai)
    both = {"pasted": "x", "file": SimpleUploadedFile("a.csv", b"x")}
    for data in (both, {}, {"pasted": "  "}, {"file": SimpleUploadedFile("a.xls", b"x")}):
        assert client.post(URL, data).status_code == 422
    assert not ImportRun.objects.exists()


def test_the_template_is_a_list_without_people(mai, press, client_of):
    response = client_of(mai).get(f"{URL}template/")
    assert list(read_rows(response.content, "a.xlsx")) == []


def test_the_report_shows_the_cell_and_every_verdict(mai, press, client_of):
    client = client_of(mai)
    place = upload(client, ONE, ["Lê Mẫu Ba", "31/02/1990", *ONE[2:]], ONE)
    page = client.get(place).content.decode()
    assert "B3" in page
    for verdict in (Verdict.NEW, Verdict.REFUSED, Verdict.DUPLICATE_IN_FILE):
        assert str(verdict.label) in page


def test_a_check_of_an_earlier_release_is_shown_and_asked_for_again(mai, press, client_of):
    client = client_of(mai)
    place = upload(client, ONE)
    ImportRun.objects.update(counts={"accept": 1})
    ImportLine.objects.update(data={"full_name": "Nguyễn Mẫu Một"})
    assert client.get(place).context["sound_count"] == 1
    assert client.post(f"{place}confirm/").status_code == 409
    assert ImportRun.objects.get().state == "dry" and not Person.objects.exists()


def test_a_lapsed_check_holds_no_rows_any_more(mai, press, client_of):
    client = client_of(mai)
    first = upload(client, ONE, ["", *TWO[1:]])
    upload(client, TWO)
    page = client.get(first).content.decode()
    assert "refused/xlsx" not in page
    assert list(read_rows(client.get(f"{first}refused/xlsx/").content, "a.xlsx")) == []
