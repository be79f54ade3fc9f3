"""The same jobs over a real broker and a real worker: RabbitMQ or Redis, as TEST_BROKER_URL says."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lms.celery import app
from lms.jobs import waking
from lms.jobs.models import ImportLine, ImportRun, Job
from tests.faults.processes import kill, wait_until, worker
from tests.faults.test_killed_worker import let_the_lease_run_out

pytestmark = pytest.mark.services
JOBS, LINES = 5, 8


@pytest.fixture(autouse=True)
def empty_queues():
    """What earlier runs left would wake other rows."""
    assert not settings.BROKER_URL.startswith("filesystem"), "set TEST_BROKER_URL to a real broker"
    with app.connection_for_write() as broker:
        for queue in app.amqp.queues.values():
            bound = queue(broker.default_channel)
            bound.declare()
            bound.purge()


@pytest.fixture
def jobs(committed):
    now = timezone.now()
    with transaction.atomic():
        run = ImportRun.objects.create(kind="faults", sha256="0", actor="system", created_at=now)
        return [
            Job.ask("faults.lines", key=str(n), payload={"import": run.pk, "seconds": 0.05}, total=LINES, now=now)
            for n in range(JOBS)
        ]


def all_done() -> bool:
    return Job.objects.filter(state="done").count() == JOBS


def each_line_once() -> bool:
    rows = sorted(ImportLine.objects.values_list("row", flat=True))
    return rows == sorted(list(range(LINES)) * JOBS)


def test_asking_is_enough(jobs):
    with worker(BROKER_URL=settings.BROKER_URL):
        wait_until(all_done)
    assert each_line_once()


def test_three_wakes_for_one_job_have_one_effect(jobs):
    for _time in range(2):
        assert all(waking.wake(job.pk, job.queue) for job in jobs)
    with worker(BROKER_URL=settings.BROKER_URL), worker(BROKER_URL=settings.BROKER_URL):
        wait_until(all_done)
    assert each_line_once()


def test_a_killed_worker_leaves_its_work_to_the_next(jobs):
    with worker(BROKER_URL=settings.BROKER_URL) as first:
        wait_until(lambda: ImportLine.objects.count() >= LINES // 2)
        kill(first)
    assert not all_done()
    for job in Job.objects.filter(state="running"):
        let_the_lease_run_out(job)
    with worker(BROKER_URL=settings.BROKER_URL):
        wait_until(all_done, seconds=60)
    assert each_line_once()


def test_a_broker_that_is_not_there_costs_a_request_nothing(committed, monkeypatch):
    monkeypatch.setattr(waking._Silence, "until", 0.0)
    scheme = settings.BROKER_URL.partition("://")[0]
    with app.connection_for_write(f"{scheme}://127.0.0.1:9") as nobody:
        real = app.send_task
        monkeypatch.setattr("lms.jobs.waking.current_app.send_task", lambda *a, **k: real(*a, **k, connection=nobody))
        begin = time.monotonic()
        jobs = [Job.ask("faults.lines", key=f"dead-{number}", now=timezone.now()) for number in range(20)]
        spent = time.monotonic() - begin
    assert len({job.pk for job in jobs}) == 20
    assert waking._Silence.until > begin
    assert spent < 3, f"{spent:.2f} s for 20 requests"
