"""Asking for work: once per key, told on commit, indifferent to the broker."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction

from lms.jobs import waking
from lms.jobs.handlers import Chunk, handles
from lms.jobs.models import Job
from tests.jobs.kinds import counting, handled


@pytest.mark.django_db
def test_asking_twice_is_asking_once(now):
    first = Job.ask("test.work", key="run:1", payload={"run": 1}, now=now, total=3, requested_by="u1")
    second = Job.ask("test.work", key="run:1", payload={"run": 2}, now=now + timedelta(hours=1))
    assert first.pk == second.pk
    assert second.payload == {"run": 1}
    assert (second.total, second.requested_by, second.state) == (3, "u1", "queued")


@pytest.mark.django_db
def test_another_kind_is_another_job(now):
    assert Job.ask("test.work", key="1", now=now).pk != Job.ask("test.other", key="1", now=now).pk


@pytest.mark.django_db
def test_the_worker_is_told_after_the_commit(now, wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = Job.ask("test.work", key="1", now=now)
        assert wakes == []
    assert wakes == [(job.pk, "lms")]


@pytest.mark.django_db
def test_work_rolled_back_wakes_nobody(now, wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        Job.ask("test.work", key="1", now=now)
        raise ZeroDivisionError
    assert wakes == []
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_postponed_work_wakes_nobody(now, wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        Job.ask("test.work", key="1", now=now, due_at=now + timedelta(minutes=1))
    assert wakes == []


@pytest.mark.django_db
def test_a_kind_waits_in_the_queue_of_its_handler(now):
    with handled(counting(1)):
        assert Job.ask("test.work", key="1", now=now).queue == "lms"
    assert Job.ask("nobody.knows", key="1", now=now).queue == "lms"


def test_a_dead_broker_is_logged_and_left_alone_for_five_seconds(now, monkeypatch, caplog):
    tries = []

    def refuse(*args, **kwargs):
        tries.append(args)
        raise ConnectionRefusedError("127.0.0.1 with a password")

    monkeypatch.setattr("lms.jobs.waking.current_app.send_task", refuse)
    monkeypatch.setattr(waking._Silence, "until", 0.0)
    with caplog.at_level(logging.WARNING):
        assert not waking.wake(1, "lms")
        assert not waking.wake(2, "lms")
    assert len(tries) == 1
    assert "ConnectionRefusedError" in caplog.text
    assert "password" not in caplog.text
    later = waking._Silence.until + 0.1
    monkeypatch.setattr("lms.jobs.waking.time.monotonic", lambda: later)
    waking.wake(3, "lms")
    assert len(tries) == 2


def test_two_handlers_for_one_kind_are_an_error():
    with handled(counting(1)), pytest.raises(ValueError, match=r"two handlers for test\.work"):
        handles("test.work")(lambda job, now: Chunk(1, 1, finished=True))


def test_many_threads_asking_at_once_make_one_job(committed, now):
    barrier = threading.Barrier(6)
    ids: list[int] = []

    def ask():
        barrier.wait()
        try:
            ids.append(Job.ask("test.work", key="1", now=now, due_at=now + timedelta(days=1)).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1
