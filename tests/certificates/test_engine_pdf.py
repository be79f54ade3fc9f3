"""What a rendered file is: the traps of PDF/A, the words on it, its bytes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from certificates.engine.design import default_layout
from certificates.engine.freeze import freeze
from certificates.engine.frozen import Frozen
from certificates.engine.render import Copy, printed_values, render
from tests.certificates.engine_samples import AT, CODE, frozen, snapshot
from tests.certificates.pdf_checker import problems

LONG: dict[str, object] = {
    "person": "Công Tằng Tôn Nữ Thị Ngọc Ánh Nguyệt Bảo Phương",
    "position": "Phó Trưởng phòng Thông tin – Báo chí – Xuất bản kiêm người phát ngôn",
    "workplace": "Sở Nông nghiệp và Phát triển nông thôn tỉnh Bình Thuận",
    "course": "Bồi dưỡng kiến thức, kỹ năng cung cấp thông tin, phát ngôn và xử lý khủng hoảng truyền thông "
    "chính sách cho người phát ngôn của các sở, ban, ngành và ủy ban nhân dân cấp xã năm 2026",
    "note": "Cấp lại, thay thế Giấy chứng nhận số vào sổ 03/2026.",
    "signing": "test",
}
BARE: dict[str, object] = {
    "birth": None,
    "position": "",
    "decision_no": "",
    "decision_on": None,
    "authority": "",
    "form": "",
    "result": "",
}


def text_of(pdf: bytes) -> str:
    """All words in the order of the content, spaces and line ends as single spaces."""
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize("copy", ["original", "view"])
@pytest.mark.parametrize("changes", [{}, LONG, BARE, {"demo": True}, {"issuer": "Sở A & B <1>"}])
def test_a_certificate_falls_into_no_trap(changes: dict[str, object], copy: Copy) -> None:
    assert problems(render(frozen(), snapshot(**changes), issued_at=AT, copy=copy)) == []


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (b"\nendstream", b"endstream\n", "endstream"),
        (b"/Length 1", b"/Length 2", "Length"),
        (b"(D:20260305101500", b"(D:20260305101501", "/ModDate"),
        (b"/F 132", b"/F 004", "appearance or its flags"),
        (b"/Lang (vi-VN)", b"/Lang (en-GB)", "language"),
        (b"/Marked true", b"/Marked fals", "tagged"),
        (b"/FontFile2", b"/FontFile9", "not embedded"),
        (b"startxref\n", b"startxref\n1", "startxref"),
        (b"/StructParents 0", b"/CA 0.5         ", "transparency"),
        (b"<</MCID 8>>", b"<</MCID 7>>", "different things"),
        (b"EMC\nQ\n", b"EMX\nQ\n", "marked content"),
        (b"/GTS_PDFA1", b"/GTS_PDFX1", "output intent"),
        (b"/Size", b"/Encrypt 9 0 R /Size", "encrypted"),
    ],
)
def test_the_checker_notices_each_trap(good: bytes, bad: bytes, sentence: str) -> None:
    before, found, after = render(frozen(), snapshot(), issued_at=AT).rpartition(good)
    assert found == good
    assert sentence in "; ".join(problems(before + bad + after))


@pytest.mark.parametrize("changes", [{}, LONG, BARE])
def test_the_words_on_the_page_are_those_of_the_snapshot(changes: dict[str, object]) -> None:
    made = snapshot(**changes)
    words = text_of(render(frozen(), made, issued_at=AT, copy="view"))
    upper = {"title", "superior", "issuer", "authority", "signer_title"}
    for name, value in printed_values(made, "view").items():
        assert (value.upper() if name in upper else value) in words, name


def test_labels_of_missing_facts_are_not_printed() -> None:
    words = text_of(render(frozen(), snapshot(**BARE), issued_at=AT))
    assert not [label for label in ("Ngày sinh", "Chức vụ", "Theo", "Hình thức", "Kết quả") if label in words]
    assert "Đơn vị công tác: Báo Bình Thuận" in words


def test_only_the_view_copy_says_that_it_is_unsigned() -> None:
    mark = f"BẢN CHƯA KÝ – tra cứu tại taphuan.example.vn/c/{CODE}"
    assert mark in text_of(render(frozen(), snapshot(), issued_at=AT, copy="view"))
    assert "CHƯA KÝ" not in text_of(render(frozen(), snapshot(), issued_at=AT, copy="original"))


@pytest.mark.parametrize("copy", ["original", "view"])
def test_demo_papers_say_so_on_every_copy(copy: Copy) -> None:
    assert "DỮ LIỆU MINH HỌA" in text_of(render(frozen(), snapshot(demo=True), issued_at=AT, copy=copy))


def test_the_file_names_the_certificate_and_its_issuer() -> None:
    info = PdfReader(io.BytesIO(render(frozen(), snapshot(), issued_at=AT))).metadata
    assert info is not None
    assert info.title == "Giấy chứng nhận 05/2026"
    assert info.author == "Sở Văn hóa, Thể thao và Du lịch"
    assert info.creation_date == AT


def test_a_file_holds_no_image() -> None:
    page: Any = PdfReader(io.BytesIO(render(frozen(), snapshot(), issued_at=AT))).pages[0]
    assert set(page["/Resources"]) == {"/Font", "/ProcSet"}
    assert b"\nBI\n" not in page.get_contents().get_data()


def test_a_file_is_small_and_mostly_shared() -> None:
    pdf = render(frozen(), snapshot(**LONG), issued_at=AT, copy="view")
    assert len(pdf) <= 65 * 1024
    assert pdf.startswith(frozen().prefix)
    assert len(pdf) - len(frozen().prefix) <= 12 * 1024


def test_storage_gives_the_same_artefact_back() -> None:
    prefix, tables = frozen().to_parts()
    again = Frozen.from_parts(prefix, tables, sha256=frozen().sha256)
    assert render(again, snapshot(), issued_at=AT) == render(frozen(), snapshot(), issued_at=AT)
    with pytest.raises(ValueError, match="altered"):
        Frozen.from_parts(prefix.replace(b"Sig1", b"Sig2"), tables, sha256=frozen().sha256)
    with pytest.raises(ValueError, match="engine 2"):
        Frozen.from_parts(prefix, {**tables, "engine": 2})


def test_an_artefact_with_more_characters_prints_them() -> None:
    wider = freeze(default_layout(), "çñø")
    pdf = render(wider, snapshot(person="François Muñoz Bjørn"), issued_at=AT)
    assert problems(pdf) == []
    assert "François Muñoz Bjørn" in text_of(pdf)
