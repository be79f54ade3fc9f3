"""Doing the work of one job, chunk by chunk, as long as the lease is ours (trust.md §9)."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from lms.jobs.handlers import Chunk, LeaseLost, Registered, check, handler_of
from lms.jobs.making import discard
from lms.jobs.models import Job, JobFile
from lms.jobs.sentences import code_of
from lms.refusal import Refused

logger = logging.getLogger(__name__)

WAKE_SECONDS = 60.0
"""So long one wake works; then it lets others in and wakes itself again."""


def work(job_id: int, *, clock: Callable[[], datetime], seconds: float = WAKE_SECONDS) -> Job | None:
    """Claim the job and do chunks until it ends or `seconds` are over; the job if more is left to do, else None.

    Raises nothing that a handler raises: the row remembers it.
    """
    job = Job.claim(job_id, now=clock())
    if job is None:
        return None
    stop_at = time.monotonic() + seconds
    try:
        while not do_chunk(job, handler_of(job.kind), clock=clock).finished:
            if time.monotonic() >= stop_at:
                return job if job.release(now=clock()) else None
    except LeaseLost:
        logger.info("job %s: the lease was lost, another worker has it", job_id)
    except Refused as refusal:
        logger.warning("job %s (%s) refused: %s", job_id, job.kind, refusal.code)
        job.bury(refusal.code, now=clock())
    except Exception as error:  # noqa: BLE001 - the row keeps the class and the number of tries
        logger.error("job %s (%s) failed: %s", job_id, job.kind, describe(error))  # noqa: TRY400 - messages may name people
        job.fail(code_of(error), now=clock())
    return None


def do_chunk(job: Job, handler: Registered, *, clock: Callable[[], datetime]) -> Chunk:
    """One chunk and its progress: both in one transaction, unless the handler writes files or mail.

    Raises LeaseLost when the guard finds another token in the row.
    """
    if not handler.atomic:
        check(job, clock())
        chunk = handler.run(job, clock())
        store(job, chunk, now=clock())
        return chunk
    with transaction.atomic():
        check(job, clock())
        chunk = handler.run(job, clock())
        store(job, chunk, now=clock())
    return chunk


def store(job: Job, chunk: Chunk, *, now: datetime) -> None:
    """Write progress under the lease, and the row of a file with the end of its job; or raise LeaseLost."""
    with transaction.atomic():
        if job.store(chunk, now=now):
            if chunk.file is not None:
                JobFile.record(job, chunk.file, now=now)
            return
    if chunk.file is not None:
        discard(chunk.file)
    raise LeaseLost


def describe(error: Exception) -> str:
    """Class and place of an exception, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
