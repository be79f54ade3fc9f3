"""A paper as a workbook that is written row by row: memory stays flat however many rows come.

XlsxWriter keeps one row in memory (`constant_memory`), so cells are written from left to right, from top to bottom.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lms.papers.letterhead import DEMONSTRATION, MOTTO, NATION, RECIPIENTS
from lms.papers.paper import MARGINS, Paper, Paragraph, too_long
from lms.papers.table import NO_ROWS, Column, Heading, Section, Table, headings, plain
from lms.papers.xlsx_pen import Formats, Line, Pen

LAST_ROW = 1_048_000
"""Excel has 1,048,576 rows; the rest is for what stands around the table."""
_LINES_TO_SIGN = 5
_RULE: Line = ("―" * 8, {"font_size": 8})
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def write(paper: Paper, out: IO[bytes]) -> None:
    """A sheet for each table, the letterhead over the first. Raises Refused (paper_too_long) past the rows it holds."""
    book = Workbook(out, _OPTIONS)
    book.set_properties(
        {"title": paper.letterhead.title, "author": plain(paper.letterhead.issuer), "created": _created(paper)}
    )
    try:
        _fill(book, paper)
    finally:
        book.close()


def _created(paper: Paper) -> datetime:
    """From the paper, not from a clock: the same paper is the same file."""
    day = paper.letterhead.dated_on or date(2000, 1, 1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _fill(book: Workbook, paper: Paper) -> None:
    formats = _formats(book)
    tables = paper.tables() or [Table((Column("", paper.text_width),), ())]
    names: set[str] = set()
    for place, table in enumerate(tables):
        sheet = book.add_worksheet(_name(table, place, names))
        _page(sheet, paper)
        pen = Pen(sheet, formats, table.columns)
        if not place:
            _head(pen, paper)
        if paper.tables():
            _table(pen, table)
        if place == len(tables) - 1:
            _foot(pen, paper)


def _formats(book: Workbook) -> Formats:
    made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(**wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in made:
            base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True}
            made[key] = book.add_format(base | wanted)
        return made[key]

    return of


def _name(table: Table, place: int, taken: set[str]) -> str:
    """The title of the table as far as a sheet may be called by it, each once."""
    name = _SHEET_NAME.sub(" ", plain(table.title).replace("\n", " "))[:27].strip() or f"Bảng {place + 1}"
    if name.casefold() in taken:
        name = f"{name} ({place + 1})"
    taken.add(name.casefold())
    return name


def _page(sheet: Worksheet, paper: Paper) -> None:
    sheet.set_paper(9)  # A4
    if paper.orientation == "landscape":
        sheet.set_landscape()
    inch = {side: millimetres / 25.4 for side, millimetres in MARGINS.items()}
    sheet.set_margins(left=inch["left"], right=inch["right"], top=inch["top"], bottom=inch["bottom"])
    mark = f'&R&"Times New Roman,Bold"&11{DEMONSTRATION}' if paper.is_demo else ""
    sheet.set_header(f'&C&"Times New Roman,Regular"&13&P{mark}', {"margin": 0.4})
    sheet.fit_to_pages(1, 0)


def _head(pen: Pen, paper: Paper) -> None:
    head = paper.letterhead
    bold: dict[str, Any] = {"bold": True}
    superior: list[Line] = [(plain(head.superior).upper(), {})] if head.superior else []
    left: list[Line] = [*superior, (plain(head.issuer).upper(), bold), _RULE, (head.number_line, {})]
    right: list[Line] = [(NATION, bold), (MOTTO, bold), _RULE, (head.date_line, {"italic": True})]
    if head.subject_line:
        left.append((head.subject_line, {}))
    pen.halves(left, right)
    pen.row += 1
    for text in (plain(head.kind).upper(), plain(head.abstract)):
        if text:
            pen.across(text, bold=True, font_size=13)
    for line in head.addressed_lines():
        pen.across(line)
    for block in paper.flow():
        if isinstance(block, Paragraph):
            pen.across(plain(block.text), bold=block.kind == "heading", align="left")
    pen.row += 1


def _table(pen: Pen, table: Table) -> None:
    if table.title:
        pen.across(plain(table.title), bold=True, align="center")
    _headings(pen, table)
    empty = True
    for row in table.read():
        if pen.row >= LAST_ROW:
            raise too_long(LAST_ROW)
        if isinstance(row, Section):
            _section(pen, row)
        else:
            pen.cells(row, 0)
        pen.row, empty = pen.row + 1, False
    if empty:
        pen.text(NO_ROWS, 0, len(table.columns), align="center", italic=True, border=1)
        pen.row += 1
    for note in table.notes:
        pen.across(plain(note), italic=True, align="left", font_size=11)


def _headings(pen: Pen, table: Table) -> None:
    """Row by row: the writer cannot go back up, so cells that hang down are merged after the last of their rows."""
    shape = pen.formats(bold=True, align="center", border=1)
    levels = headings(table.columns)
    top = pen.row
    for level in levels:
        for column in range(len(table.columns)):
            pen.sheet.write_blank(pen.row, column, None, shape)
        for heading in level:
            pen.string(heading.column, heading.text, shape)
        pen.high(max(_lines(pen, heading) for heading in level))
        pen.row += 1
    for heading in (heading for level in levels for heading in level):
        if heading.rows > 1 or heading.columns > 1:
            last = (top + heading.row + heading.rows - 1, heading.column + heading.columns - 1)
            pen.sheet.merge.append([top + heading.row, heading.column, *last])  # merge_range would write upwards
    pen.sheet.repeat_rows(top, pen.row - 1)
    pen.sheet.freeze_panes(pen.row, 0)


def _lines(pen: Pen, heading: Heading) -> float:
    """How many lines a heading needs in each of its rows; bold letters are wider."""
    text = heading.text + "x" * (len(heading.text) // 4)
    return max(1, pen.lines(text, heading.column, heading.column + heading.columns) / heading.rows)


def _section(pen: Pen, section: Section) -> None:
    first = len(pen.columns) - len(section.figures)
    pen.text(plain(section.text), 0, first, bold=True, border=1, align="left")
    pen.cells(section.figures, first, bold=True)


def _foot(pen: Pen, paper: Paper) -> None:
    """Recipients left, signature right; nothing is drawn where a person signs."""
    head, signer = paper.letterhead, paper.letterhead.signer
    if not head.recipients and signer is None:
        return
    pen.row += 1
    listed: dict[str, Any] = {"align": "left", "valign": "top", "font_size": 11}
    left: list[Line] = [("\n".join(head.recipient_lines()), listed)]
    if head.recipients:
        left.insert(0, (RECIPIENTS, {"align": "left", "valign": "top", "bold": True, "italic": True}))
    right: list[Line] = []
    if signer is not None:
        signed: dict[str, Any] = {"bold": True, "valign": "bottom"}
        right = [("\n".join(signer.lines()), {"bold": True}), ("\n" * _LINES_TO_SIGN + plain(signer.name), signed)]
    pen.halves(left, right)
