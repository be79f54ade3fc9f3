"""People of agencies that end: their entries end with the agency and go on at its heir (domain.md §4).

Facts are never edited: what changes is voided and added again. Where two entries of a person would hold at one agency
in one group at the same time, they become one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from lms.people.models import Agency, RosterEntry, User
from lms.refusal import Refused

AT_ONCE = 500
"""Rows in one statement."""
Place = tuple[int, int, str]
"""Person, agency, group: where a person stands once at a time."""


@dataclass(frozen=True)
class Move:
    """Entries to be voided, and unsaved ones in their place."""

    voided: list[RosterEntry]
    added: list[RosterEntry]
    #: People who were moved.
    people: int


def plan_move(
    entries: Sequence[RosterEntry], heirs: Mapping[int, Agency], standing: Iterable[RosterEntry], on: date
) -> Move:
    """`entries` end on `on` and go on at the heir of their agency; `standing` are the entries at the heirs by now.

    An entry that begins on `on` or later goes over whole. Pure.
    """
    voided, added = list(entries), []
    coming: dict[Place, list[RosterEntry]] = defaultdict(list)
    for entry in entries:
        if entry.starts_on < on:
            added.append(_copy(entry, ends_on=on))
        heir = heirs[entry.agency_id]
        onward = _copy(entry, agency=heir, starts_on=max(entry.starts_on, on))
        coming[entry.person_id, heir.pk, entry.group].append(onward)
    there: dict[Place, list[RosterEntry]] = defaultdict(list)
    for entry in standing:
        there[entry.person_id, entry.agency_id, entry.group].append(entry)
    for place, newcomers in coming.items():
        for together in _overlapping(newcomers + there[place]):
            old = [entry for entry in together if entry.pk]
            if len(together) == 1 and old:
                continue
            whole = _union(together)
            if any((entry.starts_on, entry.ends_on) == (whole.starts_on, whole.ends_on) for entry in old):
                continue
            voided += old
            added.append(whole)
    return Move(voided, added, len({entry.person_id for entry in entries}))


def _copy(entry: RosterEntry, **changes: object) -> RosterEntry:
    """The same fact as a row of its own, not saved."""
    other = copy(entry)
    other._state = copy(entry._state)
    other._state.adding = True
    other.pk, other.voided_at, other.voided_by, other.void_reason = None, None, None, ""
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _overlapping(entries: Iterable[RosterEntry]) -> list[list[RosterEntry]]:
    """Entries that share days, together."""
    found: list[list[RosterEntry]] = []
    reach: date | None = date.min
    for entry in sorted(entries, key=lambda entry: (entry.starts_on, entry.pk is None)):
        if found and (reach is None or entry.starts_on < reach):
            found[-1].append(entry)
            reach = _later(reach, entry.ends_on)
        else:
            found.append([entry])
            reach = entry.ends_on
    return found


def _later(one: date | None, other: date | None) -> date | None:
    """The later of two ends; None is no end."""
    return None if one is None or other is None else max(one, other)


def _union(together: Sequence[RosterEntry]) -> RosterEntry:
    """One entry over all their days, with the position that is known."""
    ends_on = together[0].ends_on
    for entry in together[1:]:
        ends_on = _later(ends_on, entry.ends_on)
    position = next((entry.position for entry in together if entry.position), "")
    return _copy(together[0], ends_on=ends_on, position=position)


def void(entries: Sequence[RosterEntry], reason: str, *, by: User | None, now: datetime) -> None:
    """Take entries out, all or none. Raises Refused "roster_moved". Call it in a transaction."""
    ids = [entry.pk for entry in entries]
    done = 0
    for start in range(0, len(ids), AT_ONCE):
        live = RosterEntry.objects.filter(pk__in=ids[start : start + AT_ONCE], voided_at__isnull=True)
        done += live.update(voided_at=now, voided_by=by, void_reason=reason[:300])
    if done != len(ids):
        raise Refused("roster_moved", _("A roster has changed in the meantime. Try again."))


def add(entries: Sequence[RosterEntry], *, by: User | None, now: datetime) -> list[RosterEntry]:
    """Write new entries, recorded now."""
    for entry in entries:
        entry.recorded_at, entry.recorded_by = now, by
    return RosterEntry.objects.bulk_create(entries, batch_size=AT_ONCE)


def again(entries: Iterable[RosterEntry]) -> list[RosterEntry]:
    """Entries as they were before they were voided, not saved."""
    return [_copy(entry) for entry in entries]


def carry_out(move: Move, reason: str, *, by: User | None, now: datetime) -> list[RosterEntry]:
    """Void and add; the entries added. Raises Refused "roster_moved". Call it in a transaction."""
    void(move.voided, reason, by=by, now=now)
    return add(move.added, by=by, now=now)
