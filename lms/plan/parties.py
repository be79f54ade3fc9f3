"""What a party of the plan means on a day: departments end and are replaced (domain.md §1, §4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lms.people.models import Agency, Succession, UnitGroup

if TYPE_CHECKING:
    from lms.plan.models import TaskParty

FUNCTION = "press"
"""The function that the plan is about: where a department was split, its role goes this way."""


@dataclass(frozen=True)
class Standing:
    """A party on a day. `changed_to`: the agency that has its role now. `is_gone`: it closed and nobody has.
    `count`: how many agencies a unit group means."""

    changed_to: str = ""
    is_gone: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Passage:
    """A succession, as far as a role needs it."""

    successor_id: int | None
    scope: str


def holder(agency_id: int, passages: Mapping[int, Sequence[Passage]]) -> int | None:
    """Who has the role of an agency, along successions: one that takes all, or the one whose scope is the function.

    `passages` holds what happened up to the day, of closed agencies alone. None where nobody can be named.
    """
    seen = {agency_id}
    while agency_id in passages:
        ways = passages[agency_id]
        whole = [way for way in ways if way.scope == "all" or len(ways) == 1]
        taken = whole or [way for way in ways if way.scope == FUNCTION]
        if len(taken) != 1 or taken[0].successor_id is None or taken[0].successor_id in seen:
            return None
        agency_id = taken[0].successor_id
        seen.add(agency_id)
    return agency_id


def passages_until(day: date) -> dict[int, list[Passage]]:
    """What became of the agencies that had closed by `day`: one query."""
    found: dict[int, list[Passage]] = defaultdict(list)
    closed = Succession.objects.filter(on__lte=day, predecessor__closed_on__lte=day).order_by("pk")
    for predecessor_id, successor_id, scope in closed.values_list("predecessor_id", "successor_id", "scope"):
        found[predecessor_id].append(Passage(successor_id, scope))
    return dict(found)


def standing_of(parties: Iterable[TaskParty], day: date) -> dict[int, Standing]:
    """The standing of each party by its id; five queries, whatever their number."""
    parties = list(parties)
    passages = passages_until(day)
    holders = {
        party.pk: holder(party.agency_id, passages)
        for party in parties
        if party.agency_id is not None and party.agency is not None and not party.agency.is_on(day)
    }
    names = dict(Agency.objects.filter(pk__in=[pk for pk in holders.values() if pk]).values_list("pk", "name"))
    sizes = _sizes({party.unit_group_id for party in parties if party.unit_group_id}, day)
    found = {}
    for party in parties:
        if party.pk in holders:
            name = names.get(holders[party.pk] or 0, "")
            found[party.pk] = Standing(changed_to=name, is_gone=not name)
        elif party.unit_group_id:
            found[party.pk] = Standing(count=sizes.get(party.unit_group_id))
        else:
            found[party.pk] = Standing()
    return found


def _sizes(unit_group_ids: set[int], day: date) -> dict[int, int]:
    """How many agencies each unit group means on `day`; nothing for one without kinds or members."""
    groups = UnitGroup.objects.filter(pk__in=unit_group_ids).prefetch_related("kinds", "members")
    if not unit_group_ids:
        return {}
    alive = dict(Agency.objects.on(day).values_list("pk", "kind"))
    per_kind = Counter(alive.values())
    sizes = {}
    for group in groups:
        kinds = {row.kind for row in group.kinds.all()}
        picked = {row.agency_id for row in group.members.all() if row.is_included and row.agency_id in alive}
        left_out = {row.agency_id for row in group.members.all() if not row.is_included and row.agency_id in alive}
        size = sum(per_kind[kind] for kind in kinds)
        size += sum(alive[pk] not in kinds for pk in picked - left_out)
        size -= sum(alive[pk] in kinds for pk in left_out)
        if kinds or group.members.all():
            sizes[group.pk] = size
    return sizes
