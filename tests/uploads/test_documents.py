"""Evidence is looked at before anybody opens it: by its name, its size, its first bytes, its pixels."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.uploads.checks import OLE, FileError
from lms.uploads.documents import LONGEST_NAME, MOST_DOCUMENT_BYTES, checked_document
from tests.make.outside import PDF, jpeg, png


def docx(*more: str, content: bytes = b"<w/>") -> bytes:
    """An archive with a document in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("word/document.xml", *more):
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", PDF), ("a.docx", docx()), ("a.jpg", jpeg()), ("a.JPEG", jpeg()), ("a.png", png())]
)
def test_the_four_kinds_are_taken(name: str, content: bytes) -> None:
    document = checked_document(name, content)
    assert document.content == content
    assert document.ending == name.lower().rpartition(".")[2]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", PDF, "wrong_extension"),
        ("a.pdf.html", PDF, "wrong_extension"),
        ("pdf", PDF, "wrong_extension"),
        ("a.pdf", b"", "empty_file"),
        ("a.pdf", PDF + b" " * MOST_DOCUMENT_BYTES, "file_too_large"),
        ("a.pdf", b"<html>" + PDF, "not_this_format"),
        ("a.pdf", b"%PDF-1.7\n", "not_this_format"),
        ("a.png", PDF, "not_this_format"),
        ("a.png", jpeg(), "not_this_format"),
        ("a.jpg", png(), "not_this_format"),
        ("a.jpg", jpeg()[:12], "not_this_format"),
        ("a.jpg", jpeg(0, 5), "not_this_format"),
        ("a.png", png(5001, 5000), "too_many_pixels"),
        ("a.jpg", jpeg(6000, 5000), "too_many_pixels"),
        ("a.docx", OLE + b"\x00" * 99, "not_this_format"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.docx", docx("word/vbaProject.bin"), "not_this_format"),
        ("a.docx", docx(content=b"0" * 30_000_000), "archive_bomb"),
        ("a.docx", PDF, "not_this_format"),
    ],
)
def test_another_kind_is_refused_with_a_sentence(name: str, content: bytes, code: str) -> None:
    with pytest.raises(FileError) as refused:
        checked_document(name, content)
    assert refused.value.code == code
    assert "Excel" not in str(refused.value)


def test_twenty_five_million_pixels_are_the_most() -> None:
    assert checked_document("a.png", png(5000, 5000))


def test_the_given_name_is_kept_clean_and_short() -> None:
    assert checked_document("Giấy\u202e chứng nhận.pdf", PDF).name == "Giấy chứng nhận.pdf"
    assert checked_document("Giấy.pdf", PDF).name == "Giấy.pdf", "NFC"
    assert checked_document("C:\\ảnh\\a.pdf", PDF).name == "a.pdf"
    long = checked_document("ă" * 300 + ".pdf", PDF).name
    assert len(long) == LONGEST_NAME
    assert long.endswith(".pdf")


@given(st.sampled_from(["a.pdf", "a.png", "a.jpg", "a.docx"]), st.binary(max_size=300))
def test_no_bytes_break_the_checks(name: str, content: bytes) -> None:
    for start in (b"", jpeg()[:20], png()[:16], PDF):
        try:
            checked_document(name, start + content)
        except FileError as refused:
            assert refused.code
