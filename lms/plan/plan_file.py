"""Reading a plan file: JSON in, clean rows or a list of numbered errors out. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lms.plan.models import Timing
from lms.vietnamese.text import clean

LONGEST = 5000
"""Characters in one text; the longest title of the real plan has 600."""


class PlanFileError(ValueError):
    """What is wrong with the file: one sentence per error, each naming its line or task. Nothing was loaded."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class TaskRow:
    """A task as the file has it, with the parties in the words of the plan."""

    code: str
    section: str
    title: str
    title_en: str
    lead_label: str
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    timing_label: str
    timing: str
    due_on: date | None
    suggested_measure: str


@dataclass(frozen=True)
class PlanRow:
    """The plan as the file has it."""

    code: str
    title: str
    issuer: str
    consolidating: str
    reporting: str
    number: str
    dated_on: date | None
    tasks: tuple[TaskRow, ...]

    @property
    def resolution_day(self) -> date | None:
        """The day on which party names are looked up: the plan's own, else the first day something is due."""
        return self.dated_on or min((task.due_on for task in self.tasks if task.due_on), default=None)


class _Reader:
    """Takes texts and dates out of one JSON object and notes what is missing or wrong, under the object's name."""

    def __init__(self, found: Any, where: str, errors: list[str]) -> None:
        self.found = found if isinstance(found, dict) else {}
        self.where = where
        self.errors = errors
        if not isinstance(found, dict):
            self.complain(_("this is not an object with keys."))

    def complain(self, sentence: str) -> None:
        self.errors.append(f"{self.where}: {sentence}")

    def text(self, key: str, *, needed: bool = True) -> str:
        value = self.found.get(key)
        if key not in self.found and needed:
            self.complain(_("the key «%(key)s» is missing.") % {"key": key})
        elif value is not None and not isinstance(value, str):
            self.complain(_("«%(key)s» is not a text.") % {"key": key})
        elif needed and not clean(value or ""):
            self.complain(_("«%(key)s» is empty.") % {"key": key})
        elif value and len(value) > LONGEST:
            self.complain(_("«%(key)s» is longer than %(most)s characters.") % {"key": key, "most": LONGEST})
        return clean(value) if isinstance(value, str) else ""

    def day(self, key: str) -> date | None:
        value = self.found.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.complain(_("«%(key)s» is not a date like 2023-09-30.") % {"key": key})
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.found.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and clean(item) for item in value):
            self.complain(_("«%(key)s» is not a list of names.") % {"key": key})
            return ()
        return tuple(clean(item) for item in value)

    def timing(self, key: str) -> str:
        value = self.text(key)
        if value and value not in Timing.values:
            self.complain(_("the timing «%(value)s» is unknown.") % {"value": value[:40]})
        return value


def read_plan(content: bytes) -> PlanRow:
    """The plan in `content` (UTF-8 JSON without a byte order mark). Raises PlanFileError with every error found."""
    document = _decode(content)
    errors: list[str] = []
    if not isinstance(document, dict):
        raise PlanFileError([_("line 1: the file must hold an object with «plan» and «tasks».")])
    plan = _Reader(document.get("plan"), _("plan"), errors)
    found = document.get("tasks")
    if not isinstance(found, list) or not found:
        errors.append(_("tasks: the list of tasks is missing or empty."))
        found = []
    row = PlanRow(
        code=plan.text("code"),
        title=plan.text("title_vi"),
        issuer=plan.text("issuer_vi"),
        consolidating=plan.text("consolidating_agency_vi", needed=False),
        reporting=plan.text("reporting_vi", needed=False),
        number=plan.text("number", needed=False),
        dated_on=plan.day("date"),
        tasks=tuple(_tasks(found, errors)),
    )
    if errors:
        raise PlanFileError(errors)
    return row


def _decode(content: bytes) -> Any:
    if not content.strip():
        raise PlanFileError([_("line 1: the file is empty.")])
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise PlanFileError([_("line 1: the file begins with a byte order mark; save it as UTF-8 without one.")])
    try:
        return json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PlanFileError([_("line %(line)s: the file is not UTF-8.") % {"line": line}]) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise PlanFileError([_("line %(line)s, column %(column)s: this is not JSON.") % place]) from error
    except RecursionError as error:
        raise PlanFileError([_("line 1: the file is nested too deeply.")]) from error


def _tasks(found: list[Any], errors: list[str]) -> Iterator[TaskRow]:
    seen: set[str] = set()
    for number, item in enumerate(found, start=1):
        task = _Reader(item, _("task %(number)s") % {"number": number}, errors)
        code = task.text("code")
        if code and code in seen:
            task.complain(_("the code «%(code)s» is used twice.") % {"code": code})
        seen.add(code)
        yield TaskRow(
            code=code,
            section=task.text("section_vi"),
            title=task.text("title_vi"),
            title_en=task.text("title_en", needed=False),
            lead_label=task.text("lead_label_vi"),
            lead=task.texts("lead"),
            coordinating=task.texts("coordinating"),
            timing_label=task.text("timing_vi"),
            timing=task.timing("recurrence"),
            due_on=task.day("due"),
            suggested_measure=task.text("suggested_measure", needed=False),
        )
