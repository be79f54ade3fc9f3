"""The sweep mends what was lost, and floods nobody."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from lms.audit.models import Event
from lms.jobs.handlers import Chunk
from lms.jobs.models import Channel, Job, Notification
from lms.jobs.models.jobs import LEASE
from lms.operate.tasks import delete_leftovers, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def test_lost_and_abandoned_work_is_woken(now, wakes):
    lost = Job.ask("test.work", key="lost", now=now)
    abandoned = Job.ask("test.work", key="abandoned", now=now - timedelta(hours=1))
    assert Job.claim(abandoned.pk, now=now - LEASE - timedelta(seconds=1)) is not None
    running = Job.ask("test.work", key="running", now=now)
    assert Job.claim(running.pk, now=now) is not None
    Job.ask("test.work", key="later", now=now, due_at=now + timedelta(hours=1))
    sweep()
    assert sorted(wakes) == sorted([(lost.pk, "lms"), (abandoned.pk, "lms")])


def test_a_backlog_is_not_woken_again_for_two_minutes(now, wakes):
    Job.ask("test.work", key="1", now=now)
    assert Job.objects.wake_due(now) == 1
    assert Job.objects.wake_due(now + timedelta(seconds=30)) == 0
    assert Job.objects.wake_due(now + timedelta(seconds=121)) == 1


def test_a_sweep_wakes_so_many_and_no_more(now, wakes):
    for number in range(5):
        Job.ask("test.work", key=str(number), now=now - timedelta(minutes=number))
    assert Job.objects.wake_due(now, limit=3) == 3
    oldest_first = [Job.objects.get(pk=job_id).key for job_id, _queue in wakes]
    assert oldest_first == ["4", "3", "2"]


def test_due_mail_becomes_a_job_once_a_minute(now, wakes):
    Notification.plan(UUID(int=1), kind="k", subject="s", slot="x", due_at=now, channel=Channel.EMAIL)
    sweep()
    sweep()
    assert Job.objects.filter(kind="jobs.mail").count() in (1, 2)  # the minute may change between the two


def test_events_are_sealed_and_old_jobs_leave(now, wakes):
    Event.record("test.act", object_kind="test", object_id=1, actor="system", now=now)
    for key, age in (("old", 31), ("young", 29)):
        then = now - timedelta(days=age)
        job = Job.claim(Job.ask("test.work", key=key, now=then).pk, now=then)
        assert job is not None
        assert job.store(Chunk(1, 1, finished=True), now=then)
    sweep()
    assert not Event.objects.unsealed().exists()
    assert [job.key for job in Job.objects.all()] == ["young"]


def test_a_dead_job_stays_until_somebody_has_looked(now, wakes):
    then = now - timedelta(days=90)
    Job.ask("test.work", key="dead", now=then).cancel(then)
    sweep()
    assert Job.objects.dead().count() == 1


def test_leftovers_go_and_fresh_files_stay():
    seconds = time.time()
    kept = []
    for folder, name, age, goes in (
        (settings.DATA_DIR / "queue/processed", "fetched.lms.msg", 61, True),
        (settings.DATA_DIR / "queue/processed", "fresh.lms.msg", 1, False),
        (settings.DATA_DIR / "queue/messages", "torn.lms.msg.part", 3700, True),
        (settings.DATA_DIR / "queue/messages", "waiting.lms.msg", 3700, False),
        (settings.PRIVATE_ROOT / "deep/er", "half.tmp", 3700, True),
        (settings.PRIVATE_ROOT / "deep/er", "young.tmp", 60, False),
        (settings.PRIVATE_ROOT, "evidence.pdf", 99999, False),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.touch()
        os.utime(path, (seconds - age, seconds - age))
        kept.append((path, not goes))
    assert delete_leftovers(seconds) == 3
    for path, stays in kept:
        assert path.exists() == stays, path
        path.unlink(missing_ok=True)
