"""Papers to test with, and how each kind of file is read back."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pypdf
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from lms.papers.files import Kind, write
from lms.papers.letterhead import Letterhead, Signer
from lms.papers.paper import Paper
from lms.papers.table import Column, Section, Table, Tenths

ON_ROSTER = ("Tổng số người thuộc diện",)
AMONG = (*ON_ROSTER, "Trong đó")
COLUMNS = (
    Column("STT", 10, "centre"),
    Column("Cơ quan, đơn vị, địa phương", 48),
    Column("Đầu mối", 30),
    Column("Tổng số người thuộc diện", 18, "right", ON_ROSTER),
    Column("cán bộ truyền thông", 16, "right", AMONG),
    Column("phóng viên", 16, "right", AMONG),
    Column("biên tập viên", 16, "right", AMONG),
    Column("Số người đã bồi dưỡng trong kỳ", 18, "right"),
    Column("Số lượt người", 16, "right"),
    Column("Tỷ lệ (%)", 14, "right"),
    Column("Tình trạng báo cáo", 20, "centre"),
    Column("Ghi chú", 26),
)
BARE_LETTERS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

PAYLOADS = [
    *("=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","Xem")', "=SUM(A1:A9)", "=A1", "= 1+1", "=@SUM(1)"),
    *("==1", "=-1", "=+1", "=\t1", "=1\n=2", "={1;2}", "=DDE(1)", "=IMPORTXML(1)", "=WEBSERVICE(1)", "=TRUE()"),
    *("+1+1", "+cmd|' /C calc'!A0", "+A1", "++1", "-1+1", "-2+3+cmd|' /C calc'!A0", "-A1", "--1", "@SUM(1+1)", "@A1"),
    *("\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u200b=1+1", "\ufeff=1+1", "\u00a0=1+1", "\x00=1+1", "Hà;=1+1"),
    *("＝1+1", "http://x.example", "mailto:a@x.example", "<r><t>=1</t></r>"),
]  # fmt: skip


def head(**given):
    """A report of a department that is made up."""
    usual: dict[str, Any] = {
        "superior": "Ủy ban nhân dân tỉnh Minh Họa",
        "issuer": "Sở Minh Họa",
        "number": "5/BC-SMH",
        "place": "Minh Họa",
        "dated_on": date(2026, 3, 5),
        "kind": "Báo cáo",
        "abstract": "Kết quả tập huấn năm 2026",
        "recipients": ("UBND tỉnh (báo cáo)", "Lưu: VT"),
        "signer": Signer("Phó Giám đốc", "KT. Giám đốc", "Nguyễn Văn Minh Họa"),
    }
    return Letterhead(**(usual | given))


def agency_row(number):
    return (number, f"Phường {number}", "Lan", 1_234_567, 2, 3, 4, 5, 6, Tenths(667), "đúng hạn", None)


def wide(row_count, **given):
    """Twelve columns under three rows of headings."""
    rows = [Section("A. Các sở, ban, ngành"), *(agency_row(number) for number in range(1, row_count + 1))]
    total = Section("Tổng cộng", (1_234_567, 2, 3, 4, 5, 6, Tenths(1000), None, None))
    return Paper(head(), (Table(COLUMNS, rows, "Biểu 01", total=total),), "landscape", **given)


def of_texts(texts):
    """A paper with a table of two columns: a number and a text."""
    columns = (Column("STT", 15), Column("Nội dung", 140))
    return Paper(head(), (Table(columns, list(enumerate(texts, start=1)), "Bảng"),))


def made(paper, kind):
    """The bytes of a file."""
    out = io.BytesIO()
    write(paper, Kind(kind), out)
    return out.getvalue()


def sheet_rows(data):
    """A workbook's first sheet as Excel would show it, typed."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def sheet_xml(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def csv_rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def word(data):
    return Document(io.BytesIO(data))


def word_rows(data):
    """The rows of the tables with borders: the letterhead and the signature have none."""
    rows = []
    for table in word(data).element.body.iter(qn("w:tbl")):
        if table.tblPr.find(qn("w:tblBorders")) is None:
            continue
        for row in table.iter(qn("w:tr")):
            rows.append(["".join(_words(cell)) for cell in row.iter(qn("w:tc"))])
    return rows


def _words(cell):
    for part in cell.iter(qn("w:t"), qn("w:br")):
        yield "\n" if part.tag == qn("w:br") else part.text or ""


def pages(data):
    """The text layer, page by page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
