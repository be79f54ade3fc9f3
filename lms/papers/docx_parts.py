"""Small parts of a Word file that python-docx does not bring: two blocks side by side, short rules, fields."""

from __future__ import annotations

import unicodedata
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from reportlab.pdfbase.pdfmetrics import stringWidth

from lms.papers.paper import Paper


def say(
    paragraph: Any, text: str, *, size: float, align: WD_ALIGN_PARAGRAPH, bold: bool = False, italic: bool = False
) -> Any:
    """One run of text; its lines stay apart."""
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
    paragraph.alignment = align
    return paragraph


def pair(document: Any, paper: Paper, left_percent: int) -> tuple[Any, Any]:
    """Two cells without borders that stay on one page."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left = Mm(paper.text_width * left_percent // 100)
    widths = (left, Mm(paper.text_width) - left)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    )
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = width
    return row.cells[0], row.cells[1]


def measure(text: str, size: float) -> float:
    """Points in bold Times. The metrics at hand know no Vietnamese, but a mark makes no letter wider."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return stringWidth("".join(char for char in bare if not unicodedata.combining(char)), "Times-Bold", size)


def rule(paragraph: Any, room: Length, text: str, size: int, percent: int) -> None:
    """A line under a centred text, `percent` of its length: the upper border of an empty, indented paragraph."""
    length = min(int(Pt(measure(text, size))), int(room)) * percent // 100
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Length((room - length) // 2)
    shape.space_before, shape.line_spacing = Pt(2), Pt(6)
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>')
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def field(name: str) -> Any:
    """A field that Word fills in: PAGE."""
    return parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {name} "><w:r><w:t>2</w:t></w:r></w:fldSimple>')
