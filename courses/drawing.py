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


def ranked(pool: Iterable[Candidate], seed: str) -> list[int]:
    """Question ids in the order in which they are drawn: never seen first, then least seen, then by lot."""
    in_turn = sorted(pool, key=lambda one: (one.seen_count, lot(seed, one.question_id)))
    return [one.question_id for one in in_turn]


def in_lots(questions: Iterable[int], seed: str) -> list[int]:
    """Drawn questions in the order in which they are shown: that of the lot, which says nothing of who saw what."""
    return sorted(questions, key=lambda one: lot(seed, one))


def draw(pool: Iterable[Candidate], count: int, seed: str) -> list[int]:
    """`count` question ids from one pool, in the order shown. Fewer when the pool is smaller."""
    return in_lots(ranked(pool, seed)[:count], seed)


def fill(pools: Sequence[tuple[Sequence[int], int]]) -> list[list[int]]:
    """From each pool (question ids in the order wanted) as many as it shall give, none twice.

    Pools overlap: one by tags cuts across one by category. Where a question taken by one pool is the only one left for
    another, the first gives it up and takes its next; so a list is short only if no choice whatever fills all of them.
    """
    wanted = [pool for pool, _count in pools]
    owner: dict[int, int] = {}
    for pool in sorted(range(len(pools)), key=lambda one: len(wanted[one])):
        for _seat in range(pools[pool][1]):
            if not _seat_in(pool, wanted, owner, set()):
                break
    return [[question for question in pool if owner.get(question) == place] for place, (pool, _n) in enumerate(pools)]


def _seat_in(pool: int, wanted: Sequence[Sequence[int]], owner: dict[int, int], asked: set[int]) -> bool:
    """Give the pool one more question, if need be one that another pool (none of `asked`) can spare."""
    asked.add(pool)
    for question in wanted[pool]:
        if question not in owner:
            owner[question] = pool
            return True
    for question in wanted[pool]:
        if owner[question] not in asked and _seat_in(owner[question], wanted, owner, asked):
            owner[question] = pool
            return True
    return False


def shuffled(things: Sequence[Thing], seed: str) -> list[Thing]:
    """The things in the order of the lot."""
    return sorted(things, key=lambda thing: lot(seed, thing))
