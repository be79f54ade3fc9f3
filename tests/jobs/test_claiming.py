"""A job is in one pair of hands at a time, and a dead hand lets go after a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lms.jobs.handlers import Chunk
from lms.jobs.models import Job, claimable_q
from lms.jobs.models.jobs import LEASE, MAX_ATTEMPTS

pytestmark = pytest.mark.django_db


def test_a_claimed_job_is_nobody_elses(now):
    asked = Job.ask("test.work", key="1", now=now)
    mine = Job.claim(asked.pk, now=now)
    assert mine is not None
    assert (mine.state, mine.lease_until, mine.attempts) == ("running", now + LEASE, 1)
    assert Job.claim(asked.pk, now=now + LEASE) is None


def test_a_lease_that_ran_out_may_be_taken_over_and_the_old_hand_stores_nothing(now):
    asked = Job.ask("test.work", key="1", now=now)
    dead = Job.claim(asked.pk, now=now)
    heir = Job.claim(asked.pk, now=now + LEASE + timedelta(seconds=1))
    assert dead is not None and heir is not None
    assert dead.lease_token != heir.lease_token
    assert not dead.store(Chunk(7, 7, finished=True), now=now)
    assert not dead.fail("Late", now=now)
    assert heir.store(Chunk(1, 7, {"next": 1}), now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.done_count, asked.error) == ("running", 1, "")


def test_work_is_not_claimed_before_it_is_due(now):
    asked = Job.ask("test.work", key="1", now=now, due_at=now + timedelta(seconds=5))
    assert Job.claim(asked.pk, now=now + timedelta(seconds=4)) is None
    assert Job.claim(asked.pk, now=now + timedelta(seconds=5)) is not None


def test_progress_renews_the_lease_and_forgives_the_tries(now):
    asked = Job.ask("test.work", key="1", now=now)
    job = Job.claim(asked.pk, now=now)
    assert job is not None
    later = now + timedelta(seconds=50)
    assert job.store(Chunk(1, 2), now=later)
    assert not Job.objects.filter(claimable_q(later + timedelta(seconds=59))).exists()
    assert (job.lease_until, job.attempts) == (later + LEASE, 1)


def test_a_job_that_kills_its_workers_is_buried_after_eight_lives(now):
    asked = Job.ask("test.work", key="1", now=now)
    for _life in range(MAX_ATTEMPTS):
        assert Job.claim(asked.pk, now=now) is not None
        now += LEASE + timedelta(seconds=1)
    assert Job.claim(asked.pk, now=now) is None
    asked.refresh_from_db()
    assert (asked.state, asked.error, asked.done_at) == ("dead", "lease_lost", now)


def test_cancelling_takes_the_lease_away(now):
    asked = Job.ask("test.work", key="1", now=now)
    worker = Job.claim(asked.pk, now=now)
    assert worker is not None
    assert asked.cancel(now)
    assert not worker.store(Chunk(1, 1, finished=True), now=now)
    assert (asked.state, asked.error) == ("dead", "cancelled")
    assert not asked.cancel(now)


def test_a_dead_job_gets_new_tries_from_its_cursor(now):
    job = Job.claim(Job.ask("test.work", key="1", now=now).pk, now=now)
    assert job is not None
    assert not job.retry(now)
    assert job.store(Chunk(3, 9, {"next": 3}), now=now)
    assert job.bury("broken", now=now)
    assert job.retry(now + timedelta(days=1))
    again = Job.claim(job.pk, now=now + timedelta(days=1))
    assert again is not None
    assert (again.attempts, again.cursor, again.done_at) == (1, {"next": 3}, None)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "running"},
        {"lease_token": "t"},
        {"state": "done"},
        {"state": "queued", "done_at": "2026-03-02T00:00Z"},
        {"state": "resting"},
        {"done_count": -1},
    ],
)
def test_the_database_refuses_a_state_that_no_verb_makes(now, broken):
    asked = Job.ask("test.work", key="1", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=asked.pk).update(**broken)
