"""Does the chain still tell what was sealed? The first place where it does not is named (trust.md §10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lms.audit.models import Event, Seal, SealedEvent
from lms.audit.sealing import GENESIS, canonical

FACT_COLUMNS = (
    "id", "at", "actor", "action", "object_kind", "object_id", "subject", "agency", "data", "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What verification found: `fault` is empty when all is well, else it names the first bad row."""

    seals: int
    events: int
    unsealed: int
    late: int
    fault: str = ""


class BrokenSeal(Exception):
    """Carries the sentence that names the bad row."""


def verify(*, anchor: str = "") -> Verdict:
    """Recompute every seal from its events; then compare with `anchor` ("SEAL:ROOT", kept outside the database).

    A chain that is shorter than the anchor has been rolled back to an older database. Costs one pass over the table,
    constant memory.
    """
    seals = events = 0
    fault = ""
    previous_root = GENESIS
    try:
        for seal in Seal.objects.order_by("pk").iterator():
            previous_root = _verify_seal(seal, previous_root)
            seals += 1
            events += seal.count
        _verify_anchor(anchor)
    except BrokenSeal as broken:
        fault = str(broken)
    return Verdict(
        seals=seals,
        events=events,
        unsealed=Event.objects.unsealed().count(),
        late=SealedEvent.objects.filter(late=True).count(),
        fault=fault,
    )


def _verify_seal(seal: Seal, previous_root: str) -> str:
    if seal.previous_root != previous_root:
        raise BrokenSeal(f"seal {seal.pk} does not follow the seal before it")
    chain = hashlib.sha256(bytes.fromhex(previous_root))
    count = 0
    for expected, (position, event_id, digest, line) in enumerate(_members(seal)):
        if position != expected:
            raise BrokenSeal(f"seal {seal.pk} has lost the event at position {expected}")
        if hashlib.sha256(line).hexdigest() != digest:
            raise BrokenSeal(f"event {event_id} is not what was sealed (seal {seal.pk}, position {position})")
        chain.update(line)
        count += 1
    if count != seal.count:
        raise BrokenSeal(f"seal {seal.pk} counts {seal.count} events and holds {count}")
    if chain.hexdigest() != seal.root:
        raise BrokenSeal(f"seal {seal.pk} does not match its events")
    return seal.root


def _members(seal: Seal) -> Iterator[tuple[int, int, str, bytes]]:
    columns = ("position", "digest", *(f"event__{column}" for column in FACT_COLUMNS))
    rows = SealedEvent.objects.filter(seal=seal).order_by("position").values_list(*columns)
    for position, digest, *values in rows.iterator(chunk_size=2000):
        fact = dict(zip(FACT_COLUMNS, values, strict=True))
        yield position, fact["id"], digest, canonical(fact)


def _verify_anchor(anchor: str) -> None:
    if not anchor:
        return
    number, _, root = anchor.partition(":")
    seal = Seal.objects.filter(pk=number).first() if number.isdigit() else None
    if seal is None:
        raise BrokenSeal(f"seal {number} of the anchor is gone: this database is older than the anchor")
    if seal.root != root:
        raise BrokenSeal(f"seal {number} has another root than the anchor: the chain was rewritten")
