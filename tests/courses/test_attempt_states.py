"""Any sequence of saves, replays, take-overs, waiting and submits keeps the newest answers (learning.md §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses.models import Attempt, LateAnswer
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

SLOTS = st.integers(1, 3)
SEQS = st.integers(1, 4)
TEXTS = st.sampled_from(["a", "b"])


SETTINGS = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a failure is reported at once: shrinking takes minutes over a database
)


class Sittings(RuleBasedStateMachine):
    """A model in dictionaries beside the rows: what each slot must hold."""

    @initialize()
    def begin(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.sitting = quizzes.Sitting("short_text", "short_text", "short_text", limit_minutes=60)
        self.now = make.at(9)
        self.attempt = self.sitting.start(self.now)
        self.epoch, self.held, self.late = 1, {}, set()
        self.end = self.now + timedelta(minutes=60, seconds=15)
        self.submitted = False

    def teardown(self):
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @rule(slot=SLOTS, seq=SEQS, text=TEXTS, back=st.integers(0, 2))
    def save(self, slot, seq, text, back):
        epoch = max(1, self.epoch - back)
        try:
            saved = self.sitting.save(self.attempt, slot, {"text": text}, seq=seq, epoch=epoch, now=self.now)
        except Refused as error:
            assert error.code in ("epoch_stale", "attempt_closed")
            over = self.submitted or self.now > self.end
            assert over if error.code == "attempt_closed" else (epoch != self.epoch and not over)
            return
        stamp = (epoch, seq)
        if self.now > self.end:
            assert not self.submitted
            if self.held.get(slot) != (stamp, text):
                assert saved.late == (slot,)
                self.late.add((slot, seq))
            return
        assert not self.submitted
        assert epoch == self.epoch
        before = self.held.get(slot, ((0, 0), None))
        if before[0] < stamp:
            self.held[slot] = (stamp, text)
        assert saved.items[0].is_current == (self.held[slot][1] == text)

    @rule(slot=SLOTS, seq=SEQS, text=TEXTS)
    def save_again(self, slot, seq, text):
        self.save(slot, seq, text, 0)

    @precondition(lambda self: len(self.held) > 1)
    @rule(slot=SLOTS, seq=SEQS, text=TEXTS)
    def save_when_the_time_is_over(self, slot, seq, text):
        self.now = max(self.now, self.end + timedelta(seconds=1))
        self.save(slot, seq, text, 0)

    @precondition(lambda self: not self.submitted)
    @rule()
    def take_over(self):
        try:
            self.epoch = self.attempt.take_over(epoch=self.epoch, now=self.now)
        except Refused as error:
            assert error.code == "attempt_closed"
            assert self.submitted or self.now > self.end

    @rule(minutes=st.sampled_from([1, 20]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.held)
    @rule()
    def submit(self):
        mine = Attempt.objects.get(pk=self.attempt.pk)
        closed = mine.submit(epoch=self.epoch, by=self.sitting.user, now=self.now)
        assert closed == (not self.submitted and self.now <= self.end and mine.closed_by == "person")
        self.submitted = self.submitted or closed
        assert mine.answered_count == len(self.held)

    @precondition(lambda self: self.now > self.end)
    @rule()
    def sweep(self):
        for expired in Attempt.objects.expired(self.now):
            assert expired.close_by_clock(self.now)

    @invariant()
    def the_rows_hold_the_newest_answers(self):
        if not hasattr(self, "held"):
            return
        for slot in (1, 2, 3):
            row = quizzes.held(self.attempt, slot)
            stamp, text = self.held.get(slot, ((0, 0), None))
            assert (row.stamp, (row.value or {}).get("text")) == (stamp, text)
        assert set(LateAnswer.objects.values_list("slot__position", "seq")) == self.late
        current = Attempt.objects.get(pk=self.attempt.pk)
        if not current.is_open:
            assert current.answered_count == len(self.held)


@pytest.mark.django_db
def test_whatever_happens_no_older_answer_wins_and_none_is_lost():
    run_state_machine_as_test(Sittings, settings=SETTINGS)
