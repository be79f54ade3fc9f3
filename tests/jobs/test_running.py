"""Chunks and their progress: both or neither, again after a failure, never after a refusal."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

import pytest

from lms.jobs.handlers import Chunk
from lms.jobs.models import Job, Notification
from lms.jobs.models.jobs import MAX_ATTEMPTS
from lms.jobs.running import work
from lms.refusal import Refused
from tests.jobs.kinds import counting, handled

pytestmark = pytest.mark.django_db


def note(number: int, due_at=None) -> Notification:
    return Notification.plan(UUID(int=number), kind="k", subject="s", slot="x", due_at=due_at)


def test_a_job_runs_through_its_chunks(clock, now):
    seen: list[int] = []
    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(3, seen.append)):
        assert work(job.pk, clock=clock) is None
    job.refresh_from_db()
    assert seen == [0, 1, 2]
    assert (job.state, job.done_count, job.total, job.percent, job.result) == ("done", 3, 3, 100, {"last": 2})
    assert (job.lease_token, job.lease_until) == ("", None)


def test_a_second_wake_finds_nothing_to_do(clock, now):
    seen: list[int] = []
    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(1, seen.append)):
        for _wake in range(3):
            work(job.pk, clock=clock)
    assert seen == [0]


def test_a_chunk_and_its_progress_are_stored_together(clock, now):
    def effect(number):
        note(number, now)
        if number == 2:
            raise ConnectionError("Nguyễn Thị Lan")

    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(5, effect)):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.cursor, job.error) == ("queued", 2, {"next": 2}, "ConnectionError")
    assert Notification.objects.count() == 2


def test_a_failed_chunk_is_tried_again_later_and_later_and_then_no_more(clock, now, caplog):
    def effect(number):
        raise ValueError("Nguyễn Thị Lan")

    job = Job.ask("test.work", key="1", now=now)
    waits = []
    with handled(counting(1, effect)), caplog.at_level(logging.ERROR):
        for _try in range(MAX_ATTEMPTS):
            before = clock.now
            work(job.pk, clock=clock)
            job.refresh_from_db()
            waits.append((job.due_at - before).total_seconds() // 10 * 10)
            clock.now = max(clock.now, job.due_at)
    assert waits[:7] == [10, 20, 40, 80, 160, 320, 640]
    assert (job.state, job.error, job.attempts) == ("dead", "ValueError", MAX_ATTEMPTS)
    assert "ValueError" in caplog.text
    assert "Lan" not in caplog.text


def test_a_refusal_ends_the_job_at_once_with_its_code(clock, now):
    def effect(number):
        raise Refused("series_closed", "The series is closed.")

    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(1, effect)):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("dead", "series_closed", 1)


def test_a_lost_lease_takes_the_chunk_back_and_stops(clock, now):
    def effect(number):
        note(number, now)
        Job.objects.filter(key="1").update(lease_token="somebody-else")

    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(3, effect)):
        assert work(job.pk, clock=clock) is None
    job.refresh_from_db()
    assert (job.state, job.done_count, job.error) == ("running", 0, "")
    assert Notification.objects.count() == 0


def test_a_cancelled_job_stops_before_its_next_chunk(clock, now):
    def effect(number):
        if number == 1:
            Job.objects.get(key="1").cancel(now)

    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(5, effect), atomic=False):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error, job.done_count) == ("dead", "cancelled", 1)


def test_a_long_job_steps_aside_and_goes_on_from_its_cursor(clock, now):
    seen: list[int] = []
    job = Job.ask("test.work", key="1", now=now)
    with handled(counting(4, seen.append)):
        for _wake in range(3):
            unfinished = work(job.pk, clock=clock, seconds=0)
            assert unfinished is not None
            assert (unfinished.state, unfinished.attempts) == ("queued", 0)
        assert work(job.pk, clock=clock, seconds=0) is None
    assert seen == [0, 1, 2, 3]


def test_an_unknown_kind_waits_for_a_worker_that_knows_it(clock, now):
    job = Job.ask("test.unknown", key="1", now=now)
    work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "KeyError")
    clock.pass_by(minutes=1)
    with handled(counting(1), kind="test.unknown"):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "done"


def test_files_and_mail_run_outside_the_transaction(clock, now):
    seen = []

    def send(job, at):
        seen.append(note(1, at).pk)
        raise OSError("no server")

    job = Job.ask("test.work", key="1", now=now)
    with handled(send, atomic=False):
        work(job.pk, clock=clock)
    assert Notification.objects.filter(pk__in=seen).count() == 1


def test_an_unknown_total_has_no_percentage(now):
    assert Job.ask("test.work", key="1", now=now).percent is None
    assert Job(done_count=1, total=3).percent == 33


def test_results_survive_a_chunk_that_has_none(clock, now):
    chunks = iter([Chunk(1, 2, result={"file": "a"}), Chunk(2, 2, finished=True)])
    job = Job.ask("test.work", key="1", now=now)
    with handled(lambda job, at: next(chunks)):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.result == {"file": "a"}
    assert job.done_at == clock.now
    assert job.created_at == now
    assert job.done_at - now < timedelta(minutes=1)
