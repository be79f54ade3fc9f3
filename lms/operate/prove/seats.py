"""200 people enrol at once for 30 seats."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.utils import timezone

from courses.models import Enrolment, EnrolmentState, Run
from lms.operate.prove.world import World
from lms.people.models import Person
from lms.refusal import Refused

PEOPLE = 200
SEATS = 30
AT_ONCE = 32


def prove(world: World) -> list[tuple[str, int, int]]:
    """Rows of (what, found, expected)."""
    run = world.run(seats=SEATS)
    people = world.people(PEOPLE)

    def enrol(person: Person) -> int:
        try:
            Enrolment.enrol_self(Run.objects.get(pk=run.pk), person, by=world.coordinator, now=timezone.now())
        except Refused:
            return 1
        finally:
            connections.close_all()
        return 0

    with ThreadPoolExecutor(AT_ONCE) as pool:
        refused = sum(pool.map(enrol, people))
    rows = run.enrolments.all()
    run.refresh_from_db()
    return [
        ("seats: enrolled", rows.filter(state=EnrolmentState.ENROLLED).count(), SEATS),
        ("seats: on the waiting list", rows.filter(state=EnrolmentState.WAITING).count(), PEOPLE - SEATS),
        ("seats: taken by the counter", run.pool_taken, SEATS),
        ("seats: refused or failed", refused, 0),
    ]
