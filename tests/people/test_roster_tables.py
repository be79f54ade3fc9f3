"""How a list may be written: headings in any order and either language, sheets, pasted cells."""

from __future__ import annotations

from datetime import date

import pytest

from lms.people.roster_files import Directory, Unit, judge
from lms.people.roster_tables import COLUMNS, HEADINGS, TEMPLATE, Pasted, letter, read_rows
from lms.uploads.checks import FileError
from lms.vietnamese.text import fold
from tests.make.sheets import changed, workbook

ON = date(2026, 11, 1)
UNIT = Unit("XA-1", "UBND xã Mẫu", date(2025, 7, 1), None)
DIRECTORY = Directory({"XA-1": UNIT}, frozenset({"XA-1"}), "XA-1")
HEAD = ["STT", "Nhóm", "Họ và tên", "Ngày sinh", "Chức vụ", "Từ ngày", "Đến ngày", "Điện thoại"]
LINE = [1, "Phóng viên", "Nguyễn Mẫu Một", date(1990, 2, 1), "Phóng viên", 45839, "", 912345678]


def judged(content, name="ds.xlsx"):
    return judge(content, DIRECTORY, ON, name=name)


def test_a_sheet_with_vietnamese_headings_a_title_and_days_of_excel_is_read():
    (row,) = judged(workbook([["DANH SÁCH THUỘC DIỆN"], [], HEAD, LINE]))
    member = row.member
    assert (member.full_name, member.birth_date, member.starts_on) == (
        "Nguyễn Mẫu Một",
        date(1990, 2, 1),
        date(2025, 7, 1),
    )
    assert (member.agency, member.group, member.phone) == ("XA-1", "reporter", "0912345678")
    assert (row.record, row.defect) == (4, "phone_lost_zero")


def test_the_cell_at_fault_is_named_as_the_sheet_names_it():
    (row,) = judged(workbook([HEAD, LINE[:1] + ["ai"] + LINE[2:3] + ["31/02/1990"] + LINE[4:]]))
    assert row.cells == "D2, B2"
    assert row.message.startswith("Ngày, tháng, năm sinh")


def test_a_formula_without_a_value_is_not_guessed():
    content = workbook([HEAD, LINE[:4] + [""] + LINE[5:]], formulas=[(1, 4, "=A1", "")])
    (row,) = judged(changed(content, old=b"<v></v>", new=b""))
    assert (row.defect, row.field, row.cells) == ("empty_formula", "position", "E2")


def test_the_year_alone_is_no_day_even_as_a_number():
    (row,) = judged(workbook([HEAD, LINE[:3] + [1990] + LINE[4:]]))
    assert row.defect == "date_year_only"


def test_the_last_day_counts_and_the_day_of_leaving_does_not():
    last = judged(workbook([HEAD, LINE[:6] + ["30/06/2026"] + LINE[7:]]))[0].member
    head = ["Thôi từ ngày" if name == "Đến ngày" else name for name in HEAD]
    left = judged(workbook([head, LINE[:6] + ["01/07/2026"] + LINE[7:]]))[0].member
    assert last.ends_on == left.ends_on == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("cells", "defect"),
    [
        ({"last_day": "30/06/2025", "starts_on": "01/07/2025"}, "ends_before_it_starts"),
        ({"last_day": "30/06/2026", "ends_on": "30/06/2026"}, "two_ends"),
        ({"staff_type": "lính"}, "staff_type_unknown"),
        ({"agency_code": "XA-2"}, "outside_agency_life"),
    ],
)
def test_ends_and_staff_types_are_judged(cells, defect):
    closed = Unit("XA-2", "UBND xã Cũ", None, date(2026, 1, 1))
    directory = Directory({"XA-1": UNIT, "XA-2": closed}, frozenset({"XA-1", "XA-2"}), "XA-1")
    said = {
        "full_name": "Nguyễn Mẫu Một", "birth_date": "01/02/1990", "position": "Phóng viên", "group": "reporter",
        "starts_on": "01/07/2025", "ends_on": "01/02/2026" if "agency_code" in cells else "",
    } | cells  # fmt: skip
    (row,) = judge(workbook([list(said), list(said.values())]), directory, ON, name="a.xlsx")
    assert row.defect == defect


def test_pasted_cells_are_read_with_headings_and_without():
    values = {"full_name": "Nguyễn Mẫu Một", "birth_date": "01/02/1990", "position": "Phóng viên",
              "group": "Phóng viên", "starts_on": "01/07/2025"}  # fmt: skip
    line = "\t".join(values.get(name, "") for name in TEMPLATE).rstrip("\t")
    bare = judge(Pasted(f"{line}\n"), DIRECTORY, ON)
    headed = judge(Pasted("\t".join(HEADINGS[name][0] for name in TEMPLATE) + f"\r\n{line}\r\n"), DIRECTORY, ON)
    assert bare[0].member == headed[0].member
    assert bare[0].member.full_name == "Nguyễn Mẫu Một"
    assert (bare[0].record, headed[0].record) == (1, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [(Pasted("  "), "empty_file"), (Pasted('"' + "x" * 200_000), "not_csv"),
     (workbook([["Họ và tên"]]), "columns_missing"),
     (workbook([["a"]] * 30), "columns_missing"), (workbook([]), "columns_missing")],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(content, code):
    with pytest.raises(FileError) as caught:
        judged(content)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["ds.xls", "ds.pdf", "ds"])
def test_only_workbooks_and_csv_are_taken(name):
    with pytest.raises(FileError) as caught:
        judged(b"x", name)
    assert caught.value.code == "wrong_extension"


def test_no_two_columns_share_a_heading():
    words = [fold(word) for name in COLUMNS for word in (name, *HEADINGS[name])]
    assert len(words) == len(set(words))


def test_a_heading_that_stands_twice_counts_once():
    (row,) = read_rows(workbook([[*HEAD, "Họ tên"], [*LINE, "Người Khác"]]), "a.xlsx")
    assert row.cells["full_name"] == "Nguyễn Mẫu Một"


def test_the_apostrophe_of_our_exports_goes_again_but_not_that_of_a_name():
    head = "full_name,birth_date,position,group,starts_on"
    first, second = read_rows(f"{head}\n'=a,,,,\n'Ngăi,,,,\n".encode(), "a.csv")
    assert (first.cells["full_name"], second.cells["full_name"]) == ("=a", "'Ngăi")


@pytest.mark.parametrize(("column", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (59, "BH"), (16_383, "XFD")])
def test_letters_of_columns(column, text):
    assert letter(column) == text
