"""What the count looks at, for many people at once: the same facts of which `judge` makes a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from certificates.models import Certificate, valid_q
from certificates.models.certificates import number_label
from courses.models import Completion, OutsideTraining, RequiredCourse
from lms.coverage.question import Question, revoked_q
from lms.coverage.verdicts import Elsewhere, Excuse, Facts, Finish, Paper
from lms.people.models import RosterEntry, known_q


@dataclass(frozen=True)
class Rare:
    """Whether anybody at all has what few have: whoever reads many pages of people asks once."""

    elsewhere: bool = True
    excuses: bool = True

    @classmethod
    def of(cls, question: Question) -> Rare:
        """Two queries."""
        outside = OutsideTraining.objects.accepted(question.known_at).filter(task=question.task)
        return cls(outside.exists(), question.waivers().exists())


def facts_of(question: Question, people: Collection[int], *, rare: Rare | None = None) -> dict[int, Facts]:
    """The facts of each: certificates and completions of courses that serve the task, whenever; accepted training
    elsewhere for it; waivers that hold on the day. Four queries at most, whatever their number."""
    rare = rare or Rare()
    papers, finishes = _grouped(_papers(question, people)), _grouped(_finishes(question, people))
    elsewhere = _grouped(_elsewhere(question, people) if rare.elsewhere else ())
    excuses = _grouped(_excuses(question, people) if rare.excuses else ())
    return {
        pk: Facts(
            papers=papers[pk],
            finishes=finishes[pk],
            window_starts_on=question.window_starts_on,
            period_starts_on=question.period.starts_on,
            day=question.day,
            elsewhere=elsewhere[pk],
            excuses=excuses[pk],
        )
        for pk in people
    }


def entries_of(question: Question, people: Collection[int]) -> QuerySet[Any]:
    """Their places on the roster of the day, by group; one query, and one when it is read.

    By their ids: given people and a group, a database may read the whole group, for each page of people again.
    """
    theirs = RosterEntry.objects.filter(person_id__in=people).values_list("pk", flat=True)
    return question.entries().filter(pk__in=list(theirs)).order_by("group", "pk")


def completions_of(question: Question, people: Collection[int]) -> QuerySet[Any]:
    """The completions of the period that are theirs, the oldest first; by their ids, as `entries_of`."""
    theirs = Completion.objects.filter(person_id__in=people).values_list("pk", flat=True)
    return question.completions().filter(pk__in=list(theirs)).order_by("completed_on", "pk")


def named_courses(question: Question) -> dict[int, frozenset[int]]:
    """Requirement → the courses that it names, as known; one query."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    ties = RequiredCourse.objects.known(question.known_at).filter(requirement__in=question.requirements)
    for requirement, course in ties.values_list("requirement_id", "course_id"):
        found[requirement].add(course)
    return {found_.pk: frozenset(found[found_.pk]) for found_ in question.requirements}


def _grouped(rows: Iterable[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for person, row in rows:
        found[person].append(row)
    return found


def _papers(question: Question, people: Collection[int]) -> Iterable[tuple[int, Paper]]:
    at = question.known_at
    rows: QuerySet[Any, Any] = (
        Certificate.objects.filter(person__in=people, course__in=question.courses())
        .filter(Q() if at is None else Q(issued_at__lte=at))
        .annotate(valid_then=Exists(Certificate.objects.filter(valid_q(at), pk=OuterRef("pk"))))
        .annotate(revoked_then=Exists(Certificate.objects.filter(revoked_q(at), pk=OuterRef("pk"))))
        .order_by("counts_on", "pk")
        .values_list(
            "person_id", "number", "series__year", "course_id", "course__title", "study_periods", "counts_on",
            "valid_then", "revoked_then",
        )
    )  # fmt: skip
    for person, number, year, course, title, periods, counts_on, valid, revoked in rows:
        yield (
            person,
            Paper(number_label(number, year), course, title, periods, counts_on, bool(valid), bool(revoked)),
        )


def _finishes(question: Question, people: Collection[int]) -> Iterable[tuple[int, Finish]]:
    at = question.known_at
    own = Certificate.objects.filter(valid_q(at), completion=OuterRef("pk"))
    rows: QuerySet[Any, Any] = (
        Completion.objects.filter(known_q(at), person__in=people, course__in=question.courses())
        .annotate(has_certificate=Exists(own))
        .order_by("completed_on", "pk")
        .values_list("person_id", "course__title", "completed_on", "has_certificate")
    )
    for person, title, on, certified in rows:
        yield person, Finish(title, on, bool(certified))


def _elsewhere(question: Question, people: Collection[int]) -> Iterable[tuple[int, Elsewhere]]:
    rows: QuerySet[Any, Any] = (
        OutsideTraining.objects.accepted(question.known_at)
        .filter(person__in=people, task=question.task)
        .order_by("ends_on", "pk")
        .values_list("person_id", "pk", "title", "provider", "study_periods", "ends_on")
    )
    for person, pk, title, provider, periods, ends_on in rows:
        yield person, Elsewhere(-pk, title, provider, periods, ends_on)


def _excuses(question: Question, people: Collection[int]) -> Iterable[tuple[int, Excuse]]:
    rows = question.waivers().filter(person__in=people).order_by("pk")
    for person, requirement, ground, document in rows.values_list(
        "person_id", "requirement_id", "ground", "document_no"
    ):
        yield person, Excuse(requirement, ground, document)
