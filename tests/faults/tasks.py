"""Work that is slow enough to be killed in the middle."""

from __future__ import annotations

import time
from datetime import datetime
from typing import IO

from django.utils import timezone

from lms.jobs.handlers import BULK_QUEUE, Chunk, handles
from lms.jobs.making import Progress, make_file
from lms.jobs.models import ImportLine, Job


@handles("faults.lines", queue=BULK_QUEUE)
def write_lines(job: Job, now: datetime) -> Chunk:
    """One line per chunk, without a natural key: whatever happens twice is seen twice."""
    number = int(job.cursor.get("next", 0))
    ImportLine.objects.create(run_id=job.payload["import"], row=number, verdict="new")
    time.sleep(job.payload["seconds"])
    done = number + 1
    return Chunk(done, job.total, {"next": done}, finished=done == job.total)


@handles("faults.file", queue=BULK_QUEUE, atomic=False)
def write_file(job: Job, now: datetime) -> Chunk:
    """A file of as many lines as were asked for, slowly written."""
    progress = Progress(job, job.total, clock=timezone.now)

    def lines(out: IO[bytes]) -> None:
        for number in progress.counted(range(job.total)):
            out.write(f"{number}\n".encode())
            out.flush()
            time.sleep(job.payload["seconds"])

    made = make_file(job, lines, name="lines.txt", media_type="text/plain")
    return Chunk(job.total, job.total, finished=True, file=made)
