"""The refused questions of a check as a file to mend and send again, each with what is wrong (learning.md §4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.formats import question_csv, question_xlsx
from courses.formats.files import FORMATS, XLSX
from courses.formats.question_table import HEADINGS, TEMPLATE
from lms.jobs.models import ImportLine, ImportRun, Verdict


def refused_file(run: ImportRun) -> tuple[bytes, str, str]:
    """Content, ending, content type. GIFT and Moodle XML say the reason in a comment, tables in a last column.

    Aiken knows no comments: its refused questions come as a table to read.
    """
    kept = FORMATS[run.kind.partition(":")[2]]
    lines = run.lines.filter(verdict=Verdict.REFUSED).order_by("row", "pk").iterator(chunk_size=500)
    if kept.is_table:
        rows = list(_cells(lines))
        content = question_xlsx.written(rows) if kept.name == "xlsx" else question_csv.written(rows)
        return content, kept.ending, kept.content_type
    if kept.name == "gift":
        return "\n\n".join(map(_gift, lines)).encode() + b"\n", kept.ending, kept.content_type
    if kept.name == "moodle-xml":
        return _xml(lines).encode(), kept.ending, kept.content_type
    rows = [[_("Line"), _("Error"), _("Text")], *([str(line.row), _said(line), _raw(line)] for line in lines)]
    return question_xlsx.written(rows), "xlsx", XLSX


def _raw(line: ImportLine) -> Any:
    return line.data.get("raw", "")


def _said(line: ImportLine) -> str:
    return f"{line.message} ({line.code})"


def _cells(lines: Iterable[ImportLine]) -> Iterator[list[str]]:
    found = [(line, _raw(line) or {}) for line in lines]
    names = [name for name in HEADINGS if name in TEMPLATE or any(name in raw for _line, raw in found)]
    yield [*(HEADINGS[name] for name in names), _("Error")]
    for line, raw in found:
        yield [*(raw.get(name, "") for name in names), _said(line)]


def _gift(line: ImportLine) -> str:
    reason = _("Line %(line)s: %(reason)s") % {"line": line.row, "reason": _said(line)}
    return f"// {reason}\n{_raw(line)}"


def _xml(lines: Iterable[ImportLine]) -> str:
    """A comment may hold no two hyphens."""
    parts = [f"<!-- {line.row}: {_said(line).replace('-', '–')} -->\n{_raw(line)}" for line in lines]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>", *parts, "</quiz>", ""])
