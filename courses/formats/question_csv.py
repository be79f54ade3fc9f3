"""Questions of a spreadsheet saved as CSV: one row, one question; the columns are those of the template."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from courses.formats.collecting import Collected
from courses.formats.ir import ImportedQuestion, Problem, UnreadableQuestion
from courses.formats.question_table import HEADINGS, TEMPLATE, columns, question_of, row_of
from courses.formats.table_answers import Row
from lms.uploads.checks import FileError
from lms.vietnamese.text import clean_lines

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def parse(text: str) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a CSV text, and which rows were not read, with why.

    Raises FileError for a text that is no table of questions: columns_missing, column_twice, not_this_format.
    """
    found = Collected()
    for line, row in _rows(text):
        take(found, line, row)
    return found.questions, found.problems


def take(found: Collected, line: int, row: Row) -> None:
    """One row into the collection."""
    try:
        found.add(question_of(line, row), row)
    except UnreadableQuestion as error:
        found.refuse(line, error, row)


def named_columns(titles: Sequence[str]) -> list[str]:
    """As `columns`; raises FileError instead, since without them nothing of the file can be read."""
    try:
        return columns(titles)
    except UnreadableQuestion as error:
        raise FileError(error.code, str(error)) from error


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Each row under its column names, with the number of the line in which it begins; empty rows left out."""
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        names = named_columns(next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, under(names, [_unguarded(clean_lines(cell)) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileError("not_this_format", _damaged(reader.line_num)) from error


def _delimiter(text: str) -> str:
    """Excel in Vietnamese writes semicolons: whichever the first line has more of."""
    first = text[:2000].partition("\n")[0]
    return max(",;\t", key=first.count)


def _damaged(line: int) -> str:
    return _("The table is damaged at line %(line)s: a quotation mark is not closed, or a cell is too long.") % {
        "line": line
    }


def under(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells by the names of their columns; unknown columns are left out."""
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from computing the cell."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(STARTS_FORMULA) else cell


def table(questions: Iterable[ImportedQuestion]) -> list[list[str]]:
    """Headings and rows; of the rarer columns only those that some question needs."""
    rows = [row_of(question) for question in questions]
    names = [name for name in HEADINGS if name in TEMPLATE or any(name in row for row in rows)]
    return [[HEADINGS[name] for name in names], *([row.get(name, "") for name in names] for row in rows)]


def to_csv(questions: Iterable[ImportedQuestion]) -> bytes:
    """UTF-8 with its mark, so that Excel reads it; an apostrophe before what it would compute."""
    return written(table(questions))


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([_guarded(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _guarded(value: str) -> str:
    is_taken = value.startswith(STARTS_FORMULA) or (value.startswith("'") and value[1:].startswith(STARTS_FORMULA))
    return f"'{value}" if is_taken else value
