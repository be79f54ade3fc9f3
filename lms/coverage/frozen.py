"""The rows of a closed report, and the figures that follow from them alone. Pure.

A row is one person in one group at one agency: on its roster of the day, or behind acts of the period there, or both.
An act that belongs to several groups stands in the row of each, by its reference, so that sums count it once.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.coverage.figures import Figures

Counts = tuple[int, int, int, int, int, int]
"""On the roster, trained, completions, certificates, excused, training elsewhere."""
NOTHING: Counts = (0, 0, 0, 0, 0, 0)
EVERYWHERE = "*"
"""Stands for all agencies; no agency has this code."""
ALL_GROUPS = ""


@dataclass(frozen=True)
class FrozenRow:
    """`agency` is a code, "" where an act names none; `group` is "" for acts of people who belong to no group.

    `completions` are references of acts; `certificates` maps the code of each to its tiết. `shown` is what a reader
    needs beside the figures: names, positions, numbers.
    """

    agency: str
    group: str
    person: str
    is_listed: bool = False
    is_trained: bool = False
    is_waived: bool = False
    has_outside: bool = False
    completions: tuple[str, ...] = ()
    certificates: Mapping[str, int] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes the row one of its kind in a report."""
        return self.agency, self.group, self.person

    @property
    def counts(self) -> Counts:
        """What the row adds."""
        acts = len(self.completions), len(self.certificates)
        return int(self.is_listed), int(self.is_trained), *acts, int(self.is_waived), int(self.has_outside)

    def as_json(self) -> dict[str, Any]:
        """Plain values in a fixed form, for the hash."""
        return {
            "agency": self.agency,
            "group": self.group,
            "person": self.person,
            "listed": self.is_listed,
            "trained": self.is_trained,
            "waived": self.is_waived,
            "outside": self.has_outside,
            "completions": sorted(self.completions),
            "certificates": dict(sorted(self.certificates.items())),
            "shown": self.shown,
        }


def digest(parameters: Mapping[str, Any], rows: Iterable[FrozenRow]) -> str:
    """SHA-256 over the parameters and then the rows in order, each as one line of canonical JSON, in hexadecimal."""
    total = hashlib.sha256(_line(parameters))
    for row in rows:
        total.update(_line(row.as_json()))
    return total.hexdigest()


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@dataclass
class _Sets:
    listed: set[str] = field(default_factory=set)
    trained: set[str] = field(default_factory=set)
    waived: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)
    completions: set[str] = field(default_factory=set)
    certificates: dict[str, int] = field(default_factory=dict)

    def figures(self) -> Figures:
        return Figures(
            headcount=len(self.listed),
            trained=len(self.trained),
            completions=len(self.completions),
            off_roster=len(self.off),
            certificates=len(self.certificates),
            study_periods=sum(self.certificates.values()),
            waived=len(self.waived),
            outside=len(self.outside),
        )


Place = Callable[[FrozenRow], str]


def tally(rows: Sequence[FrozenRow], place: Place = lambda row: row.agency) -> dict[tuple[str, str], Figures]:
    """The figures by (agency, group): with `ALL_GROUPS` each person once, with `EVERYWHERE` over all agencies.

    `place` says at which agency a row is seen.
    """
    there = {(row.person, group) for row in rows if row.is_listed for group in (row.group, ALL_GROUPS)}
    sets: defaultdict[tuple[str, str], _Sets] = defaultdict(_Sets)
    for row in rows:
        for spot in _spots(row, place(row)):
            _add(sets[spot], row, is_off=(row.person, spot[1]) not in there)
    return {spot: found.figures() for spot, found in sets.items()}


def _spots(row: FrozenRow, agency: str) -> Iterator[tuple[str, str]]:
    for where in (agency, EVERYWHERE):
        yield where, ALL_GROUPS
        if row.group:
            yield where, row.group


def _add(found: _Sets, row: FrozenRow, *, is_off: bool) -> None:
    for flag, people in (
        (row.is_listed, found.listed),
        (row.is_trained, found.trained),
        (row.is_waived, found.waived),
        (row.has_outside, found.outside),
        (bool(row.completions) and is_off, found.off),
    ):
        if flag:
            people.add(row.person)
    found.completions.update(row.completions)
    found.certificates.update(row.certificates)


@dataclass(frozen=True)
class Difference:
    """One row that is not what it was: `before` or `after` is None where there was or is none."""

    before: FrozenRow | None
    after: FrozenRow | None

    @property
    def row(self) -> FrozenRow:
        """The row as it is now, else as it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference of nothing")
        return found

    @property
    def deltas(self) -> Counts:
        """After less before."""
        before = self.before.counts if self.before else NOTHING
        return plus(self.after.counts if self.after else NOTHING, before, -1)


def plus(first: Counts, second: Counts, sign: int = 1) -> Counts:
    """One after the other; with a `sign` of -1 the second is taken away."""
    listed, trained, completions, certificates, waived, outside = (
        old + sign * new for old, new in zip(first, second, strict=True)
    )
    return listed, trained, completions, certificates, waived, outside


def differences(before: Iterable[FrozenRow], after: Iterable[FrozenRow]) -> list[Difference]:
    """The rows whose figures differ, in the order of their keys; what is merely shown does not count."""
    old, new = ({row.key: row for row in rows} for rows in (before, after))
    found = (Difference(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))
    return [one for one in found if not _same(one)]


def _same(one: Difference) -> bool:
    if one.before is None or one.after is None:
        return False
    before, after = one.before.as_json(), one.after.as_json()
    return {**before, "shown": None} == {**after, "shown": None}
