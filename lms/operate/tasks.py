"""The sweep: every 30 seconds, and when a worker starts, it mends what was lost (trust.md §9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cms.tasks import ask_for_scheduled
from courses.citing import ask_for_reminders
from lms.audit.models import Seal
from lms.coverage.tasks import ask_for_adjustments
from lms.jobs.making import delete_orphans
from lms.jobs.models import Job, JobFile, Notification

SEALS_PER_SWEEP = 20
PROCESSED_KEPT_SECONDS = 60
ABANDONED_AFTER_SECONDS = 3600


@shared_task(name="lms.operate.sweep")
def sweep() -> None:
    """Wake, seal, tidy. Two sweeps at once do no harm."""
    now = timezone.now()
    if Notification.objects.mail_due(now).exists():
        Job.ask("jobs.mail", key=f"outbox:{now:%Y-%m-%dT%H:%M}", now=now)
    Job.objects.wake_due(now)
    ask_for_adjustments(now)
    ask_for_scheduled(now)
    ask_for_reminders(now)
    seal_events(now)
    JobFile.objects.sweep(now)
    Job.objects.outdated(now).delete()
    delete_leftovers(time.time())
    delete_orphans(time.time())


def seal_events(now: datetime) -> int:
    """Close batches until every event is sealed, 20 at most; how many were closed."""
    closed = 0
    while closed < SEALS_PER_SWEEP and Seal.close_batch(now=now) is not None:
        closed += 1
    return closed


def delete_leftovers(seconds: float) -> int:
    """Messages that were fetched a minute ago, and `.tmp` files that nobody has touched for an hour; how many."""
    queue = settings.DATA_DIR / "queue"
    processed = _older(queue / "processed", "*", seconds - PROCESSED_KEPT_SECONDS)
    parts = _older(queue / "messages", "*.part", seconds - ABANDONED_AFTER_SECONDS)
    half_written = _older(settings.PRIVATE_ROOT, "**/*.tmp", seconds - ABANDONED_AFTER_SECONDS)
    leftovers = [*processed, *parts, *half_written]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _older(folder: Path, pattern: str, than: float) -> Iterator[Path]:
    """Files by their last change; one that vanishes meanwhile is somebody else's work done."""
    for path in folder.glob(pattern):
        try:
            if path.is_file() and path.stat().st_mtime < than:
                yield path
        except FileNotFoundError:
            continue
