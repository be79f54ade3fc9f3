"""Rows under headings, and how a cell reads: on paper, to a spreadsheet, to a program. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from lms.vietnamese.text import clean_lines
from lms.vietnamese.written import NOTHING, number, short_date

TOTAL = "Tổng số"
NO_ROWS = "Không có số liệu"


@dataclass(frozen=True, slots=True)
class Tenths:
    """Tenths of one, such as the 667 of 66,7 %; None where there is no denominator."""

    value: int | None


Cell = str | int | Tenths | date | None
"""A moment is no cell: its day is another in Vietnam than in storage, so the caller says which."""
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in millimetres, scaled to the page by all columns alike.

    `group` names the headings above this one, outermost first; neighbours with the same group share its cell. A column
    named as its own group is the total of it.
    """

    heading: str
    width: int = 20
    align: Align = "left"
    group: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What stands right over the figures: the total of a group does not repeat the name of the group."""
        return TOTAL if self.group and self.heading == self.group[-1] else self.heading

    @property
    def path(self) -> str:
        """The whole heading in one line: «Tổng số người thuộc diện: phóng viên»."""
        return ": ".join(self.group if self.group and self.heading == self.group[-1] else (*self.group, self.heading))


@dataclass(frozen=True, slots=True)
class Section:
    """A row in bold, «A. Các sở, ban, ngành» or «Tổng cộng»: `text` over the first columns, `figures` in the last."""

    text: str
    figures: tuple[Cell, ...] = ()


Row = Sequence[Cell] | Section


@dataclass(frozen=True, slots=True)
class Table:
    """The rows are read once, as they come, by the one writer that writes the paper; `total` stands at their end."""

    columns: tuple[Column, ...]
    rows: Iterable[Row]
    title: str = ""
    notes: tuple[str, ...] = ()
    total: Section | None = None

    def read(self) -> Iterator[Row]:
        """Each row in turn, and the total. Raises ValueError at a row that does not have a cell for every column."""
        for row in self.rows:
            yield self._fitting(row)
        if self.total is not None:
            yield self._fitting(self.total)

    def read_to_last(self) -> Iterator[tuple[Row, bool]]:
        """As `read`, and whether it is the last: that one stays on a page with what follows the table."""
        rows = self.read()
        waiting = next(rows, None)
        while waiting is not None:
            row, waiting = waiting, next(rows, None)
            yield row, waiting is None

    def _fitting(self, row: Row) -> Row:
        fits = len(row.figures) < len(self.columns) if isinstance(row, Section) else len(row) == len(self.columns)
        if not fits:
            raise ValueError(f"a row does not fit {len(self.columns)} columns: {row!r}")
        return row


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the head: where it begins and how many rows and columns it covers."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def headings(columns: Sequence[Column]) -> list[list[Heading]]:
    """The head of a table, row by row. A column with fewer groups than its neighbours reaches down to the figures."""
    depth = 1 + max((len(column.group) for column in columns), default=0)
    return [list(_level(columns, level, depth)) for level in range(depth)]


def _level(columns: Sequence[Column], level: int, depth: int) -> Iterator[Heading]:
    place = 0
    while place < len(columns):
        group = columns[place].group
        end = place + 1
        if len(group) > level:
            while end < len(columns) and columns[end].group[: level + 1] == group[: level + 1]:
                end += 1
            yield Heading(plain(group[level]), level, place, 1, end - place)
        elif len(group) == level:
            yield Heading(plain(columns[place].shown), level, place, depth - level, 1)
        place = end


@lru_cache(2000)  # a column says the same again and again
def plain(text: str) -> str:
    """A text as it may stand in any file: NFC, single spaces, lines parted by LF, nothing that steers or hides."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()
    return "".join(char for char in clean_lines(text) if char == "\n" or unicodedata.category(char) not in _UNPRINTED)


_UNPRINTED = ("Cc", "Cf", "Cs", "Cn", "Co")


def on_paper(cell: Cell) -> str:
    """1.234.567 · 66,7 · 05/03/2026; nothing for None, «–» for a share of nothing."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, Tenths):
        return _tenths(cell.value)
    if isinstance(cell, date):
        return short_date(cell)
    return "" if cell is None else number(cell)


def _tenths(value: int | None) -> str:
    if value is None:
        return NOTHING
    return f"{'-' if value < 0 else ''}{number(abs(value) // 10)},{abs(value) % 10}"


def as_value(cell: Cell) -> str | int | float | date | None:
    """The same for a spreadsheet: a number stays a number, a day a day, and a text is never anything but a text."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, Tenths):
        return NOTHING if cell.value is None else cell.value / 10
    return cell
