"""`manage.py coverage --plan CODE --period 2026`: a report on standard output, by the function that the screen uses."""

from __future__ import annotations

import json
import re
from argparse import ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.coverage.counting import Report, answer
from lms.coverage.models import ClosedReport
from lms.coverage.question import Question, View
from lms.coverage.records import as_csv, as_record
from lms.coverage.tables import live
from lms.coverage.verifying import verify
from lms.days import HERE, local_day
from lms.papers.files import Kind, write
from lms.people.models import Group
from lms.plan.models import Period, PeriodKind, PlanTask
from lms.refusal import Refused

PERIOD = re.compile(r"(?P<year>\d{4})(-(?P<part>H[12]|9M|Q[1-4]|\d{2}))?")
KINDS = {
    None: (PeriodKind.YEAR, 1),
    "H1": (PeriodKind.FIRST_HALF, 1),
    "H2": (PeriodKind.SECOND_HALF, 1),
    "9M": (PeriodKind.NINE_MONTHS, 1),
}


class Command(BaseCommand):
    """Counts and prints, or writes Biểu 01 into a file; the data base stays as it is."""

    help = "Print the coverage of a plan's training task in a period."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is asked."""
        parser.add_argument("--verify", metavar="REPORT", help="plan:task:period:version of a closed report, or its id")
        parser.add_argument("--plan", help="code of the plan")
        parser.add_argument("--task", default="", help="code of the task; the first that requires training")
        parser.add_argument("--period", help="2026, 2026-H1, 2026-H2, 2026-9M, 2026-Q1 or 2026-05")
        parser.add_argument("--group", choices=Group.values)
        parser.add_argument("--as-of", type=_day, help="2026-06-30; the cut-off day of the period")
        parser.add_argument("--known-at", type=_moment, help="2027-01-20T08:00 (time in Vietnam); now")
        parser.add_argument("--view", choices=list(View), default=View.THEN, help="then: agencies as they were; now")
        parser.add_argument("--on", type=_day, help="the day of `--view now`; today")
        parser.add_argument("--format", choices=["json", *Kind], default="json", help="csv without --out: bare figures")
        parser.add_argument("--out", metavar="FILE", help="Biểu 01 into this file: xlsx, pdf, docx or csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print, or verify."""
        if options["verify"]:
            return self._verify(options["verify"])
        if not options["plan"] or not options["period"]:
            raise CommandError("Say --plan and --period, or --verify.")
        try:
            asked = _question(options)
            if options["out"]:
                return _write(asked, options["format"], Path(options["out"]))
            self._print(answer(asked), options["format"])
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused

    def _print(self, report: Report, kind: str) -> None:
        if kind == "csv":
            self.stdout.write(as_csv(report), ending="")
        elif kind == "json":
            self.stdout.write(json.dumps(as_record(report), ensure_ascii=False, indent=1))
        else:
            raise CommandError(f"A {kind} file needs a place: --out FILE.")

    def _verify(self, which: str) -> None:
        """Recompute a closed report from its rows and from the history; exit 1 where something differs."""
        verdict = verify(_report(which))
        for sentence in verdict.sentences():
            self.stdout.write(sentence)
        if not verdict.is_equal:
            raise CommandError("NOT EQUAL")
        self.stdout.write("EQUAL")


def _question(options: dict[str, Any]) -> Question:
    """What the options ask. Raises Refused as `Question.ask`."""
    asked = Question.ask(
        _task(options["plan"], options["task"]),
        _period(options["period"]),
        group=options["group"],
        as_of=options["as_of"],
        known_at=options["known_at"],
    )
    if options["view"] == View.THEN:
        return asked
    return asked.seen(options["on"] or local_day(timezone.now()))


def _write(asked: Question, kind: str, out: Path) -> None:
    """The record, or Biểu 01 as the screen hands it out."""
    if kind == "json":
        out.write_text(json.dumps(as_record(answer(asked)), ensure_ascii=False, indent=1), encoding="utf-8")
        return
    paper = live(asked).paper()
    with out.open("wb") as file:
        write(paper, Kind(kind), file)


def _report(which: str) -> ClosedReport:
    parts = which.split(":")
    if len(parts) == 1 and which.isdecimal():
        found = ClosedReport.objects.filter(pk=int(which)).first()
    elif len(parts) == 4 and parts[3].isdecimal():
        period = _period(parts[2])
        found = ClosedReport.objects.filter(
            task__plan__code=parts[0], task__code=parts[1], period=period, version=int(parts[3])
        ).first()
    else:
        found = None
    if found is None:
        raise CommandError(f"There is no closed report {which}: write PLAN:TASK:2026:1, or its id.")
    return found


def _task(plan: str, code: str) -> PlanTask:
    tasks = PlanTask.objects.filter(plan__code=plan).select_related("plan").in_order()
    found = (tasks.filter(code=code) if code else tasks.filter(requirements__isnull=False)).first()
    if found is None:
        raise CommandError(f"The plan {plan} has no such task." if code else f"No task of a plan {plan} asks training.")
    return found


def _period(text: str) -> Period:
    parts = PERIOD.fullmatch(text)
    if parts is None:
        raise CommandError(f"{text} is not a period: write 2026, 2026-H1, 2026-H2, 2026-9M, 2026-Q1 or 2026-05.")
    part = parts["part"]
    if part in KINDS:
        kind, number = KINDS[part]
    elif part.startswith("Q"):
        kind, number = PeriodKind.QUARTER, int(part[1:])
    else:
        kind, number = PeriodKind.MONTH, int(part)
    found = Period.objects.filter(year=int(parts["year"]), kind=kind, number=number).first()
    if found is None:
        raise CommandError(f"The period {text} is not loaded: manage.py load_calendar {parts['year']}")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a day like 2026-06-30") from error


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a moment like 2027-01-20T08:00") from error
    return found if found.tzinfo else found.replace(tzinfo=HERE)
