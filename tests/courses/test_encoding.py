"""How the bytes of a text file are read (learning.md §4)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import courses
from courses.formats.encoding import decode, looks_double_encoded, looks_legacy
from lms.refusal import Refused

TEXT = "Nguyễn Thị Hòa\nđến trường, bão lũ, được ưu đãi\nK’ Brêm\nỦy ban xã Ea Kiết: 50 000 đ\n"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text):
    """Letters with their circumflex or horn, tones as bytes of their own."""
    parts = []
    for char in unicodedata.normalize("NFC", text):
        split = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(mark for mark in split if mark not in TONES))
        parts.append((base + "".join(mark for mark in split if mark in TONES)).encode("cp1258"))
    return b"".join(parts)


def refusal(raw, **more):
    with pytest.raises(Refused) as caught:
        decode(raw, **more)
    assert caught.value.status == 422
    return caught.value


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
def test_a_mark_or_utf_8_needs_no_question(codec, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    assert decode(mark + TEXT.encode(codec)) == (TEXT, encoding)


def test_windows_1258_is_read_once_the_person_agreed_to_three_lines():
    raw = windows_1258(TEXT)
    asked = refusal(raw)
    assert (asked.code, asked.details["encoding"]) == ("encoding_unconfirmed", "windows-1258")
    assert asked.details["samples"] == TEXT.splitlines()[:3]
    assert decode(raw, confirmed="windows-1258") == (TEXT, "windows-1258")


@pytest.mark.parametrize("text", ["NguyÔn V¨n An, ®­êng, tr­êng", "Nguyeãn Vaên An, ñöôøng, tröôøng"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_old_fonts_are_refused_in_any_encoding(text, codec):
    assert refusal(text.encode(codec)).code == "legacy_font"
    assert refusal(text.encode(codec), confirmed="windows-1258").code == "legacy_font"


def test_utf_8_that_was_misread_once_is_refused():
    raw = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in TEXT.encode()).encode()
    assert refusal(raw).code == "double_encoded"


@pytest.mark.parametrize(
    "raw",
    [b"a\x00b", "Câu".encode("utf-16-le"), b"\xef\xbb\xbf\xff", b"\xff\xfe\x00", b"\x81\x8d\x8f\x90",
     "Привет".encode("cp1251"), "Câu".encode("utf-32")],
)  # fmt: skip
def test_what_is_no_text_that_we_know_is_refused(raw):
    assert refusal(raw, confirmed="windows-1258").code == "encoding_unknown"


def test_no_line_of_the_demonstration_looks_damaged():
    files = [*Path(courses.__file__).parent.glob("data/ttcs-*")]
    lines = [line for file in files for line in decode(file.read_bytes())[0].splitlines()]
    assert len(lines) > 1000
    assert not [line for line in lines if looks_legacy(line) or looks_double_encoded(line)]


def test_a_cell_of_64_kilobytes_takes_no_longer_than_its_length():
    text = "a" * 65_536 + "ế"
    assert decode(text.encode()) == (text, "utf-8")


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=60), st.sampled_from(["", "windows-1258"]))
def test_any_bytes_are_read_or_refused(raw, confirmed):
    try:
        text, encoding = decode(raw, confirmed=confirmed)
    except Refused as refused:
        assert refused.code in ("encoding_unknown", "encoding_unconfirmed", "legacy_font", "double_encoded")
    else:
        assert encoding != "windows-1258" or confirmed
        assert "\x00" not in text
