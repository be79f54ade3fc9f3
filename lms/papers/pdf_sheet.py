"""The page under the pen: where it is, how much room is left, what every page carries."""

from __future__ import annotations

from typing import IO

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.papers.faces import BOLD, REGULAR, load, printable, width, wrap
from lms.papers.letterhead import DEMONSTRATION
from lms.papers.paper import MARGINS, Paper
from lms.papers.table import plain

LEADING = 1.38
ADDRESS_MM = 16
_ASCENT = 1.0
"""From the top of a line to its base, of its size: Vietnamese capitals carry two marks."""


class Sheet:
    """Measures are points; x counts from the left margin, y from the bottom of the page as PDF has it."""

    def __init__(self, paper: Paper, out: IO[bytes]) -> None:
        load()
        self.paper, self.page = paper, 1
        page_width, self.height = (side * mm for side in paper.page_size)
        self.left, self.width = MARGINS["left"] * mm, paper.text_width * mm
        self.canvas = Canvas(
            out, pagesize=(page_width, self.height), invariant=1, pageCompression=1, lang="vi-VN",
            initialFontName=REGULAR,
        )  # fmt: skip
        self.canvas.setTitle(paper.letterhead.title)
        self.canvas.setAuthor(plain(paper.letterhead.issuer))
        self.canvas.setCreator("Tap Huan")
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self.y = self.top
        self._mark()

    @property
    def top(self) -> float:
        """Under the upper margin."""
        return self.height - MARGINS["top"] * mm

    @property
    def room(self) -> float:
        """Down to the lower margin."""
        return self.y - MARGINS["bottom"] * mm

    @property
    def is_fresh(self) -> bool:
        """Nothing is drawn on this page yet."""
        return self.y == self.top

    def need(self, height: float) -> None:
        """Go to a new page unless so much room is left."""
        if height > self.room and not self.is_fresh:
            self.new_page()

    def new_page(self) -> None:
        """Close this page. The number stands top centre, from the second page on (Decree 30/2020)."""
        self.canvas.showPage()
        self.page, self.y = self.page + 1, self.top
        self.text(str(self.page), REGULAR, 11, self.width / 2, self.height - 12 * mm, centred=True)
        self._mark()

    def _mark(self) -> None:
        if self.paper.is_demo:
            self.text(DEMONSTRATION, BOLD, 10, self.width / 2, 10 * mm, centred=True)
        if self.paper.address:
            self._draw_address()

    def _draw_address(self) -> None:
        """The QR code of the paper, at the right end of the lower margin."""
        rows = [list(row) for row in segno.make(self.paper.address, error="m", micro=False, boost_error=False).matrix]
        module = ADDRESS_MM * mm / len(rows)
        left, top = self.left + self.width - ADDRESS_MM * mm, 2 * mm + ADDRESS_MM * mm
        path = self.canvas.beginPath()
        for y, row in enumerate(rows, start=1):
            for x, is_dark in enumerate(row):
                if is_dark:
                    path.rect(left + x * module, top - y * module, module, module)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def text(self, text: str, face: str, size: float, x: float, y: float, *, centred: bool = False) -> None:
        """A line at a place."""
        self.canvas.setFont(face, size)
        self.canvas.drawString(self.left + x - (width(text, face, size) / 2 if centred else 0), y, text)

    def line(self, text: str, face: str, size: float, *, start: float = 0, centre: float | None = None) -> None:
        """The next line down, from `start` on or around `centre`."""
        x = start if centre is None else centre
        self.text(text, face, size, x, self.y - _ASCENT * size, centred=centre is not None)
        self.y -= LEADING * size

    def lines(self, text: str, face: str, size: float, *, room: float = 0) -> None:
        """A text in as many lines as it takes, on a new page if this one ends."""
        for line in wrap(printable(text), face, size, room or self.width):
            self.need(LEADING * size)
            self.line(line, face, size)

    def rule(self, centre: float, length: float) -> None:
        """A short rule under what was just written."""
        self.canvas.setLineWidth(0.7)
        y = self.y - 1
        self.canvas.line(self.left + centre - length / 2, y, self.left + centre + length / 2, y)
        self.y -= 6

    def save(self) -> None:
        """Write the file."""
        self.canvas.save()
