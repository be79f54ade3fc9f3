"""Writing a sheet downwards, row by row, each text as a text (trust.md §6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lms.papers.paper import LEFT_BLOCK
from lms.papers.table import Align, Cell, Column, Tenths, as_value, on_paper, plain

TEXT_LIMIT = 32_767
"""Characters of a cell; what is longer ends in «…»."""
LINE = 16.5
"""Points of a line of 12."""

TEXT, WHOLE, SHARE, DAY = "@", "#,##0", "0.0", "dd/mm/yyyy"
_EXACT = 10**15
_FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day that never was."""
_MM_PER_CHARACTER = 2.0
_CAPITALS = 1.4
"""How much wider a capital is than a small letter."""
_SLANT = 0.14
"""How far from the share of the issuer's block the nearest edge of a column may lie."""
_TALLEST = 409.0
_ALIGN: dict[Align, str] = {"left": "left", "centre": "center", "right": "right"}

Formats = Callable[..., Format]


class Pen:
    """Where it writes, and how. `middle` is the column where the letterhead parts; None if none begins near there."""

    def __init__(self, sheet: Worksheet, formats: Formats, columns: tuple[Column, ...]) -> None:
        self.sheet, self.formats, self.columns, self.row = sheet, formats, columns, 0
        self.shapes: dict[tuple[Any, ...], Format] = {}
        self.rooms = [column.width / _MM_PER_CHARACTER for column in columns]
        for place, room in enumerate(self.rooms):
            sheet.set_column(place, place, room)
        share, whole = LEFT_BLOCK["portrait"] / 100, sum(self.rooms)
        cuts = {cut: abs(sum(self.rooms[:cut]) / whole - share) for cut in range(1, len(columns))}
        nearest = min(cuts, key=lambda cut: cuts[cut], default=0)
        self.middle = nearest if nearest and cuts[nearest] <= _SLANT else None

    def lines(self, text: str, first: int, last: int) -> int:
        """About how many lines a text takes in these columns."""
        room = sum(self.rooms[first:last]) / (_CAPITALS if text.isupper() else 1)
        return sum(1 + int(max(0, len(line) - 1) // max(1.0, room)) for line in text.split("\n"))

    def high(self, lines: float) -> None:
        """Room for so many lines in this row."""
        self.sheet.set_row(self.row, min(_TALLEST, lines * LINE))

    def text(self, text: str, first: int, last: int, **wanted: Any) -> None:
        """A text over the columns from `first` up to, not including, `last`."""
        shape = self.formats(**wanted)
        if last - first > 1:
            self.sheet.merge_range(self.row, first, self.row, last - 1, "", shape)
        self.string(first, text, shape)

    def string(self, column: int, text: str, shape: Format) -> None:
        """A text is a text, whatever it looks like."""
        if len(text) > TEXT_LIMIT // 2 and len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
            text = text.encode("utf-16-le")[: (TEXT_LIMIT - 1) * 2].decode("utf-16-le", "ignore") + "…"
        if text.startswith("<r>"):
            text += " "  # XlsxWriter would paste <r>…</r> into the file as markup
        self.sheet.write_string(self.row, column, text, shape)

    def cells(self, row: Sequence[Cell], first: int, **wanted: Any) -> None:
        """Figures as figures, days as days, the rest as text, from the column `first` on."""
        lines, shapes, sheet = 1, self.shapes, self.sheet
        for column, cell in enumerate(row, start=first):
            if type(cell) is str:  # most cells are, and a list of people has two million of them
                text = plain(cell)
                self.string(column, text, shapes.get((column, TEXT, *wanted)) or self.shape(column, TEXT, **wanted))
                if len(text) > self.rooms[column] or "\n" in text:
                    lines = max(lines, self.lines(text, column, column + 1))
                continue
            value, figure = as_value(cell), _figure(cell)
            shape = self.shape(column, figure, **wanted)
            if figure == TEXT:
                text = value if isinstance(value, str) else on_paper(cell)
                self.string(column, text, shape)
                if len(text) > self.rooms[column] or "\n" in text:
                    lines = max(lines, self.lines(text, column, column + 1))
            elif isinstance(value, date):
                sheet.write_datetime(self.row, column, value, shape)
            else:
                sheet.write_number(self.row, column, value, shape)
        if lines > 1:
            self.high(lines)

    def shape(self, column: int, figure: str, **wanted: Any) -> Format:
        """How a cell of a column looks: borders, its side, the pattern of its figures."""
        key = (column, figure, *wanted)
        if key not in self.shapes:
            side = _ALIGN[self.columns[column].align]
            self.shapes[key] = self.formats(border=1, align=side, num_format=figure, **wanted)
        return self.shapes[key]

    def halves(self, left: list[Line], right: list[Line]) -> None:
        """Two blocks side by side; the right one over the left where the columns do not allow it."""
        if self.middle is None:
            for text, look in right + left:
                self.across(text, **look)
            return
        last = len(self.columns)
        for place in range(max(len(left), len(right))):
            first_text, first_look = left[place] if place < len(left) else ("", {})
            second_text, second_look = right[place] if place < len(right) else ("", {})
            self.high(max(self.lines(first_text, 0, self.middle), self.lines(second_text, self.middle, last)))
            self.text(first_text, 0, self.middle, **{"align": "center", **first_look})
            self.text(second_text, self.middle, last, **{"align": "center", **second_look})
            self.row += 1

    def across(self, text: str, **wanted: Any) -> None:
        """A row over the whole width, high enough for its lines."""
        self.high(self.lines(text, 0, len(self.columns)))
        self.text(text, 0, len(self.columns), **{"align": "center", **wanted})
        self.row += 1


Line = tuple[str, dict[str, Any]]
"""A text and how it looks."""


def _figure(cell: Cell) -> str:
    """The pattern by which a spreadsheet shows a cell. What it would not keep exactly is a text."""
    if isinstance(cell, Tenths):
        return TEXT if cell.value is None else SHARE
    if isinstance(cell, date):
        return DAY if cell >= _FIRST_DAY else TEXT
    return WHOLE if isinstance(cell, int) and abs(cell) < _EXACT else TEXT
