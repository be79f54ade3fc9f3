"""A table on a sheet: its head comes again on every page, and a row taller than a page is continued on the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.papers.faces import BOLD, ITALIC, REGULAR, printable, width, wrap
from lms.papers.paper import PRINTED_ROWS, shares, too_long
from lms.papers.pdf_sheet import Sheet
from lms.papers.table import NO_ROWS, Align, Heading, Row, Section, Table, headings, on_paper, plain

_PAD = 3.0
_LEADING = 1.32
_UNITS = 10_000
_LINE_WIDTH = 0.5


@dataclass(frozen=True, slots=True)
class _Box:
    """The lines of a cell, and the x of its edges."""

    lines: tuple[str, ...]
    left: float
    right: float
    align: Align
    face: str


class _Grid:
    """The columns of a table on a sheet."""

    def __init__(self, sheet: Sheet, table: Table, size: float) -> None:
        self.sheet, self.table, self.size, self.leading = sheet, table, size, size * _LEADING
        edges = [0.0]
        for share in shares(table.columns, _UNITS):
            edges.append(edges[-1] + share * sheet.width / _UNITS)
        self.edges = edges

    def box(self, text: str, first: int, last: int, align: Align, face: str) -> _Box:
        """A text over the columns from `first` up to, not including, `last`."""
        left, right = self.edges[first], self.edges[last]
        return _Box(wrap(printable(text), face, self.size, right - left - 2 * _PAD), left, right, align, face)

    def tall(self, boxes: Sequence[_Box]) -> float:
        """The height of a row."""
        return max(len(box.lines) for box in boxes) * self.leading + 2 * _PAD

    def draw(self, box: _Box, top: float, height: float) -> None:
        """A cell with its frame; the lines stand in the middle."""
        canvas = self.sheet.canvas
        canvas.rect(self.sheet.left + box.left, top - height, box.right - box.left, height)
        y = top - (height - len(box.lines) * self.leading) / 2 - self.size * 1.02
        for line in box.lines:
            if line:
                self.sheet.text(line, box.face, self.size, self._start(box, line), y)
            y -= self.leading

    def _start(self, box: _Box, line: str) -> float:
        if box.align == "left":
            return box.left + _PAD
        length = width(line, box.face, self.size)
        return box.right - _PAD - length if box.align == "right" else (box.left + box.right - length) / 2


def draw_table(sheet: Sheet, table: Table, size: float, *, keep: float = 0) -> None:
    """From here down, the last row with `keep` points of room below it.

    Raises Refused (paper_too_long) past the rows that a printed table may have.
    """
    grid = _Grid(sheet, table, size)
    head = _Head(grid)
    sheet.canvas.setLineWidth(_LINE_WIDTH)
    sheet.need(head.height + 3 * grid.leading)
    head.draw()
    count = 0
    for count, (row, is_last) in enumerate(table.read_to_last(), start=1):
        if count > PRINTED_ROWS:
            raise too_long(PRINTED_ROWS)
        section = grid.leading + 2 * _PAD if isinstance(row, Section) else 0
        _place(grid, head, _boxes(grid, row), below=keep if is_last else section)
    if not count:
        _place(grid, head, [grid.box(NO_ROWS, 0, len(table.columns), "centre", ITALIC)], below=keep)


def _boxes(grid: _Grid, row: Row) -> list[_Box]:
    columns, first, cells, face = grid.table.columns, 0, row, REGULAR
    boxes = []
    if isinstance(row, Section):
        first, cells, face = len(columns) - len(row.figures), row.figures, BOLD
        boxes.append(grid.box(plain(row.text), 0, first, "left", BOLD))
    assert not isinstance(cells, Section)  # noqa: S101 — a section became its figures
    for place, cell in enumerate(cells, start=first):
        boxes.append(grid.box(on_paper(cell), place, place + 1, columns[place].align, face))
    return boxes


def _place(grid: _Grid, head: _Head, boxes: list[_Box], *, below: float) -> None:
    """Draw a row here, or on the next page if `below` it there is too little room; cut only what no page could hold."""
    sheet = grid.sheet
    while True:
        height = grid.tall(boxes)
        if height + below > sheet.room and sheet.y < head.below:
            sheet.new_page()
            sheet.canvas.setLineWidth(_LINE_WIDTH)
            head.draw()
        fitting = max(1, int((sheet.room - 2 * _PAD) // grid.leading))
        height = min(height, fitting * grid.leading + 2 * _PAD)
        for box in boxes:
            grid.draw(_Box(box.lines[:fitting], box.left, box.right, box.align, box.face), sheet.y, height)
        sheet.y -= height
        if all(len(box.lines) <= fitting for box in boxes):
            return
        boxes = [_Box(box.lines[fitting:], box.left, box.right, box.align, box.face) for box in boxes]


class _Head:
    """The headings, measured once."""

    def __init__(self, grid: _Grid) -> None:
        self.grid, self.below = grid, 0.0
        levels = headings(grid.table.columns)
        cells = [heading for level in levels for heading in level]
        self.boxes = [(cell, self._box(cell)) for cell in cells]
        self.heights = [grid.leading + 2 * _PAD for _level in levels]
        for cell, box in sorted(self.boxes, key=lambda pair: pair[0].rows):
            covered = range(cell.row, cell.row + cell.rows)
            missing = grid.tall([box]) - sum(self.heights[row] for row in covered)
            if missing > 0:
                self.heights[covered[-1]] += missing
        self.height = sum(self.heights)

    def _box(self, cell: Heading) -> _Box:
        return self.grid.box(cell.text, cell.column, cell.column + cell.columns, "centre", BOLD)

    def draw(self) -> None:
        """At the pen; `below` remembers where the rows of this page begin."""
        top = self.grid.sheet.y
        for cell, box in self.boxes:
            above = sum(self.heights[: cell.row])
            self.grid.draw(box, top - above, sum(self.heights[cell.row : cell.row + cell.rows]))
        self.grid.sheet.y = self.below = top - self.height
