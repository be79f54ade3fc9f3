"""The chain of seals, as sums: no database, no clock (trust.md §10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

SealedFact: TypeAlias = Mapping[str, Any]

GENESIS = "0" * 64
"""The root before the first seal."""


def canonical(fact: SealedFact) -> bytes:
    """One event as bytes: keys in order, no blanks, UTF-8, moments in UTC to the microsecond, one line."""
    plain = {key: _utc(value) if isinstance(value, datetime) else value for key, value in fact.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def digest_of(fact: SealedFact) -> str:
    """SHA-256 of one event, in hex."""
    return hashlib.sha256(canonical(fact)).hexdigest()


def root_of(previous_root: str, facts: Iterable[SealedFact]) -> str:
    """SHA-256 over the root before and the events in their order, in hex."""
    digest = hashlib.sha256(bytes.fromhex(previous_root))
    for fact in facts:
        digest.update(canonical(fact))
    return digest.hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
