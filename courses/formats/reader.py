"""A program of its own: a question file on standard input, what it holds as JSON on standard output.

It binds itself (arguments: format, language, megabytes, seconds) before it looks at anything, knows no settings of the
server and opens no database. Run by courses.formats.apart.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def read(name: str, language: str, content: bytes) -> dict[str, Any]:
    """The questions and problems, or why the file as a whole is not taken."""
    import django  # noqa: PLC0415 - after the limits, and after the path is set
    from django.conf import settings  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    settings.configure(USE_I18N=True, LANGUAGE_CODE="vi", LOCALE_PATHS=[str(ROOT / "locale")], INSTALLED_APPS=[])
    django.setup()
    from courses.formats import aiken, gift, moodle_xml, question_csv  # noqa: PLC0415
    from lms.uploads.checks import FileError  # noqa: PLC0415

    parse = {"gift": gift.parse, "aiken": aiken.parse, "csv": question_csv.parse}
    with translation.override(language):
        try:
            questions, problems = (
                moodle_xml.parse(content) if name == "moodle-xml" else parse[name](content.decode("utf-8"))
            )
        except FileError as error:
            return {"error": error.code, "message": str(error)}
    return {"questions": [asdict(one) for one in questions], "problems": [asdict(one) for one in problems]}


def _plain(value: Any) -> Any:
    """Bytes of pictures as text; a sentence that waits for its language as it is."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def main() -> None:
    """Limits first."""
    name, language, megabytes, seconds = sys.argv[1:5]
    most = int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, str(ROOT))
    try:
        answer = json.dumps(read(name, language, sys.stdin.buffer.read()), default=_plain)
    except (MemoryError, RecursionError):
        answer = json.dumps({"error": "parse_timeout"})
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
