"""Rosters from CSV: bytes in, a verdict for each row out (domain.md §5, §13). Pure: it asks no database.

A file is read as bytes and judged row by row: one bad row never hides the others, and no message prints a whole cell.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from lms.people.roster_cells import Cells, Problem
from lms.vietnamese.text import clean, name_key

COLUMNS = (
    "full_name", "birth_date", "sex", "agency_code", "position", "group", "email", "phone", "starts_on",
)  # fmt: skip
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000


class RosterFileError(ValueError):
    """The file as a whole cannot be judged; `code` is stable, the text is a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class RowVerdict(StrEnum):
    ACCEPT = "accept"
    ACCEPT_WITH_WARNING = "accept_with_warning"
    SKIP = "skip"
    REJECT = "reject"


@dataclass(frozen=True)
class Unit:
    """An agency as the judge needs it; `closed_on` is half-open."""

    code: str
    name: str
    established_on: date | None
    closed_on: date | None
    stat_code: str = ""
    heirs: tuple[str, ...] = ()
    keeps_roster: bool = True


PersonKey = tuple[str, str, date | None]
"""Code of the agency, `name_key` of the name, date of birth: who a row speaks of."""


@dataclass(frozen=True)
class Standing:
    """An entry that is on the roster already."""

    group: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Directory:
    """What the file is judged against: all agencies, those the sender may write to, and who is on their rosters."""

    units: Mapping[str, Unit]
    writable: frozenset[str]
    default: str = ""
    standing: Mapping[PersonKey, Sequence[Standing]] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """A sound row: what will be written."""

    full_name: str
    birth_date: date | None
    sex: str
    agency: str
    position: str
    group: str
    email: str
    phone: str
    starts_on: date

    @property
    def key(self) -> PersonKey:
        """Whom the row speaks of."""
        return self.agency, name_key(self.full_name), self.birth_date


@dataclass(frozen=True)
class JudgedRow:
    """A row with its verdict. `row` counts the data, `line` the lines of the file; the first problem decides."""

    row: int
    line: int
    verdict: RowVerdict
    problems: tuple[Problem, ...] = ()
    member: Member | None = None

    @property
    def defect(self) -> str:
        return self.problems[0].defect if self.problems else ""

    @property
    def field(self) -> str:
        return self.problems[0].field if self.problems else ""

    @property
    def message(self) -> str:
        """What is wrong, in whole sentences."""
        return " ".join(problem.message for problem in self.problems)


def judge(content: bytes, directory: Directory, on: date) -> list[JudgedRow]:
    """A verdict for every row of the file, as of the day `on`. Raises RosterFileError: empty_file, file_too_large,
    not_csv, not_utf8, columns_missing, too_many_rows."""
    judged: list[JudgedRow] = []
    seen: dict[tuple[PersonKey, str], int] = {}
    for line, cells, width in _rows(content):
        if len(judged) >= MOST_ROWS:
            raise RosterFileError("too_many_rows", _("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
        row = _judge_row(len(judged) + 1, line, cells, width, directory, on)
        judged.append(_compared(row, directory, seen))
    return judged


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str] | int, int]]:
    """Line, cells by column, width of the heading; for a row of another width the number of its cells."""
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=_delimiter(content))
    try:
        header = [clean(cell).lower() for cell in next(reader, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            sentence = _("Columns are missing in the first line: %(names)s.") % {"names": ", ".join(missing)}
            raise RosterFileError("columns_missing", sentence)
        begins = reader.line_num + 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if len(cells) == len(header):
                yield line, dict(zip(header, cells, strict=True)), len(header)
            elif any(cells):
                yield line, len(cells), len(header)
    except csv.Error as error:
        sentence = _("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}
        raise RosterFileError("not_csv", sentence) from error


def _decoded(content: bytes) -> str:
    """The text, with a stand-in for each byte that is not UTF-8: such a row is refused, the others are judged."""
    if not content.removeprefix(BOM_UTF8).strip():
        raise RosterFileError("empty_file", _("The file is empty."))
    if len(content) > MOST_BYTES:
        raise RosterFileError("file_too_large", _("The file is larger than 5 MB."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RosterFileError("not_csv", _("This is a workbook. Save the sheet as «CSV UTF-8» and send that file."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RosterFileError("not_utf8", _("The file is UTF-16. Save it as «CSV UTF-8»."))
    return content.decode("utf-8-sig", "surrogateescape")


def _delimiter(content: bytes) -> str:
    """What divides the heading: Excel writes semicolons where the comma is the decimal mark."""
    heading = content.removeprefix(BOM_UTF8).splitlines()[0]
    return max(",;\t", key=lambda mark: heading.count(mark.encode()))


def _judge_row(row: int, line: int, raw: dict[str, str] | int, width: int, directory: Directory, on: date) -> JudgedRow:
    if isinstance(raw, int):
        sizes = {"found": raw, "needed": width}
        sentence = _("The row has %(found)s columns, %(needed)s are needed: a comma in a text needs quotation marks.")
        return JudgedRow(row, line, RowVerdict.REJECT, (Problem("", "column_count", sentence % sizes),))
    cells = Cells(raw, on)
    starts_on = cells.day("starts_on", needed=True)
    birth_date = cells.day("birth_date")
    cells.check_age(birth_date)
    unit = _unit(cells, directory)
    _check_life(cells, unit, starts_on)
    if birth_date is None:
        sentence = _("Without a date of birth nobody can be told from a namesake.")
        cells.complain("birth_date", "birth_date_missing", sentence, is_warning=True)
    member = Member(
        full_name=cells.name("full_name"), birth_date=birth_date, sex=cells.sex("sex"),
        agency=unit.code if unit else "", position=cells.text("position"), group=cells.group("group"),
        email=cells.email("email"), phone=cells.phone("phone"), starts_on=starts_on or on,
    )  # fmt: skip
    problems = cells.problems(COLUMNS)
    if any(not problem.is_warning for problem in problems):
        return JudgedRow(row, line, RowVerdict.REJECT, tuple(problem for problem in problems if not problem.is_warning))
    verdict = RowVerdict.ACCEPT_WITH_WARNING if problems else RowVerdict.ACCEPT
    return JudgedRow(row, line, verdict, problems, member)


def _unit(cells: Cells, directory: Directory) -> Unit | None:
    """The agency that the row names; what is wrong with the name becomes a problem."""
    code = cells.text("agency_code") or directory.default
    unit = directory.units.get(code)
    if not cells.is_sound("agency_code"):
        return None
    if not code:
        cells.complain("agency_code", "agency_missing", _("The code of the agency is missing."))
    elif unit is None:
        _explain_code(cells, code, directory)
    elif not unit.keeps_roster:
        cells.complain("agency_code", "no_roster_here", _("“%(name)s” keeps no roster.") % {"name": unit.name})
    elif code not in directory.writable:
        sentence = _("You may not change the roster of the agency with the code “%(code)s”.") % {"code": code}
        cells.complain("agency_code", "agency_not_yours", sentence)
    else:
        return unit
    return None


def _explain_code(cells: Cells, code: str, directory: Directory) -> None:
    """Unknown, or a statistical code, which meant different places over time and is never translated by guessing."""
    bearers = [unit for unit in directory.units.values() if unit.stat_code and unit.stat_code == code]
    if not bearers:
        sentence = _("There is no agency with the code “%(code)s”.") % {"code": code[:40]}
        cells.complain("agency_code", "agency_unknown", sentence)
        return
    bearers.sort(key=lambda unit: unit.closed_on or date.max)
    places = "; ".join(f"{unit.code} ({unit.name})" for unit in bearers)
    sentence = _("“%(code)s” is a statistical code, not the code of an agency. Use one of these: %(places)s.")
    cells.complain("agency_code", "agency_statistical_code", sentence % {"code": code, "places": places})


def _check_life(cells: Cells, unit: Unit | None, starts_on: date | None) -> None:
    """The entry begins while the agency exists."""
    if unit is None or starts_on is None:
        return
    start = f"{starts_on:%d/%m/%Y}"
    if unit.established_on and starts_on < unit.established_on:
        words = {"name": unit.name, "day": f"{unit.established_on:%d/%m/%Y}", "start": start}
        sentence = _("%(name)s exists since %(day)s; the first day %(start)s is earlier.") % words
        cells.complain("starts_on", "agency_not_yet_open", sentence)
    elif unit.closed_on and starts_on >= unit.closed_on:
        words = {"name": unit.name, "day": f"{unit.closed_on - timedelta(days=1):%d/%m/%Y}", "start": start}
        sentence = _("%(name)s ended on %(day)s, before the first day %(start)s.") % words
        if unit.heirs:
            sentence += " " + _("Its work went to: %(heirs)s. Choose yourself.") % {"heirs": "; ".join(unit.heirs)}
        cells.complain("agency_code", "agency_closed", sentence)


def _compared(row: JudgedRow, directory: Directory, seen: dict[tuple[PersonKey, str], int]) -> JudgedRow:
    """A sound row against the rows before it and against the roster as it stands."""
    if row.member is None:
        return row
    member = row.member
    first = seen.setdefault((member.key, member.group), row.line)
    if first != row.line:
        sentence = _("The same as line %(line)s of the file; left out.") % {"line": first}
        return JudgedRow(row.row, row.line, RowVerdict.SKIP, (Problem("", "duplicate_in_file", sentence),), member)
    entry = standing_entry(member, directory)
    if entry is None:
        return row
    words = {"agency": directory.units[member.agency].name, "day": f"{entry.starts_on:%d/%m/%Y}"}
    sentence = _("Already on the roster of %(agency)s in this group since %(day)s; nothing changes.") % words
    return JudgedRow(row.row, row.line, RowVerdict.SKIP, (Problem("", "already_on_roster", sentence),), member)


def standing_entry(member: Member, directory: Directory) -> Standing | None:
    """The entry of the same person and group that the row would overlap."""
    for entry in directory.standing.get(member.key, ()):
        if entry.group == member.group and (entry.ends_on is None or entry.ends_on > member.starts_on):
            return entry
    return None
