"""Work that is slow enough to be killed in the middle."""

from __future__ import annotations

import time
from datetime import datetime

from lms.jobs.handlers import BULK_QUEUE, Chunk, handles
from lms.jobs.models import ImportLine, Job


@handles("faults.lines", queue=BULK_QUEUE)
def write_lines(job: Job, now: datetime) -> Chunk:
    """One line per chunk, without a natural key: whatever happens twice is seen twice."""
    number = int(job.cursor.get("next", 0))
    ImportLine.objects.create(run_id=job.payload["import"], row=number, verdict="new")
    time.sleep(job.payload["seconds"])
    done = number + 1
    return Chunk(done, job.total, {"next": done}, finished=done == job.total)
