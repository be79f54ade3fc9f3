"""A table of a Word file, written as XML: python-docx walks the whole table again for every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from lms.papers.paper import PRINTED_ROWS, shares, too_long
from lms.papers.table import NO_ROWS, Align, Cell, Column, Heading, Section, Table, headings, on_paper, plain

ROW_STYLE, HEAD_STYLE = "Paper Row", "Paper Head"

_NAMES = nsdecls("w")
_JC: dict[Align, str] = {"left": "left", "centre": "center", "right": "right"}
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in _SIDES)
_CANNOT_SPLIT, _REPEATED = "<w:cantSplit/>", "<w:cantSplit/><w:tblHeader/>"


def append_table(document: Any, table: Table, width: int, *, keep: bool) -> None:
    """At the end of the document, `width` in twips, its head on every page; `keep` ties its last row to what follows.

    Raises Refused (paper_too_long) past PRINTED_ROWS rows.
    """
    widths = shares(table.columns, width)
    grid = "".join(f'<w:gridCol w:w="{share}"/>' for share in widths)
    body = parse_xml(
        f'<w:tbl {_NAMES}><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>"
    )
    document.element.body.insert_element_before(body, "w:sectPr")
    for row in _rows(table, widths):
        body.append(parse_xml(row))
    if keep:
        for shape in body.tr_lst[-1].iter(qn("w:pPr")):
            shape.get_or_add_keepNext()


def _rows(table: Table, widths: Sequence[int]) -> Iterator[str]:
    yield from _head(table.columns, widths)
    count = 0
    for count, row in enumerate(table.read(), start=1):
        if count > PRINTED_ROWS:
            raise too_long(PRINTED_ROWS)
        yield _row(_section(table, row, widths) if isinstance(row, Section) else _cells(row, table.columns, widths))
    if not count:
        yield _row(_cell(NO_ROWS, sum(widths), "center", span=len(widths), look="<w:i/>"))


def _row(cells: str, kind: str = _CANNOT_SPLIT) -> str:
    return f"<w:tr {_NAMES}><w:trPr>{kind}</w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, align: str, *, span: int = 1, look: str = "", merge: str = "") -> str:
    style = "PaperHead" if merge or look == HEAD_STYLE else "PaperRow"
    run = f"<w:rPr>{look}</w:rPr>" if look.startswith("<") else ""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(line) for line in text.split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r>{run}<w:t xml:space="preserve">{lines}</w:t></w:r></w:p></w:tc>'
    )


def _cells(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], look: str = "") -> str:
    return "".join(
        _cell(on_paper(cell), width, _JC[column.align], look=look)
        for cell, column, width in zip(row, columns, widths, strict=True)
    )


def _section(table: Table, section: Section, widths: Sequence[int]) -> str:
    first = len(widths) - len(section.figures)
    text = _cell(plain(section.text), sum(widths[:first]), "left", span=first, look="<w:b/>")
    return text + _cells(section.figures, table.columns[first:], widths[first:], "<w:b/>")


def _head(columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    """A heading that hangs down stands in each of its rows, as Word wants it: begun, then continued without text."""
    levels = headings(columns)
    covering = [heading for level in levels for heading in level]
    for row in range(len(levels)):
        here = sorted((each for each in covering if each.row <= row < each.row + each.rows), key=lambda it: it.column)
        yield _row("".join(_heading(each, row, widths) for each in here), _REPEATED)


def _heading(heading: Heading, row: int, widths: Sequence[int]) -> str:
    width = sum(widths[heading.column : heading.column + heading.columns])
    merge = "" if heading.rows == 1 else '<w:vMerge w:val="restart"/>' if row == heading.row else "<w:vMerge/>"
    text = heading.text if row == heading.row else ""
    return _cell(text, width, "center", span=heading.columns, merge=merge, look=HEAD_STYLE)
