"""A judged question as a line of the report, and back (learning.md §4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from courses.formats.files import Format
from courses.formats.ir import ImportedOption, ImportedPicture, ImportedQuestion, Problem
from courses.formats.moodle_export import element
from courses.formats.question_table import row_of
from courses.judging import Judged
from lms.jobs.models import ImportLine, Verdict


def line_of(judged: Judged, kept: Format) -> ImportLine:
    """What the report says of a question; what is to be written is kept whole until it is confirmed."""
    question = judged.question
    is_written = judged.change in (Verdict.NEW, Verdict.NEW_VERSION)
    is_converted = is_written and bool(question.notes)
    data: dict[str, Any] = {"stem": question.stem[:200], "type": question.type}
    if is_written:
        data |= {"question": _bare(question), "change": judged.change, "number": judged.number}
    if judged.change == Verdict.REFUSED:
        data["raw"] = _raw(question, kept)
    return ImportLine(
        row=question.line, target=question.code, data=data, message=(judged.message or " ".join(question.notes))[:500],
        verdict=Verdict.CONVERTED if is_converted else judged.change, code=judged.code,
    )  # fmt: skip


def _bare(question: ImportedQuestion) -> dict[str, Any]:
    """Without the pictures themselves: they are kept (`courses.picturing`)."""
    pictures = [{"sha256": one.sha256, "alt": one.alt, "option": one.option} for one in question.pictures]
    return asdict(replace(question, pictures=())) | {"pictures": pictures}


def _raw(question: ImportedQuestion, kept: Format) -> str | dict[str, str]:
    """As it stands in such a file."""
    if kept.is_table:
        return row_of(question)
    return element(question) if kept.name == "moodle-xml" else kept.write([question]).decode()


def problem_line(problem: Problem) -> ImportLine:
    """A duplicate that says the same is no fault; a text that asks nothing is lost, which is said."""
    verdict = Verdict.REFUSED
    if not problem.is_refusal:
        is_twin = problem.code == "duplicate_in_file"
        verdict = Verdict.DUPLICATE_IN_FILE if is_twin else Verdict.CONVERTED
    raw = problem.raw if isinstance(problem.raw, str) else dict(problem.raw)
    return ImportLine(
        row=problem.line, verdict=verdict, code=problem.code, message=problem.message[:500], data={"raw": raw}
    )


def question_in(data: dict[str, Any]) -> ImportedQuestion:
    """A question as a line keeps it."""
    values = data | {name: tuple(data[name]) for name in ("category", "tags", "notes")}
    values["options"] = tuple(ImportedOption(**one) for one in data["options"])
    values["pictures"] = tuple(ImportedPicture(**one) for one in data.get("pictures", ()))
    return ImportedQuestion(**values)


def plan_hash(judged: Iterable[Judged]) -> str:
    """Over what would change."""
    plan = [[one.question.code, one.change, one.number, one.question.fingerprint()] for one in judged]
    return hashlib.sha256(json.dumps(plan).encode()).hexdigest()
