"""Pictures that people send in: measured before they are decoded, then encoded anew, in sizes for a weak network.

What is kept never holds a byte of what came in: no metadata, no place, nothing hidden behind the picture (trust.md §6).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError, check_size
from lms.uploads.documents import JPEG, PNG, check_pixels, jpeg_size, png_size

READER = Path(__file__).with_name("picture_reader.py")
MOST_PICTURE_BYTES = 10 * 1024 * 1024
MOST_SECONDS = 60
"""Of waiting; the child ends itself after 20 s of work."""
WIDTHS = (360, 720)
"""What is served: a phone's width, and twice as many pixels for its screen."""
MOST_SERVED = 60 * 1024
"""Bytes of a served size (learning.md §2)."""
RIFF = b"RIFF"
ENDINGS = ("png", "jpg", "jpeg", "webp")


@dataclass(frozen=True)
class Rendered:
    """A picture encoded anew: `master` as PNG or JPEG for files that go out, `sizes` as WebP by width for pages.

    `sha256` is that of the master. Rendering a master again may give another one (a JPEG loses a little each time): who
    knows it by its sum takes it as it is.
    """

    sha256: str
    ending: str
    width: int
    height: int
    master: bytes
    sizes: dict[int, bytes]


def check_picture(content: bytes) -> None:
    """A picture by its first bytes and its measures alone; nothing is decoded.

    Raises FileError: empty_file, file_too_large, not_this_format, too_many_pixels.
    """
    check_size(len(content), MOST_PICTURE_BYTES)
    if content.startswith(PNG):
        check_pixels(png_size(content))
    elif content.startswith(JPEG):
        check_pixels(jpeg_size(content))
    else:
        check_pixels(webp_size(content))


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in the head of the first chunk; None for whatever is no WebP."""
    if not (content.startswith(RIFF) and content[8:12] == b"WEBP" and len(content) >= 30):
        return None
    read = _WEBP.get(content[12:16])
    return read(content[20:30]) if read else None


def _lossy(head: bytes) -> tuple[int, int] | None:
    if head[3:6] != b"\x9d\x01\x2a":
        return None
    return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF


def _lossless(head: bytes) -> tuple[int, int] | None:
    if head[0] != 0x2F:
        return None
    bits = int.from_bytes(head[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _extended(head: bytes) -> tuple[int, int] | None:
    if head[0] & 0x02:  # an animation: its frames could be many
        return None
    return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1


_WEBP: dict[bytes, Callable[[bytes], tuple[int, int] | None]] = {
    b"VP8 ": _lossy, b"VP8L": _lossless, b"VP8X": _extended,
}  # fmt: skip


def rendered(content: bytes) -> Rendered:
    """The picture, decoded and encoded by a child process that can neither grow nor linger.

    Raises FileError: what `check_picture` refuses, and parse_timeout.
    """
    check_picture(content)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the caller's in the command
            [sys.executable, "-I", str(READER)], input=content, capture_output=True, timeout=MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise FileError(
            "parse_timeout", _("Reading the picture took too long. Make it smaller and send it again.")
        ) from error
    if done.returncode < 0:
        raise FileError("parse_timeout", _("Reading the picture took too long. Make it smaller and send it again."))
    if done.returncode:
        raise damaged()
    return unpacked(done.stdout)


def damaged() -> FileError:
    """The first bytes were those of a picture, the rest is not."""
    return FileError("not_this_format", _("The picture is damaged, or it is no PNG, JPEG or WebP."))


def unpacked(stream: bytes) -> Rendered:
    """What `picture_reader` writes: a line of ending, width, height and the lengths of master and sizes; the bytes."""
    head, _line, rest = stream.partition(b"\n")
    ending, width, height, *lengths = head.decode().split()
    parts = []
    for length in map(int, lengths):
        parts.append(rest[:length])
        rest = rest[length:]
    master, *sizes = parts
    sha256 = hashlib.sha256(master).hexdigest()
    return Rendered(sha256, ending, int(width), int(height), master, dict(zip(WIDTHS, sizes, strict=True)))
