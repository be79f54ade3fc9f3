"""Rosters that come as files: a verdict for each row out (domain.md §5, §13). Pure: it asks no database.

A file is judged row by row: one bad row never hides the others, and no message prints a whole cell. What a row would
change on the rosters as they stand is the next question: lms.people.roster_matching.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from lms.days import day_after
from lms.jobs.models import Verdict
from lms.people.models.roster import StaffType
from lms.people.roster_cells import Cells, Problem
from lms.people.roster_tables import COLUMNS, Pasted, RawRow, read_rows
from lms.uploads.checks import FileError
from lms.vietnamese.text import name_key

MOST_ROWS = 20_000


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
class Directory:
    """What the file is judged against: all agencies, those the sender may write to, and those from whose rosters the
    sender may move people here."""

    units: Mapping[str, Unit]
    writable: frozenset[str]
    default: str = ""
    reach: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """A sound row: what it says. What it leaves out (an empty text, an unknown sex or staff type) changes nothing."""

    full_name: str
    birth_date: date | None
    sex: str
    agency: str
    position: str
    group: str
    email: str
    phone: str
    starts_on: date
    ends_on: date | None = None
    staff_type: str = StaffType.UNKNOWN.value

    @property
    def key(self) -> PersonKey:
        """Whom the row speaks of."""
        return self.agency, name_key(self.full_name), self.birth_date


@dataclass(frozen=True, slots=True)
class Plan:
    """What a row changes: the person it is about (None: a new one), the entry that is replaced, the entries elsewhere
    that end, and the columns that differ."""

    change: Verdict
    person: int | None = None
    entry: int | None = None
    ends: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody the row may be about: name, year of birth, where and as what."""

    person: int
    full_name: str
    birth_year: int | None
    agency: str
    position: str


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row with its verdict. `row` counts the data, `line` the lines of the file, `record` the rows of the sheet; the
    first problem decides."""

    row: int
    line: int
    verdict: RowVerdict
    problems: tuple[Problem, ...] = ()
    member: Member | None = None
    raw: RawRow | None = None
    plan: Plan | None = None
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def record(self) -> int:
        return self.raw.record if self.raw else self.row + 1

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

    @property
    def cells(self) -> str:
        """Where it is wrong, as a sheet names its cells: «C5, F5»."""
        at = self.raw.at if self.raw else {}
        return ", ".join(f"{at[one.field]}{self.record}" for one in self.problems if one.field in at)

    @property
    def change(self) -> Verdict:
        """What the row does to the roster."""
        if self.verdict == RowVerdict.REJECT:
            return Verdict.REFUSED
        if self.defect == "duplicate_in_file":
            return Verdict.DUPLICATE_IN_FILE
        return self.plan.change if self.plan else Verdict.NEW


@dataclass
class _Seen:
    """The sound rows so far, by person and group."""

    lines: dict[tuple[PersonKey, str], int] = field(default_factory=dict)


def judge(content: bytes | Pasted, directory: Directory, on: date, *, name: str = "roster.csv") -> list[JudgedRow]:
    """A verdict for every row of the file by itself and by those before it, as of the day `on`.

    Raises FileError as `read_rows`, and too_many_rows.
    """
    judged: list[JudgedRow] = []
    seen = _Seen()
    for raw in read_rows(content, name):
        if len(judged) >= MOST_ROWS:
            raise FileError("too_many_rows", _("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
        judged.append(_once(_judge_row(len(judged) + 1, raw, directory, on), seen))
    return judged


def _judge_row(row: int, raw: RawRow, directory: Directory, on: date) -> JudgedRow:
    if raw.width != raw.needed:
        sizes = {"found": raw.width, "needed": raw.needed}
        sentence = _("The row has %(found)s columns, %(needed)s are needed: a comma in a text needs quotation marks.")
        problem = Problem("", "column_count", sentence % sizes)
        return JudgedRow(row, raw.line, RowVerdict.REJECT, (problem,), raw=raw)
    cells = Cells(raw.cells, on, raw.unread)
    starts_on = cells.day("starts_on", needed=True)
    ends_on = _end(cells, starts_on)
    birth_date = cells.day("birth_date")
    cells.check_age(birth_date)
    unit = _unit(cells, directory)
    _check_life(cells, unit, starts_on)
    _check_end_of_life(cells, unit, ends_on)
    if birth_date is None:
        sentence = _("Without a date of birth nobody can be told from a namesake.")
        cells.complain("birth_date", "birth_date_missing", sentence, is_warning=True)
    member = Member(
        full_name=cells.name("full_name"), birth_date=birth_date, sex=cells.sex("sex"),
        agency=unit.code if unit else "", position=cells.text("position"), group=cells.group("group"),
        email=cells.email("email"), phone=cells.phone("phone"), starts_on=starts_on or on, ends_on=ends_on,
        staff_type=cells.staff_type("staff_type"),
    )  # fmt: skip
    problems = cells.problems(COLUMNS)
    grave = tuple(problem for problem in problems if not problem.is_warning)
    if grave:
        return JudgedRow(row, raw.line, RowVerdict.REJECT, grave, raw=raw)
    verdict = RowVerdict.ACCEPT_WITH_WARNING if problems else RowVerdict.ACCEPT
    return JudgedRow(row, raw.line, verdict, problems, member, raw)  # its cells are kept: it may still be refused


def _end(cells: Cells, starts_on: date | None) -> date | None:
    """The day from which the entry does not hold, from either column."""
    ends_on, last_day = cells.day("ends_on"), cells.day("last_day")
    column = "last_day" if last_day else "ends_on"
    if last_day:
        if ends_on and ends_on != day_after(last_day):
            cells.complain("last_day", "two_ends", _("The last day and the day of leaving contradict each other."))
        ends_on = day_after(last_day)
    if ends_on and starts_on and ends_on <= starts_on:
        cells.complain(column, "ends_before_it_starts", _("The end must come after the start."))
    return ends_on


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


def _check_end_of_life(cells: Cells, unit: Unit | None, ends_on: date | None) -> None:
    """The entry ends no later than the agency."""
    if unit and unit.closed_on and ends_on and ends_on > unit.closed_on:
        words = {"name": unit.name, "day": f"{unit.closed_on - timedelta(days=1):%d/%m/%Y}"}
        sentence = _("%(name)s ended on %(day)s; nobody can stand on its roster after that.") % words
        cells.complain("ends_on", "outside_agency_life", sentence)


def _once(row: JudgedRow, seen: _Seen) -> JudgedRow:
    """A sound row against the rows before it: the second of the same person and group is left out."""
    if row.member is None:
        return row
    first = seen.lines.setdefault((row.member.key, row.member.group), row.line)
    if first == row.line:
        return row
    sentence = _("The same as line %(line)s of the file; left out.") % {"line": first}
    problem = Problem("", "duplicate_in_file", sentence)
    return JudgedRow(row.row, row.line, RowVerdict.SKIP, (problem,), row.member, row.raw)
