"""Reading agencies.csv: bytes in, clean rows or a list of numbered errors out (domain.md §4). Pure."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from lms.days import day_after
from lms.people.models.agencies import AgencyKind, SuccessionKind
from lms.vietnamese.text import clean, clean_name

COLUMNS = (
    "code", "name_vi", "kind", "parent", "valid_from", "valid_to", "successor", "event_on_end", "gso_code",
    "confidence", "source", "note",
)  # fmt: skip
LONGEST: Mapping[str, int] = {"code": 60, "parent": 60, "gso_code": 10, "name_vi": 300}
LONGEST_TEXT = 1000
"""Characters in one cell where `LONGEST` says nothing; the longest of the real list has 140."""
MOST_ERRORS = 100
"""A wrong file is wrong everywhere: after so many errors the rest is counted, not listed."""

_CODE = re.compile(r"[\w.-]+")
_SUFFIX = re.compile(r" \(((?:trước|từ) [^()]*)\)$")
_RESOLUTION = re.compile(r"NQ \d[\w./-]*\w")
_EVENTS = {
    "merge": SuccessionKind.MERGE,
    "split": SuccessionKind.SPLIT,
    "becomes": SuccessionKind.RENAME,
    # Dissolved, and another body took over the work: it has a successor, so it is a merger into that one.
    "dissolve": SuccessionKind.MERGE,
    "abolish": SuccessionKind.MERGE,
}

Scopes = Mapping[str, Mapping[str, str]]
"""Code of a split agency → code of the successor → function that went there. Elsewhere a split passes on a "part"."""


class AgenciesFileError(ValueError):
    """What is wrong with the file, one sentence per error with its line. Nothing was loaded."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class SuccessionRow:
    """What one agency passed to another on `on`; `successor` is empty for a dissolution."""

    successor: str
    kind: str
    scope: str
    on: date
    legal_basis: str


@dataclass(frozen=True)
class AgencyRow:
    """An agency as the file has it: half-open span, name without its « (trước …)»."""

    line: int
    code: str
    name: str
    kind: str
    parent: str
    established_on: date | None
    closed_on: date | None
    stat_code: str
    note: str
    provenance: dict[str, str]
    successions: tuple[SuccessionRow, ...]


@dataclass
class Errors:
    """What is wrong, by line; raised all at once."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """One more thing."""
        self.found.append((line, sentence))

    def stop_if_any(self) -> None:
        """Raise AgenciesFileError if there is anything."""
        if not self.found:
            return
        lines = [
            _("line %(line)s: %(sentence)s") % {"line": line, "sentence": what} for line, what in sorted(self.found)
        ]
        if len(lines) > MOST_ERRORS:
            lines[MOST_ERRORS:] = [_("and %(count)s more errors.") % {"count": len(lines) - MOST_ERRORS}]
        raise AgenciesFileError(lines)


def read_agencies(content: bytes, scopes: Scopes) -> list[AgencyRow]:
    """The agencies in `content`: CSV in UTF-8, with or without a byte order mark.

    Raises AgenciesFileError with every error. References are checked within the file: it holds all agencies, not a
    part of them.
    """
    errors = Errors()
    text = decoded(content, errors)
    errors.stop_if_any()
    rows = []
    for line, cells in numbered(text, errors, COLUMNS):
        row = _Row(line, cells, errors).read(scopes)
        if row:
            rows.append(row)
    errors.stop_if_any()
    _check_references(rows, errors)
    errors.stop_if_any()
    return rows


def decoded(content: bytes, errors: Errors) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; whatever else it is becomes errors."""
    if not content.removeprefix(BOM_UTF8).strip():
        errors.add(1, _("the file is empty."))
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        errors.add(1, _("the file is UTF-16; save it as «CSV UTF-8»."))
    elif content.startswith(b"PK\x03\x04"):
        errors.add(1, _("this is a workbook; save it as «CSV UTF-8»."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        for number, line in enumerate(content.splitlines(), start=1):
            if line.decode("utf-8", "replace").encode() != line:
                errors.add(number, _("this line is not UTF-8 (it may be Windows-1258); save the file as «CSV UTF-8»."))
        return ""


def numbered(text: str, errors: Errors, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of the file with the line each begins on; rows that cannot be taken apart become errors."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [clean(cell) for cell in next(reader, [])]
        missing = [name for name in columns if name not in header]
        if missing:
            errors.add(1, _("columns are missing: %(names)s.") % {"names": ", ".join(missing)})
            return
        begins = reader.line_num + 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if len(cells) == len(header):
                yield line, dict(zip(header, cells, strict=True))
            elif cells:
                sizes = {"found": len(cells), "needed": len(header)}
                errors.add(line, _("the row has %(found)s columns, %(needed)s are needed.") % sizes)
    except csv.Error:
        errors.add(reader.line_num, _("this cannot be read as CSV: a cell is too long or not closed."))


class _Row:
    """Takes one row apart and notes what is wrong with it."""

    def __init__(self, line: int, cells: dict[str, str], errors: Errors) -> None:
        self.line = line
        self.errors = errors
        self.is_sound = True
        self.cells = {name: self._text(name, cells[name]) for name in COLUMNS}

    def complain(self, sentence: str) -> None:
        self.is_sound = False
        self.errors.add(self.line, sentence)

    def _text(self, name: str, raw: str) -> str:
        most = LONGEST.get(name, LONGEST_TEXT)
        if len(raw) > most:
            sizes = {"name": name, "found": len(raw), "most": most}
            self.complain(_("«%(name)s» has %(found)s characters, %(most)s at most are allowed.") % sizes)
            return ""
        if any(ord(char) < 32 and char not in "\t\n\r" for char in raw):
            self.complain(_("«%(name)s» holds a control character.") % {"name": name})
            return ""
        return clean(raw)

    def day(self, name: str) -> date | None:
        value = self.cells[name]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.complain(
                _("«%(name)s» is not a date like 2025-06-30: “%(value)s”.") % {"name": name, "value": value[:40]}
            )
            return None

    def read(self, scopes: Scopes) -> AgencyRow | None:
        """The clean row; None if there is something wrong with it."""
        if not self.is_sound:
            return None
        self._check_words()
        established_on, last_day = self.day("valid_from"), self.day("valid_to")
        if last_day == date.max:
            self.complain(_("the last day of time is no closing day."))
        if established_on and last_day and last_day < established_on:
            self.complain(_("the agency ends before it begins."))
        if not self.is_sound:
            return None
        closed_on = day_after(last_day) if last_day else None
        successions = tuple(self._successions(closed_on, scopes))
        if not self.is_sound:
            return None
        name, suffix = self._name()
        return AgencyRow(
            line=self.line,
            code=self.cells["code"],
            name=name,
            kind=self.cells["kind"],
            parent=self.cells["parent"],
            established_on=established_on,
            closed_on=closed_on,
            stat_code=self.cells["gso_code"],
            note="; ".join(text for text in (suffix, self.cells["note"]) if text),
            provenance={
                key: self.cells[column]
                for key, column in (("confidence", "confidence"), ("source", "source"), ("event", "event_on_end"))
                if self.cells[column]
            },
            successions=successions,
        )

    def _check_words(self) -> None:
        if not _CODE.fullmatch(self.cells["code"]):
            self.complain(
                _("the code is missing or holds other characters than letters, digits, full stop and hyphen.")
            )
        if not self.cells["name_vi"]:
            self.complain(_("the name is missing."))
        if self.cells["kind"] not in AgencyKind.values:
            self.complain(_("the kind “%(value)s” is unknown.") % {"value": self.cells["kind"][:40]})

    def _name(self) -> tuple[str, str]:
        """The name and what stood behind it in brackets: «Sở Nội vụ (trước …)» was that of the province."""
        name = clean_name(self.cells["name_vi"])
        suffix = _SUFFIX.search(name)
        if suffix is None:
            return name, ""
        bare = name[: suffix.start()]
        return (f"{bare} tỉnh Bình Thuận" if bare.startswith("Sở ") else bare), suffix.group(1)

    def _successions(self, closed_on: date | None, scopes: Scopes) -> Iterator[SuccessionRow]:
        event = self.cells["event_on_end"]
        codes = [clean(code) for code in self.cells["successor"].split(";") if clean(code)]
        if closed_on is None:
            if codes or event:
                self.complain(_("an agency that goes on has neither successor nor event_on_end."))
            return
        basis = _RESOLUTION.search(event) or _RESOLUTION.search(self.cells["source"])
        legal_basis = basis.group() if basis else ""
        if not codes:
            yield SuccessionRow("", SuccessionKind.DISSOLUTION, "all", closed_on, legal_basis)
            return
        kind = next((kind for word, kind in _EVENTS.items() if event.startswith(word)), None)
        if kind is None:
            self.complain(_("event_on_end begins with none of: %(words)s.") % {"words": ", ".join(_EVENTS)})
            return
        if len(set(codes)) < len(codes) or self.cells["code"] in codes:
            self.complain(_("a successor is named twice, or is the agency itself."))
            return
        if len(codes) > 1 and kind != SuccessionKind.SPLIT:
            self.complain(_("only a split has several successors."))
        for code in codes:
            scope = scopes.get(self.cells["code"], {}).get(code, "part") if kind == SuccessionKind.SPLIT else "all"
            yield SuccessionRow(code, kind, scope, closed_on, legal_basis)


def _check_references(rows: list[AgencyRow], errors: Errors) -> None:
    """Codes are unique, parents and successors stand in the file, and a successor exists on the day."""
    by_code: dict[str, AgencyRow] = {}
    for row in rows:
        first = by_code.setdefault(row.code, row)
        if first is not row:
            errors.add(row.line, _("the code “%(code)s” stands in line %(line)s already.") % vars(first))
    for row in rows:
        if row.parent and row.parent not in by_code:
            errors.add(row.line, _("there is no parent “%(code)s” in this file.") % {"code": row.parent})
        for succession in row.successions:
            _check_successor(row, succession, by_code, errors)
    _check_cycles(by_code, errors)


def _check_successor(
    row: AgencyRow, succession: SuccessionRow, by_code: Mapping[str, AgencyRow], errors: Errors
) -> None:
    """Spans overlap nowhere and leave no gap: the successor exists on the day after the last one."""
    if not succession.successor:
        return
    code = {"code": succession.successor}
    heir = by_code.get(succession.successor)
    if heir is None:
        errors.add(row.line, _("there is no successor “%(code)s” in this file.") % code)
    elif heir.established_on and heir.established_on > succession.on:
        errors.add(row.line, _("the successor “%(code)s” begins only later.") % code)
    elif heir.closed_on and heir.closed_on <= succession.on:
        errors.add(row.line, _("the successor “%(code)s” has ended by then.") % code)


def _check_cycles(by_code: Mapping[str, AgencyRow], errors: Errors) -> None:
    """No agency stands above itself. (Successions cannot run in circles: each ends later than the one before.)"""
    cleared: set[str] = set()
    for row in by_code.values():
        path: list[str] = []
        here: AgencyRow | None = row
        while here and here.code not in cleared and here.code not in path:
            path.append(here.code)
            here = by_code.get(here.parent)
        if here and here.code in path:
            errors.add(here.line, _("“%(code)s” stands above itself by its parents.") % {"code": here.code})
        cleared.update(path)
