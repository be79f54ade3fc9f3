"""A paper as a Word file, for those who must still put a number and a signature to it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lms.papers.docx_parts import field, measure, pair, rule, say
from lms.papers.docx_table import HEAD_STYLE, ROW_STYLE, append_table
from lms.papers.letterhead import DEMONSTRATION, MOTTO, NATION, RECIPIENTS, Letterhead, balanced
from lms.papers.paper import LEFT_BLOCK, MARGINS, Paper, Paragraph
from lms.papers.table import Table, plain

FONT = "Times New Roman"
_CENTRE, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
_PACKED = (1980, 1, 1, 0, 0, 0)
_ROOM_TO_SIGN = Pt(80)


def write(paper: Paper, out: IO[bytes]) -> None:
    """The same paper, the same bytes. Raises Refused (paper_too_long) for tables that nobody would print."""
    document = Document()
    _properties(document, paper)
    _styles(document, 11 if paper.is_wide else 12)
    _page(document, paper)
    _head(document, paper)
    blocks = list(paper.flow())
    for place, block in enumerate(blocks, start=1):
        if isinstance(block, Table):
            _table(document, paper, block, is_last=place == len(blocks))
        else:
            _paragraph(document, block, is_last=place == len(blocks))
    _foot(document, paper)
    _save(document, out)


def _properties(document: Any, paper: Paper) -> None:
    day = paper.letterhead.dated_on or date(2000, 1, 1)
    kept, made = document.core_properties, datetime(day.year, day.month, day.day)  # noqa: DTZ001 — python-docx writes it as UTC
    kept.title, kept.author, kept.language = paper.letterhead.title, plain(paper.letterhead.issuer), "vi-VN"
    kept.created = kept.modified = made
    kept.last_modified_by = kept.comments = kept.keywords = kept.subject = ""
    for name, part in list(document.part.package.rels.items()):
        if part.reltype.endswith("/thumbnail"):
            del document.part.package.rels[name]


def _styles(document: Any, table_size: int) -> None:
    body = document.styles["Normal"]
    _font(body, 14)
    body.paragraph_format.space_after = Pt(0)
    body.paragraph_format.line_spacing = 1
    for name, size, bold in ((ROW_STYLE, table_size, False), (HEAD_STYLE, table_size, True)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = body
        _font(style, size)
        style.font.bold = bold
    lang = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    for part in ("w:val", "w:eastAsia"):
        lang.set(qn(part), "vi-VN")


def _font(style: Any, size: int) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    for part in ("w:cs", "w:eastAsia"):
        style.element.rPr.rFonts.set(qn(part), FONT)


def _page(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in paper.page_size)
    section.orientation = WD_ORIENT.PORTRAIT if paper.orientation == "portrait" else WD_ORIENT.LANDSCAPE
    for side, millimetres in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(millimetres))
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    number._p.append(field("PAGE"))
    section.first_page_header.is_linked_to_previous = False
    if paper.is_demo:
        for footer in (section.footer, section.first_page_footer):
            say(footer.paragraphs[0], DEMONSTRATION, bold=True, size=12, align=_CENTRE)


def _head(document: Any, paper: Paper) -> None:
    head = paper.letterhead
    left, right = pair(document, paper, LEFT_BLOCK[paper.orientation])
    _issuer(left, head)
    say(right.paragraphs[0], NATION, bold=True, size=12, align=_CENTRE)
    say(right.add_paragraph(), MOTTO, bold=True, size=13, align=_CENTRE)
    rule(right.add_paragraph(), right.width, MOTTO, 13, 100)
    say(right.add_paragraph(), head.date_line, italic=True, size=14, align=_CENTRE)
    document.add_paragraph()
    if head.kind:
        say(document.add_paragraph(), plain(head.kind).upper(), bold=True, size=14, align=_CENTRE)
    if head.abstract:
        say(document.add_paragraph(), plain(head.abstract), bold=True, size=14, align=_CENTRE)
        rule(document.add_paragraph(), Mm(paper.text_width), plain(head.abstract)[:40], 14, 40)
    for place, line in enumerate(head.addressed_lines()):
        paragraph = say(document.add_paragraph(), line, size=14, align=_LEFT)
        paragraph.paragraph_format.left_indent = Mm(paper.text_width * (30 if place else 25) // 100)
    if head.addressed_to:
        paragraph.paragraph_format.space_after = Pt(12)


def _issuer(cell: Any, head: Letterhead) -> None:
    paragraph = cell.paragraphs[0]
    if head.superior:
        say(paragraph, "\n".join(_capitals(cell, head.superior)), size=12, align=_CENTRE)
        paragraph = cell.add_paragraph()
    issuer = _capitals(cell, head.issuer)
    say(paragraph, "\n".join(issuer), bold=True, size=12, align=_CENTRE)
    rule(cell.add_paragraph(), cell.width, issuer[-1], 12, 40)
    say(cell.add_paragraph(), head.number_line, size=13, align=_CENTRE)
    if head.subject_line:
        say(cell.add_paragraph(), head.subject_line, size=12, align=_CENTRE)


def _capitals(cell: Any, name: str) -> list[str]:
    parts = plain(name).upper().split("\n")
    return [line for part in parts for line in balanced(part, cell.width.pt - 6, lambda text: measure(text, 12))]


def _paragraph(document: Any, block: Paragraph, *, is_last: bool) -> None:
    paragraph = document.add_paragraph()
    say(paragraph, plain(block.text), bold=block.kind == "heading", size=14, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.space_after = Mm(12.7), Pt(6)
    shape.keep_with_next = block.kind == "heading" or is_last


def _table(document: Any, paper: Paper, table: Table, *, is_last: bool) -> None:
    """The last one stays with the signature."""
    if table.title:
        title = say(document.add_paragraph(), plain(table.title), bold=True, size=13, align=_CENTRE)
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(6)
        title.paragraph_format.keep_with_next = True
    append_table(document, table, Mm(paper.text_width).twips, keep=is_last)
    for note in table.notes:
        below = say(document.add_paragraph(), plain(note), italic=True, size=12, align=_LEFT)
        below.paragraph_format.keep_with_next = is_last
    gap = document.add_paragraph().paragraph_format
    gap.line_spacing, gap.keep_with_next = Pt(8), is_last


def _foot(document: Any, paper: Paper) -> None:
    """Recipients left, signature right; nothing is drawn where a person signs."""
    head, signer = paper.letterhead, paper.letterhead.signer
    if not head.recipients and signer is None:
        return
    left, right = pair(document, paper, 50)
    if head.recipients:
        say(left.paragraphs[0], RECIPIENTS, bold=True, italic=True, size=12, align=_LEFT)
    for line in head.recipient_lines():
        say(left.add_paragraph(), line, size=11, align=_LEFT)
    if signer is not None:
        paragraph = right.paragraphs[0]
        for place, line in enumerate(signer.lines()):
            paragraph = right.add_paragraph() if place else paragraph
            say(paragraph, line, bold=True, size=14, align=_CENTRE)
        name = say(right.add_paragraph(), plain(signer.name), bold=True, size=14, align=_CENTRE)
        name.paragraph_format.space_before = _ROOM_TO_SIGN


def _save(document: Any, out: IO[bytes]) -> None:
    """Members with a fixed day: a zip file remembers when it was packed."""
    packed = BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            member = zipfile.ZipInfo(name, _PACKED)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(member, made.read(name))
