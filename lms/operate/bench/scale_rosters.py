"""Who stands where on the rosters of the province at full size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lms.operate.bench.filling import fill, noon_of
from lms.people.models import Agency, Group, RosterEntry

LONG_AGO = date(2021, 1, 1)
CORRECTED_ON = "'2026-03-01'"
GROUPS = (Group.COMMUNICATION_OFFICER, Group.INFORMATION_OFFICER, Group.SPOKESPERSON)
PRIME = 1_000_003
"""Multiples of other primes lie over it as if thrown by dice, and the same on every engine."""
GROUP = (
    f"CASE WHEN w.n * 69621 %% {PRIME} %% 10 < 6 THEN '{GROUPS[0]}' "
    f"WHEN w.n * 69621 %% {PRIME} %% 10 < 9 THEN '{GROUPS[1]}' ELSE '{GROUPS[2]}' END"
)
OTHER_GROUP = f"CASE w.n %% 3 WHEN 0 THEN '{GROUPS[0]}' WHEN 1 THEN '{GROUPS[1]}' ELSE '{GROUPS[2]}' END"


def build(first_person: int, agencies: Sequence[Agency]) -> None:
    """Everybody stands once, in the order of the people; of ten somebody a second time, in another agency.

    Who stood on an agency that was reorganised has moved on, but for every fifth, who still stands there. Of forty one
    was corrected: the wrong entry is void.
    """
    first, count = agencies[0].pk, len(agencies)
    dice = [f"CAST(p.id - {first_person} AS BIGINT) * {prime} %% {PRIME} %% {count}" for prime in (48_271, 16_807)]
    home = f"CASE WHEN {dice[0]} < {dice[1]} THEN {dice[0]} ELSE {dice[1]} END"
    everybody = (
        f"(SELECT p.id AS person_id, CAST(p.id - {first_person} AS BIGINT) AS n, {first} + {home} AS agency_id "  # noqa: S608
        f"FROM people_person p WHERE p.id >= {first_person}) w"
    )
    _enter(f"{everybody} JOIN people_agency a ON a.id = w.agency_id ORDER BY w.n", GROUP, still="w.n %% 5 = 0")
    place = f"(o.id - {first})"
    standing = (
        f"(SELECT person_id, CAST(person_id - {first_person} AS BIGINT) AS n, agency_id FROM people_rosterentry) w "  # noqa: S608
        "JOIN people_agency o ON o.id = w.agency_id JOIN people_agency a ON a.id = "
    )
    heir = f"CASE {place} %% 100 WHEN 1 THEN 5 WHEN 2 THEN 5 WHEN 3 THEN 6 ELSE 7 + w.n %% 2 END"
    _enter(
        f"{standing} {first} + {place} - {place} %% 100 + {heir} WHERE o.closed_on IS NOT NULL AND w.n %% 5 <> 0", GROUP
    )
    other = f"({place} + 1 + w.n %% 80) %% {count}"
    _enter(
        f"{standing} {first} + {other} WHERE o.closed_on IS NULL AND a.closed_on IS NULL AND w.n %% 10 = 3",
        OTHER_GROUP,
        void="w.n %% 40 = 13",
    )


def _enter(source: str, group: str, *, still: str = "1 = 0", void: str = "1 = 0") -> None:
    """An entry for each row of `w` at the agency `a`, for as long as it exists, or for longer if `still`."""
    starts_on = f"COALESCE(a.established_on, '{LONG_AGO}')"
    fill(
        RosterEntry,
        source,
        person_id="w.person_id",
        agency_id="a.id",
        group=group,
        starts_on=starts_on,
        ends_on=f"CASE WHEN {still} THEN NULL ELSE a.closed_on END",
        recorded_at=noon_of(starts_on),
        voided_at=f"CASE WHEN {void} THEN {noon_of(CORRECTED_ON)} END",
        void_reason=f"CASE WHEN {void} THEN 'đính chính' ELSE '' END",
    )
