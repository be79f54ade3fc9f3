"""A question on its way into the payload of a job and back, frozen at the moment of asking; who may still have it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from lms.coverage.access import agencies_open_to, sees_all
from lms.coverage.models import ClosedReport
from lms.coverage.people_table import PeopleList
from lms.coverage.question import Question
from lms.coverage.tables import Sheet, closed_sheet, live
from lms.days import local_day
from lms.jobs.models import Job
from lms.people.asked_work import asker_of, withdrawn
from lms.people.models import Role
from lms.plan.models import Period, PlanTask

PEOPLE, TABLE = "coverage.people", "coverage.table_01"
ROLES = (Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR)
"""Who takes figures along at all (permissions.csv, coverage.export)."""

Payload = dict[str, Any]


def payload_of(question: Question, agencies: Collection[int] | None, **more: str) -> Payload:
    """Ids, days and moments in ISO. Where the question leaves `known_at` open, asking for the job sets it."""
    return {
        "task": question.task.pk,
        "period": question.period.pk,
        "group": question.group or "",
        "as_of": question.day.isoformat(),
        "known_at": question.known_at.isoformat() if question.known_at else "",
        "seen_on": question.seen_on.isoformat() if question.seen_on else "",
        "agencies": None if agencies is None else sorted(agencies),
        **more,
    }


def question_of(payload: Payload) -> Question:
    """The question as it was asked. Raises Refused when the plan requires nothing any more."""
    asked = Question.ask(
        PlanTask.objects.select_related("plan").get(pk=payload["task"]),
        Period.objects.get(pk=payload["period"]),
        group=payload["group"] or None,
        as_of=date.fromisoformat(payload["as_of"]),
        known_at=datetime.fromisoformat(payload["known_at"]) if payload["known_at"] else None,
    )
    return asked.seen(date.fromisoformat(payload["seen_on"]) if payload["seen_on"] else None)


def people_of(payload: Payload) -> PeopleList:
    """The list that was asked for."""
    return PeopleList(question_of(payload), payload["agencies"], payload["which"])


def sheet_of(payload: Payload) -> Sheet:
    """Biểu 01 that was asked for, live or closed."""
    if "closed" not in payload:
        return live(question_of(payload), agencies=payload["agencies"])
    closed = ClosedReport.objects.frozen().select_related("task__plan", "period")
    seen_on = date.fromisoformat(payload["seen_on"]) if payload["seen_on"] else None
    return closed_sheet(closed.get(pk=payload["closed"]), seen_on=seen_on)


def check(job: Job, now: datetime) -> None:
    """Raises Refused access_withdrawn unless whoever asked may still see every agency of it."""
    user, on, agencies = asker_of(job), local_day(now), job.payload.get("agencies")
    if not user.holds(*ROLES, on=on):
        raise withdrawn()
    if agencies is None:
        if not sees_all(user, on):
            raise withdrawn()
    elif agencies_open_to(user, on).filter(pk__in=agencies).count() != len(agencies):
        raise withdrawn()
