"""Comma-separated values that no spreadsheet takes for formulas (trust.md §6)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import TextIOWrapper
from typing import IO, Any

from lms.papers.paper import Paper
from lms.papers.table import Cell, Section, Table, Tenths, plain

BOM = "\ufeff"
_FORMULA = re.compile(r"(?:^|(?<=[;\n]))(?=[=+\-@\t\r＝＋－＠])")
"""Where a cell may begin: at the start, and after the semicolon that separates cells in a Vietnamese spreadsheet."""


class _Line:
    """A file to the csv module that hands back the line it was given."""

    def write(self, line: str) -> str:
        return line


def lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Each line with its CR LF, the first with a byte order mark. Numbers are bare digits with a point, days ISO."""
    writer: Any = csv.writer(_Line(), lineterminator="\r\n")
    yield BOM + writer.writerow([_text(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([_value(cell) for cell in row])


def table_lines(table: Table) -> Iterator[str]:
    """A table with one line of headings: a group stands before each of its columns."""
    return lines([column.path for column in table.columns], (_cells(table, row) for row in table.read()))


def write(paper: Paper, out: IO[bytes]) -> None:
    """The tables of a paper one after another, an empty line between them; what stands around them is left out."""
    text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    for place, table in enumerate(paper.tables()):
        found = table_lines(table)
        if place:
            text.write("\r\n" + next(found).removeprefix(BOM))
        text.writelines(found)
    text.flush()
    text.detach()


def _cells(table: Table, row: Sequence[Cell] | Section) -> Sequence[Cell]:
    if not isinstance(row, Section):
        return row
    return (row.text, *[None] * (len(table.columns) - 1 - len(row.figures)), *row.figures)


def _text(text: str) -> str:
    return _FORMULA.sub("'", plain(text))


def _value(cell: Cell) -> str | int | None:
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, Tenths):
        return None if cell.value is None else f"{cell.value / 10}"
    return cell.isoformat() if isinstance(cell, date) else cell
