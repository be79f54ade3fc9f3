"""What a file must be before it is decoded: extension, size, magic, central directory, in this order (trust.md §6)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import PurePath

from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024 * 1024
MOST_MEMBERS = 200
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
SMALL = 1024 * 1024
"""A member below this size may be packed as tightly as it likes: a sheet of equal rows is no bomb."""

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


class FileError(ValueError):
    """The file as a whole is not taken; `code` is stable, the text is a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def extension(name: str, allowed: Iterable[str]) -> str:
    """The extension of a file's name, without the stop. Raises FileError: wrong_extension."""
    allowed = list(allowed)
    found = PurePath(name).suffix.lower().removeprefix(".")
    if found not in allowed:
        words = {"names": ", ".join(f".{ending}" for ending in allowed)}
        raise FileError("wrong_extension", _("This kind of file is not taken. Send one of: %(names)s.") % words)
    return found


def check_size(size: int, most: int = MOST_BYTES) -> None:
    """Raises FileError: empty_file, file_too_large."""
    if not size:
        raise FileError("empty_file", _("The file is empty."))
    if size > most:
        sentence = _("The file is larger than %(most)s MB.") % {"most": most // (1024 * 1024)}
        raise FileError("file_too_large", sentence)


def members_of(content: bytes) -> list[zipfile.ZipInfo]:
    """What the central directory of an archive lists; nothing is unpacked. Raises BadZipFile, whatever is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (ValueError, NotImplementedError, OverflowError) as error:
        raise zipfile.BadZipFile(str(error)) from error


def check_archive(content: bytes, member: str) -> None:
    """An Office file by its magic and its central directory alone; nothing is unpacked. `member` must be inside.

    Raises FileError: encrypted, not_this_format, archive_bomb.
    """
    if content.startswith(OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise FileError(
                "encrypted", _("The file is locked with a password. Save it without one and send it again.")
            )
        sentence = _("This is a file of an old Excel (.xls) under another name. Save it as .xlsx and send it again.")
        raise FileError("not_this_format", sentence)
    if not content.startswith(ZIP):
        raise FileError(
            "not_this_format", _("The file is not what its name says. Open it in Excel and save it as .xlsx.")
        )
    try:
        members = members_of(content)
    except zipfile.BadZipFile as error:
        raise FileError("not_this_format", _("The file is damaged. Open it in Excel and save it again.")) from error
    if any(info.flag_bits & 1 for info in members):
        raise FileError("encrypted", _("The file is locked with a password. Save it without one and send it again."))
    if _is_bomb(members):
        sentence = _("The file unpacks to far more than a list of people needs. Copy the rows into a new file.")
        raise FileError("archive_bomb", sentence)
    if member not in {info.filename for info in members}:
        raise FileError(
            "not_this_format", _("The file is not what its name says. Open it in Excel and save it as .xlsx.")
        )


def _is_bomb(members: list[zipfile.ZipInfo]) -> bool:
    if len(members) > MOST_MEMBERS or sum(info.file_size for info in members) > MOST_UNPACKED:
        return True
    return any(info.file_size > max(SMALL, MOST_RATIO * info.compress_size) for info in members)
