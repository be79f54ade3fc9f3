"""Jobs of the register."""

from __future__ import annotations

from datetime import datetime

from certificates.issuing import carry_out
from certificates.previewing import JOB
from lms.jobs.handlers import Chunk, handles
from lms.jobs.models import Job


@handles(JOB, queue="lms-bulk")
def issue(job: Job, now: datetime) -> Chunk:
    """One run, one transaction: the numbers, the rows and the end of the job stand or fall together."""
    issued = carry_out(job.payload, now)
    numbers = [row.number for row in issued]
    result = {"first": min(numbers), "last": max(numbers)} if numbers else {}
    return Chunk(len(issued), len(issued), finished=True, result=result)
