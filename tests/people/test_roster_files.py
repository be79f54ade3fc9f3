"""A verdict for each row of a roster file: the 25 defects, the hard rows, and bytes of any kind."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.models import Group
from lms.people.roster_files import MOST_ROWS, Directory, RowVerdict, Unit, judge
from lms.people.roster_matching import Known, KnownEntry, KnownPerson, compare
from lms.uploads.checks import MOST_BYTES, FileError
from lms.vietnamese.text import name_key
from tests.make import people as make

DATA = Path(__file__).resolve().parents[2] / "courses" / "data"
SAMPLE = (DATA / "roster-sample.csv").read_bytes()
BROKEN = (DATA / "roster-broken.csv").read_bytes()
ON = date(2026, 11, 1)
COLUMNS = ("full_name", "birth_date", "sex", "agency_code", "position", "group", "email", "phone", "starts_on")
HEAD = ",".join(COLUMNS)
UNITS = {
    row.code: Unit(
        row.code, row.name, row.established_on, row.closed_on, row.stat_code,
        tuple(step.successor for step in row.successions if step.successor), row.kind != "province",
    )
    for row in make.real_list()
}  # fmt: skip
NAMES = {unit.code: unit.name for unit in UNITS.values()}


def directory(writable=frozenset(UNITS), default=""):
    return Directory(UNITS, writable, default, writable)


def judged(*lines, head=HEAD, known=None, **fields):
    found = judge("\n".join([head, *lines]).encode(), directory(**fields), ON)
    return [compare(one, known or Known(names=NAMES)) for one in found]


def on_roster(*members, ends_on=None):
    """These people as the rosters know them: one entry each."""
    people: dict[str, list[KnownPerson]] = {}
    entries: dict[int, list[KnownEntry]] = {}
    for pk, member in enumerate(members, start=1):
        person = KnownPerson(pk, member.full_name, member.birth_date, member.email, member.phone, member.sex)
        people.setdefault(name_key(member.full_name), []).append(person)
        entries[pk] = [KnownEntry(pk, member.agency, member.group, member.starts_on, ends_on, member.position)]
    return Known(people, entries, NAMES, frozenset(UNITS))


def row(**cells):
    values = {
        "full_name": "Nguyễn Mẫu An", "birth_date": "01/02/1990", "sex": "Nữ", "agency_code": "LDG-22945",
        "position": "Chuyên viên", "group": "reporter", "email": "", "phone": "", "starts_on": "01/07/2025",
    } | cells  # fmt: skip
    return ",".join(values[name] for name in COLUMNS)


def one(**cells):
    (found,) = judged(row(**cells))
    return found


@pytest.fixture(scope="module")
def sample():
    return judge(SAMPLE, directory(), ON)


@pytest.fixture(scope="module")
def broken(sample):
    known = on_roster(*(good.member for good in sample))
    return [compare(found, known) for found in judge(BROKEN, directory(), ON)]


with (DATA / "roster-broken.expected.csv").open(encoding="utf-8-sig", newline="") as file:
    EXPECTED = list(csv.DictReader(file))


def test_there_are_as_many_verdicts_as_rows(broken):
    assert len(broken) == len(EXPECTED) == 25


@pytest.mark.parametrize("expected", EXPECTED, ids=[found["defect"] for found in EXPECTED])
def test_each_of_the_25_defects_has_its_verdict(broken, expected):
    found = broken[int(expected["row"]) - 1]
    assert (found.row, found.line) == (int(expected["row"]), int(expected["line"]))
    assert (found.defect, found.field, found.verdict) == (expected["defect"], expected["field"], expected["verdict"])
    assert len(found.problems) == 1
    assert 0 < len(found.message) < 500
    if expected["stored_value"]:
        assert getattr(found.member, expected["field"]) == expected["stored_value"]


def test_no_message_prints_a_whole_cell_or_a_byte_that_is_not_utf8(broken):
    for found in broken:
        found.message.encode("utf-8")
        assert len(found.message) < 500


def test_all_forty_people_of_the_sample_are_taken(sample):
    assert [found.verdict for found in sample] == [RowVerdict.ACCEPT] * 40


def test_the_hard_rows_of_the_sample(sample):
    people = {found.row: found.member for found in sample}
    assert people[1].full_name == "Nguyễn Thị Mẫu Ánh"
    assert people[2].full_name == "Trần Văn Ví Dụ Đạt"
    assert [people[number].phone for number in (3, 12, 20)] == ["0900000003", "0900000012", "0900000020"]
    assert people[7].full_name == "Vũ Mẫu Hòa" and people[39].full_name == "Vũ Mẫu Hoà"
    assert people[7].key != people[39].key
    assert people[7].email == "mau.hoa@demo.example"
    assert people[9].birth_date == date(1996, 2, 29)
    assert people[11].key != people[12].key
    assert people[13].full_name == "Thử"
    assert people[14].phone == "" and people[32].email == ""
    assert people[26].full_name == "K’ Brêm" and people[27].full_name == "K’ Mẫu"
    assert people[29].full_name == "Y Thơm Niê"
    assert people[35].full_name == "Tôn Nữ Thị Thử Nghiệm Ví Dụ Minh Họa Quỳnh Như"


@pytest.mark.parametrize(
    ("cells", "defect"),
    [
        ({"full_name": "NguyÔn V¨n A"}, "legacy_font"),
        ({"full_name": "Nguyeãn Vaên A"}, "legacy_font"),
        ({"full_name": "Nguyễn Văn 2"}, "name_has_symbol"),
        ({"birth_date": "ngày 5"}, "date_malformed"),
        ({"birth_date": "01/02/2024"}, "birth_date_implausible"),
        ({"birth_date": "01/02/1880"}, "birth_date_implausible"),
        ({"sex": "X"}, "sex_unknown"),
        ({"agency_code": ""}, "agency_missing"),
        ({"agency_code": "LDG"}, "no_roster_here"),
        ({"phone": "0123456789"}, "phone_invalid"),
        ({"phone": "=1+1"}, "phone_invalid"),
        ({"email": "+84"}, "formula_injection"),
        ({"starts_on": "29/02/2025"}, "date_impossible"),
    ],
)
def test_other_faults(cells, defect):
    assert one(**cells).defect == defect
    assert one(**cells).verdict == RowVerdict.REJECT


def test_every_fault_of_a_row_is_told_in_the_order_of_the_columns():
    found = one(full_name="", birth_date="x", email="y", starts_on="")
    assert [problem.field for problem in found.problems] == ["full_name", "birth_date", "email", "starts_on"]


def test_without_a_date_of_birth_the_row_is_taken_with_a_warning():
    found = one(birth_date="")
    assert (found.verdict, found.defect) == (RowVerdict.ACCEPT_WITH_WARNING, "birth_date_missing")


@pytest.mark.parametrize("day", ["2025-07-01", "1/7/2025", "01-07-2025", "01.07.2025"])
def test_dates_that_leave_no_doubt_are_read(day):
    assert one(starts_on=day).member.starts_on == date(2025, 7, 1)


@pytest.mark.parametrize("phone", ["+84 912 345 678", "84912345678", "0912.345.678", "(0912) 345-678"])
def test_telephones_become_ten_digits(phone):
    assert one(phone=phone).member.phone == "0912345678"


def test_a_group_may_be_written_as_on_the_screens():
    for group in Group:
        assert one(group=f'"{str(group.label).upper()}"').member.group == group


def test_an_agency_outside_the_reach_of_the_sender_is_refused_and_an_empty_one_is_filled_in():
    mine = {"writable": frozenset({"LDG-22945"}), "default": "LDG-22945"}
    other, blank = judged(row(agency_code="LDG-STP"), row(agency_code=""), **mine)
    assert other.defect == "agency_not_yours"
    assert blank.member.agency == "LDG-22945"


def test_one_person_in_two_groups_is_two_entries_and_twice_in_one_group_is_one():
    first, second, third = judged(row(), row(group="editor"), row(full_name="NGUYỄN  Mẫu An"))
    assert [first.verdict, second.verdict] == [RowVerdict.ACCEPT] * 2
    assert third.defect == "duplicate_in_file"


def test_an_entry_that_has_ended_does_not_stand_in_the_way():
    ended = on_roster(one().member, ends_on=date(2026, 1, 1))
    before, after = judged(row(), row(starts_on="01/01/2026"), known=ended)
    assert before.defect == "already_on_roster"
    assert after.defect == "duplicate_in_file"
    (after,) = judged(row(starts_on="01/01/2026"), known=ended)
    assert (after.verdict, after.change) == (RowVerdict.ACCEPT, "new")


def test_columns_may_stand_in_any_order_and_be_divided_by_semicolons():
    head = ";".join(reversed(COLUMNS))
    (found,) = judged(";".join(reversed(row().split(","))), head=head)
    assert found.verdict == RowVerdict.ACCEPT


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b"PK\x03\x04", "not_csv"),
        (HEAD.encode("utf-16"), "not_utf8"),
        (b"full_name,group\nA,B", "columns_missing"),
        (b"\x00\xff\xfe", "columns_missing"),
        (HEAD.encode() + b'\n"' + b"x" * 200_000, "not_csv"),
        (b"x" * (MOST_BYTES + 1), "file_too_large"),
        (HEAD.encode() + b"\n" + b"a,b\n" * (MOST_ROWS + 1), "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(content, code):
    with pytest.raises(FileError) as caught:
        judge(content, directory(), ON)
    assert caught.value.code == code
    assert str(caught.value)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_judge_stumble(content):
    for raw in (content, HEAD.encode() + b"\n" + content):
        try:
            found = judge(raw, directory(), ON)
        except FileError as error:
            assert error.code
        else:
            assert all(line.verdict in RowVerdict for line in found)


CELL = st.text(max_size=15)


@given(st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_no_cells_make_the_judge_stumble_and_sound_rows_are_clean(cells):
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    content = f"{HEAD}\n{line}".encode("utf-8", "surrogatepass")
    for found in judge(content, directory(), ON):
        found.message.encode("utf-8")
        assert found.verdict == RowVerdict.REJECT or (found.member and found.member.full_name)
