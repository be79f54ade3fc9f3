"""Attempts under threads: nothing acknowledged is lost, nothing happens twice (trust.md R17, R18; learning.md §8)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from courses.models import Answer, Attempt, AttemptState, Slot, Typed
from courses.receipts import receipt_code
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

NOW = make.at(9)
SECOND = timedelta(seconds=1)


def together(*actions):
    """Run the actions at once, each on its own connection; their results, or the refusals they met."""
    gate = threading.Barrier(len(actions))

    def run(action):
        try:
            gate.wait()
            return action()
        except Refused as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result() for future in [threads.submit(run, action) for action in actions]]


def saver(sitting, attempt, slot, acknowledged):
    """Saves numbers into one slot until it is refused; `acknowledged` gets every one that was confirmed."""

    def run():
        for seq in range(1, 20_000):  # far more than fit before the closing, however the threads are dealt
            try:
                saved = sitting.save(attempt, slot, {"text": str(seq)}, seq=seq, now=NOW + SECOND)
            except Refused as error:
                return error.code
            assert saved.items[0].is_current
            acknowledged[slot] = seq
        return "never refused"

    return run


@pytest.mark.parametrize("round_", range(5))
def test_a_save_that_races_the_submit_is_counted_or_refused(committed, round_):
    sitting = quizzes.Sitting(*["short_text"] * 4)
    attempt = sitting.start(NOW)
    acknowledged: dict[int, int] = {}
    savers = [saver(sitting, attempt, slot, acknowledged) for slot in (1, 2, 3, 4)]

    def submit():
        threading.Event().wait(0.03 + 0.02 * round_)
        return Attempt.objects.get().submit(epoch=1, by=sitting.user, now=NOW + SECOND)

    *refusals, submitted = together(*savers, submit)
    assert submitted is True
    assert refusals == ["attempt_closed"] * 4
    held = {slot: (seq, value) for slot, seq, value in lines()}
    assert {slot: seq for slot, (seq, _value) in held.items() if seq} == acknowledged
    assert all(value == {"text": str(seq)} for seq, value in held.values() if seq)
    closed = Attempt.objects.get()
    assert closed.receipt == receipt_code(lines())  # what was graded is what is in the rows
    assert closed.answered_count == len(acknowledged)


def lines():
    return Slot.objects.values_list("position", "answer__seq", "answer__value")


def test_many_answers_at_once_race_the_submit_all_or_nothing(committed):
    sitting = quizzes.Sitting(*["true_false"] * 6)
    attempt = sitting.start(NOW)
    typed = [Typed(slot, 1, {"answer": True}, 1) for slot in range(1, 7)]

    def save():
        return Answer.save_all(attempt.public_id, epoch=1, typed=typed, by=sitting.user, now=NOW + SECOND)

    results = together(
        *[save] * 6, *[lambda: Attempt.objects.get().submit(epoch=1, by=sitting.user, now=NOW + SECOND)] * 2
    )
    acknowledged = [result for result in results[:6] if not isinstance(result, Refused)]
    assert {result.code for result in results[:6] if isinstance(result, Refused)} <= {"attempt_closed"}
    assert sorted(results[6:]) == [False, True]
    closed = Attempt.objects.get()
    assert closed.answered_count == (6 if acknowledged else 0)
    assert closed.points == closed.answered_count * 10_000


def test_twenty_submits_and_a_racing_save_give_one_result_and_equal_receipts(committed):
    sitting = quizzes.Sitting("true_false")
    attempt = sitting.start(NOW)

    def submit():
        mine = Attempt.objects.get()
        mine.submit(epoch=1, by=sitting.user, now=NOW + SECOND)
        return mine.receipt, mine.closed_at, mine.answered_count, mine.state, mine.points

    def save():
        return sitting.save(attempt, 1, {"answer": True}, now=NOW + SECOND)

    saved, *receipts = together(save, *[submit] * 20)
    assert len(set(receipts)) == 1
    refused = isinstance(saved, Refused) and saved.code == "attempt_closed"
    assert receipts[0][2:] == (0 if refused else 1, AttemptState.GRADED, 0 if refused else 10_000)
    assert Event.objects.filter(action="attempt.submit").count() == 1


def test_fifty_starts_at_once_open_one_attempt_and_two_allowed_are_never_three(committed):
    sitting = quizzes.Sitting("true_false", attempts_allowed=2)

    def start():
        return sitting.start(NOW).pk

    assert len(set(together(*[start] * 50))) == 1
    assert Slot.objects.count() == Answer.objects.count() == 1

    def start_and_submit():
        for _again in range(4):
            sitting.start(NOW).submit(epoch=1, by=sitting.user, now=NOW)

    results = together(*[start_and_submit] * 20)
    assert {result.code for result in results} == {"no_attempts_left"}
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2]
    assert Event.objects.filter(action="attempt.start").count() == 2


def test_of_two_tabs_that_take_over_at_once_one_does(committed):
    attempt = quizzes.Sitting().start(NOW)
    results = together(*[lambda: Attempt.objects.get().take_over(epoch=1, now=NOW)] * 8)
    assert results.count(2) == 1
    assert {result.code for result in results if isinstance(result, Refused)} == {"epoch_stale"}
    attempt.refresh_from_db()
    assert attempt.epoch == 2


def test_old_and_new_answers_in_any_order_leave_the_newest(committed):
    sitting = quizzes.Sitting("short_text")
    attempt = sitting.start(NOW)

    def save(seq):
        return lambda: sitting.save(attempt, 1, {"text": str(seq)}, seq=seq, now=NOW)

    results = together(*[save(seq) for seq in (7, 3, 12, 1, 12, 9, 12, 5)])
    assert quizzes.held(attempt, 1).value == {"text": "12"}
    assert [results[place].items[0].is_current for place in (2, 4, 6)] == [True] * 3
