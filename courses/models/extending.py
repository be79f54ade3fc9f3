"""Granting an exception from the times and the number of attempts of a quiz (learning.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.attempts import GRACE, Attempt
from courses.models.enrolments import Enrolment
from courses.models.overrides import Override
from courses.models.run_quizzes import RunQuiz
from lms.audit.models import Event
from lms.people.models import Agency, User
from lms.refusal import Refused


@dataclass(frozen=True)
class Granted:
    """What is granted; empty ends and zeros change nothing."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    extra_minutes: int = 0
    extra_attempts: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it grants nothing at all."""
        return not (self.opens_at or self.closes_at or self.extra_minutes or self.extra_attempts)


def grant(  # noqa: PLR0913 - whom, what, why and by whom, all by name
    run_quiz: RunQuiz,
    what: Granted,
    *,
    enrolment: Enrolment | None = None,
    agency: Agency | None = None,
    reason: str,
    document_no: str = "",
    by: User,
    now: datetime,
) -> Override:
    """Other times or more attempts for a person, an agency, or with neither the whole run. Attempts that are open get
    their new deadline in the same transaction; the page shows it at its next heartbeat.

    Raises Refused (422): reason_required, nothing_granted.
    """
    if not reason.strip():
        raise Refused("reason_required", _("Say why."), status=422)
    if what.is_empty:
        raise Refused("nothing_granted", _("Say what the exception is: a time, minutes or attempts."), status=422)
    with transaction.atomic():
        made = Override.objects.create(
            quiz=run_quiz.quiz, run=run_quiz.run, enrolment=enrolment, agency=agency, opens_at=what.opens_at,
            closes_at=what.closes_at, extra_minutes=what.extra_minutes, extra_attempts=what.extra_attempts,
            reason=reason.strip()[:300], document_no=document_no.strip()[:100], granted_by=by, granted_at=now,
        )  # fmt: skip
        _retime(run_quiz, enrolment, agency, now)
        _tell("quiz.grant_override_with_reason", made, by, now)
    return made


def take_back(override: Override, *, by: User, now: datetime) -> bool:
    """The exception counts no more; False if that was said before. Attempts that are open keep their deadline."""
    with transaction.atomic():
        if not Override.objects.in_force().filter(pk=override.pk).update(voided_at=now):
            return False
        _tell("quiz.take_back_override", override, by, now)
    return True


def _tell(action: str, override: Override, by: User, now: datetime) -> None:
    subject = str(override.enrolment.person.public_id) if override.enrolment else ""
    Event.record(
        action, object_kind="quiz", object_id=override.quiz.code, actor=str(by.public_id), now=now, subject=subject,
        agency=override.agency.code if override.agency else "",
        data={"run": str(override.run.public_id), "override": override.pk},
    )  # fmt: skip


def _retime(run_quiz: RunQuiz, enrolment: Enrolment | None, agency: Agency | None, now: datetime) -> None:
    """Open attempts of those concerned get the deadline that holds now; it only ever moves further away."""
    concerned = Q(enrolment=enrolment) if enrolment else Q(enrolment__agency=agency) if agency else Q()
    rows = Attempt.objects.open().filter(concerned, quiz=run_quiz.quiz, enrolment__run=run_quiz.run)
    for attempt in rows.filter(grace_until__gte=now).select_related("enrolment"):
        terms = Override.objects.terms_of(attempt.enrolment, run_quiz)
        minutes = run_quiz.quiz.limit_minutes and run_quiz.quiz.limit_minutes + terms.extra_minutes
        limit = attempt.started_at + timedelta(minutes=minutes) if minutes else None
        deadline = min((end for end in (limit, terms.closes_at) if end), default=None)
        later = Attempt.objects.open().filter(pk=attempt.pk, deadline_at__lt=deadline) if deadline else None
        if later is None:
            continue
        if deadline and later.update(deadline_at=deadline, grace_until=deadline + GRACE):
            attempt.deadline_at, attempt.grace_until = deadline, deadline + GRACE
            attempt.ask_to_close(now)
