"""The Celery task of this storey, and its one handler: mail."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.jobs.handlers import Chunk, handles
from lms.jobs.mail import send_due
from lms.jobs.models import Job
from lms.jobs.running import work
from lms.jobs.waking import wake as wake_worker


@shared_task(name="lms.jobs.wake")
def wake(job_id: int) -> None:
    """Work on one job for a minute; if more is left, wake once more."""
    unfinished = work(job_id, clock=timezone.now)
    if unfinished is not None:
        wake_worker(unfinished.pk, unfinished.queue)


@handles("jobs.mail", atomic=False, label=_("E-mails on their way"))
def send_mail(job: Job, now: datetime) -> Chunk:
    """Send what is due, twenty at a time."""
    sent, left = send_due(now)
    done = job.done_count + sent
    return Chunk(done, done + left, finished=left == 0)
