"""Completion: the facts of an enrolment, the verdict, the row that is kept (learning.md §10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from courses.completing import explain, gather, rules_of, settle
from courses.models import (
    Attempt,
    AttemptState,
    Attendance,
    Completion,
    Counting,
    Enrolment,
    EventKind,
    Override,
    Presence,
    Quiz,
    QuizKind,
    QuizState,
    RunQuiz,
    Sighting,
    Source,
)
from courses.signals import completion_recorded, completion_voided
from courses.tasks import evaluate_enrolment, evaluate_run
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def enrolment():
    return make.enrolment()


def fresh(enrolment):
    return Enrolment.objects.select_related("run__course", "person", "agency").get(pk=enrolment.pk)


def verdict(enrolment, now=NOW):
    return explain([fresh(enrolment)], now)[enrolment.pk]


def codes(enrolment, now=NOW):
    return [item.code for item in verdict(enrolment, now).missing]


def finish_lessons(enrolment, now=NOW):
    for lesson in enrolment.run.course.lessons.all():
        make.done(enrolment, lesson, now)


def quiz_of(run, **fields):
    values = {"kind": QuizKind.GRADED, "state": QuizState.PUBLISHED, "title": "Cuối khóa", "code": f"q-{run.pk}"}
    quiz = Quiz.objects.create(course=run.course, **values | fields)
    RunQuiz.objects.create(run=run, quiz=quiz)
    return quiz


def attempt(enrolment, quiz, number, points, now=NOW, state=AttemptState.GRADED):
    closed = None if state == AttemptState.OPEN else now
    return Attempt.objects.create(
        enrolment=enrolment, quiz=quiz, number=number, state=state, started_at=now, closed_at=closed,
        pass_percent=50, seed="0", points=points, points_possible=100_000,
        void_reason="Trùng lượt" if state == AttemptState.VOIDED else "",
    )  # fmt: skip


def present(session, enrolment, status=Presence.PRESENT):
    at = session.starts_at
    sighting = Sighting(enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=at, status=status)
    return Attendance.record(session, sighting, by=make.account(), action="attendance.mark_for_person", now=at)


def test_lessons_quiz_and_attendance_are_all_asked(enrolment):
    quiz = quiz_of(enrolment.run)
    session = make.session(enrolment.run)
    assert codes(enrolment) == ["lessons_left", "quiz_not_taken", "attendance_low"]
    finish_lessons(enrolment)
    attempt(enrolment, quiz, 1, 49_999)
    assert codes(enrolment) == ["quiz_failed", "attendance_low"]
    attempt(enrolment, quiz, 2, 50_000, NOW + timedelta(days=1))
    assert codes(enrolment, session.ends_at) == ["attendance_unmarked"]
    present(session, enrolment)
    done = verdict(enrolment, session.ends_at)
    assert (done.done, done.on) == (True, enrolment.run.starts_on)


def test_optional_and_unpublished_lessons_are_not_asked(enrolment):
    course = enrolment.run.course
    make.lesson(course, 3, is_required=False)
    make.lesson(course, 4, is_live=False)
    assert verdict(enrolment).items[0].need == 2


def test_the_day_is_that_of_the_last_condition_and_not_of_the_job(enrolment):
    first, second = enrolment.run.course.lessons.in_order()
    make.done(enrolment, second, make.at(10, on=date(2026, 12, 14)))
    make.done(enrolment, first, make.at(23, 30, on=date(2026, 12, 14)))
    assert settle([fresh(enrolment)], make.at(9, on=date(2026, 12, 16))) == 1
    assert Completion.objects.get().completed_on == date(2026, 12, 14)


def test_a_void_attempt_does_not_exist(enrolment):
    quiz = quiz_of(enrolment.run)
    attempt(enrolment, quiz, 1, 90_000, state=AttemptState.VOIDED)
    assert "quiz_not_taken" in codes(enrolment)


def test_an_attempt_that_waits_to_be_marked_says_so(enrolment):
    quiz = quiz_of(enrolment.run)
    attempt(enrolment, quiz, 1, None, state=AttemptState.SUBMITTED)
    assert "waiting_marking" in codes(enrolment)


@pytest.mark.parametrize(
    ("counting", "percent", "day"), [(Counting.BEST, 6000, 1), (Counting.LAST, 4000, 2), (Counting.AVERAGE, 4333, 2)]
)
def test_which_attempt_counts(enrolment, counting, percent, day):
    quiz = quiz_of(enrolment.run, counting=counting, attempts_allowed=0)
    for number, points in enumerate((30_000, 60_000, 40_000)):
        attempt(enrolment, quiz, number + 1, points, NOW + timedelta(days=number))
    fact = gather([fresh(enrolment)], NOW)[enrolment.pk].quizzes[str(quiz.pk)]
    assert (fact.percent_hundredths, fact.attempts_left) == (percent, None)
    assert fact.on == make.DAY + timedelta(days=day)


def test_a_quiz_that_can_no_longer_be_passed_says_so_unless_an_exception_adds_attempts(enrolment):
    quiz = quiz_of(enrolment.run, attempts_allowed=1)
    attempt(enrolment, quiz, 1, 10_000)
    assert codes(enrolment)[-1] == "cannot_reach"
    Override.objects.create(
        quiz=quiz, run=enrolment.run, enrolment=enrolment, extra_attempts=1, reason="Mất điện",
        granted_by=make.account(), granted_at=NOW,
    )  # fmt: skip
    assert "cannot_reach" not in codes(enrolment)


def test_attendance_is_of_the_planned_periods_not_of_those_held(enrolment):
    run = enrolment.run
    sessions = [make.session(run, on=run.starts_on + timedelta(days=day)) for day in range(2)]
    present(sessions[0], enrolment)
    item = verdict(enrolment, sessions[0].ends_at).items[1]
    assert (item.code, item.have, item.need, item.still_possible) == ("attendance_low", 8, 13, True)
    sessions[1].cancel(by=make.account(), now=NOW)
    assert verdict(enrolment, sessions[0].ends_at).items[1].ok


def test_the_rule_freezes_with_the_first_completion(enrolment):
    run, other = enrolment.run, make.enrolment(enrolment.run)
    finish_lessons(enrolment)
    settle([fresh(enrolment)], NOW)
    make.lesson(run.course, 3)
    run.refresh_from_db()
    assert run.rule_hash == rules_of([run])[run.pk].sha256()
    assert len(rules_of([run])[run.pk].lessons) == 2
    finish_lessons(other)
    run.course.lessons.filter(position=3).get()
    assert settle([fresh(other)], NOW) == 1


def test_settling_twice_records_one_completion_one_event_and_one_signal(enrolment):
    heard = []

    def hear(completion, now, **kwargs):
        heard.append(completion)

    completion_recorded.connect(hear)
    try:
        finish_lessons(enrolment)
        assert settle([fresh(enrolment)], NOW) == 1
        assert settle([fresh(enrolment)], NOW) == 0
    finally:
        completion_recorded.disconnect(hear)
    completion = Completion.objects.get()
    assert heard == [completion]
    assert completion.agency == enrolment.agency
    assert completion.facts["lessons_done"]
    assert Event.objects.filter(action="completion.record").count() == 1


def test_a_voided_completion_is_not_recorded_again_on_the_same_facts(enrolment):
    finish_lessons(enrolment)
    settle([fresh(enrolment)], NOW)
    completion = Completion.objects.get()
    heard = []

    def hear(completion, **kwargs):
        heard.append(completion.pk)

    completion_voided.connect(hear)
    try:
        with pytest.raises(Refused, match="reason_required"):
            completion.void(" ", by=make.account(), now=NOW)
        assert completion.void("Học hộ", by=make.account(), now=NOW) is True
        assert completion.void("Học hộ", by=make.account(), now=NOW) is False
    finally:
        completion_voided.disconnect(hear)
    assert heard == [completion.pk]
    assert settle([fresh(enrolment)], NOW) == 0
    present(make.session(enrolment.run), enrolment)
    assert settle([fresh(enrolment)], NOW) == 1


def test_somebody_who_is_not_enrolled_does_not_complete(enrolment):
    finish_lessons(enrolment)
    enrolment.withdraw("Bận", by=make.account(), now=NOW)
    assert settle([fresh(enrolment)], NOW) == 0


def test_the_job_of_a_fact_evaluates_the_enrolment(enrolment):
    finish_lessons(enrolment)
    for job in Job.objects.filter(kind="courses.evaluate"):
        assert evaluate_enrolment(job, NOW).finished
    assert Completion.objects.count() == 1


def test_a_run_is_evaluated_in_chunks(enrolment, monkeypatch):
    monkeypatch.setattr("courses.tasks.PEOPLE_PER_CHUNK", 2)
    people = [enrolment, *(make.enrolment(enrolment.run) for _number in range(2))]
    for one in people:
        finish_lessons(one)
    job = Job.ask("courses.evaluate_run", key="run:x", payload={"run": enrolment.run_id}, now=NOW)
    chunk = evaluate_run(job, NOW)
    assert (chunk.finished, chunk.done_count, chunk.total) == (False, 2, 3)
    job.cursor, job.done_count = chunk.cursor, chunk.done_count
    chunk = evaluate_run(job, NOW)
    assert (chunk.finished, chunk.result) == (True, {"recorded": 3})


@pytest.mark.parametrize("people", [1, 6])
def test_why_not_costs_seven_queries_however_many_people(enrolment, people, django_assert_num_queries):
    run = enrolment.run
    quiz, session = quiz_of(run), make.session(run)
    everybody = [enrolment, *(make.enrolment(run) for _number in range(people - 1))]
    for one in everybody:
        finish_lessons(one)
        attempt(one, quiz, 1, 10_000)
        present(session, one)
    rows = list(Enrolment.objects.select_related("run__course", "person", "agency"))
    with django_assert_num_queries(7):
        assert len(explain(rows, NOW)) == people
