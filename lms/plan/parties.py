"""What a party of the plan means on a day: departments end and are replaced (domain.md §1, §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lms.people.models import Agency, Succession, UnitGroup
from lms.people.rollup import Graph, now

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


def holder(graph: Graph, agency_id: int, day: date) -> int | None:
    """Who has the role of an agency of the plan on `day`; None where nobody can be named."""
    return now(graph, agency_id, day, function=FUNCTION)


def standing_of(parties: Iterable[TaskParty], day: date) -> dict[int, Standing]:
    """The standing of each party by its id; eight queries at most, whatever their number."""
    parties = list(parties)
    picked = _picked(parties, day)
    graph = Succession.objects.graph()
    today = {party.pk: holder(graph, party.agency_id, day) for party in parties if party.agency_id is not None}
    holders = {
        party.pk: today[party.pk] for party in parties if party.pk in today and today[party.pk] != party.agency_id
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
            found[party.pk] = Standing(count=picked.get(party.pk))
    return found


def _picked(parties: list[TaskParty], day: date) -> dict[int, int]:
    """How many agencies were picked for each party that the plan does not name; nothing where none was."""
    unnamed = [party for party in parties if party.agency_id is None and party.unit_group_id is None]
    if not unnamed:
        return {}
    members = unnamed[0].members.model.objects  # the model stands above this module
    rows = members.filter(party__in=unnamed, period__starts_on__lte=day, period__cutoff_on__gte=day)
    pairs = set(rows.values_list("party_id", "agency_id"))
    return dict(Counter(party_id for party_id, _agency_id in pairs))


def _sizes(unit_group_ids: set[int], day: date) -> dict[int, int]:
    """How many agencies each unit group means on `day`; nothing for one without kinds or members."""
    groups: Iterable[Any] = UnitGroup.objects.filter(pk__in=unit_group_ids).with_meaning()
    if not unit_group_ids:
        return {}
    alive = dict(Agency.objects.on(day).values_list("pk", "kind"))
    per_kind = Counter(alive.values())
    sizes = {}
    for group in groups:
        kinds = {row.kind for row in group.kinds_today}
        picked = {row.agency_id for row in group.members_today if row.is_included and row.agency_id in alive}
        left_out = {row.agency_id for row in group.members_today if not row.is_included and row.agency_id in alive}
        size = sum(per_kind[kind] for kind in kinds)
        size += sum(alive[pk] not in kinds for pk in picked - left_out)
        size -= sum(alive[pk] in kinds for pk in left_out)
        if kinds or group.members_today:
            sizes[group.pk] = size
    return sizes
