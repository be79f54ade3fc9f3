"""Drawing questions and shuffling options: the same on every machine and every Python, from a seed (learning.md §8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn, and how often this person has seen it."""

    question_id: int
    seen_count: int = 0


def lot(seed: str, thing: object) -> bytes:
    """The lot that a thing draws under a seed."""
    return hashlib.sha256(f"{seed}\x1f{thing}".encode()).digest()


def draw(pool: Iterable[Candidate], count: int, seed: str) -> list[int]:
    """`count` question ids: never seen first, then least seen, then by lot; shown in the order of the lot.

    Fewer when the pool is smaller.
    """
    ranked = sorted(pool, key=lambda one: (one.seen_count, lot(seed, one.question_id)))
    return sorted((one.question_id for one in ranked[:count]), key=lambda one: lot(seed, one))


def shuffled(things: Sequence[Thing], seed: str) -> list[Thing]:
    """The things in the order of the lot."""
    return sorted(things, key=lambda thing: lot(seed, thing))
