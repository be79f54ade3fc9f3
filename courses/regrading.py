"""What a corrected key makes of results (learning.md §9). Pure, integers only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """An attempt before a regrade, in 1/10,000: its own points and those of the question in it.

    `computed` is what the answer is worth under the corrected key; `is_dropped`: the question counts no more.
    """

    slot_id: int
    points: int
    possible: int
    slot_points: int
    slot_possible: int
    pass_percent: int
    computed: int = 0
    is_dropped: bool = False


@dataclass(frozen=True)
class Change:
    """A line of the preview and of the record: the question and the attempt, before and after."""

    slot_id: int
    before: int
    after: int
    possible_before: int
    possible_after: int
    passed_before: bool
    passed_after: bool
    total_before: int
    total_after: int
    total_possible_before: int
    total_possible_after: int


def is_pass(points: int, possible: int, percent: int) -> bool:
    """The same answer as `Attempt.is_passed`."""
    return points * 100 >= percent * possible


def regraded(one: Standing, *, never_lower: bool) -> Change | None:
    """What changes for an attempt; None if nothing does.

    With `never_lower` neither the question nor the result falls, and nobody loses a pass. A question that is dropped
    leaves the total; where it was the only one, everybody earns it.
    """
    after, slot_possible = one.computed, one.slot_possible
    if one.is_dropped:
        rest = one.possible - one.slot_possible
        after, slot_possible = (0, 0) if rest else (one.slot_possible, one.slot_possible)
    elif never_lower:
        after = max(after, one.slot_points)
    total = one.points - one.slot_points + after
    possible = one.possible - one.slot_possible + slot_possible
    if never_lower and total * one.possible < one.points * possible:  # the share falls
        return None
    if (after, slot_possible) == (one.slot_points, one.slot_possible):
        return None
    return Change(
        one.slot_id, one.slot_points, after, one.slot_possible, slot_possible,
        is_pass(one.points, one.possible, one.pass_percent), is_pass(total, possible, one.pass_percent),
        one.points, total, one.possible, possible,
    )  # fmt: skip


def plan_hash(about: tuple[object, ...], changes: Iterable[Change]) -> str:
    """Names a preview: what is asked and every line of it, so that what is confirmed is what was looked at."""
    lines = [
        [one.slot_id, one.before, one.after, one.possible_after, one.total_before, one.total_after] for one in changes
    ]
    text = json.dumps([[str(part) for part in about], lines], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
