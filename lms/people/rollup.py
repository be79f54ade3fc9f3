"""Who stands in an agency's place today: following successions (domain.md §4, «Roll-up»). Pure.

Never by weight: what no rule attributes stays unattributed («Chưa phân về đơn vị mới»), and is listed apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WHOLE = "all"
"""The scope of a succession that passes on everything."""


@dataclass(frozen=True)
class Step:
    """On `on` the agency passed `scope` (everything, a part, or a function) to `successor`; None: to nobody."""

    successor: int | None
    scope: str
    on: date


@dataclass(frozen=True)
class Graph:
    """Agencies by id with the day they close (half-open; None: open), and what each passed on."""

    closed_on: Mapping[int, date | None]
    steps: Mapping[int, Sequence[Step]]

    def is_closed(self, agency: int, day: date) -> bool:
        """Whether the agency has ended by `day`; the day of closing counts as ended."""
        end = self.closed_on[agency]
        return end is not None and end <= day

    def steps_of(self, agency: int, since: date, day: date) -> list[Step]:
        """What the agency passed on from `since` to `day`, both included, to somebody."""
        steps = self.steps.get(agency, ())
        return [step for step in steps if since <= step.on <= day and step.successor is not None]

    def heirs(self, agency: int, day: date) -> set[int]:
        """The agency itself and all that any part of it came to by `day`."""
        found: set[int] = set()
        waiting = [agency]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting += [step.successor for step in self.steps_of(here, date.min, day) if step.successor is not None]
        return found


def now(graph: Graph, agency: int, day: date, *, function: str = "", later_agencies: Sequence[int] = ()) -> int | None:
    """The agency that stands on `day` in the place of `agency`; None if that cannot be said.

    `function` is what a role or custody is about ("press"): it goes where that function went, also away from an agency
    that stays open. `later_agencies` are, in order of time, those of a person's next roster entries: the person
    goes where the first of them stands that a part of the agency came to. Raises ValueError for successions that run
    in a circle on one day; over time a function may well come back.
    """
    here, since = agency, date.min
    seen: set[tuple[int, date]] = set()
    while _moves_on(graph, here, since, day, function):
        if (here, since) in seen:
            raise ValueError(f"the successions of agency {here} run in a circle")
        seen.add((here, since))
        steps = graph.steps_of(here, since, day)
        step = _by_function(steps, function) if function else _by_person(graph, steps, day, later_agencies)
        if step is None or step.successor is None:
            return None
        here, since = step.successor, step.on
    return here


def _moves_on(graph: Graph, agency: int, since: date, day: date, function: str) -> bool:
    if graph.is_closed(agency, day):
        return True
    return bool(function) and any(step.scope == function for step in graph.steps_of(agency, since, day))


def _only(steps: Sequence[Step]) -> Step | None:
    return steps[0] if len(steps) == 1 else None


def _by_function(steps: Sequence[Step], function: str) -> Step | None:
    """Where the function went; where everything went, if the function is not named."""
    return _only([step for step in steps if step.scope == function] or [step for step in steps if step.scope == WHOLE])


def _by_person(graph: Graph, steps: Sequence[Step], day: date, later_agencies: Sequence[int]) -> Step | None:
    """Where everything went; else the part whose heirs have the person next."""
    whole = _only([step for step in steps if step.scope == WHOLE])
    if whole:
        return whole
    for later in later_agencies:
        went = [step for step in steps if step.successor is not None and later in graph.heirs(step.successor, day)]
        if went:
            return _only(went)
    return None
