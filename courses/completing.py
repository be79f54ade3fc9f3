"""Completion: the rule of a run and the facts of its people, gathered for the one evaluator (learning.md §10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

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


def rules_of(runs: Collection[Run]) -> dict[int, Rule]:
    """What each run asks, by primary key: frozen since its first completion, else as its course stands. Two queries."""
    changing = [run for run in runs if not run.rule_hash]
    lessons: dict[int, list[int]] = defaultdict(list)
    required = Lesson.objects.live().filter(course__in={run.course_id for run in changing}, is_required=True)
    for course_id, lesson_id in required.in_order().values_list("course_id", "pk"):
        lessons[course_id].append(lesson_id)
    quizzes: dict[int, dict[str, int]] = defaultdict(dict)
    asked = RunQuiz.objects.filter(run__in=changing, is_required=True)
    for run_id, quiz_id, percent in asked.values_list("run_id", "quiz_id", "quiz__pass_percent"):
        quizzes[run_id][str(quiz_id)] = percent
    rules = {run.pk: Rule(tuple(lessons[run.course_id]), quizzes[run.pk], run.attendance_percent) for run in changing}
    return rules | {run.pk: Rule.from_dict(run.rule) for run in runs if run.rule_hash}


def gather(enrolments: Collection[Enrolment], now: datetime) -> dict[int, Facts]:
    """What is known of each enrolment, by primary key. Six queries, whatever their number."""
    lessons: dict[int, dict[str, date]] = defaultdict(dict)
    done = Progress.objects.done().filter(enrolment__in=enrolments)
    for enrolment_id, lesson_id, done_at in done.values_list("enrolment_id", "lesson_id", "done_at"):
        if done_at is not None:
            lessons[enrolment_id][str(lesson_id)] = local_day(done_at)
    quizzes = _quiz_facts(enrolments)
    sessions = _session_facts(enrolments, now)
    return {row.pk: Facts(lessons[row.pk], quizzes[row.pk], tuple(sessions[row.pk])) for row in enrolments}


def _quiz_facts(enrolments: Collection[Enrolment]) -> dict[int, dict[str, QuizFact]]:
    """Per enrolment and quiz (id as text): of every quiz of its run. Void attempts do not exist."""
    attempts: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    rows = Attempt.objects.filter(enrolment__in=enrolments).exclude(state=AttemptState.VOIDED)
    for attempt in rows.order_by("number"):
        attempts[attempt.enrolment_id, attempt.quiz_id].append(attempt)
    runs = {row.run_id for row in enrolments}
    overrides = list(Override.objects.in_force().filter(run__in=runs))
    asked: dict[int, list[RunQuiz]] = defaultdict(list)
    for run_quiz in RunQuiz.objects.filter(run__in=runs).select_related("quiz", "run"):
        asked[run_quiz.run_id].append(run_quiz)
    return {
        row.pk: {
            str(run_quiz.quiz_id): _quiz_fact(
                run_quiz.quiz, attempts[row.pk, run_quiz.quiz_id], terms(row, run_quiz, overrides).extra_attempts
            )
            for run_quiz in asked[row.run_id]
        }
        for row in enrolments
    }


def hundredths(attempt: Attempt) -> int:
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
    results = [hundredths(attempt) for attempt in graded]
    if quiz.counting == Counting.LAST:
        percent, deciding = results[-1], graded[-1]
    elif quiz.counting == Counting.AVERAGE:
        percent, deciding = sum(results) // len(results), graded[-1]
    else:
        percent = max(results)
        passed = [one for one, result in zip(graded, results, strict=True) if result >= quiz.pass_percent * 100]
        deciding = passed[0] if passed else graded[results.index(percent)]
    on = local_day(deciding.closed_at) if deciding.closed_at else None
    return QuizFact(percent, on, waiting, left)


def _session_facts(enrolments: Collection[Enrolment], now: datetime) -> dict[int, list[SessionFact]]:
    """Per enrolment, every required session that is not cancelled; a claim that nobody confirmed is not a mark."""
    sessions: dict[int, list[Session]] = defaultdict(list)
    required = Session.objects.held().filter(run__in={row.run_id for row in enrolments}, is_required=True)
    for session in required.in_order():
        sessions[session.run_id].append(session)
    kept = {(row.enrolment_id, row.session_id): row for row in Attendance.objects.filter(enrolment__in=enrolments)}
    facts: dict[int, list[SessionFact]] = defaultdict(list)
    for enrolment in enrolments:
        for session in sessions[enrolment.run_id]:
            row = kept.get((enrolment.pk, session.pk))
            facts[enrolment.pk].append(
                SessionFact(
                    planned_half=2 * session.study_periods,
                    earned_half=row.half_periods if row else 0,
                    on=local_day(session.ends_at),
                    is_marked=bool(row and row.status and not row.is_unconfirmed),
                    is_over=session.ends_at <= now,
                )
            )
    return facts


def explain(enrolments: Collection[Enrolment], now: datetime) -> dict[int, Verdict]:
    """The verdict on each enrolment, by primary key; needs their runs in hand. Eight queries, whatever their number."""
    runs = {row.run_id: row.run for row in enrolments}
    rules, facts = rules_of(list(runs.values())), gather(enrolments, now)
    return {row.pk: evaluate(rules[row.run_id], facts[row.pk]) for row in enrolments}


def settle(enrolments: Collection[Enrolment], now: datetime) -> int:
    """Evaluate, and record the completions that are due; how many were recorded. Repeating it changes nothing."""
    enrolled = [row for row in enrolments if row.state == EnrolmentState.ENROLLED]
    rules, facts = rules_of([row.run for row in enrolled]), gather(enrolled, now)
    recorded = 0
    for row in enrolled:
        rule = rules[row.run_id]
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
