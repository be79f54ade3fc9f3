"""What is refused before it is decoded, and what a sheet says once it is."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.uploads import sheets
from lms.uploads.checks import MOST_BYTES, OLE, FileError, check_archive, check_size, extension
from lms.uploads.sheets import READER, SheetRow, Unread, read_sheet, serial_day
from tests.make.sheets import SHEET, changed, workbook

GOOD = workbook([["Họ và tên", "Ngày sinh"], ["Nguyễn Mẫu Một", date(1990, 2, 1)]])
ENCRYPTED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
ZEROS = b"\0" * (45 * 1024 * 1024)


def refusal(content):
    with pytest.raises(FileError) as caught:
        list(read_sheet(content))
    assert str(caught.value)
    return caught.value.code


@pytest.fixture
def no_child(monkeypatch):
    """Whatever starts the decoder fails the test."""

    def decoded(_content):
        raise AssertionError("it was decoded")

    monkeypatch.setattr(sheets, "_decoded", decoded)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04" + b"x" * MOST_BYTES, "file_too_large"),
        (ENCRYPTED, "encrypted"),
        (OLE + b"\0" * 1000, "not_this_format"),
        (b"%PDF-1.7\n%", "not_this_format"),
        (b"PK\x03\x04 but no more", "not_this_format"),
        (changed(GOOD, extra=[(f"xl/media/{n}.bin", b"x") for n in range(201)]), "archive_bomb"),
        (changed(GOOD, extra=[("xl/big.bin", ZEROS), ("xl/big2.bin", ZEROS)]), "archive_bomb"),
        (changed(GOOD, extra=[("xl/tight.bin", ZEROS[: 2 * 1024 * 1024])]), "archive_bomb"),
    ],
    ids=[
        "empty", "too large", "encrypted", "old excel renamed", "pdf renamed", "damaged", "200 members",
        "50 MB unpacked", "ratio",
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_sound_workbook_is_refused_before_it_is_decoded(content, code, no_child):
    assert refusal(content) == code


def test_a_word_file_is_no_workbook(no_child):
    assert refusal(changed(GOOD).replace(b"xl/workbook.xml", b"wd/document.xml")) == "not_this_format"


@pytest.mark.parametrize(
    ("place", "code"),
    [((1_048_575, 16_383), "too_many_columns"), ((1_048_575, 0), "too_many_rows"), ((3, 60), "too_many_columns")],
)
def test_a_phantom_far_outside_is_refused_before_a_table_of_that_size_is_made(place, code):
    began = time.monotonic()
    assert refusal(workbook([["a"]], at=[(*place, "x")])) == code
    assert time.monotonic() - began < 10


def test_two_hundred_empty_rows_end_the_sheet():
    assert [row.number for row in read_sheet(workbook([["a"]], at=[(199, 0, "b"), (400, 0, "c")]))] == [1, 200]


def test_values_come_as_they_are():
    content = workbook(
        [["Tên", date(1990, 2, 1), 32874, ""], [], ["=1+1"]], formulas=[(0, 3, "=A1", ""), (0, 4, "=1+1", 2)]
    )
    content = changed(content, old=b"<v></v>", new=b"")
    assert list(read_sheet(content)) == [
        SheetRow(1, ["Tên", date(1990, 2, 1), 32874.0, Unread.EMPTY_FORMULA, 2.0]),
        SheetRow(3, ["=1+1", "", "", "", ""]),
    ]


def test_a_hidden_first_sheet_is_passed_over():
    content = changed(GOOD, "xl/workbook.xml", old=b'r:id="rId1"', new=b'state="hidden" r:id="rId1"')
    assert refusal(content) == "not_this_format"


def test_a_document_type_is_refused():
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    assert refusal(changed(GOOD, old=b"<worksheet", new=evil)) == "not_this_format"


@pytest.mark.parametrize("member", [SHEET, "xl/styles.xml"])
def test_a_central_directory_that_lies_about_sizes_gains_nothing(member):
    padded = changed(GOOD, member, old=b"?>", new=b"?>" + b" " * 200_000_000)
    with zipfile.ZipFile(io.BytesIO(padded)) as archive:
        size = struct.pack("<I", archive.getinfo(member).file_size)
    assert refusal(padded) == "archive_bomb"
    assert refusal(padded.replace(size, struct.pack("<I", 1000))) == "not_this_format"


def test_a_shared_text_shown_too_often_is_a_bomb():
    long = "x" * 32_000
    assert refusal(workbook([[long]] * 1000)) == "archive_bomb"


def test_the_reader_binds_itself_and_is_ended_when_it_lingers(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("while True: pass")
    monkeypatch.setattr(sheets, "READER", slow)
    monkeypatch.setattr(sheets, "MOST_SECONDS", 1)
    assert refusal(GOOD) == "parse_timeout"


def test_the_reader_gets_no_more_than_its_memory():
    program = (
        f"import runpy; m = runpy.run_path({str(READER)!r});"
        "m['main'].__globals__['read'] = lambda content: bytearray(600 * 1024 * 1024); m['main']()"
    )
    done = subprocess.run([sys.executable, "-c", program], input=b"", capture_output=True, check=True)
    assert done.stdout == b'{"error": "archive_bomb"}\n'


@pytest.mark.parametrize(("serial", "day"), [(32874, date(1990, 1, 1)), (1990, None), (100_000, None), (45678.5, None)])
def test_a_number_of_excel_is_a_day_when_it_has_five_digits(serial, day):
    assert serial_day(serial) == (date(2025, 1, 21) if serial == 45678.5 else day)


@pytest.mark.parametrize(("name", "found"), [("a.XLSX", "xlsx"), ("danh sách.csv", "csv")])
def test_extensions_whatever_their_case(name, found):
    assert extension(name, ("xlsx", "csv")) == found


@pytest.mark.parametrize("name", ["a.xls", "a.pdf", "a", "a.xlsx.exe", ""])
def test_other_extensions_are_refused(name):
    with pytest.raises(FileError) as caught:
        extension(name, ("xlsx", "csv"))
    assert caught.value.code == "wrong_extension"


@given(st.binary(max_size=200))
def test_no_bytes_make_the_checks_stumble(content):
    for raw in (content, b"PK\x03\x04" + content, OLE + content):
        with pytest.raises(FileError):
            check_size(len(raw), 100)
            check_archive(raw, "xl/workbook.xml")


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_damaged_sheet_makes_the_reader_stumble(noise, place):
    content = changed(GOOD, SHEET, old=b"<sheetData>", new=b"<sheetData>" + noise)
    broken = content[:place] + noise + content[place:]
    for raw in (content, broken):
        try:
            rows = list(read_sheet(raw))
        except FileError as error:
            assert error.code
        else:
            assert all(row.number for row in rows)
