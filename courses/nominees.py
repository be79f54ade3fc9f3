"""Who of an agency could be nominated in a round, with what the focal person should know (learning.md §5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from courses.models import Completion, Enrolment, Quota, Reply
from lms.people.models import Person, RosterEntry


@dataclass(frozen=True)
class Candidate:
    """Somebody of the agency's roster in a group of the course, who is not in the class yet.

    `completed_on` is the day the person completed this course before, if ever; `has_namesake`: tell them apart by the
    date of birth.
    """

    person: Person
    position: str
    groups: tuple[str, ...]
    completed_on: date | None
    has_namesake: bool


def candidates(reply: Reply, on: date) -> list[Candidate]:
    """By given name; four queries, whatever the number of people."""
    run = reply.round.run
    groups = [row.group for row in run.course.groups.all()]
    entries = RosterEntry.objects.known().on(on).filter(agency=reply.agency).select_related("person").in_order()
    if groups:
        entries = entries.filter(group__in=groups)
    inside = set(Enrolment.objects.active().filter(run=run).values_list("person_id", flat=True))
    held: dict[int, list[RosterEntry]] = {}
    for entry in entries:
        if entry.person_id not in inside:
            held.setdefault(entry.person_id, []).append(entry)
    done = dict(
        Completion.objects.standing()
        .filter(enrolment__run__course=run.course, enrolment__person__in=held)
        .order_by("completed_on")
        .values_list("enrolment__person_id", "completed_on")
    )
    namesakes = Counter(rows[0].person.name_folded for rows in held.values())
    return [
        Candidate(
            person=rows[0].person,
            position=rows[0].position,
            groups=tuple(row.get_group_display() for row in rows),
            completed_on=done.get(person_id),
            has_namesake=namesakes[rows[0].person.name_folded] > 1,
        )
        for person_id, rows in held.items()
    ]


def quota_of(reply: Reply) -> Quota | None:
    """The seats that are reserved for the agency in the class, if any."""
    return Quota.objects.filter(run_id=reply.round.run_id, agency_id=reply.agency_id).first()
