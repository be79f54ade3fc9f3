"""What an agency came from and what became of it, several steps back and onward."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from lms.people.models import Agency, Succession
from lms.people.models.agencies import MOST_CHANGES


@dataclass(frozen=True)
class Link:
    """One succession on the way; `depth` 1 touches the agency itself."""

    step: Succession
    depth: int


def lineage(agency: Agency) -> tuple[list[Link], list[Link]]:
    """Successions into the agency and out of it, the nearest first; two queries."""
    back, onward = Q(), Q()
    for depth in range(MOST_CHANGES):
        back |= Q(**{"successor" + "__successions_out__successor" * depth: agency})
        onward |= Q(**{"predecessor" + "__successions_in__predecessor" * depth: agency})
    rows = Succession.objects.known().select_related("predecessor", "successor").order_by("on", "pk")
    return _walk(agency, list(rows.filter(back).distinct())), _walk(agency, list(rows.filter(onward).distinct()), 1)


def _walk(agency: Agency, steps: list[Succession], onward: int = 0) -> list[Link]:
    """Along the successions from the agency, by their breadth."""
    found: list[Link] = []
    here, seen = {agency.pk}, {agency.pk}
    for depth in range(1, MOST_CHANGES + 1):
        ways = [step for step in steps if (step.predecessor_id if onward else step.successor_id) in here]
        found += [Link(step, depth) for step in ways]
        ends = {step.successor_id if onward else step.predecessor_id for step in ways}
        here = {end for end in ends if end is not None and end not in seen}
        seen |= here
    return found
