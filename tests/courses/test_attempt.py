"""Attempts: start, save, take over, close (learning.md §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Answer, AnswerFlag, Attempt, AttemptState, ClosedBy, LateAnswer, Override, Typed
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def refused(code, action, *args, **kwargs):
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    assert error.value.code == code
    return error.value


def test_start_freezes_deadline_pass_mark_questions_order_and_points():
    sitting = quizzes.Sitting("single", "matching", limit_minutes=30, pass_percent=60)
    attempt = sitting.start(NOW)
    assert (attempt.number, attempt.epoch, attempt.state) == (1, 1, AttemptState.OPEN)
    assert (attempt.deadline_at, attempt.grace_until) == (NOW + 30 * MINUTE, NOW + 30 * MINUTE + 15 * SECOND)
    assert (attempt.pass_percent, attempt.points_possible) == (60, 20_000)
    first, second = attempt.slots.in_order()
    assert {uid for uid, _side in first.order} == {option.uid for option in sitting.questions[0].options}
    assert [side for _uid, side in second.order] == ["left", "left", "right", "right", "right"]
    assert Answer.objects.filter(slot__attempt=attempt, seq=0, value__isnull=True).count() == 2


def test_the_deadline_is_never_after_the_closing_of_the_quiz():
    sitting = quizzes.Sitting(limit_minutes=30, run_quiz={"closes_at": NOW + 10 * MINUTE})
    assert sitting.start(NOW).deadline_at == NOW + 10 * MINUTE
    assert quizzes.Sitting().start(NOW).deadline_at is None


def test_a_second_start_returns_the_open_attempt_and_says_nothing_new():
    sitting = quizzes.Sitting()
    first, second = sitting.start(NOW), sitting.start(NOW + MINUTE)
    assert first == second
    assert Event.objects.filter(action="attempt.start").count() == 1


@pytest.mark.parametrize(
    ("code", "times"),
    [("not_open", {"opens_at": NOW + SECOND}), ("closed", {"closes_at": NOW}), ("closed", {"closes_at": NOW - SECOND})],
)
def test_a_quiz_is_started_while_it_is_open(code, times):
    refused(code, quizzes.Sitting(run_quiz=times).start, NOW)


def test_only_somebody_enrolled_in_the_class_starts():
    sitting, other = quizzes.Sitting(), quizzes.Sitting()
    assert (
        refused("not_enrolled", Attempt.start, other.enrolment, sitting.run_quiz, by=other.user, now=NOW).status == 404
    )
    sitting.enrolment.state = "withdrawn"
    refused("not_enrolled", sitting.start, NOW)


def test_no_more_attempts_than_allowed_and_a_void_one_does_not_count():
    sitting = quizzes.Sitting(attempts_allowed=1)
    sitting.submit(sitting.start(NOW), NOW)
    refused("no_attempts_left", sitting.start, NOW)
    Attempt.objects.update(state=AttemptState.VOIDED, void_reason="Mất điện cả phòng")
    assert sitting.start(NOW).number == 2


def test_an_exception_grants_time_and_attempts_and_the_personal_one_beats_the_others():
    sitting = quizzes.Sitting(limit_minutes=10, attempts_allowed=1, run_quiz={"closes_at": NOW})
    common = {"quiz": sitting.quiz, "run": sitting.run_quiz.run, "granted_by": sitting.user, "granted_at": NOW}
    Override.objects.create(extra_minutes=50, closes_at=NOW + 90 * MINUTE, reason="Cả lớp", **common)
    assert sitting.start(NOW).deadline_at == NOW + 60 * MINUTE
    Attempt.objects.update(state=AttemptState.SUBMITTED, closed_at=NOW)
    refused("no_attempts_left", sitting.start, NOW)
    Override.objects.create(
        enrolment=sitting.enrolment, extra_attempts=1, closes_at=NOW + 5 * MINUTE, reason="Riêng", **common
    )
    assert sitting.start(NOW).deadline_at == NOW + 5 * MINUTE


def test_a_saved_answer_is_in_the_row_with_its_stamp():
    sitting = quizzes.Sitting()
    attempt = sitting.start(NOW)
    saved = sitting.save(attempt, 1, quizzes.right(sitting.questions[0]), now=NOW + SECOND)
    assert [(one.slot, one.epoch, one.seq, one.saved_at, one.is_current) for one in saved.items] == [
        (1, 1, 1, NOW + SECOND, True)
    ]
    row = quizzes.held(attempt, 1)
    assert (row.value, row.stamp, row.saved_at, row.flag) == (
        quizzes.right(sitting.questions[0]), (1, 1), NOW + SECOND, AnswerFlag.NONE
    )  # fmt: skip


def test_an_older_answer_never_overwrites_and_the_browser_learns_what_is_held():
    sitting = quizzes.Sitting("true_false")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, seq=5, now=NOW)
    stale = sitting.save(attempt, 1, {"answer": False}, seq=4, now=NOW + SECOND).items[0]
    assert (stale.is_current, stale.seq, stale.saved_at) == (False, 5, NOW)
    replay = sitting.save(attempt, 1, {"answer": True}, seq=5, now=NOW + MINUTE).items[0]
    assert (replay.is_current, replay.seq, replay.saved_at) == (True, 5, NOW)
    assert quizzes.held(attempt, 1).value == {"answer": True}


def test_many_answers_are_saved_at_once_each_by_its_own_sequence():
    sitting = quizzes.Sitting("true_false", "true_false", "short_text")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 2, {"answer": True}, seq=9, now=NOW)
    typed = [Typed(1, 1, {"answer": False}, 1), Typed(2, 3, {"answer": False}, 1), Typed(3, 1, {"text": "đường"}, 1)]
    saved = Answer.save_all(attempt.public_id, epoch=1, typed=typed, by=sitting.user, now=NOW + SECOND)
    assert [(one.slot, one.seq, one.is_current) for one in saved.items] == [(1, 1, True), (2, 9, False), (3, 1, True)]
    assert [quizzes.held(attempt, slot).value for slot in (1, 2, 3)] == [
        {"answer": False}, {"answer": True}, {"text": "đường"}
    ]  # fmt: skip


def test_clearing_an_answer_is_an_answer_too():
    sitting = quizzes.Sitting("short_text", "short_text")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"text": "một"}, now=NOW)
    sitting.save(attempt, 1, {"text": "  "}, seq=2, now=NOW)
    both = [Typed(1, 3, None, 1), Typed(2, 1, {"text": "hai"}, 1)]
    Answer.save_all(attempt.public_id, epoch=1, typed=both, by=sitting.user, now=NOW)
    assert (quizzes.held(attempt, 1).value, quizzes.held(attempt, 1).seq) == (None, 3)
    sitting.submit(attempt, NOW)
    assert attempt.answered_count == 1


def test_a_number_is_acknowledged_as_it_was_understood():
    sitting = quizzes.Sitting("numeric")
    saved = sitting.save(sitting.start(NOW), 1, {"text": "1734,50"}, now=NOW)
    assert saved.items[0].understood == "1.734,50"


@pytest.mark.parametrize(
    "typed",
    [
        [],
        [Typed(1, 1, None, 1)] * 2,
        [Typed(9, 1, None, 1)],
        [Typed(1, 0, None, 1)],
        [Typed(1, 2_000_000, None, 1)],
        [Typed(1, 1, None, 2)],
        [Typed(1, 1, {"answer": "yes"}, 1)],
        [Typed(1, 1, "đúng", 1)],
        [Typed(slot, 1, None, 1) for slot in range(1, 52)],
    ],
)
def test_what_cannot_be_an_answer_is_refused_whole(typed):
    sitting = quizzes.Sitting("true_false")
    attempt = sitting.start(NOW)
    error = refused("bad_value", Answer.save_all, attempt.public_id, epoch=1, typed=typed, by=sitting.user, now=NOW)
    assert error.status == 422
    assert quizzes.held(attempt, 1).seq == 0


def test_nobody_writes_into_the_attempt_of_another():
    sitting, other = quizzes.Sitting("true_false"), quizzes.Sitting()
    attempt = sitting.start(NOW)
    for stranger in (other.user, make.account(None, "coordinator")):
        with pytest.raises(Attempt.DoesNotExist):
            Answer.save_all(attempt.public_id, epoch=1, typed=[Typed(1, 1, {"answer": True}, 1)], by=stranger, now=NOW)


def test_the_second_tab_takes_over_and_the_first_writes_no_more():
    sitting = quizzes.Sitting("true_false")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, seq=40, now=NOW)
    assert attempt.take_over(epoch=1, now=NOW) == 2
    refused("epoch_stale", sitting.save, attempt, 1, {"answer": False}, seq=41, epoch=1, now=NOW)
    refused("epoch_stale", attempt.take_over, epoch=1, now=NOW)
    sitting.save(attempt, 1, {"answer": False}, seq=1, epoch=2, now=NOW)
    assert quizzes.held(attempt, 1).stamp == (2, 1)
    refused("epoch_stale", attempt.submit, epoch=1, by=sitting.user, now=NOW)


def test_an_answer_of_the_lost_tab_is_sent_by_the_new_one_unless_it_is_older_than_what_is_held():
    sitting = quizzes.Sitting("true_false", "true_false")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, seq=1, now=NOW)
    attempt.take_over(epoch=1, now=NOW)
    sitting.save(attempt, 1, {"answer": True}, seq=1, epoch=2, now=NOW)
    journal = [Typed(1, 2, {"answer": False}, 1), Typed(2, 1, {"answer": False}, 1)]
    saved = Answer.save_all(attempt.public_id, epoch=2, typed=journal, by=sitting.user, now=NOW)
    assert [one.is_current for one in saved.items] == [False, True]
    assert [quizzes.held(attempt, slot).value for slot in (1, 2)] == [{"answer": True}, {"answer": False}]


def test_a_right_paper_earns_all_points_whatever_the_types():
    sitting = quizzes.Sitting(*(type_ for type_ in quizzes.TYPES if type_ != "essay"))
    attempt = sitting.start(NOW)
    sitting.answer_rightly(attempt, NOW)
    sitting.submit(attempt, NOW + MINUTE)
    assert (attempt.state, attempt.points, attempt.points_possible) == (AttemptState.GRADED, 70_000, 70_000)
    assert attempt.is_passed
    assert (attempt.closed_by, attempt.closed_at, attempt.graded_at) == (ClosedBy.PERSON, NOW + MINUTE, NOW + MINUTE)
    assert list(attempt.slots.values_list("points", flat=True)) == [10_000] * 7


def test_submitting_asks_for_an_evaluation_in_the_same_transaction_and_writes_one_event():
    sitting = quizzes.Sitting()
    attempt = sitting.submit(sitting.start(NOW), NOW)
    job = Job.objects.get(kind="courses.evaluate")
    assert (job.key, job.payload) == (
        f"enrolment:{sitting.enrolment.pk}:attempt:{attempt.pk}", {"enrolment": sitting.enrolment.pk}
    )  # fmt: skip
    event = Event.objects.get(action="attempt.submit")
    assert (event.actor, event.object_id) == (str(sitting.user.public_id), str(attempt.public_id))


def test_an_essay_waits_for_a_marker_unless_nothing_was_written():
    sitting = quizzes.Sitting("essay", "true_false")
    attempt = sitting.start(NOW)
    sitting.answer_rightly(attempt, NOW)
    sitting.submit(attempt, NOW)
    assert (attempt.state, attempt.points, attempt.graded_at) == (AttemptState.SUBMITTED, None, None)
    assert list(attempt.slots.in_order().values_list("points", flat=True)) == [None, 10_000]
    empty = quizzes.Sitting("essay")
    assert empty.submit(empty.start(NOW), NOW).state == AttemptState.GRADED


def test_every_repeat_of_the_submit_gives_the_same_receipt():
    sitting = quizzes.Sitting()
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, quizzes.right(sitting.questions[0]), now=NOW)
    assert attempt.submit(epoch=1, by=sitting.user, now=NOW)
    receipt, again = attempt.receipt, Attempt.objects.get()
    assert not again.submit(epoch=1, by=sitting.user, now=NOW + MINUTE)
    assert (again.receipt, again.closed_at, again.answered_count) == (receipt, NOW, 1)
    assert len(receipt) == 9
    assert receipt[4] == "-"


def test_nothing_is_closed_while_the_browser_holds_answers_that_the_server_lacks():
    sitting = quizzes.Sitting("true_false", "true_false")
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, now=NOW)
    have = {1: (1, 1), 2: (1, 3)}
    error = refused("answers_missing", attempt.submit, epoch=1, have=have, by=sitting.user, now=NOW)
    assert error.details == {"slots": [2]}
    attempt.refresh_from_db()
    assert attempt.is_open
    sitting.save(attempt, 2, {"answer": True}, seq=3, now=NOW)
    assert attempt.submit(epoch=1, have=have, by=sitting.user, now=NOW)


def test_after_ones_own_submit_an_answer_is_refused():
    sitting = quizzes.Sitting("true_false")
    attempt = sitting.submit(sitting.start(NOW), NOW)
    refused("attempt_closed", sitting.save, attempt, 1, {"answer": True}, now=NOW)
    refused("attempt_closed", attempt.take_over, epoch=1, now=NOW)
    assert not LateAnswer.objects.exists()


def test_fifteen_seconds_of_grace_count_with_a_flag_and_one_more_is_kept_apart():
    sitting = quizzes.Sitting("true_false", "true_false", limit_minutes=10)
    attempt = sitting.start(NOW)
    deadline = NOW + 10 * MINUTE
    sitting.save(attempt, 1, {"answer": True}, now=deadline)
    assert quizzes.held(attempt, 1).flag == AnswerFlag.NONE
    sitting.save(attempt, 1, {"answer": True}, seq=2, now=deadline + 15 * SECOND)
    assert quizzes.held(attempt, 1).flag == AnswerFlag.GRACE
    late = sitting.save(attempt, 2, {"answer": True}, now=deadline + 16 * SECOND)
    assert (late.late, late.items) == ((2,), ())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.closed_by, attempt.closed_at) == (AttemptState.GRADED, ClosedBy.CLOCK, deadline)
    assert (attempt.points, attempt.answered_count) == (10_000, 1)
    assert LateAnswer.objects.get().value == {"answer": True}


def test_late_answers_are_kept_for_a_day_once_each_and_told_once():
    sitting = quizzes.Sitting("true_false", "true_false", limit_minutes=10)
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, now=NOW)
    attempt.close_by_clock(NOW + 11 * MINUTE)
    tomorrow = NOW + 10 * MINUTE + timedelta(hours=24)
    for _again in range(2):
        sitting.save(attempt, 2, {"answer": False}, now=tomorrow)
    assert LateAnswer.objects.count() == 1
    assert Event.objects.filter(action="attempt.save_late_kept_apart").count() == 1
    known = sitting.save(attempt, 1, {"answer": True}, now=tomorrow + SECOND)
    assert (known.late, known.items[0].is_current) == ((), True)
    refused("attempt_closed", sitting.save, attempt, 2, {"answer": True}, seq=2, now=tomorrow + SECOND)


def test_submitting_after_the_time_is_the_closing_by_the_clock():
    sitting = quizzes.Sitting(limit_minutes=10)
    attempt = sitting.submit(sitting.start(NOW), NOW + 11 * MINUTE)
    assert (attempt.closed_by, attempt.closed_at) == (ClosedBy.CLOCK, NOW + 10 * MINUTE)
    assert Event.objects.filter(action="attempt.close_by_clock", actor="system").count() == 1


def test_a_start_after_an_expired_attempt_closes_it_and_begins_the_next():
    sitting = quizzes.Sitting(limit_minutes=10)
    first = sitting.start(NOW)
    second = sitting.start(NOW + 11 * MINUTE)
    first.refresh_from_db()
    assert (first.state, second.number) == (AttemptState.GRADED, 2)


@pytest.mark.parametrize("seconds", [-1, 0, 14, 15, 16])
def test_expired_means_the_same_in_sql_and_python(seconds):
    attempt = quizzes.Sitting(limit_minutes=10).start(NOW)
    at = NOW + 10 * MINUTE + timedelta(seconds=seconds)
    assert Attempt.objects.expired(at).exists() == attempt.is_expired(at) == (seconds > 15)


@pytest.mark.parametrize(("points", "percent"), [(4999, 50), (5000, 50), (0, 0), (3333, 33), (3299, 33), (10_000, 100)])
def test_passed_means_the_same_in_sql_and_python(points, percent):
    sitting = quizzes.Sitting("true_false", pass_percent=percent)
    sitting.submit(sitting.start(NOW), NOW)
    Attempt.objects.update(points=points)
    attempt = Attempt.objects.get()
    assert Attempt.objects.passed().exists() == attempt.is_passed == (points >= percent * 100)


def test_starting_costs_the_same_for_five_and_for_fifty_questions(django_assert_max_num_queries):
    counts = []
    quizzes.Sitting(limit_minutes=30).start(NOW)  # the job that closes attempts of this minute stands
    for size in (5, 50):
        sitting = quizzes.Sitting(*["single"] * size, limit_minutes=30)
        with django_assert_max_num_queries(20) as counted:
            sitting.start(NOW)
        counts.append(len([row for row in counted if "SAVEPOINT" not in row["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
