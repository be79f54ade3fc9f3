"""Questions as a workbook: read by a child process, written without a formula; and the template with its notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from courses.formats.collecting import Collected
from courses.formats.ir import ImportedQuestion, Problem, UnreadableQuestion
from courses.formats.question_csv import named_columns, table, take, under
from courses.formats.question_table import HEADINGS, TEMPLATE
from courses.formats.template_notes import EXAMPLES, NOTES
from lms.uploads.checks import FileError
from lms.uploads.sheets import SheetRow, Unread, Value, read_sheet, serial_day
from lms.vietnamese.text import clean_lines

_WIDTHS = {"Nội dung": 60, "Giải thích": 40, "Chủ đề": 28, "Mã": 16, "Nguồn": 24, "Phản hồi từng phương án": 40}
_LONGEST_CELL = 32_767
"""Characters in a cell of Excel."""


def parse(content: bytes) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a workbook's first sheet, and which rows were not read, with why; rows count as Excel's.

    Raises FileError for a file that is no workbook of questions.
    """
    rows = iter(read_sheet(content))
    head = next(rows, None)
    if head is None:
        raise FileError("columns_missing", _("The sheet is empty."))
    names = named_columns([_said(cell) for cell in head.cells])
    found = Collected()
    for row in rows:
        _take(found, row, names)
    return found.questions, found.problems


def _take(found: Collected, row: SheetRow, names: Sequence[str]) -> None:
    cells = under(names, [_said(cell, name) for cell, name in zip(row.cells, names, strict=False)])
    if not any(cells.values()):
        return
    if Unread.EMPTY_FORMULA in row.cells:
        message = _("A cell holds a formula whose value was never computed. Open the file in Excel and save it.")
        found.refuse(row.number, UnreadableQuestion("empty_formula", message), cells)
        return
    take(found, row.number, cells)


def _said(cell: Value, name: str = "") -> str:
    """What a cell says: whole numbers without a point, dates as people write them."""
    if isinstance(cell, Unread):
        return "?"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        day = serial_day(cell) if name == "check_by" else None
        return f"{day:%d/%m/%Y}" if day else f"{cell:.15g}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else clean_lines(cell)


def to_xlsx(questions: Iterable[ImportedQuestion]) -> bytes:
    """A workbook that can be imported again."""
    return written(table(questions))


def written(rows: Sequence[Sequence[str]], notes: Sequence[Sequence[str]] = ()) -> bytes:
    """Headings and rows as texts: nothing in it is ever a formula or a link. `notes` fill a second sheet."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "num_format": "@", "text_wrap": True, "valign": "top"})
        _fill(book.add_worksheet("Câu hỏi"), rows, [_WIDTHS.get(title, 14) for title in rows[0]], (head, text))
        if notes:
            _fill(book.add_worksheet("Hướng dẫn"), notes, [24, 100], (head, text))
    return buffer.getvalue()


def _fill(
    sheet: Worksheet, rows: Sequence[Sequence[str]], widths: Sequence[int], formats: tuple[Format, Format]
) -> None:
    head, text = formats
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, text)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value[:_LONGEST_CELL], text if number else head)


def template_file() -> bytes:
    """The empty table with two examples, and a sheet that says what each column holds."""
    rows = [[HEADINGS[name] for name in TEMPLATE], *([row.get(name, "") for name in TEMPLATE] for row in EXAMPLES)]
    return written(rows, [["Cột", "Ghi gì"], *([HEADINGS[name], note] for name, note in NOTES.items())])
