"""What asks for somebody's attention beside the figures (domain.md §7 C12, §15). Each opens to the rows it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from certificates.models import Certificate
from courses.models import ReplyState, Round
from lms.coverage.confirmations import AgencyConfirmation
from lms.coverage.counting import Report
from lms.coverage.evidence import people
from lms.coverage.question import Question
from lms.coverage.remembering import kept

UNCERTIFIED = "uncertified"
"""The list of people who completed and hold no certificate for it yet."""


class Uncertified(Question):
    """The same question, of whose completions only those are told for which no certificate was ever issued."""

    def completions(self, *, of_all: bool = False) -> QuerySet[Any]:
        """Completions of the period without any certificate, as far as was known."""
        issued = Certificate.objects.filter(completion=OuterRef("pk"))
        if self.known_at is not None:
            issued = issued.filter(issued_at__lte=self.known_at)
        return super().completions(of_all=of_all).exclude(Exists(issued))


def uncertified(question: Question) -> Uncertified:
    """C12: who completed in the period, «chưa được cấp giấy». Ask it for `completed`."""
    return Uncertified(**vars(question))


def behind(question: Question, which: str) -> tuple[Question, str]:
    """The question and the figure whose people stand behind `which`: a figure, or the alert `UNCERTIFIED`."""
    return (uncertified(question), "completed") if which == UNCERTIFIED else (question, which)


@dataclass(frozen=True)
class Alerts:
    """How many people or agencies each alert is about.

    `late`: agencies that owe a report whose day is over and have confirmed nothing. `rounds`: open rounds of courses
    that serve the task, with `waiting`: agencies that were asked and have sent no list.
    """

    uncertified: int = 0
    late: int = 0
    rounds: tuple[Round, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.uncertified or self.late or self.rounds)


def alerts(report: Report, *, now: datetime, on: date) -> Alerts:
    """The alerts of a report of all agencies; three queries, and more where a group is asked for."""
    waiting = kept(report, "uncertified", lambda: uncertified_count(report.question))
    return Alerts(waiting, _late(report, on), _rounds(report.question, now))


def uncertified_count(question: Question, agencies: Collection[int] | None = None) -> int:
    """How many people completed and hold no certificate yet; one query for all of them, six for some or for a group."""
    asked, figure = behind(question, UNCERTIFIED)
    if agencies is None and question.group is None:  # each person once, wherever the row is seen
        return int(asked.completions(of_all=True).order_by().values("person").distinct().count())
    return people(asked, agencies=agencies, which=figure, most=1).size


def _late(report: Report, on: date) -> int:
    """Only as known now: what an agency had said at an earlier moment, Biểu 01 of that moment tells."""
    question = report.question
    due_on = question.period.due_on
    if due_on is None or on <= due_on or question.seen_on is not None or question.known_at is not None:
        return 0
    words = AgencyConfirmation.objects.filter(task=question.task, period=question.period)
    said = set(words.values_list("agency_id", flat=True))
    return sum(row.agency_id not in said for row in report.owing)


def _rounds(question: Question, now: datetime) -> tuple[Round, ...]:
    waiting = Count("replies", filter=Q(replies__state__in=[ReplyState.DRAFT, ReplyState.RETURNED]))
    found = Round.objects.open(now).filter(run__course__in=question.courses()).annotate(waiting=waiting)
    return tuple(found.filter(waiting__gt=0).select_related("run__course").in_order())
