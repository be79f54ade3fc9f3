"""A stateful model of one job and several workers: whatever happens in whatever order, effects happen once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lms.jobs.handlers import Chunk
from lms.jobs.models import Job, JobState
from lms.jobs.models.jobs import LEASE, MAX_ATTEMPTS

CHUNKS = 4
WORKERS = st.integers(0, 2)


class OneJob(RuleBasedStateMachine):
    """`hands` are workers with what they believe to hold; the model knows who really does."""

    def __init__(self) -> None:
        super().__init__()
        Job.objects.all().delete()
        self.now = datetime(2026, 3, 2, tzinfo=UTC)
        self.job = Job.ask("model.work", key="1", now=self.now, total=CHUNKS)
        self.hands: dict[int, Job] = {}
        self.holder: int | None = None
        self.held_until = self.now
        self.due_at = self.now
        self.effects = 0
        self.ended = False

    def is_held(self) -> bool:
        return self.holder is not None and self.held_until >= self.now

    @rule(worker=WORKERS)
    def claim(self, worker):
        job = Job.claim(self.job.pk, now=self.now)
        free = not self.ended and (self.held_until < self.now if self.holder is not None else self.due_at <= self.now)
        if job is None:
            row = Job.objects.get()
            assert not free or (row.state == JobState.DEAD and row.error == "lease_lost")
            self.ended = self.ended or row.state == JobState.DEAD
            self.holder = None if self.ended else self.holder
            return
        assert free
        self.hands[worker], self.holder, self.held_until = job, worker, self.now + LEASE

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def store_a_chunk(self, data):
        worker = data.draw(st.sampled_from(sorted(self.hands)))
        done = self.hands[worker].done_count + 1
        stored = self.hands[worker].store(Chunk(done, CHUNKS, {"next": done}, finished=done == CHUNKS), now=self.now)
        assert stored == (self.holder == worker), "whoever lost the lease stores nothing"
        if not stored:
            del self.hands[worker]
            return
        self.effects += 1
        self.held_until = self.now + LEASE
        if done == CHUNKS:
            self.ended, self.holder = True, None
            del self.hands[worker]

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), verb=st.sampled_from(["fail", "bury", "release"]))
    def let_go(self, data, verb):
        worker = data.draw(st.sampled_from(sorted(self.hands)))
        job = self.hands.pop(worker)
        ok = job.release(now=self.now) if verb == "release" else getattr(job, verb)("Error", now=self.now)
        assert ok == (self.holder == worker)
        if ok:
            self.holder = None
            row = Job.objects.get()
            self.ended, self.due_at = row.state == JobState.DEAD, row.due_at
            assert verb != "bury" or self.ended

    @rule(data=st.data())
    def worker_dies(self, data):
        if self.hands:
            worker = data.draw(st.sampled_from(sorted(self.hands)))
            del self.hands[worker]
            self.holder = -1 if self.holder == worker else self.holder

    @rule(seconds=st.sampled_from([1, 30, 61, 4000]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def cancel(self):
        assert self.job.cancel(self.now) == (not self.ended)
        self.ended, self.holder = True, None

    @precondition(lambda self: self.ended)
    @rule()
    def retry(self):
        if self.job.retry(self.now):
            self.ended, self.due_at = False, self.now

    @invariant()
    def the_row_tells_the_model(self):
        row = Job.objects.get()
        assert row.done_count == self.effects <= CHUNKS
        assert (row.state == JobState.RUNNING) == (self.holder is not None)
        assert (row.state in (JobState.DONE, JobState.DEAD)) == self.ended
        assert row.attempts <= MAX_ATTEMPTS + 1
        assert row.state != JobState.DONE or row.done_count == CHUNKS


@pytest.mark.django_db
def test_the_life_of_a_job_follows_its_model():
    run_state_machine_as_test(
        OneJob,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
