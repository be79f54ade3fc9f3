"""From a figure to the people behind it, and from a person to the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from certificates.models import Certificate
from courses.models import (
    Attempt,
    Attendance,
    Completion,
    Enrolment,
    Lesson,
    OutsideTraining,
    Progress,
    Waiver,
)
from lms.coverage.facts import completions_of, entries_of, facts_of, named_courses
from lms.coverage.question import Question
from lms.coverage.statement import fetched
from lms.coverage.statements import BEHIND_ACTS, ON_ROSTER, people_statement
from lms.coverage.verdicts import Verdict, judge
from lms.people.models import Person, RosterEntry

WHICH = (*ON_ROSTER, *BEHIND_ACTS)
"""The figures that open to people."""


@dataclass(frozen=True)
class Line:
    """Somebody behind a figure: the entries on the roster of the day, the acts of the period, the verdict."""

    person: Person
    is_counted: bool
    entries: tuple[RosterEntry, ...]
    certificates: tuple[Certificate, ...]
    completions: tuple[Completion, ...]

    @property
    def is_listed(self) -> bool:
        """On a roster of the question on the day."""
        return bool(self.entries)


@dataclass(frozen=True)
class People:
    """A page of the people behind a figure, and how many they are in all."""

    lines: tuple[Line, ...]
    size: int


def people(
    question: Question,
    *,
    agencies: Collection[int] | None,
    which: str = "listed",
    first: int = 0,
    most: int = 100,
) -> People:
    """The people behind one figure of a report, by name; seven queries, whatever their number.

    `which` is one of `WHICH`; as many come as the figure says, but for completions and certificates, where somebody
    may stand behind several. `size` is 0 for a page beyond the last.
    """
    text, params = people_statement(question, agencies, which)
    found = fetched(text, [*params, most, first])
    counted = {pk: bool(trained) for pk, trained, _size in found}
    entries = _by_person(entries_of(question, counted).select_related("agency"))
    papers = _by_person(
        question.earning().filter(person_id__in=counted).select_related("course", "series").order_by("counts_on", "pk")
    )
    done = _by_person(completions_of(question, counted).select_related("course", "agency"))
    lines = tuple(
        Line(person, counted[person.pk], entries[person.pk], papers[person.pk], done[person.pk])
        for person in Person.objects.filter(pk__in=counted).in_order()
    )
    return People(lines, found[0][2] if found else 0)


def _by_person(rows: Iterable[Any]) -> defaultdict[int, tuple[Any, ...]]:
    found: defaultdict[int, tuple[Any, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.person_id] += (row,)
    return found


def verdicts(question: Question, person: Person) -> list[Verdict]:
    """The verdict on every requirement that applies to somebody on the roster of the day; none off the roster.

    Six queries. Where two entries bring the same requirement, it is judged once.
    """
    places = list(question.entries().filter(person=person).values_list("rule", flat=True).order_by("rule").distinct())
    facts, named = facts_of(question, [person.pk])[person.pk], named_courses(question)
    requirements = [question.requirements[place] for place in places]
    return [judge(found, facts, named=named[found.pk]) for found in requirements]


@dataclass(frozen=True)
class CourseWork:
    """What somebody did in one run: lessons done of those required, attempts, attendance, completions."""

    enrolment: Enrolment
    lessons_done: int
    lessons: int
    attempts: tuple[Attempt, ...]
    attendance: tuple[Attendance, ...]
    completions: tuple[Completion, ...]


@dataclass(frozen=True)
class Evidence:
    """All that stands behind somebody's place in a count."""

    person: Person
    entries: tuple[RosterEntry, ...]
    certificates: tuple[Certificate, ...]
    outside: tuple[OutsideTraining, ...]
    waivers: tuple[Waiver, ...]
    work: tuple[CourseWork, ...]


def evidence_of(person: Person, *, known_at: datetime | None = None) -> Evidence:
    """Roster, register, training elsewhere, waivers, results, attendance and progress of one person; ten queries."""
    enrolments = list(
        Enrolment.objects.filter(person=person)
        .select_related("run__course", "agency")
        .order_by("-run__starts_on", "pk")
    )
    runs = {enrolment.pk for enrolment in enrolments}
    attempts = _by_enrolment(
        Attempt.objects.filter(enrolment__in=runs).select_related("quiz").order_by("started_at", "pk")
    )
    marks = _by_enrolment(
        Attendance.objects.filter(enrolment__in=runs).select_related("session").order_by("session__starts_at", "pk")
    )
    completions = _by_enrolment(
        Completion.objects.filter(enrolment__in=runs).select_related("agency").order_by("completed_on", "pk")
    )
    done = dict(
        Progress.objects.filter(enrolment__in=runs, done_at__isnull=False, lesson__is_required=True)
        .values_list("enrolment_id")
        .annotate(count=Count("pk"))
    )
    lessons = dict(
        Lesson.objects.live()
        .filter(is_required=True, course__runs__enrolments__in=runs)
        .values_list("course_id")
        .annotate(count=Count("pk", distinct=True))
    )
    return Evidence(
        person=person,
        entries=tuple(
            RosterEntry.objects.known(known_at)
            .filter(person=person)
            .select_related("agency")
            .order_by("-starts_on", "group", "pk")
        ),
        certificates=tuple(
            Certificate.objects.filter(person=person)
            .select_related("course", "agency", "series")
            .order_by("-issued_on", "-pk")
        ),
        outside=tuple(OutsideTraining.objects.filter(person=person).select_related("task").order_by("-ends_on", "-pk")),
        waivers=tuple(
            Waiver.objects.filter(person=person)
            .select_related("requirement__task", "period")
            .order_by("-granted_at", "-pk")
        ),
        work=tuple(
            CourseWork(
                enrolment,
                done.get(enrolment.pk, 0),
                lessons.get(enrolment.run.course_id, 0),
                attempts[enrolment.pk],
                marks[enrolment.pk],
                completions[enrolment.pk],
            )
            for enrolment in enrolments
        ),
    )


def _by_enrolment(rows: Iterable[Any]) -> defaultdict[int, tuple[Any, ...]]:
    found: defaultdict[int, tuple[Any, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.enrolment_id] += (row,)
    return found
