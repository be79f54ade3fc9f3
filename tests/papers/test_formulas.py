"""No cell of any file is ever a formula or a link (trust.md S16), and every text is read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.papers.table import plain
from tests.papers.samples import PAYLOADS, csv_rows, made, of_texts, pages, sheet_rows, sheet_xml, word_rows

STARTS = tuple("=+-@\t\r＝")


def test_there_are_forty_payloads():
    assert len(set(PAYLOADS)) == 40


def test_a_workbook_holds_texts():
    data = made(of_texts(PAYLOADS), "xlsx")
    xml = sheet_xml(data)
    assert "<f" not in xml.replace("<formatting", "")
    assert "<hyperlink" not in xml
    found = [row[1] for row in sheet_rows(data) if isinstance(row[0], float)]
    assert [text.strip() for text in found] == [plain(payload) for payload in PAYLOADS]


def test_a_spreadsheet_that_opens_the_csv_sees_texts():
    rows = csv_rows(made(of_texts(PAYLOADS), "csv"))[1:]
    assert not [text for _number, text in rows for part in text.split(";") if part.startswith(STARTS)]
    assert [text.replace("'", "") for _number, text in rows] == [plain(text).replace("'", "") for text in PAYLOADS]


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_what_is_printed_is_the_text(kind):
    data = made(of_texts(PAYLOADS), kind)
    if kind == "docx":
        assert b"instrText" not in data
        assert [row[1] for row in word_rows(data)[1:]] == [plain(payload) for payload in PAYLOADS]
    else:
        printed = "\n".join(pages(data))
        assert [payload for payload in PAYLOADS if "＝" not in payload and plain(payload) not in printed] == []
        assert b"/URI" not in data


@settings(max_examples=40)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_any_text_is_read_back(texts):
    paper = of_texts(texts)
    said = [plain(text) for text in texts]
    assert [row[1] for row in word_rows(made(paper, "docx"))[1:]] == said
    data = made(paper, "xlsx")
    found = [row[1] for row in sheet_rows(data) if isinstance(row[0], float)]
    assert [str(text).rstrip() if text.startswith("<r>") else text for text in found] == said
    assert not [text for _number, text in csv_rows(made(paper, "csv"))[1:] if text.startswith(STARTS)]
    assert pages(made(paper, "pdf"))
