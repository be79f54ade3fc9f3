"""Completion: the rule of a run and the facts of its people, gathered for the one evaluator (learning.md §10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db.models import QuerySet

from courses.evaluation import Facts, QuizFact, Rule, SessionFact, Verdict, evaluate
from courses.models import (
    Attempt,
    AttemptState,
    Attendance,
    Completion,
    Counting,
    Enrolment,
    EnrolmentState,
    Lesson,
    Override,
    Progress,
    Quiz,
    Run,
    RunQuiz,
    Session,
)
from courses.models.overrides import terms
from lms.days import local_day
from lms.prepared import prepared


@prepared
def _lessons(courses: list[int]) -> QuerySet[Lesson]:
    return Lesson.objects.live().filter(course__in=courses).in_order()


@prepared
def _quizzes(runs: list[int]) -> QuerySet[RunQuiz]:
    rows = RunQuiz.objects.filter(run__in=runs).select_related("quiz")
    return rows.order_by("-quiz__kind", "quiz__title", "pk")


@prepared
def _overrides(runs: list[int]) -> QuerySet[Override]:
    return Override.objects.in_force().filter(run__in=runs)


@prepared
def _sessions(runs: list[int]) -> QuerySet[Session]:
    return Session.objects.held().filter(run__in=runs).in_order()


@prepared
def _progress(enrolments: list[int]) -> QuerySet[Progress]:
    return Progress.objects.filter(enrolment__in=enrolments)


@prepared
def _attempts(enrolments: list[int]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(enrolment__in=enrolments).exclude(state=AttemptState.VOIDED).order_by("number")


@prepared
def _attendance(enrolments: list[int]) -> QuerySet[Attendance]:
    return Attendance.objects.filter(enrolment__in=enrolments)


@dataclass(frozen=True)
class Programme:
    """What some runs ask: live lessons by course, quizzes and the sessions that are held by run, all in order."""

    lessons: Mapping[int, list[Lesson]]
    quizzes: Mapping[int, list[RunQuiz]]
    sessions: Mapping[int, list[Session]]
    overrides: list[Override]

    @classmethod
    def of(cls, runs: Collection[Run]) -> Programme:
        """Four queries, whatever the number of runs."""
        by_key = {run.pk: run for run in runs}
        keys = list(by_key)
        lessons: dict[int, list[Lesson]] = defaultdict(list)
        for lesson in _lessons(list({run.course_id for run in runs})):
            lessons[lesson.course_id].append(lesson)
        quizzes: dict[int, list[RunQuiz]] = defaultdict(list)
        for run_quiz in _quizzes(keys):
            run_quiz.run = by_key[run_quiz.run_id]
            quizzes[run_quiz.run_id].append(run_quiz)
        sessions: dict[int, list[Session]] = defaultdict(list)
        for session in _sessions(keys):
            sessions[session.run_id].append(session)
        return cls(lessons, quizzes, sessions, _overrides(keys))

    def rule(self, run: Run) -> Rule:
        """What the run asks: frozen since its first completion, else as its course stands."""
        if run.rule_hash:
            return Rule.from_dict(run.rule)
        required = tuple(lesson.pk for lesson in self.lessons[run.course_id] if lesson.is_required)
        asked = {str(one.quiz_id): one.quiz.pass_percent for one in self.quizzes[run.pk] if one.is_required}
        return Rule(required, asked, run.attendance_percent)


@dataclass(frozen=True)
class Done:
    """What some enrolments have done: by (enrolment, lesson), (enrolment, quiz) and (enrolment, session).

    Void attempts do not exist.
    """

    progress: Mapping[tuple[int, int], Progress]
    attempts: Mapping[tuple[int, int], list[Attempt]]
    attendance: Mapping[tuple[int, int], Attendance]

    @classmethod
    def of(cls, enrolments: Collection[Enrolment]) -> Done:
        """Three queries, whatever the number of enrolments."""
        keys = [row.pk for row in enrolments]
        attempts: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
        for attempt in _attempts(keys):
            attempts[attempt.enrolment_id, attempt.quiz_id].append(attempt)
        return cls(
            {(row.enrolment_id, row.lesson_id): row for row in _progress(keys)},
            attempts,
            {(row.enrolment_id, row.session_id): row for row in _attendance(keys)},
        )


def rules_of(runs: Collection[Run]) -> dict[int, Rule]:
    """What each run asks, by primary key. Four queries, whatever their number."""
    programme = Programme.of(runs)
    return {run.pk: programme.rule(run) for run in runs}


def gather(enrolments: Collection[Enrolment], now: datetime) -> dict[int, Facts]:
    """What is known of each enrolment, by primary key; needs their runs in hand. Seven queries for any number."""
    programme = Programme.of({row.run_id: row.run for row in enrolments}.values())
    return facts_of(enrolments, programme, Done.of(enrolments), now)


def facts_of(enrolments: Collection[Enrolment], programme: Programme, done: Done, now: datetime) -> dict[int, Facts]:
    """The facts of each enrolment, by primary key. No query."""
    lessons: dict[int, dict[str, date]] = defaultdict(dict)
    for (enrolment_id, lesson_id), row in done.progress.items():
        if row.done_at is not None:
            lessons[enrolment_id][str(lesson_id)] = local_day(row.done_at)
    return {
        row.pk: Facts(
            lessons[row.pk], _quiz_facts(row, programme, done), tuple(_session_facts(row, programme, done, now))
        )
        for row in enrolments
    }


def _quiz_facts(enrolment: Enrolment, programme: Programme, done: Done) -> dict[str, QuizFact]:
    """Per quiz (id as text): of every quiz of the run."""
    return {
        str(run_quiz.quiz_id): _quiz_fact(
            run_quiz.quiz,
            done.attempts.get((enrolment.pk, run_quiz.quiz_id), []),
            terms(enrolment, run_quiz, programme.overrides).extra_attempts,
        )
        for run_quiz in programme.quizzes[enrolment.run_id]
    }


class Scored(Protocol):
    """An attempt, or the columns of one that results need."""

    @property
    def points(self) -> int | None: ...

    @property
    def points_possible(self) -> int: ...


def quiz_result(counting: str, graded: Sequence[Scored]) -> int:
    """The result that counts, in hundredths of a percent; `graded` are the graded attempts in order, at least one."""
    results = [hundredths(attempt) for attempt in graded]
    if counting == Counting.LAST:
        return results[-1]
    return sum(results) // len(results) if counting == Counting.AVERAGE else max(results)


def hundredths(attempt: Scored) -> int:
    """The result in hundredths of a percent, rounded down: 49.999 % does not pass 50."""
    return (attempt.points or 0) * 10_000 // attempt.points_possible if attempt.points_possible else 0


def _quiz_fact(quiz: Quiz, tries: list[Attempt], extra: int) -> QuizFact:
    """The result that counts, by the quiz's way of counting; the day is that of the attempt that brought it there."""
    graded = [attempt for attempt in tries if attempt.state == AttemptState.GRADED]
    waiting = any(attempt.state == AttemptState.SUBMITTED for attempt in tries)
    spent = sum(attempt.state != AttemptState.OPEN for attempt in tries)  # an open one can still be passed
    left = None if quiz.attempts_allowed == 0 else max(0, quiz.attempts_allowed + extra - spent)
    if not graded:
        return QuizFact(is_waiting=waiting, attempts_left=left)
    percent, deciding = quiz_result(quiz.counting, graded), graded[-1]
    if quiz.counting == Counting.BEST:
        enough = min(percent, quiz.pass_percent * 100)
        deciding = next(one for one in graded if hundredths(one) >= enough)
    on = local_day(deciding.closed_at) if deciding.closed_at else None
    return QuizFact(percent, on, waiting, left)


def _session_facts(enrolment: Enrolment, programme: Programme, done: Done, now: datetime) -> Iterator[SessionFact]:
    """Every required session that is not cancelled; a claim that nobody confirmed is not a mark."""
    for session in programme.sessions[enrolment.run_id]:
        if not session.is_required:
            continue
        row = done.attendance.get((enrolment.pk, session.pk))
        yield SessionFact(
            planned_half=2 * session.study_periods,
            earned_half=row.half_periods if row else 0,
            on=local_day(session.ends_at),
            is_marked=bool(row and row.status and not row.is_unconfirmed),
            is_over=session.ends_at <= now,
        )


def explain(enrolments: Collection[Enrolment], now: datetime) -> dict[int, Verdict]:
    """The verdict on each enrolment, by primary key; needs their runs in hand. Seven queries, whatever their number."""
    programme = Programme.of({row.run_id: row.run for row in enrolments}.values())
    facts = facts_of(enrolments, programme, Done.of(enrolments), now)
    return {row.pk: evaluate(programme.rule(row.run), facts[row.pk]) for row in enrolments}


def settle(enrolments: Collection[Enrolment], now: datetime) -> int:
    """Evaluate, and record the completions that are due; how many were recorded. Repeating it changes nothing."""
    enrolled = [row for row in enrolments if row.state == EnrolmentState.ENROLLED]
    programme = Programme.of({row.run_id: row.run for row in enrolled}.values())
    facts = facts_of(enrolled, programme, Done.of(enrolled), now)
    recorded = 0
    for row in enrolled:
        rule = programme.rule(row.run)
        verdict = evaluate(rule, facts[row.pk])
        if verdict.done and verdict.on is not None:
            recorded += None is not Completion.record(
                row,
                completed_on=verdict.on,
                facts=facts[row.pk].as_dict(),
                rule=rule.as_dict(),
                rule_hash=rule.sha256(),
                now=now,
            )
    return recorded
