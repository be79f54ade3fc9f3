"""Reading agencies.csv: what is taken apart, and how bad files are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.agencies_file import COLUMNS, MOST_ERRORS, AgenciesFileError, read_agencies
from lms.people.loading import DATA, split_scopes
from lms.people.models import AgencyKind

REAL = (DATA / "agencies.csv").read_bytes()
HEAD = ",".join(COLUMNS)
WARD = "pc_ward"


def line(code="A", name="UBND xã A", kind=WARD, parent="", first="", last="", heir="", event="", more=",,,"):
    return f"{code},{name},{kind},{parent},{first},{last},{heir},{event},{more}"


def read(*lines, head=HEAD, scopes=None):
    return read_agencies("\n".join([head, *lines]).encode(), scopes or {})


def refused(content):
    if not isinstance(content, bytes):
        content = "\n".join([HEAD, *content]).encode()
    with pytest.raises(AgenciesFileError) as caught:
        read_agencies(content, {})
    return caught.value.errors


def test_the_real_list_is_read_whole():
    rows = read_agencies(REAL, split_scopes())
    by_code = {row.code: row for row in rows}
    assert len(rows) == 314
    assert sum(row.closed_on is None for row in rows) == 145
    assert by_code["BTH-STTTT"].closed_on == date(2025, 3, 1)
    assert {step.successor: step.scope for step in by_code["BTH-STTTT"].successions} == {
        "BTH-SKHCN": "digital",
        "BTH-SVHTTDL": "press",
    }
    assert [step.scope for step in by_code["BTH-SLDTBXH"].successions] == ["labour", "social", "vocational"]
    assert {step.scope for step in by_code["BTH-23053"].successions} == {"part"}
    assert [step.kind for step in by_code["BTH-BDT"].successions] == ["rename"]
    assert by_code["BTH-22942"].successions[0].legal_basis == "NQ 1253/NQ-UBTVQH15"


def test_what_stands_in_brackets_behind_a_name_becomes_a_note():
    by_code = {row.code: row for row in read_agencies(REAL, {})}
    for code in ("BTH-SKHCN-CU", "BTH-STC-CU", "BTH-SXD-CU", "BTH-SNV-CU"):
        assert by_code[code].name.endswith(" tỉnh Bình Thuận")
        assert by_code[code].note == "trước 01/3/2025"
    assert by_code["BTH-SNV-CU"].name == by_code["BTH-SNV"].name == "Sở Nội vụ tỉnh Bình Thuận"
    assert by_code["BTH-22951"].name == "UBND phường Bình Hưng"
    assert by_code["BTH-22951"].note.startswith("từ 01/12/2024")


def test_no_cell_keeps_a_no_break_space():
    for row in read_agencies(REAL, {}):
        assert "\u00a0" not in row.name + row.note + "".join(row.provenance.values())


def test_the_last_day_becomes_a_half_open_end():
    (row,) = read(line(first="2024-12-01", last="2025-06-30", event="abolish"))
    assert (row.established_on, row.closed_on) == (date(2024, 12, 1), date(2025, 7, 1))
    assert [(step.successor, step.kind) for step in row.successions] == [("", "dissolution")]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault():
    content = "\ufeff" + "\r\n".join([HEAD, line(), ""])
    assert [row.code for row in read_agencies(content.encode(), {})] == ["A"]


@pytest.mark.parametrize("content", [b"", b"  \n ", b"\xef\xbb\xbf", b"PK\x03\x04rest", "a,b".encode("utf-16")])
def test_files_that_are_no_csv_are_refused_in_line_1(content):
    assert len(refused(content)) >= 1


def test_missing_columns_are_named():
    (error,) = refused(b"code,name_vi\nA,B")
    assert "kind" in error and "successor" in error


def test_windows_1258_bytes_are_refused_with_their_line():
    content = "\n".join([HEAD, line(), line("B")]).encode() + b"\nC,Th\xf4ng H\xf0ng,pc_ward,,,,,,,,,"
    (error,) = refused(content)
    assert "4" in error


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ([line(), line("B"), line()], "4"),  # a code twice
        ([line(parent="X")], "2"),  # an unknown parent
        ([line(), line("B", last="2025-06-30", heir="X", event="merge")], "3"),  # an unknown successor
        ([line(first="2025-07-01", last="2025-06-30", event="abolish")], "2"),  # ends before it begins
        ([line("H", first="2025-08-01"), line(last="2025-06-30", heir="H", event="merge")], "3"),  # heir begins later
        ([line("H", last="2025-01-31", event="abolish"), line(last="2025-06-30", heir="H", event="merge")], "3"),
        ([line("H"), line(heir="H")], "3"),  # a successor, but no last day
        ([line("H"), line(last="2025-06-30", heir="H", event="swallowed")], "3"),  # an unknown event
        ([line("H"), line(last="2025-06-30", heir="H;H", event="split")], "3"),  # a successor twice
        ([line("H"), line("I"), line(last="2025-06-30", heir="H;I", event="merge")], "4"),  # a merger into two
        ([line(last="2025-06-30", heir="A", event="merge")], "2"),  # its own successor
        ([line(first="30/06/2025")], "2"),  # a date of another form
        ([line(first="2025-02-30")], "2"),  # no such day
        ([line(kind="club")], "2"),  # an unknown kind
        ([line(code="")], "2"),  # no code
        ([line(code="A B")], "2"),  # a code with a space
        ([line(name="\u200b")], "2"),  # no name
        ([line(name="x" * 65536)], "2"),  # a cell of 64 KB
        ([line(name="x" * 200_000)], "2"),  # a cell that csv gives up on
        ([line(name="a\x00b")], "2"),  # a control character
        (["A,B"], "2"),  # too few columns
        ([line() + ",more"], "2"),  # too many columns
    ],
)
def test_each_fault_is_one_sentence_with_its_line(lines, where):
    errors = refused(lines)
    assert len(errors) == 1
    assert where in errors[0]
    assert len(errors[0]) < 300


def test_a_circle_of_parents_is_refused():
    assert refused([line("A", parent="B"), line("B", parent="C"), line("C", parent="A")])


def test_all_faults_are_told_at_once_up_to_a_hundred():
    assert len(refused([line(kind="x"), line("B", kind="y"), line("C")])) == 2
    assert len(refused([line(kind="x")] * 500)) == MOST_ERRORS + 1


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_stumble(content):
    for raw in (content, HEAD.encode() + b"\n" + content):
        try:
            rows = read_agencies(raw, {})
        except AgenciesFileError as error:
            assert error.errors
        else:
            assert all(row.kind in AgencyKind.values for row in rows)


CELL = st.text(alphabet='A;,"\n xã2025-063', max_size=12)


@given(st.lists(st.lists(CELL, min_size=12, max_size=12), max_size=4))
def test_no_cells_make_the_reader_stumble(rows):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    try:
        read(*lines)
    except AgenciesFileError as error:
        assert error.errors
