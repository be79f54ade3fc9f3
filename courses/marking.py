"""Marking of essays: the sums and rules of two or three markers (learning.md §9). Pure, integers only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.drawing import lot
from lms.refusal import Refused

ROUNDS = 3
NEAR_PERCENT = 5
"""So close to the pass mark, on either side, a result is looked at twice."""
SAMPLE_PERCENT = 10
AGREED_PERCENT = 10
"""Two markers who differ by no more than this share of the points agree; their mean counts."""
APPEAL_DAYS = 5
"""Working days after the result."""
WHOLE = 100
"""What a rubric without points of its own is worth: a percentage."""


@dataclass(frozen=True)
class Criterion:
    """A line of the rubric and its most points, as whole numbers."""

    text: str
    points: int


def criteria(rubric: Sequence[Any]) -> tuple[Criterion, ...]:
    """The rubric of a key. Lines without points share alike; an empty rubric is one line of a hundred."""
    lines = [row if isinstance(row, dict) else {"criterion": str(row)} for row in rubric]
    found = [Criterion(str(line.get("criterion") or line.get("text") or ""), _points(line)) for line in lines]
    if not any(line.points for line in found):
        found = [Criterion(line.text, 10) for line in found]
    kept = tuple(line for line in found if line.points)
    return kept or (Criterion(_("The whole answer"), WHOLE),)


def _points(line: dict[str, Any]) -> int:
    points = line.get("points")
    return points if isinstance(points, int) and points > 0 else 0


def worth(given: Sequence[int], rubric: Sequence[Criterion], possible: int) -> int:
    """Points of the question (1/10,000) for points on the rubric, rounded once, half up.

    Raises Refused "points_out_of_range" (422) for a line that is missing, negative or above its most points.
    """
    fits = len(given) == len(rubric) and all(
        0 <= points <= line.points for points, line in zip(given, rubric, strict=False)
    )
    if not fits:
        raise Refused("points_out_of_range", _("Give each line from 0 to its most points."), status=422)
    most = sum(line.points for line in rubric)
    return (2 * possible * sum(given) + most) // (2 * most)


def agreed(given: Sequence[int], possible: int) -> int | None:
    """What the marks of one, two or three rounds come to; None while another marker must decide.

    Two that differ by at most 10 % of the points give their mean, half up; otherwise the third alone decides.
    """
    if len(given) == 1:
        return given[0]
    if len(given) >= ROUNDS:
        return given[ROUNDS - 1]
    if len(given) == 2 and abs(given[0] - given[1]) * 100 <= AGREED_PERCENT * possible:
        return (given[0] + given[1] + 1) // 2
    return None


def is_near(points: int, possible: int, pass_percent: int) -> bool:
    """Whether a result lies within 5 % of the points of the pass mark, on either side; the border counts."""
    return abs(points * 100 - pass_percent * possible) <= NEAR_PERCENT * possible


def is_sampled(seed: str) -> bool:
    """One attempt in ten, always the same ones: decided by the seed of the attempt."""
    return int.from_bytes(lot(seed, "second look")[:8]) % 100 < SAMPLE_PERCENT
