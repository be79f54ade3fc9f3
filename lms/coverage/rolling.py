"""«Theo đơn vị hiện nay»: where the figures of agencies of another day belong today (domain.md §4, §7; C7 to C9).

What one rule gives to a whole agency is a pair of agencies. What was split goes person by person, to the part where
the person's next roster entry stands. What nobody can attribute stays where it was, and is listed apart: never by
weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from courses.models import Completion
from lms.coverage.question import Question
from lms.people.models import RosterEntry, Succession
from lms.people.rollup import Graph, now


@dataclass(frozen=True)
class Moves:
    """`whole`: agency → the one in its place. `person_wise`: (agency, person) → the one in its place for that person.

    What is in neither stays where it is.
    """

    whole: Mapping[int, int] = field(default_factory=dict)
    person_wise: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.whole or self.person_wise)

    def sources(self, agencies: Collection[int]) -> set[int]:
        """The agencies some of whose figures belong to `agencies`."""
        wanted = set(agencies)
        parts = {old for (old, _person), place in self.person_wise.items() if place in wanted}
        merged = {old for old, place in self.whole.items() if place in wanted}
        return {agency for agency in wanted if agency not in self.whole} | merged | parts


STAY = Moves()
"""As it was: everything stays where it is."""


def moves(question: Question) -> Moves:
    """Where the question's figures belong on the day they are seen; four queries at most, none as it was.

    Whatever moment of knowing the figures are of, who stands in whose place is asked of what is known today.
    """
    if question.seen_on is None:
        return STAY
    graph = Succession.objects.graph()
    whole: dict[int, int] = {}
    divided: set[int] = set()
    for agency in graph.closed_on:
        if graph.is_closed(agency, question.seen_on):
            place = now(graph, agency, question.seen_on)
            if place is not None:
                whole[agency] = place
            elif graph.steps_of(agency, date.min, question.seen_on):
                divided.add(agency)
    return Moves(whole, _person_wise(question, graph, divided, question.seen_on) if divided else {})


def _person_wise(question: Question, graph: Graph, divided: Collection[int], day: date) -> dict[tuple[int, int], int]:
    """Each person with something at a divided agency: where the next entries on a roster stand."""
    finished = Completion.objects.filter(agency__in=divided).values_list("person_id", "agency_id")
    pairs = set(finished.distinct())
    entries: dict[int, list[tuple[date, int]]] = defaultdict(list)
    concerned = Q(person__in=RosterEntry.objects.filter(agency__in=divided).values("person_id")) | Q(
        person__in=finished.values("person_id")
    )
    found = RosterEntry.objects.known().filter(concerned).order_by("starts_on", "pk")
    for person, agency, starts_on in found.values_list("person_id", "agency_id", "starts_on"):
        entries[person].append((starts_on, agency))
        if agency in divided:
            pairs.add((person, agency))
    places: dict[tuple[int, int], int] = {}
    for person, agency in pairs:
        closed_on = graph.closed_on[agency]
        later = [place for starts_on, place in entries[person] if closed_on and starts_on >= closed_on]
        place = now(graph, agency, day, later_agencies=later) if later else None
        if place is not None:
            places[agency, person] = place
    return places
