"""Biểu 02 and 04 that are too long for a request: who may still have them, and the paper that was asked for."""

from __future__ import annotations

from datetime import date, datetime

from certificates.forms import RegisterFilters
from certificates.models import Certificate
from certificates.models.certificates import CertificateQuerySet
from certificates.register import register_paper
from courses.models import Run
from courses.sheets import classes_in, classes_paper
from lms.days import local_day
from lms.jobs.models import Job
from lms.papers.paper import Paper
from lms.people.asked_work import asker_of, withdrawn
from lms.people.models import Role, User
from lms.plan.models import Period

CLASSES, REGISTER = "courses.table_02", "certificates.table_04"
ROLES = {
    CLASSES: (Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR),
    REGISTER: (Role.FOCAL, Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR),
}
"""Who takes them along (permissions.csv: coverage.export, register.export)."""


def lines_for(user: User, on: date, asked: dict[str, str]) -> CertificateQuerySet:
    """The lines of the register that `user` sees and asks for by the filters of the screen, each once."""
    seen = Certificate.objects.filter(pk__in=Certificate.objects.visible_to(user, on).values("pk"))
    return RegisterFilters(asked).narrowed(seen)


def classes_asked(job: Job, now: datetime) -> Paper:
    """The classes that whoever asked sees now, of the period asked for."""
    period, on = job.payload["period"], date.fromisoformat(job.payload["on"])
    runs = Run.objects.handled_by(asker_of(job), local_day(now))
    found = Period.objects.get(pk=period) if period else None
    return classes_paper(classes_in(runs, found), found, on)


def register_asked(job: Job, now: datetime) -> Paper:
    """The lines that were there when they were asked for, as far as whoever asked sees them now."""
    lines = lines_for(asker_of(job), local_day(now), job.payload.get("filters", {}))
    asked_at = datetime.fromisoformat(job.payload["known_at"])
    return register_paper(lines.filter(issued_at__lte=asked_at), date.fromisoformat(job.payload["on"]))


def check(job: Job, now: datetime) -> None:
    """Raises Refused access_withdrawn unless whoever asked still holds a role that takes it along."""
    if not asker_of(job).holds(*ROLES[job.kind], on=local_day(now)):
        raise withdrawn()
