"""Jobs as accounts know them: whose they are, who may stop or revive them, who still may have what was asked for."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.jobs.models import Job, JobFile
from lms.jobs.models.jobs import JobQuerySet
from lms.jobs.sentences import explains
from lms.people.models import Role, User
from lms.refusal import Refused

WITHDRAWN = _("Your role has changed since you asked, so this is not for you any more. No file is handed out.")
explains("access_withdrawn", WITHDRAWN)


def jobs_open_to(user: User, on: date) -> JobQuerySet:
    """One's own; the administrator looks after everybody's."""
    return Job.objects.all() if user.holds(Role.ADMINISTRATOR, on=on) else Job.objects.asked_by(user.public_id)


def asker_of(job: Job) -> User:
    """The account that asked, as it is now. Raises Refused access_withdrawn when it is gone or closed."""
    user = User.objects.filter(public_id=job.requested_by, is_active=True).first() if job.requested_by else None
    if user is None:
        raise withdrawn()
    return user


def withdrawn() -> Refused:
    """Whoever asked may not have it any more."""
    return Refused("access_withdrawn", WITHDRAWN, status=403)


def cancel(job: Job, *, by: User, now: datetime) -> None:
    """Stop it; a worker stops at its next step, and nothing of its work is kept. Raises Refused job_has_ended."""
    with transaction.atomic():
        if not job.cancel(now):
            raise Refused("job_has_ended", _("This work has ended already; there is nothing to cancel."))
        _record("job.cancel", job, by, now)


def retry(job: Job, *, by: User, now: datetime) -> None:
    """Give it eight more tries. Raises Refused job_not_dead."""
    with transaction.atomic():
        error = job.error
        if not job.retry(now):
            raise Refused("job_not_dead", _("Only work that was given up can be tried again."))
        _record("job.retry_dead", job, by, now, error=error)


def take(file: JobFile, *, by: User, now: datetime) -> None:
    """Note who takes the file, and which bytes. Raises Refused file_expired."""
    file.require_kept(now)
    _record("job.file_taken", file.job, by, now, sha256=file.sha256, size=file.size)


def _record(action: str, job: Job, by: User, now: datetime, **data: str | int) -> None:
    Event.record(
        action, object_kind="job", object_id=job.pk, actor=str(by.public_id), now=now, data={"kind": job.kind, **data}
    )
