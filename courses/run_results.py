"""The results of a class at its tests: one list, for the screen and for the spreadsheet; by given name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from courses.completing import quiz_result
from courses.models import Attempt, AttemptState, Completion, Enrolment, Run, RunQuiz
from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Table, Tenths
from lms.plan.letterheads import of_agency


class Try(NamedTuple):
    """An attempt, as far as results go: the columns that `courses.completing.quiz_result` reads."""

    state: str
    points: int | None
    points_possible: int


@dataclass(frozen=True)
class Result:
    """A person's result at one test. `percent` is in hundredths, None while there is none."""

    percent: int | None
    attempts: int
    is_waiting: bool
    is_passed: bool

    @property
    def tenths(self) -> int | None:
        """Rounded down, so that 49,99 never reads 50."""
        return None if self.percent is None else self.percent // 10

    @property
    def words(self) -> str:
        """What became of it, for the eye."""
        if self.percent is None:
            return _("Waits for marking") if self.is_waiting else _("Not taken") if not self.attempts else _("Open")
        return _("Passed") if self.is_passed else _("Not passed")


@dataclass(frozen=True)
class ResultRow:
    """A person of the class with a result for each test."""

    public_id: str
    name: str
    agency: str
    results: tuple[Result, ...]
    is_completed: bool


@dataclass(frozen=True)
class RunResults:
    """All of it; `tests` in the order of the columns."""

    run: Run
    tests: tuple[RunQuiz, ...]
    rows: tuple[ResultRow, ...]


def results_of(run: Run) -> RunResults:
    """Four queries, however many people there are; no instances."""
    tests = tuple(run.run_quizzes.select_related("quiz").order_by("-quiz__kind", "quiz__title", "pk"))
    tries = _tries(run)
    completed = set(Completion.objects.standing().filter(enrolment__run=run).values_list("enrolment_id", flat=True))
    people = Enrolment.objects.enrolled().filter(run=run).in_order()
    columns = people.values_list("pk", "public_id", "person__full_name", "agency__name")
    rows = tuple(
        ResultRow(
            str(public_id), name, agency or "",
            tuple(_result(test, tries.get((pk, test.quiz_id), [])) for test in tests), pk in completed,
        )
        for pk, public_id, name, agency in columns
    )  # fmt: skip
    return RunResults(run, tests, rows)


def _tries(run: Run) -> Mapping[tuple[int, int], list[Try]]:
    rows = Attempt.objects.filter(enrolment__run=run).exclude(state=AttemptState.VOIDED).order_by("number")
    found: dict[tuple[int, int], list[Try]] = defaultdict(list)
    columns = rows.values_list("enrolment_id", "quiz_id", "state", "points", "points_possible")
    for enrolment, quiz, state, points, possible in columns:
        found[enrolment, quiz].append(Try(state, points, possible))
    return found


def _result(test: RunQuiz, tries: list[Try]) -> Result:
    graded = [one for one in tries if one.state == AttemptState.GRADED]
    percent = quiz_result(test.quiz.counting, graded) if graded else None
    waiting = any(one.state == AttemptState.SUBMITTED for one in tries)
    return Result(percent, len(tries), waiting, percent is not None and percent >= test.quiz.pass_percent * 100)


def export(found: RunResults, *, is_demo: bool) -> Paper:
    """«Kết quả»: the list as a paper with its letterhead."""
    run = found.run
    abstract = f"Kết quả kiểm tra lớp {run.title or run.course.title}\nLớp {run.number}/{run.year}"
    head = of_agency(run.issuer, kind="Báo cáo", abstract=abstract)
    columns = (
        Column("STT", 10, "centre"), Column("Họ và tên", 45), Column("Cơ quan, đơn vị", 60),
        *(
            column
            for test in found.tests
            for column in (
                Column("Kết quả (%)", 20, "right", (test.quiz.title,)),
                Column("Số lượt", 15, "right", (test.quiz.title,)),
                Column("Đạt", 25, "left", (test.quiz.title,)),
            )
        ),
        Column("Hoàn thành", 22, "centre"),
    )  # fmt: skip
    return Paper(head, (Table(columns, _cells(found), title="Kết quả kiểm tra"),), "landscape", is_demo=is_demo)


def _cells(found: RunResults) -> Iterator[tuple[Cell, ...]]:
    for place, row in enumerate(found.rows, start=1):
        figures: list[Cell] = []
        for result in row.results:
            figures += [Tenths(result.tenths) if result.tenths is not None else None, result.attempts, result.words]
        yield place, row.name, row.agency, *figures, "x" if row.is_completed else ""
