"""A closed report as a report: the same rows and totals as a live one, from the frozen rows alone (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lms.coverage.counting import AgencyRow, Report, RosterState
from lms.coverage.figures import Figures
from lms.coverage.frozen import ALL_GROUPS, EVERYWHERE, FrozenRow, tally
from lms.coverage.models import ClosedReport
from lms.coverage.question import Question
from lms.coverage.rolling import Moves, moves
from lms.people.models import Agency, Person


def read(closed: ClosedReport, *, seen_on: date | None = None) -> Report:
    """The figures as they were closed, under the names of that day; with `seen_on` rolled up to the agencies of another
    day, under theirs."""
    asked = Question(
        task=closed.task,
        period=closed.period,
        day=closed.period.cutoff_on,
        known_at=closed.known_at,
        group=None,
        requirements=(),
        window_starts_on=date.fromisoformat(closed.parameters["window_starts_on"]),
        seen_on=seen_on,
    )
    rows = list(closed.frozen_rows())
    places = _Places(closed, moves(asked), rows)
    sums = tally(rows, places.of)
    lines = [
        _line(places.facts(code), code, group, figures, places.state(code, group, rows_listed=figures.headcount > 0))
        for (code, group), figures in sums.items()
        if code != EVERYWHERE
    ]
    silent = [
        _line(places.facts(code), code, group, Figures(), places.state(code, group, rows_listed=False))
        for code, states in places.owing.items()
        for group in (ALL_GROUPS, *states)
        if (code, group) not in sums
    ]
    ordered = sorted([*lines, *silent], key=lambda row: (not row.code, row.sort_key, row.code, row.group))
    return Report(
        asked,
        tuple(row for row in ordered if not row.group),
        sums.get((EVERYWHERE, ALL_GROUPS), Figures()),
        tuple(row for row in ordered if row.group),
        tuple(sorted((group, found) for (code, group), found in sums.items() if code == EVERYWHERE and group)),
    )


def _line(facts: Mapping[str, Any], code: str, group: str, figures: Figures, state: RosterState) -> AgencyRow:
    return AgencyRow(
        agency_id=facts.get("pk", 0),
        code=code,
        name=facts.get("name", ""),
        kind=facts.get("kind", ""),
        sort_key=facts.get("sort_key", ""),
        group=group,
        state=state,
        stands_apart=facts.get("stands_apart", False),
        figures=figures,
    )


class _Places:
    """At which agency a frozen row is seen, and what is known of that agency."""

    def __init__(self, closed: ClosedReport, moved: Moves, rows: list[FrozenRow]) -> None:
        self.named: dict[str, dict[str, Any]] = closed.parameters["agencies"]
        self.known = {row.code: row for row in Agency.objects.filter(code__in=self.named)}
        self.codes = {row.pk: row.code for row in self.known.values()}
        self.moved = moved
        if moved:
            later = Agency.objects.filter(pk__in={*moved.whole.values(), *moved.person_wise.values()})
            self.known |= {row.code: row for row in later}
            self.codes |= {row.pk: row.code for row in later}
        self.people = _ids(rows) if moved.person_wise else {}
        self.seen_on = closed.period.cutoff_on
        self.owing: dict[str, dict[str, str]] = {}
        for code, states in closed.parameters["owing"].items():
            put = self.owing.setdefault(self._place(code, None), {})
            for group, state in states.items():
                put[group] = state if put.get(group, state) == state else "not_listed"

    def of(self, row: FrozenRow) -> str:
        """The code of the agency where the row is seen."""
        return self._place(row.agency, self.people.get(row.person))

    def _place(self, code: str, person: int | None) -> str:
        agency = self.known.get(code)
        if agency is None or not self.moved:
            return code
        place = self.moved.person_wise.get((agency.pk, person or 0)) or self.moved.whole.get(agency.pk)
        return self.codes[place] if place else code

    def facts(self, code: str) -> dict[str, Any]:
        """Name, kind and order: as frozen, or of today's agency where the row was moved to one."""
        agency = self.known.get(code)
        facts = dict(self.named.get(code) or _today(agency))
        closed_on = date.fromisoformat(facts["closed_on"]) if facts.get("closed_on") else None
        facts["stands_apart"] = closed_on is not None and closed_on <= self.seen_on
        if self.moved and agency is not None:
            facts |= _today(agency)
            facts["stands_apart"] = agency.closed_on is not None
        return facts | {"pk": agency.pk if agency else 0}

    def state(self, code: str, group: str, *, rows_listed: bool) -> RosterState:
        """Where the agency, or one group there, stood with its roster."""
        if rows_listed:
            return RosterState.LISTED
        states = self.owing.get(code, {})
        wanted = [states[group]] if group and group in states else [] if group else list(states.values())
        if not wanted:
            return RosterState.NOT_CONCERNED
        return RosterState.NOBODY if set(wanted) == {"nobody"} else RosterState.NOT_LISTED


def _today(agency: Agency | None) -> dict[str, Any]:
    if agency is None:
        return {}
    closed_on = agency.closed_on.isoformat() if agency.closed_on else None
    return {"name": agency.name, "kind": agency.kind, "sort_key": agency.sort_key, "closed_on": closed_on}


def _ids(rows: list[FrozenRow]) -> dict[str, int]:
    wanted = sorted({row.person for row in rows})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 5000):
        people = Person.objects.filter(public_id__in=wanted[start : start + 5000])
        found.update({str(public_id): pk for public_id, pk in people.values_list("public_id", "pk")})
    return found
