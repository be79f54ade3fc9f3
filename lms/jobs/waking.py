"""Telling a worker that there is something to do. Only a hint: the row is the truth, the sweep repeats the hint."""

from __future__ import annotations

import logging
import time

from celery import current_app
from django.db import transaction

from lms.jobs.handlers import BULK_QUEUE

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""After a failure nobody tries for so long: a dead broker must not cost every request its time-out."""

BULK_LIMITS = {"soft_time_limit": 840, "time_limit": 900}
"""Seconds for one message of the bulk queue: a file is written in one go, however long it is."""


class _Silence:
    until = 0.0


def wake_on_commit(job_id: int, queue: str) -> None:
    """Wake once the surrounding transaction is committed; never raises into it."""
    transaction.on_commit(lambda: wake(job_id, queue), robust=True)


def wake(job_id: int, queue: str) -> bool:
    """Send the hint now; False when the broker did not take it, which is logged and never raised."""
    if time.monotonic() < _Silence.until:
        return False
    try:
        limits = BULK_LIMITS if queue == BULK_QUEUE else {}
        current_app.send_task("lms.jobs.wake", args=(job_id,), queue=queue, retry=False, **limits)
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, what was saved is saved
        _Silence.until = time.monotonic() + SILENCE_SECONDS
        logger.warning("the broker took no wake for job %s: %s", job_id, type(error).__name__)
        return False
    return True
