"""Who of an agency could be nominated in a round, with what the focal person should know (learning.md §5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.models import Completion, Course, Enrolment, Quota, Reply, Run
from courses.models.prerequisites import missing_first
from courses.pasted_names import Listed
from lms.people.models import Person, RosterEntry


@dataclass(frozen=True)
class Candidate:
    """Somebody of the agency's roster in a group of the course, who is not in the class yet.

    `completed_on` is the day the person completed this course before, if ever; `has_namesake`: tell them apart by the
    date of birth. `busy_in` is another class that the person goes to on some of the same days; `lacks` is
    a course that should come first.
    """

    person: Person
    position: str
    groups: tuple[str, ...]
    completed_on: date | None
    has_namesake: bool
    busy_in: Run | None = None
    lacks: Course | None = None

    @property
    def key(self) -> str:
        """What a ticked box says."""
        return str(self.person.public_id)


def candidates(reply: Reply, on: date) -> list[Candidate]:
    """By given name; six queries, and two more if courses come first, whatever the number of people."""
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
    busy = busy_meanwhile(run, held)
    lacking = missing_first(run, held, on)
    namesakes = Counter(rows[0].person.name_folded for rows in held.values())
    return [
        Candidate(
            person=rows[0].person,
            position=rows[0].position,
            groups=tuple(row.get_group_display() for row in rows),
            completed_on=done.get(person_id),
            has_namesake=namesakes[rows[0].person.name_folded] > 1,
            busy_in=busy.get(person_id),
            lacks=lacking.get(person_id),
        )
        for person_id, rows in held.items()
    ]


def busy_meanwhile(run: Run, people: Iterable[int]) -> dict[int, Run]:
    """Who of `people` (keys) goes to another class on some day of `run`, and to which; one query."""
    others = Enrolment.objects.active().filter(person__in=people).exclude(run=run)
    same_days = others.filter(run__starts_on__lte=run.ends_on, run__ends_on__gte=run.starts_on)
    return {row.person_id: row.run for row in same_days.select_related("run__course").order_by("-pk")}


def listed(person: Person) -> Listed:
    """A person as a pasted line can name one."""
    return Listed(str(person.public_id), person.full_name, person.birth_date)


def replacements(enrolment: Enrolment, on: date) -> list[Person]:
    """Who of the same agency could come instead: on its roster in a group of the course, and not in the class."""
    groups = [row.group for row in enrolment.run.course.groups.all()]
    entries = RosterEntry.objects.known().on(on).filter(agency=enrolment.agency)
    if groups:
        entries = entries.filter(group__in=groups)
    inside = Enrolment.objects.active().filter(run=enrolment.run).values("person")
    return list(Person.objects.filter(pk__in=entries.values("person")).exclude(pk__in=inside).in_order())


def quota_of(reply: Reply) -> Quota | None:
    """The seats that are reserved for the agency in the class, if any."""
    return Quota.objects.filter(run_id=reply.round.run_id, agency_id=reply.agency_id).first()
