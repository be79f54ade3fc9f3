"""A paper before it is a file: what the four writers have in common. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from lms.papers.letterhead import END, Letterhead
from lms.papers.table import Column, Table, plain
from lms.refusal import Refused

MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}
"""Millimetres (Decree 30/2020: 20–25, 20–25, 30–35, 15–20)."""
A4 = (210, 297)
PRINTED_ROWS = 20_000
"""Of a table in a DOCX or a PDF, some 800 pages: nobody prints more."""
LEFT_BLOCK = {"portrait": 43, "landscape": 42}
"""Percent of the width for the issuer; the rest is the nation's."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, or a heading in bold, or an item of a list («a) …»)."""

    text: str
    kind: Literal["body", "heading", "item"] = "body"


@dataclass(frozen=True, slots=True)
class Paper:
    """Paragraphs and tables in order. A paper of the demonstration says so on every page. `address`, where there is
    one, stands as a QR code in the lower margin of every page of the PDF: it leads back to the paper."""

    letterhead: Letterhead
    blocks: Sequence[Paragraph | Table]
    orientation: Literal["portrait", "landscape"] = "portrait"
    is_demo: bool = False
    address: str = ""

    @property
    def page_size(self) -> tuple[int, int]:
        """Width and height in millimetres."""
        return A4 if self.orientation == "portrait" else (A4[1], A4[0])

    @property
    def text_width(self) -> int:
        """Millimetres between the margins."""
        return self.page_size[0] - MARGINS["left"] - MARGINS["right"]

    def tables(self) -> list[Table]:
        """In order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def is_wide(self) -> bool:
        """Its tables need smaller letters."""
        return any(len(table.columns) > 8 for table in self.tables())

    def flow(self) -> Iterator[Paragraph | Table]:
        """The blocks, with «./.» at the end of a paper that ends in words."""
        for place, block in enumerate(self.blocks, start=1):
            if isinstance(block, Paragraph) and place == len(self.blocks):
                block = Paragraph(plain(block.text).removesuffix(END).rstrip(" .") + END, block.kind)
            yield block


def shares(columns: Sequence[Column], width: int) -> list[int]:
    """The widths of the columns, in whole units that add up to `width`."""
    total = sum(column.width for column in columns)
    edges = [0]
    for column in columns:
        edges.append(edges[-1] + column.width)
    cuts = [edge * width // total for edge in edges]
    return [end - start for start, end in zip(cuts, cuts[1:], strict=False)]


def too_long(limit: int) -> Refused:
    """The refusal of a table that a kind of file cannot hold, or that nobody would print."""
    sentence = _("This kind of file holds at most %(limit)d rows. Ask for fewer, or for another kind.")
    return Refused("paper_too_long", sentence % {"limit": limit}, status=422, limit=limit)
