"""A question file of somebody else, read by a child process that can neither grow nor linger (trust.md §6)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.formats.encoding import decode
from courses.formats.files import Format, Read
from courses.formats.ir import ImportedOption, ImportedPicture, ImportedQuestion, Problem
from lms.uploads.checks import FileError, check_size
from lms.uploads.pictures import Rendered

READER = Path(__file__).with_name("reader.py")
MOST_MEMORY = 512
"""MB of the child."""
MOST_SECONDS = 20
"""Of its work."""
MOST_WAITING = 60
"""Seconds until it is given up."""
BUSY = (9, 24)
"""SIGKILL and SIGXCPU: the system's answer to a process that used up its seconds."""


def read_apart(kept: Format, content: bytes, confirmed: str = "", *, megabytes: int = MOST_MEMORY) -> Read:
    """As `Format.read`, in a process of its own. Workbooks have theirs already (lms.uploads.sheets).

    Raises FileError, also parse_timeout where the child used up its time or its memory, and Refused for letters that
    cannot be read.
    """
    check_size(len(content))
    if not (kept.is_text or kept.has_pictures):
        return kept.read(content, confirmed)
    if kept.is_text:
        content = decode(content, confirmed=confirmed)[0].encode()
    command = [
        sys.executable, "-I", str(READER), kept.name, get_language() or "vi", str(megabytes), str(MOST_SECONDS)
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the caller's in the command
            command, input=content, capture_output=True, timeout=MOST_WAITING, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if -done.returncode in BUSY:
        raise _too_long()
    answer: dict[str, Any] = json.loads(done.stdout) if not done.returncode else {"error": "parse_timeout"}
    if answer.get("error") == "parse_timeout":
        raise _too_long()
    if "error" in answer:
        raise FileError(answer["error"], answer["message"])
    return [_question(one) for one in answer["questions"]], [Problem(**one) for one in answer["problems"]]


def _too_long() -> FileError:
    message = _("Reading the file took too long or too much memory. Cut it into several files.")
    return FileError("parse_timeout", message)


def _question(said: dict[str, Any]) -> ImportedQuestion:
    values = said | {name: tuple(said[name]) for name in ("category", "tags", "notes")}
    values["options"] = tuple(ImportedOption(**one) for one in said["options"])
    values["pictures"] = tuple(_picture(one) for one in said["pictures"])
    return ImportedQuestion(**values)


def _picture(said: dict[str, Any]) -> ImportedPicture:
    found = said["rendered"]
    if found is None:
        return ImportedPicture(**said)
    sizes = {int(width): base64.b64decode(content) for width, content in found["sizes"].items()}
    rendered = Rendered(**found | {"master": base64.b64decode(found["master"]), "sizes": sizes})
    return ImportedPicture(**said | {"rendered": rendered})
