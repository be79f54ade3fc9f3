"""A program of its own: a workbook on standard input, its first visible sheet as lines of JSON on standard output.

It binds itself to 512 MB and 20 s of CPU before it looks at anything. The sheet's XML is first read as a stream, which
takes no memory: a cell far outside the limits ends it before a table of that size is made. Run by lms.uploads.sheets.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import resource
import sys
import zipfile
from datetime import date, datetime
from typing import Any
from xml.parsers import expat

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 20
MOST_ROWS = 20_020
"""Rows of people, and the titles above them."""
MOST_COLUMNS = 60
MOST_EMPTY_ROWS = 200
"""So many empty rows running end the sheet."""
MOST_TEXT = 20_000_000
"""Characters in all cells together: one shared text can be shown a million times."""

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Unfit(Exception):
    """The workbook is refused; the arguments are the code and what the sentence needs."""


def _parse(content: Any, start: Any, end: Any = None) -> None:
    """Stream XML through two handlers; a document type, and with it any entity, is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_args: Any) -> None:
        raise Unfit("not_this_format")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    while chunk := content.read(65536):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class Scan:
    """Where the cells of a sheet lie, and which hold a formula without a value."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.last_row = 0
        self.empty_formulas: set[tuple[int, int]] = set()
        self._has_formula = self._has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells; not every writer says where a cell stands."""
        name = tag.rpartition(" ")[2]
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "c":
            self._has_formula = self._has_value = False
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self.column = column_number(place[1]) if place else self.column + 1
            self.row = int(place[2]) if place else self.row
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "is"):
            self._has_value = True

    def end(self, tag: str) -> None:
        """A cell is complete: does it count, and is it within the limits?"""
        if tag.rpartition(" ")[2] != "c" or not (self._has_value or self._has_formula):
            return
        if self.column > MOST_COLUMNS:
            raise Unfit("too_many_columns", self.column)
        if self.row > MOST_ROWS:
            raise Unfit("too_many_rows", self.row)
        self.last_row = max(self.last_row, self.row)
        if not self._has_value:
            self.empty_formulas.add((self.row, self.column))


def column_number(letters: str) -> int:
    """A is 1, XFD is 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the member that holds this sheet."""
    relations: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            relations[attributes.get("Id", "")] = attributes.get("Target", "")

    def listed(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" sheet"):
            sheets.setdefault(attributes.get("name", ""), attributes.get(f"{_RELATION} id", ""))

    with archive.open("xl/_rels/workbook.xml.rels") as part:
        _parse(part, relation)
    with archive.open("xl/workbook.xml") as part:
        _parse(part, listed)
    target = relations[sheets[sheet]]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _cell(value: Any) -> Any:
    """A value as JSON can say it: a day as {"d": …}, a time or a span as text."""
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def read(content: bytes) -> None:
    """Print each row that is not empty: its number and its cells. Raises Unfit."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - after the limits

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    seen = [
        one.name for one in workbook.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]  # fmt: skip
    if not seen:
        raise Unfit("not_this_format")
    scan = Scan()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_part_of(archive, seen[0])) as part:
        _parse(part, scan.start, scan.end)
    _print(workbook.get_sheet_by_name(seen[0]), scan)


def _print(sheet: Any, scan: Scan) -> None:
    characters = filled_at = 0
    rows = sheet.to_python(skip_empty_area=False, nrows=scan.last_row) if scan.last_row else []
    for number, values in enumerate(rows, start=1):
        cells = [_cell(value) for value in values]
        for column in range(1, MOST_COLUMNS + 1):
            if (number, column) in scan.empty_formulas:
                cells += [""] * (column - len(cells))
                cells[column - 1] = {"f": True}
        if not any(cell not in ("", None) for cell in cells):
            if number - filled_at >= MOST_EMPTY_ROWS:
                return
            continue
        filled_at = number
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if characters > MOST_TEXT:
            raise Unfit("archive_bomb")
        sys.stdout.write(json.dumps([number, cells], ensure_ascii=True) + "\n")


def main() -> None:
    """Limits first. The last line is an object: what went wrong, or nothing."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    verdict: dict[str, Any] = {}
    try:
        read(sys.stdin.buffer.read())
    except Unfit as error:
        verdict = {"error": error.args[0], "found": error.args[1] if len(error.args) > 1 else None}
    except MemoryError:
        verdict = {"error": "archive_bomb"}
    except Exception as error:  # noqa: BLE001 - whatever a foreign file does to a decoder: it cannot be read
        verdict = {"error": "encrypted" if type(error).__name__ == "PasswordError" else "not_this_format"}
    sys.stdout.write(json.dumps(verdict) + "\n")


if __name__ == "__main__":
    main()
