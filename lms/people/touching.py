"""What a reorganisation touches: each storey tells of its own, so that nobody is surprised (docs/reorganise.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people.models import Group, RoleGrant, RosterEntry, UnitGroupMember
from lms.people.models.users import still_held_q

MOST_LINES = 50
"""Of one kind on the page; the rest is counted."""


@dataclass(frozen=True)
class Touched:
    """One thing: in words, how many, and where it is looked at ("" where there is no page)."""

    label: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Section:
    """Everything of one kind; `left_out` lines are not shown."""

    label: str
    lines: list[Touched]
    left_out: int


Finder = Callable[[Sequence[int], date], list[Touched]]
_FINDERS: dict[str, tuple[Any, Finder]] = {}


def touches(name: str, label: Any) -> Callable[[Finder], Finder]:
    """Register `f(agency ids, effective day) -> lines` under a heading; it may cost a constant number of queries."""

    def register(finder: Finder) -> Finder:
        if _FINDERS.get(name, (label, finder))[1] is not finder:
            raise ValueError(f"{name} already has a finder")
        _FINDERS[name] = (label, finder)
        return finder

    return register


def touched_by(agencies: Sequence[int], on: date) -> list[Section]:
    """All kinds that have something, in the order in which they registered: the lowest storey first."""
    sections = []
    for label, finder in _FINDERS.values():
        lines = finder(agencies, on)
        if lines:
            sections.append(Section(str(label), lines[:MOST_LINES], max(0, len(lines) - MOST_LINES)))
    return sections


@touches("rosters", _("People on the rosters"))
def rosters(agencies: Sequence[int], on: date) -> list[Touched]:
    """People per agency and group who are on the roster on the day or later."""
    entries = RosterEntry.objects.known().still_on(on).filter(agency__in=agencies)
    rows = entries.values("agency__code", "agency__name", "group").annotate(people=Count("person", distinct=True))
    return [
        Touched(
            gettext("%(agency)s: %(group)s")
            % {"agency": row["agency__name"], "group": Group(row["group"]).label},
            row["people"], reverse("people:roster", args=[row["agency__code"]]),
        )
        for row in rows.order_by("agency__sort_key", "agency__code", "group")
    ]  # fmt: skip


@touches("focal_persons", _("Roles of focal persons; they do not move by themselves"))
def focal_persons(agencies: Sequence[int], on: date) -> list[Touched]:
    """Grants that hold on the day or later, per agency."""
    grants = RoleGrant.objects.filter(still_held_q(on), agency__in=agencies)
    rows = grants.values("agency__code", "agency__name").annotate(count=Count("pk"))
    return [
        Touched(row["agency__name"], row["count"], reverse("people:agency", args=[row["agency__code"]]))
        for row in rows.order_by("agency__sort_key", "agency__code")
    ]


@touches("unit_groups", _("Unit groups that picked an agency by hand"))
def unit_groups(agencies: Sequence[int], on: date) -> list[Touched]:
    """Labels with picked members among the agencies."""
    rows = UnitGroupMember.objects.known().filter(agency__in=agencies).values("unit_group__label", "unit_group__code")
    return [
        Touched(row["unit_group__label"], row["count"], reverse("people:unit_group", args=[row["unit_group__code"]]))
        for row in rows.annotate(count=Count("pk")).order_by("unit_group__label")
    ]
