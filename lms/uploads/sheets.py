"""The first sheet of a workbook, read by a child process that can neither grow nor linger (trust.md §6)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError, check_archive, check_size

READER = Path(__file__).with_name("workbook_reader.py")
MOST_SECONDS = 60
"""Of waiting; the child ends itself after 20 s of work."""
WORKBOOK = "xl/workbook.xml"
EXCEL_EPOCH = date(1899, 12, 30)


class Unread(Enum):
    """What a cell says is not known."""

    EMPTY_FORMULA = "a formula whose value was never computed"


Value = str | int | float | bool | date | Unread


class SheetRow(NamedTuple):
    """A row that is not empty. `number` is Excel's."""

    number: int
    cells: list[Value]


def read_sheet(content: bytes) -> Iterator[SheetRow]:
    """The rows of the first visible sheet; the whole is decoded before the first one comes.

    Raises FileError: empty_file, file_too_large, encrypted, not_this_format, archive_bomb, too_many_rows,
    too_many_columns, parse_timeout.
    """
    check_size(len(content))
    check_archive(content, WORKBOOK)
    *lines, last = _decoded(content).splitlines() or [b"{}"]
    verdict = json.loads(last)
    if isinstance(verdict, list) or verdict.get("error"):
        raise _error(verdict if isinstance(verdict, dict) else {})
    return (SheetRow(number, [_value(cell) for cell in cells]) for number, cells in map(json.loads, lines))


def serial_day(serial: float) -> date | None:
    """The day that Excel counts as this number: five digits, 1927 to 2173; fewer may be a year: nothing is guessed."""
    return EXCEL_EPOCH + timedelta(days=int(serial)) if 10_000 <= serial < 100_000 else None


def _decoded(content: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the caller's in the command
            [sys.executable, "-I", str(READER)], input=content, capture_output=True, timeout=MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _error({"error": "parse_timeout"}) from error
    if done.returncode < 0:
        raise _error({"error": "parse_timeout" if -done.returncode in _OUT_OF_TIME else "archive_bomb"})
    if done.returncode:
        raise _error({"error": "not_this_format"})
    return done.stdout


_OUT_OF_TIME = (9, 24)
"""SIGKILL and SIGXCPU: the system's answer to a process that used up its seconds."""


def _value(cell: Any) -> Value:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["d"]) if "d" in cell else Unread.EMPTY_FORMULA
    return "" if cell is None else cell


def _error(verdict: dict[str, Any]) -> FileError:
    code = str(verdict.get("error") or "not_this_format")
    words = {"found": verdict.get("found")}
    sentences = {
        "too_many_rows": _("The sheet reaches to row %(found)s; at most 20,000 rows are read. Delete what lies below."),
        "too_many_columns": _("The sheet reaches to column %(found)s; at most 60 are read. Delete what lies beside."),
        "archive_bomb": _("The file unpacks to far more than a list of people needs. Copy the rows into a new file."),
        "encrypted": _("The file is locked with a password. Save it without one and send it again."),
        "parse_timeout": _("Reading the file took too long. Copy the rows into a new file."),
    }
    return FileError(code, sentences.get(code, _("The file is damaged. Open it in Excel and save it again.")) % words)
