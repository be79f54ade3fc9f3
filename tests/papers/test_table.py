"""Cells, headings, letterhead: what is the same in every kind of file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.papers.letterhead import Letterhead, Signer, balanced
from lms.papers.paper import Paper, Paragraph, shares
from lms.papers.table import Column, Section, Table, Tenths, as_value, headings, on_paper, plain
from tests.papers.samples import COLUMNS, head

CELLS = st.one_of(st.text(), st.integers(), st.builds(Tenths, st.none() | st.integers()), st.dates(), st.none())


@pytest.mark.parametrize(
    ("cell", "paper", "value"),
    [
        (1234567, "1.234.567", 1234567),
        (-1234, "-1.234", -1234),
        (Tenths(667), "66,7", 66.7),
        (Tenths(1000), "100,0", 100.0),
        (Tenths(-5), "-0,5", -0.5),
        (Tenths(None), "–", "–"),
        (date(2026, 3, 5), "05/03/2026", date(2026, 3, 5)),
        (None, "", None),
        ("Hoa\u0300  Bình\u200b", "Hoà Bình", "Hoà Bình"),
    ],
)
def test_a_cell_reads_as_vietnamese_writes_and_keeps_its_type(cell, paper, value):
    assert on_paper(cell) == paper
    assert as_value(cell) == value
    assert type(as_value(cell)) is type(value)


@given(CELLS)
def test_what_is_on_paper_stays_as_it_is_when_cleaned_again(cell):
    assert plain(on_paper(cell)) == on_paper(cell)


@given(st.integers())
def test_a_whole_number_is_read_back_from_paper(value):
    assert int(on_paper(value).replace(".", "")) == value


@given(st.text())
def test_a_plain_text_steers_nothing(text):
    cleaned = plain(text)
    assert all(char.isprintable() or char == "\n" for char in cleaned.replace("\u3000", " "))
    assert cleaned == cleaned.strip()


def test_a_group_spans_its_columns_and_its_total_hangs_down():
    levels = headings(COLUMNS)
    spans = {(cell.text, cell.row, cell.column): (cell.rows, cell.columns) for level in levels for cell in level}
    assert spans["Tổng số người thuộc diện", 0, 3] == (1, 4)
    assert spans["Trong đó", 1, 4] == (1, 3)
    assert spans["Tổng số", 1, 3] == (2, 1)
    assert spans["phóng viên", 2, 5] == (1, 1)
    assert spans["STT", 0, 0] == (3, 1)


GROUPS = st.lists(st.sampled_from("ab"), max_size=3).map(tuple)


@given(st.lists(st.builds(Column, st.sampled_from(["x", "y", "a"]), group=GROUPS), min_size=1, max_size=9))
def test_headings_cover_the_head_once(columns):
    levels = headings(columns)
    covered = [
        (row, column)
        for level in levels
        for cell in level
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    ]
    assert sorted(covered) == [(row, column) for row in range(len(levels)) for column in range(len(columns))]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=17), st.integers(1000, 20000))
def test_the_columns_share_the_whole_width(widths, width):
    found = shares([Column("x", each) for each in widths], width)
    assert sum(found) == width
    assert min(found) >= 0


@pytest.mark.parametrize("row", [(1,), (1, 2, 3), Section("A", (1, 2))])
def test_a_row_that_does_not_fit_its_columns_is_an_error(row):
    table = Table((Column("a"), Column("b")), [row])
    with pytest.raises(ValueError, match="2 columns"):
        list(table.read())


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("5/BC-SVHTTDL", "Số: 05/BC-SVHTTDL"),
        ("05/BC-SVHTTDL", "Số: 05/BC-SVHTTDL"),
        ("125/QĐ-UBND", "Số: 125/QĐ-UBND"),
        ("/BC-SVHTTDL", "Số: ……/BC-SVHTTDL"),
        ("", "Số: ……/……"),
    ],
)
def test_a_number_is_never_made_up(number, line):
    assert head(number=number).number_line == line


def test_a_day_that_is_not_given_stays_open():
    assert head().date_line == "Minh Họa, ngày 05 tháng 3 năm 2026"
    assert head(dated_on=None).date_line == "Minh Họa, ngày …… tháng …… năm ……"
    assert head(place="").date_line == "Ngày 05 tháng 3 năm 2026"


def test_recipients_and_addressees_are_listed():
    letter = Letterhead("Sở", addressed_to=("Phường A",), recipients=("Như trên;", "Lưu: VT."))
    assert letter.addressed_lines() == ("Kính gửi: Phường A",)
    assert letter.recipient_lines() == ("- Như trên;", "- Lưu: VT.")
    assert head(addressed_to=("A", "B")).addressed_lines() == ("Kính gửi:", "- A;", "- B.")
    assert Signer("Phó Giám đốc", "KT. Giám đốc").lines() == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def test_a_paper_that_ends_in_words_says_that_it_ends():
    assert [block.text for block in Paper(head(), (Paragraph("Một."), Paragraph("Hai."))).flow()] == ["Một.", "Hai./."]
    assert [block.text for block in Paper(head(), (Paragraph("Hai./."),)).flow()] == ["Hai./."]


def test_a_name_in_two_lines_parts_after_its_comma():
    assert balanced("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", 24, len) == ["SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"]
    assert balanced("ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG", 26, len) == ["ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG"]
    assert balanced("SỞ MINH HỌA", 26, len) == ["SỞ MINH HỌA"]


@given(st.lists(st.text("abc,", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(9, 40))
def test_balanced_lines_keep_every_word_and_fit(words, room):
    lines = balanced(" ".join(words), room, len)
    assert " ".join(lines).split(" ") == words
    assert max(map(len, lines)) <= room
