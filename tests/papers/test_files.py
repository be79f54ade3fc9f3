"""Each kind of file: read back, repeated, repeatable, refused."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import unicodedata
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from django.conf import settings
from docx.oxml.ns import qn

from lms.papers import docx_table, pdf_table, xlsx
from lms.papers.paper import Paper, Paragraph
from lms.papers.table import Column, Section, Table, Tenths
from lms.refusal import Refused
from tests.papers.samples import (
    BARE_LETTERS,
    COLUMNS,
    TONES,
    csv_rows,
    head,
    made,
    of_texts,
    pages,
    sheet_rows,
    sheet_xml,
    wide,
    word,
    word_rows,
)  # fmt: skip

VIETNAMESE = [
    variant
    for base in BARE_LETTERS
    for tone in TONES
    for letter in [unicodedata.normalize("NFC", base + tone)]
    for variant in (letter, letter.upper())
    if not letter.isascii()
] + ["đ", "Đ"]
KINDS = ["xlsx", "docx", "pdf", "csv"]
ALL_TYPES = Table(
    (Column("Họ và tên", 60), Column("Ngày", 30), Column("Số", 30, "right"), Column("Tỷ lệ", 30, "right")),
    [("Lan", date(2026, 3, 5), 1_234_567, Tenths(667)), ("Mai", None, -1, Tenths(None)),
     ("Tú", date(1899, 1, 2), 10**18, None)],
)  # fmt: skip


def test_there_are_134_letters_with_marks():
    assert len(set(VIETNAMESE)) == 134


def test_the_text_layer_of_a_pdf_has_every_vietnamese_letter():
    words = "".join(VIETNAMESE)
    lines = [words[start : start + 20] for start in range(0, len(words), 20)]
    faces = (Paragraph("\n".join(lines)), Paragraph("\n".join(lines), "heading"))
    printed = pages(made(Paper(head(), (*faces, of_texts(lines).blocks[0])), "pdf"))[0]
    assert [line for line in lines if printed.count(line) != 3] == []


def test_decomposed_letters_are_put_together_in_every_file():
    name = "Nguyễn Thị Hường"
    paper = of_texts([unicodedata.normalize("NFD", name)])
    assert name in pages(made(paper, "pdf"))[0]
    assert word_rows(made(paper, "docx"))[1][1] == name
    assert name in {row[1] for row in sheet_rows(made(paper, "xlsx"))}
    assert csv_rows(made(paper, "csv"))[1][1] == name


def test_a_workbook_keeps_numbers_and_days():
    rows = sheet_rows(made(Paper(head(), (ALL_TYPES,)), "xlsx"))
    place = next(place for place, row in enumerate(rows) if row[0] == "Lan")
    assert rows[place] == ["Lan", date(2026, 3, 5), 1_234_567, 66.7]
    assert rows[place + 1] == ["Mai", "", -1, "–"]
    assert rows[place + 2] == ["Tú", "02/01/1899", "1.000.000.000.000.000.000", ""]


def test_csv_is_for_programs():
    data = made(Paper(head(), (ALL_TYPES, ALL_TYPES)), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    rows = csv_rows(data)
    assert rows[0] == ["Họ và tên", "Ngày", "Số", "Tỷ lệ"]
    assert rows[1] == ["Lan", "2026-03-05", "1234567", "66.7"]
    assert rows[4:6] == [[], rows[0]]


def test_a_group_stands_before_each_of_its_columns_in_csv():
    rows = csv_rows(made(wide(1), "csv"))
    assert rows[0][3] == "Tổng số người thuộc diện"
    assert rows[0][5] == "Tổng số người thuộc diện: Trong đó: phóng viên"
    assert rows[-1][:5] == ["Tổng cộng", "", "", "1234567", "2"]


def test_all_kinds_hold_the_same_rows():
    texts = ["Lan", "Y Thơm Niê", "K’ Brêm"]
    paper = of_texts(texts)
    assert [row[1] for row in csv_rows(made(paper, "csv"))[1:]] == texts
    assert [row[1] for row in word_rows(made(paper, "docx"))[1:]] == texts
    assert [row[1] for row in sheet_rows(made(paper, "xlsx")) if isinstance(row[0], float)] == texts
    printed = pages(made(paper, "pdf"))[0].split("\n")
    assert [line for line in printed if line in texts] == texts


def test_headings_and_page_numbers_come_again_in_a_pdf():
    printed = pages(made(wide(60), "pdf"))
    assert len(printed) > 2
    assert all("Cơ quan, đơn vị, địa phương" in page.replace("\n", " ") and "Trong đó" in page for page in printed)
    assert [page.split("\n")[0] for page in printed[1:]] == [str(number) for number in range(2, len(printed) + 1)]
    assert not printed[0].startswith("1\n")
    found = re.findall(r"Phường (\d+)\b", "\n".join(printed))
    assert found == [str(number) for number in range(1, 61)]


def test_headings_come_again_in_word_and_pages_are_numbered_from_the_second():
    document = word(made(wide(3), "docx"))
    rows = [row for table in document.element.body.iter(qn("w:tbl")) for row in table.iter(qn("w:tr"))]
    assert sum(row.find(f".//{qn('w:tblHeader')}") is not None for row in rows) == 3
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml
    assert (round(section.page_width.mm), round(section.left_margin.mm), round(section.right_margin.mm)) == (
        297,
        30,
        15,
    )
    assert 'w:lang w:val="vi-VN"' in document.styles.element.xml


def test_a_workbook_repeats_its_headings_and_merges_them():
    data = made(wide(3), "xlsx")
    xml = sheet_xml(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        book = file.read("xl/workbook.xml").decode()
    assert "_xlnm.Print_Titles" in book
    assert 'state="frozen"' in xml
    assert 'orientation="landscape"' in xml
    assert re.search(r'<mergeCell ref="D(\d+):G\1"/>', xml)
    assert re.search(r'<mergeCell ref="A(\d+):A\d+"/>', xml)


@pytest.mark.parametrize("kind", KINDS[:3])
def test_the_letterhead_stands_on_every_printed_paper(kind):
    data = made(of_texts(["Lan"]), kind)
    if kind == "pdf":
        printed = pages(data)[0]
    elif kind == "docx":
        printed = "\n".join(part.text or "" for part in word(data).element.body.iter(qn("w:t")))
    else:
        printed = "\n".join(str(cell) for row in sheet_rows(data) for cell in row)
    for line in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ MINH HỌA", "Số: 05/BC-SMH", "BÁO CÁO",
        "Minh Họa, ngày 05 tháng 3 năm 2026", "Nơi nhận:", "- Lưu: VT.", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Minh Họa",
    ):  # fmt: skip
        assert line in printed


@pytest.mark.parametrize("kind", KINDS[:3])
def test_a_demonstration_says_so(kind):
    def marked(is_demo):
        data = made(wide(40, is_demo=is_demo), kind)
        if kind == "pdf":
            return ["DỮ LIỆU MINH HỌA" in page for page in pages(data)]
        if kind == "xlsx":
            return ["DỮ LIỆU MINH HỌA" in sheet_xml(data)]
        section = word(data).sections[0]
        return ["MINH HỌA" in footer.paragraphs[0].text for footer in (section.footer, section.first_page_footer)]

    assert all(marked(True))
    assert not any(marked(False))


@pytest.mark.parametrize("kind", KINDS[:3])
def test_an_empty_table_says_so(kind):
    data = made(Paper(head(), (Table(COLUMNS, ()),), "landscape"), kind)
    if kind == "pdf":
        assert "Không có số liệu" in pages(data)[0]
    elif kind == "docx":
        assert word_rows(data)[-1] == ["Không có số liệu"]
    else:
        assert "Không có số liệu" in {row[0] for row in sheet_rows(data)}


def test_a_word_longer_than_its_column_is_cut_and_a_row_longer_than_a_page_goes_on():
    name = "Nguyễn" * 10
    texts = [name, " ".join(f"từ{number}" for number in range(3000)), "Mai"]
    table = Table(
        (Column("STT", 10), Column("Nội dung", 30), Column("Ghi chú", 115)), [(1, text, "") for text in texts]
    )
    printed = pages(made(Paper(head(), (table,)), "pdf"))
    assert len(printed) > 4
    assert name in "".join(printed).replace("\n", "")
    assert re.findall(r"từ(\d+)", "\n".join(printed)) == [str(number) for number in range(3000)]


def test_a_section_is_never_the_last_row_of_a_page():
    def rows():
        for number in range(80):
            yield Section(f"Mục {number}")
            yield (number, "Lan")

    table = Table((Column("STT", 20), Column("Họ và tên", 100)), rows())
    for page in pages(made(Paper(replace(head(), recipients=(), signer=None), (table,)), "pdf")):
        assert page.rstrip().endswith("Lan")


@pytest.mark.parametrize("row_count", range(20, 50))
def test_a_signature_never_stands_alone_on_a_page(row_count):
    last = pages(made(of_texts([f"Dòng {number}" for number in range(row_count)]), "pdf"))[-1]
    assert f"Dòng {row_count - 1}" in last
    assert "Nguyễn Văn Minh Họa" in last


def test_the_last_row_of_a_word_table_stays_with_the_signature():
    document = word(made(of_texts(["Lan", "Mai"]), "docx"))
    rows = [row for row in document.element.body.iter(qn("w:tr")) if "Mai" in row.xml or "Lan" in row.xml]
    assert ["w:keepNext" in row.xml for row in rows] == [False, True]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_file_does_not_remember_when_it_was_packed(kind):
    with zipfile.ZipFile(io.BytesIO(made(wide(1), kind))) as file:
        assert {member.date_time[0] for member in file.infolist()} == {1980}


def test_threads_that_write_at_once_write_the_same_bytes():
    with ThreadPoolExecutor(8) as threads:
        files = set(threads.map(lambda _turn: made(wide(40), "pdf"), range(16)))
    assert len(files) == 1


def test_long_prose_goes_over_pages():
    text = " ".join(f"từ{number}" for number in range(2000))
    printed = pages(made(Paper(head(), (Paragraph("Đầu", "heading"), Paragraph(text))), "pdf"))
    assert len(printed) > 1
    assert re.findall(r"từ(\d+)", "\n".join(printed)) == [str(number) for number in range(2000)]


def test_a_character_that_the_font_lacks_is_seen():
    printed = pages(made(of_texts(["Lan 漢"]), "pdf"))[0]
    assert re.search("Lan [□?]", printed)


def test_a_pdf_says_its_title_and_language():
    reader = pypdf.PdfReader(io.BytesIO(made(wide(1), "pdf")))
    assert reader.metadata.title == "Báo cáo Kết quả tập huấn năm 2026"
    assert str(reader.root_object["/Lang"]) == "vi-VN"


SCRIPT = """
import hashlib, sys
from tests.papers.samples import made, wide
print(hashlib.sha256(made(wide(40, is_demo=True), sys.argv[1])).hexdigest())
"""


@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_write_the_same_bytes(kind):
    command = [sys.executable, "-c", SCRIPT, kind]
    told = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout.strip()
    assert told == hashlib.sha256(made(wide(40, is_demo=True), kind)).hexdigest()


@pytest.mark.parametrize(
    ("kind", "module", "limit"),
    [("xlsx", xlsx, "LAST_ROW"), ("docx", docx_table, "PRINTED_ROWS"), ("pdf", pdf_table, "PRINTED_ROWS")],
)
def test_a_file_that_cannot_hold_the_rows_is_refused(monkeypatch, kind, module, limit):
    monkeypatch.setattr(module, limit, 30)
    with pytest.raises(Refused) as refused:
        made(of_texts(["Lan"] * 40), kind)
    assert (refused.value.code, refused.value.status) == ("paper_too_long", 422)


def test_sheets_have_names_that_excel_takes():
    table = Table(
        (Column("STT", 60), Column("Tên", 60)), ((1, "Lan"),), "Biểu 01: [tổng hợp] theo cơ quan, đơn vị, địa phương"
    )
    data = made(Paper(head(), (table, replace(table), replace(table, title=""))), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)
