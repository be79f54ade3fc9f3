"""A paper as a PDF, drawn from top to bottom; tables stream through it page by page.

ReportLab's own tables measure and split all their rows again on every page; these rows are measured once.
"""

from __future__ import annotations

from typing import IO
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph as Flowing

from lms.papers.faces import BOLD, BOLD_ITALIC, ITALIC, REGULAR, printable, width
from lms.papers.letterhead import MOTTO, NATION, RECIPIENTS, Letterhead, balanced
from lms.papers.paper import LEFT_BLOCK, Paper, Paragraph
from lms.papers.pdf_sheet import LEADING, Sheet
from lms.papers.pdf_table import draw_table
from lms.papers.table import Table, plain

BODY, NAMES, SMALL = 11.5, 10.5, 9.5
"""Be Vietnam Pro is a sixth wider than Times: these look like the 13–14, 12–13 and 11 of the decree."""
_INDENT = 30
_ROOM_TO_SIGN = 68
_SHORT = 6 * BODY * LEADING
"""A text of up to so many points goes whole to the page of the signature."""


def write(paper: Paper, out: IO[bytes]) -> None:
    """The same paper, the same bytes. Raises Refused (paper_too_long) for tables that nobody would print."""
    sheet = Sheet(paper, out)
    _head(sheet, paper)
    blocks = list(paper.flow())
    for place, block in enumerate(blocks, start=1):
        below = _foot_height(paper.letterhead) if place == len(blocks) else 0
        if isinstance(block, Table):
            _table(sheet, paper, block, below)
        else:
            _paragraph(sheet, block, below)
    _foot(sheet, paper.letterhead)
    sheet.save()


def _head(sheet: Sheet, paper: Paper) -> None:
    """The issuer and the nation side by side, each line by line; then the name of the paper."""
    head = paper.letterhead
    middle = sheet.width * LEFT_BLOCK[paper.orientation] / 100
    top = sheet.y
    below = _issuer(sheet, head, middle - 8)
    sheet.y = top
    centre = (middle + sheet.width) / 2
    sheet.line(NATION, BOLD, NAMES, centre=centre)
    sheet.line(MOTTO, BOLD, BODY, centre=centre)
    sheet.rule(centre, width(MOTTO, BOLD, BODY))
    sheet.line(printable(head.date_line), ITALIC, BODY, centre=centre)
    sheet.y = min(sheet.y, below) - 14
    _name(sheet, head)


def _issuer(sheet: Sheet, head: Letterhead, room: float) -> float:
    """The left block; where it ends."""
    for name, face in ((head.superior, REGULAR), (head.issuer, BOLD)):
        if name:
            last = _balanced(sheet, plain(name).upper(), face, NAMES, (0, room))
    sheet.rule(room / 2, last * 0.4)
    sheet.line(printable(head.number_line), REGULAR, BODY, centre=room / 2)
    if head.subject_line:
        _balanced(sheet, head.subject_line, REGULAR, NAMES, (0, room))
    return sheet.y


def _balanced(sheet: Sheet, text: str, face: str, size: float, block: tuple[float, float]) -> float:
    """A text centred in a block (from, to), in lines of like length; how long the last line is."""
    start, end = block
    lines = [
        line
        for part in printable(text).split("\n")
        for line in balanced(part, end - start, lambda tried: width(tried, face, size))
    ]
    for line in lines:
        sheet.line(line, face, size, centre=(start + end) / 2)
    return width(lines[-1], face, size)


def _name(sheet: Sheet, head: Letterhead) -> None:
    whole = (0.0, sheet.width)
    if head.kind:
        _balanced(sheet, plain(head.kind).upper(), BOLD, BODY + 1, whole)
    if head.abstract:
        last = _balanced(sheet, plain(head.abstract), BOLD, BODY, (sheet.width * 0.08, sheet.width * 0.92))
        sheet.rule(sheet.width / 2, min(last, sheet.width / 2) * 0.4)
    for place, line in enumerate(head.addressed_lines()):
        _flow(sheet, line, REGULAR, indent=sheet.width * (0.3 if place else 0.25), align=TA_LEFT)
    sheet.y -= 6


def _paragraph(sheet: Sheet, block: Paragraph, below: float) -> None:
    is_heading = block.kind == "heading"
    face, keep = (BOLD, 2 * BODY * LEADING) if is_heading else (REGULAR, below)
    _flow(sheet, plain(block.text), face, first_line=_INDENT, align=TA_JUSTIFY, keep=keep)


def _flow(  # noqa: PLR0913 — the shape of a paragraph
    sheet: Sheet, text: str, face: str, *, align: int, indent: float = 0, first_line: float = 0, keep: float = 0
) -> None:
    """Running text over as many pages as it takes; if it is short, with `keep` points of room below it."""
    style = ParagraphStyle(
        "flow", fontName=face, fontSize=BODY, leading=BODY * LEADING, alignment=align, firstLineIndent=first_line,
        leftIndent=indent, allowWidows=0, allowOrphans=0,
    )  # fmt: skip
    markup = escape(printable(text)).replace("\n", "<br/>")
    waiting = [Flowing(markup, style)]
    while waiting:
        part = waiting.pop(0)
        _width, height = part.wrap(sheet.width, sheet.room)
        kept = keep if height < _SHORT else 0
        if height + kept > sheet.room:
            parts = [] if kept else part.split(sheet.width, sheet.room)
            if len(parts) < 2 and not sheet.is_fresh:
                sheet.new_page()
                waiting.insert(0, part)
                continue
            part, *rest = parts or [part]
            waiting = rest + waiting
            _width, height = part.wrap(sheet.width, sheet.room)
        part.drawOn(sheet.canvas, sheet.left, sheet.y - height)
        sheet.y -= height
    sheet.y -= 5


def _table(sheet: Sheet, paper: Paper, table: Table, below: float) -> None:
    size = 8.0 if paper.is_wide else 9.5
    if table.title:
        sheet.need(90)
        sheet.y -= 3
        _balanced(sheet, plain(table.title), BOLD, BODY, (0, sheet.width))
        sheet.y -= 4
    notes = len(table.notes) * SMALL * LEADING * 2 if below else 0
    draw_table(sheet, table, size, keep=below + notes + 8)
    for note in table.notes:
        sheet.lines(printable(plain(note)), ITALIC, SMALL)
    sheet.y -= 8


def _foot_height(head: Letterhead) -> float:
    """Room for the recipients and the signature; a long list of recipients may run on to the next page."""
    if head.signer is None:
        return 15 * min(len(head.recipients), 10)
    signature = len(head.signer.lines()) * 17 + _ROOM_TO_SIGN + 20
    return max(15 * min(len(head.recipients), 10) + 20, signature)


def _foot(sheet: Sheet, head: Letterhead) -> None:
    """Recipients left, signature right; nothing is drawn where a person signs."""
    signer, recipients = head.signer, head.recipient_lines()
    sheet.need(_foot_height(head))
    top = sheet.y
    if signer is not None:
        block = (sheet.width / 2, sheet.width)
        for line in signer.lines():
            _balanced(sheet, line, BOLD, BODY, block)
        if signer.name:
            sheet.y -= _ROOM_TO_SIGN
            _balanced(sheet, plain(signer.name), BOLD, BODY, block)
    sheet.y = top
    if recipients:
        sheet.line(RECIPIENTS, BOLD_ITALIC, NAMES, start=0)
    for line in recipients:
        sheet.lines(line, REGULAR, SMALL, room=sheet.width * 0.48)
