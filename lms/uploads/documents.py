"""Evidence that people send: PDF, DOCX, JPEG, PNG. Looked at, never decoded (trust.md §6)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError, check_archive, check_size, extension
from lms.vietnamese.text import clean

MOST_DOCUMENT_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_NAME = 150
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
PDF = b"%PDF-"
_SIZES_OF_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a segment that holds height and width."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""


@dataclass(frozen=True)
class Document:
    """A file that passed: `name` as it was given, cleaned and at most 150 characters; `ending` without the stop."""

    name: str
    ending: str
    content: bytes


def checked_document(name: str, content: bytes) -> Document:
    """The file, looked at from outside. Whoever reads it first looks at the size (`check_size`) before reading.

    Raises FileError: wrong_extension, empty_file, file_too_large, not_this_format, encrypted, archive_bomb,
    too_many_pixels.
    """
    name = clean(name)
    ending = extension(name, KINDS)
    check_size(len(content), MOST_DOCUMENT_BYTES)
    if ending == "pdf":
        _require(content.startswith(PDF) and b"%%EOF" in content[-2048:])
    elif ending == "docx":
        _check_docx(content)
    else:
        check_pixels(png_size(content) if ending == "png" else jpeg_size(content))
    return Document(_shortened(name), ending, content)


def _require(holds: object) -> None:
    if not holds:
        raise FileError("not_this_format", _("The file is damaged, or it is not what its name says."))


def _check_docx(content: bytes) -> None:
    try:
        check_archive(content, "word/document.xml")
    except FileError as error:
        sentences = {
            "encrypted": _("The file is locked with a password. Save it without one and send it again."),
            "archive_bomb": _("The file unpacks to far more than a document needs. Save it as PDF and send that."),
        }
        damaged = _("The file is damaged, or it is not what its name says.")
        raise FileError(error.code, sentences.get(error.code, damaged)) from error
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _require(not any(member.lower().endswith("vbaproject.bin") for member in archive.namelist()))


def check_pixels(size: tuple[int, int] | None) -> None:
    """Raises FileError: not_this_format where the measures are missing or nothing, too_many_pixels."""
    width, height = size or (0, 0)
    _require(width and height)
    if width * height > MOST_PIXELS:
        sentence = _("The picture has more than %(most)s million pixels. Make it smaller and send it again.")
        raise FileError("too_many_pixels", sentence % {"most": MOST_PIXELS // 1_000_000})


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of the first chunk, which must be the header."""
    if not content.startswith(PNG) or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of the first frame, found by the lengths of the segments before it."""
    if not content.startswith(JPEG):
        return None
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in _BARE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _SIZES_OF_JPEG:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def _shortened(name: str) -> str:
    """At most `LONGEST_NAME` characters, the ending kept."""
    stem, _dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
