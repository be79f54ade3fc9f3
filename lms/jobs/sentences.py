"""Why work failed, in words. The row keeps a code alone, for a message may name people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DISK_FULL = "disk_full"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_sentences: dict[str, StrPromise | str] = {
    "cancelled": _("This work was cancelled. Nothing was changed and no file was kept."),
    "lease_lost": _("This work stopped several times before it was done. Tell the administrator."),
    DISK_FULL: _(
        "The disk of the system is full, so the file could not be written; no half file was kept. The system tries "
        "again by itself. If it lasts, tell the administrator."
    ),
    "paper_too_long": _("The table is too long for this kind of file. Ask for XLSX or CSV, or for fewer rows."),
}


def explains(code: str, sentence: StrPromise | str) -> None:
    """The storey that refuses says once what its code means to whoever waits."""
    _sentences[code] = sentence


def sentence_for(code: str) -> str:
    """The sentence of a code; a general one for what nobody foresaw, none for no code."""
    if not code:
        return ""
    unknown = _("This work failed (%(code)s). If the system does not try again by itself, tell the administrator.")
    return str(_sentences[code]) if code in _sentences else str(unknown) % {"code": code}


def code_of(error: BaseException) -> str:
    """What the row keeps of an exception: its class, or that the disk is full, whoever wrapped that."""
    full = any(isinstance(one, OSError) and one.errno in _NO_ROOM for one in _chain(error))
    return DISK_FULL if full else type(error).__name__


def _chain(error: BaseException | None) -> Iterator[object]:
    """An exception, what it carries, and what it was raised from."""
    while error is not None:
        yield error
        yield from error.args
        error = error.__cause__ or error.__context__
