"""kill -9 in the middle of a job: another worker finishes it, and nothing is done twice or left out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from lms.jobs.making import FOLDER
from lms.jobs.models import ImportLine, ImportRun, Job, JobFile
from lms.jobs.models.jobs import LEASE
from lms.operate.tasks import ABANDONED_AFTER_SECONDS, delete_leftovers, sweep
from tests.faults.processes import ROOT, environment, kill, wait_until, worker

LINES = 12


@pytest.fixture
def job(committed):
    now = timezone.now()
    run = ImportRun.objects.create(kind="faults", sha256="0", actor="system", created_at=now)
    payload = {"import": run.pk, "seconds": 0.2}
    return Job.ask("faults.lines", key="1", payload=payload, total=LINES, now=now)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def rows() -> list[int]:
    return list(ImportLine.objects.order_by("pk").values_list("row", flat=True))


def let_the_lease_run_out(job: Job) -> None:
    """A minute goes by."""
    Job.objects.filter(pk=job.pk).update(lease_until=F("lease_until") - LEASE - timedelta(seconds=1), woken_at=None)


def test_another_worker_finishes_what_a_killed_one_began(job):
    with worker() as first:
        wait_until(lambda: len(rows()) >= 3)
        kill(first)
    done_before = rows()
    assert state(job) == "running"
    assert len(done_before) < LINES
    let_the_lease_run_out(job)
    with worker():
        wait_until(lambda: state(job) == "done")
    assert rows() == list(range(LINES))
    assert job.done_count == LINES
    assert job.attempts == 1


def test_a_killed_pool_process_costs_the_worker_nothing_but_its_chunk(job):
    with worker() as first:
        wait_until(lambda: len(rows()) >= 2)
        kill_the_pool_process(first.pid)
        wait_until(lambda: len(rows()) >= 2)
        let_the_lease_run_out(job)
        sweep_by_hand()
        wait_until(lambda: state(job) == "done")
    assert rows() == list(range(LINES))


def test_a_killed_worker_leaves_no_half_file_and_the_next_one_begins_anew(committed):
    job = Job.ask("faults.file", key="1", payload={"seconds": 0.3}, total=LINES, requested_by="x", now=timezone.now())
    folder = settings.PRIVATE_ROOT / FOLDER
    others = set(folder.glob("*"))  # of earlier tests: their databases gave the same numbers
    with worker() as first:
        wait_until(lambda: state(job) == "running" and job.done_count >= 3)
        kill(first)
    (half,) = set(folder.glob(f"{job.pk}-*")) - others
    assert half.suffix == ".tmp", "what is not whole bears no name of a file"
    assert not JobFile.objects.exists()
    let_the_lease_run_out(job)
    with worker():
        wait_until(lambda: state(job) == "done")
    file = JobFile.objects.get(job=job)
    assert file.location.read_text() == "".join(f"{number}\n" for number in range(LINES))
    delete_leftovers(time.time() + 2 * ABANDONED_AFTER_SECONDS)
    assert set(folder.glob(f"{job.pk}-*")) - others == {file.location}
    file.location.unlink()


def kill_the_pool_process(parent: int) -> None:
    """The child that runs the task; the parent stays."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True)
    os.kill(int(found.stdout.split()[-1]), signal.SIGKILL)


def sweep_by_hand() -> None:
    """In a process with the worker's own settings, as beat would."""
    script = "import django; django.setup(); from lms.operate.tasks import sweep; sweep()"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment(), check=True)


DYING = """
import os, django
django.setup()
from django.db import transaction
from django.utils import timezone
from lms.jobs import waking
from lms.jobs.models import Job
vars(waking)["wake"] = lambda *args: os._exit(9)
with transaction.atomic():
    Job.ask("faults.lines", key="unheard", now=timezone.now())
"""


def test_work_whose_asker_died_between_commit_and_wake_is_swept_up(committed, monkeypatch):
    died = subprocess.run([sys.executable, "-c", DYING], cwd=ROOT, env=environment(), check=False)
    assert died.returncode == 9
    asked = Job.objects.get(key="unheard")
    woken: list[int] = []

    def note(job_id, queue):
        woken.append(job_id)
        return True

    monkeypatch.setattr("lms.jobs.models.jobs.wake", note)
    sweep()
    assert woken == [asked.pk]
