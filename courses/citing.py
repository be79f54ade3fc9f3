"""Reminding trainers of the legal sources of their courses: 30 days before one is to be checked, and on the day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from courses.models import Citation, CourseTrainer
from courses.models.citations import NOTICE_DAYS
from lms.days import local_day, on_q
from lms.jobs.handlers import Chunk, handles
from lms.jobs.models import Channel, Job, Notification
from lms.jobs.quiet import after_quiet_hours
from lms.web.formatting import short_date

KIND = "citation_due"


@handles("courses.remind_citations", label=_("Reminders of legal sources"))
def remind(job: Job, now: datetime) -> Chunk:
    """One e-mail for each trainer, course, day and occasion, whenever and however often this runs."""
    planned = plan_reminders(local_day(now), now)
    return Chunk(planned, planned, finished=True)


def ask_for_reminders(now: datetime) -> None:
    """Called by the sweep: once a day, where something is due."""
    day = local_day(now)
    if Citation.objects.in_use().due_within(NOTICE_DAYS, day).exists():
        Job.ask("courses.remind_citations", key=f"{day}", now=now)


def plan_reminders(day: date, now: datetime) -> int:
    """Plan what is due on `day`; how many messages the ledger then holds for it. A missed day is made up for."""
    due: dict[tuple[int, date], list[Citation]] = defaultdict(list)
    for citation in Citation.objects.in_use().due_within(NOTICE_DAYS, day).select_related("course").in_order():
        due[citation.course_id, citation.check_by].append(citation)
    trainers = _trainers({course for course, _day in due}, day)
    planned = 0
    for (course, check_by), citations in due.items():
        slot = f"check-30d@{check_by}" if check_by > day else f"check-0d@{check_by}"
        for recipient in trainers[course]:
            payload = {
                "course": citations[0].course.title,
                "day": short_date(check_by),
                "sources": [str(citation) for citation in citations],
                "is_past": check_by <= day,
            }
            Notification.plan(
                recipient, kind=KIND, subject=f"course:{course}", slot=slot, due_at=after_quiet_hours(now),
                channel=Channel.EMAIL, payload=payload,
            )  # fmt: skip
            planned += 1
    return planned


def _trainers(courses: set[int], day: date) -> dict[int, list[UUID]]:
    """Course → public ids of whoever teaches it on the day."""
    found: dict[int, list[UUID]] = defaultdict(list)
    rows = CourseTrainer.objects.filter(on_q(day), course__in=courses, user__is_active=True)
    for row in rows.select_related("user__person").order_by("pk"):
        user = row.user
        found[row.course_id].append(user.person.public_id if user.person else user.public_id)
    return found
