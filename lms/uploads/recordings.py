"""What a recording, its captions or a PDF begins with; nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError


def check_recording(head: bytes, ending: str) -> None:
    """The first 16 bytes of a file whose name ends in `ending` (mp3, m4a, mp4, vtt, pdf).

    Raises FileError: not_this_format.
    """
    if not _MAGIC[ending](head):
        raise FileError("not_this_format", _("The file is not what its name says (.%(ending)s).") % {"ending": ending})


def _is_mp3(head: bytes) -> bool:
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "mp3": _is_mp3,
    "m4a": _is_mp4,
    "mp4": _is_mp4,
    "vtt": lambda head: head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    "pdf": lambda head: head.startswith(b"%PDF-"),
}
