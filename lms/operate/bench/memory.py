"""The most memory that the processes of a role have held."""

from __future__ import annotations

import re
import time
from pathlib import Path

from django.conf import settings

from lms.jobs.models import Job
from lms.operate.bench import cpu
from lms.operate.prove.processes import Running, wait_until

PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
AT_WORK_SECONDS = 40
IDLE_SECONDS = 4


def peak_of_group(group: int) -> float:
    """Megabytes: the peaks of the living processes of a group, added up; what they share counts for each."""
    return sum(_peak(path.parent) for path in cpu.PROC.glob("[0-9]*/stat") if cpu.group_of(path) == group) / 1000


def _peak(process: Path) -> int:
    try:
        found = PEAK.search((process / "status").read_text(encoding="utf-8", errors="replace"))
    except OSError:  # it ended while we looked
        return 0
    return int(found[1]) if found else 0


def peak_of_a_worker() -> float:
    """Megabytes of a worker that does what the measurements before left to do."""
    worker = Running(
        "manage.py", "serve", "--role", "worker", "--no-setup", log=settings.DATA_DIR / "run/bench-worker.log"
    )
    worker.start()
    try:
        left = Job.objects.active().count()
        time.sleep(IDLE_SECONDS)
        wait_until(lambda: Job.objects.active().count() < max(1, left // 2), AT_WORK_SECONDS, every=0.5)
        return peak_of_group(worker.process.pid if worker.process else 0)
    finally:
        worker.kill()
