"""A roster as it was sent (CSV, XLSX, cells pasted from Excel): headings found, one dictionary of texts a row. Pure."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError, check_size, extension
from lms.uploads.sheets import Unread, Value, read_sheet, serial_day
from lms.vietnamese.text import clean, fold

COLUMNS = (
    "full_name", "birth_date", "sex", "agency_code", "position", "group", "staff_type", "email", "phone", "starts_on",
    "ends_on", "last_day",
)  # fmt: skip
NEEDED = ("full_name", "birth_date", "position", "group", "starts_on")
DATES = frozenset({"birth_date", "starts_on", "ends_on", "last_day"})
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "full_name": ("Họ và tên", "Họ tên"),
    "birth_date": ("Ngày sinh", "Ngày, tháng, năm sinh"),
    "sex": ("Giới tính", "Nam/Nữ"),
    "agency_code": ("Mã cơ quan", "Mã đơn vị", "Mã cơ quan, đơn vị"),
    "position": ("Chức vụ", "Chức danh", "Chức vụ, chức danh"),
    "group": ("Nhóm", "Nhóm đối tượng", "Đối tượng"),
    "staff_type": ("Loại nhân sự", "Loại cán bộ", "Diện"),
    "email": ("Thư điện tử", "Thư điện tử công vụ", "E-mail"),
    "phone": ("Điện thoại", "Số điện thoại", "Điện thoại di động", "Di động"),
    "starts_on": ("Từ ngày", "Ngày bắt đầu"),
    "ends_on": ("Thôi từ ngày",),
    "last_day": ("Đến ngày", "Đến hết ngày", "Ngày cuối"),
}
"""What a heading may be, marks and case apart; the column's own name does as well, and the first is written on exports.

«Đến ngày» is the last day that counts, `ends_on` and «Thôi từ ngày» the first that does not.
"""
TITLE_ROWS = 10
"""The headings stand within so many rows: a list may have a title above it."""
FILES = ("xlsx", "csv")

_BY_FOLDED = {fold(word): name for name in COLUMNS for word in (name, *HEADINGS[name])}


class Pasted(NamedTuple):
    """Cells copied from a sheet; without headings they are read in the order of the template."""

    text: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row under its headings. `record` is its number in a sheet (the first row is 1), `line` that of the text file.

    `width` and `needed` differ where a row of a CSV file has another number of cells than the headings.
    """

    record: int
    line: int
    cells: Mapping[str, str]
    unread: frozenset[str] = frozenset()
    width: int = 0
    needed: int = 0
    at: Mapping[str, str] = field(default_factory=dict)
    """Column → letter of the sheet."""


class _Cells(NamedTuple):
    record: int
    line: int
    values: Sequence[Value]


def read_rows(content: bytes | Pasted, name: str = "roster.csv") -> Iterator[RawRow]:
    """The rows of people in a file of that name, or in pasted cells.

    Raises FileError: wrong_extension, empty_file, file_too_large, encrypted, not_this_format, archive_bomb,
    too_many_rows, too_many_columns, parse_timeout, not_csv, not_utf8, columns_missing.
    """
    if isinstance(content, Pasted):
        check_size(len(content.text.strip().encode("utf-8", "surrogatepass")))
        return _under_headings(_csv(content.text, "\t"), is_exact=False, default=TEMPLATE)
    check_size(len(content))
    if extension(name, FILES) == "xlsx":
        rows = (_Cells(number, number, cells) for number, cells in read_sheet(content))
        return _under_headings(rows, is_exact=False)
    return _under_headings(_csv(_decoded(content), _delimiter(content)), is_exact=True)


TEMPLATE = tuple(name for name in COLUMNS if name not in ("agency_code", "ends_on"))
"""The columns of the template and of the export of one agency, in their order."""


def letter(column: int) -> str:
    """The letter of a column of a sheet: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _under_headings(rows: Iterable[_Cells], *, is_exact: bool, default: Sequence[str] = ()) -> Iterator[RawRow]:
    """Each row as a dictionary, below the row that has the headings."""
    rows = iter(rows)
    above: list[_Cells] = []
    for row in rows:
        names = _headings(row.values)
        if "full_name" in names:
            yield from _data(rows, names, is_exact=is_exact)
            return
        above.append(row)
        if len(above) >= TITLE_ROWS:
            break
    if default and above:
        yield from _data([*above, *rows], list(default), is_exact=False)
        return
    _check_needed(_headings(above[0].values) if above else [])


def _headings(values: Sequence[Value]) -> list[str]:
    """The column that each cell names; empty where it names none, or one that was named before."""
    names: list[str] = []
    for value in values:
        name = _BY_FOLDED.get(fold(clean(value)), "") if isinstance(value, str) else ""
        names.append("" if name in names else name)
    return names


def _check_needed(names: Sequence[str]) -> None:
    missing = [HEADINGS[name][0] for name in NEEDED if name not in names]
    if missing:
        sentence = _("Columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        raise FileError("columns_missing", sentence)


def _data(rows: Iterable[_Cells], names: Sequence[str], *, is_exact: bool) -> Iterator[RawRow]:
    _check_needed(names)
    at = {name: letter(column) for column, name in enumerate(names) if name}
    for row in rows:
        if not any(value != "" for value in row.values):
            continue
        cells: dict[str, str] = {}
        unread = set()
        for name, value in zip(names, row.values, strict=False):
            if name and value is Unread.EMPTY_FORMULA:
                unread.add(name)
            elif name and value != "":
                cells[name] = _text(name, value)
        is_wide = is_exact and len(row.values) != len(names)
        width, needed = (len(row.values), len(names)) if is_wide else (0, 0)
        yield RawRow(row.record, row.line, cells, frozenset(unread), width, needed, at)


def _text(name: str, value: Value) -> str:
    """A cell as somebody would have typed it; a number in a column of dates is Excel's count of days."""
    if isinstance(value, str):
        return value[1:] if value[:1] == "'" and value[1:2] in _GUARDED else value
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    day = serial_day(value) if name in DATES and isinstance(value, int | float) else None
    return f"{day:%d/%m/%Y}" if day else str(value)


_GUARDED = ("=", "+", "-", "@", "\t", "\r")
"""Our exports to CSV put an apostrophe before these; it goes again on the way in."""


def _csv(text: str, delimiter: str) -> Iterator[_Cells]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for record, cells in enumerate(reader, start=1):
            line, begins = begins, reader.line_num + 1
            yield _Cells(record, line, cells)
    except csv.Error as error:
        sentence = _("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}
        raise FileError("not_csv", sentence) from error


def _decoded(content: bytes) -> str:
    """The text, with a stand-in for each byte that is not UTF-8: such a row is refused, the others are judged."""
    if not content.removeprefix(BOM_UTF8).strip():
        raise FileError("empty_file", _("The file is empty."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise FileError("not_csv", _("The file is not a CSV file, whatever its name says. Send a workbook as .xlsx."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError("not_utf8", _("The file is UTF-16. Save it as «CSV UTF-8»."))
    return content.decode("utf-8-sig", "surrogateescape")


def _delimiter(content: bytes) -> str:
    """What divides the heading: Excel writes semicolons where the comma is the decimal mark."""
    heading = content.removeprefix(BOM_UTF8).splitlines()[0]
    return max(",;\t", key=lambda mark: heading.count(mark.encode()))
