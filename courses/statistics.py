"""Item analysis: how a question behaved, from the first graded attempts (learning.md §9). Pure.

Shares are in ten-thousandths, correlations in hundredths: whole numbers that say no more than the data do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

ENOUGH = 20
"""Below this many answers a figure is shown, and nothing is concluded from it."""
TOO_HARD, TOO_EASY = 2_000, 9_500
WEAK = 10
SHARE = 10_000


class Response(NamedTuple):
    """One person's answer: the question and the rest of the test, in ten-thousandths of what was possible."""

    share: int
    rest: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """How often an option was chosen: by the weakest, the middle and the strongest third."""

    uid: str
    thirds: tuple[int, int, int]
    is_right: bool = False

    @property
    def total(self) -> int:
        """By all of them."""
        return sum(self.thirds)


@dataclass(frozen=True)
class Analysis:
    """Facility in ten-thousandths; discrimination in hundredths (−100…100), None where nothing varies.

    `flags`: "review" and "key_suspect"; never any below `ENOUGH` answers.
    """

    count: int
    facility: int
    discrimination: int | None
    sizes: tuple[int, int, int] = (0, 0, 0)
    options: tuple[Chosen, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether the figures carry a conclusion."""
        return self.count >= ENOUGH


@dataclass
class Moments:
    """Sums of pairs: all that a mean and a correlation need, exact."""

    count: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    yy: int = 0
    xy: int = 0

    def add(self, x: int, y: int) -> None:
        """One pair more."""
        self.count += 1
        self.x += x
        self.y += y
        self.xx += x * x
        self.yy += y * y
        self.xy += x * y

    def mean(self) -> int:
        """Of x, half up; 0 of nothing."""
        return (2 * self.x + self.count) // (2 * self.count) if self.count else 0

    def correlation(self) -> int | None:
        """Pearson's, in hundredths; None where x or y does not vary."""
        spread_x = self.count * self.xx - self.x * self.x
        spread_y = self.count * self.yy - self.y * self.y
        if spread_x <= 0 or spread_y <= 0:
            return None
        together = self.count * self.xy - self.x * self.y
        return max(-100, min(100, round(100 * together / (sqrt(spread_x) * sqrt(spread_y)))))


def analyse(responses: Sequence[Response], options: Sequence[str] = (), right: Collection[str] = ()) -> Analysis:
    """The analysis of a question; `options` are the uids in the order of the question, `right` those of the key."""
    moments = Moments()
    for one in responses:
        moments.add(one.share, one.rest)
    counted, sizes = _thirds(responses, options, right)
    return judged(moments, sizes, counted)


def judged(moments: Moments, sizes: tuple[int, int, int] = (0, 0, 0), options: Sequence[Chosen] = ()) -> Analysis:
    """The figures of the sums, and what they say once there are enough of them."""
    facility, discrimination = moments.mean(), moments.correlation()
    flags = tuple(_flags(facility, discrimination, options)) if moments.count >= ENOUGH else ()
    return Analysis(moments.count, facility, discrimination, sizes, tuple(options), flags)


def _flags(facility: int, discrimination: int | None, options: Sequence[Chosen]) -> Iterable[str]:
    is_weak = discrimination is not None and discrimination < WEAK
    if facility < TOO_HARD or facility > TOO_EASY or is_weak:
        yield "review"
    if (discrimination is not None and discrimination < 0) or _is_beaten(options):
        yield "key_suspect"


def _is_beaten(options: Sequence[Chosen]) -> bool:
    """In the strongest third some wrong option was chosen more often than every right one."""
    right = [one.thirds[2] for one in options if one.is_right]
    wrong = [one.thirds[2] for one in options if not one.is_right]
    return bool(right and wrong) and max(wrong) > max(right)


def _thirds(
    responses: Sequence[Response], options: Sequence[str], right: Collection[str]
) -> tuple[tuple[Chosen, ...], tuple[int, int, int]]:
    """By the rest of the test, so that the question does not judge itself; equal results keep their order."""
    ranked = sorted(responses, key=lambda one: one.rest)
    size = len(ranked) // 3
    parts = (ranked[:size], ranked[size : len(ranked) - size], ranked[len(ranked) - size :])
    counts = [Counter(uid for one in part for uid in one.chosen) for part in parts]
    chosen = tuple(Chosen(uid, (counts[0][uid], counts[1][uid], counts[2][uid]), uid in right) for uid in options)
    return chosen, (len(parts[0]), len(parts[1]), len(parts[2]))


@dataclass
class Items:
    """All questions of a test at once, from (item, points, possible, total, total possible), one row per answer."""

    moments: dict[int, Moments] = field(default_factory=dict)

    def add(self, item: int, points: int, possible: int, total: int, total_possible: int) -> None:
        """One answer more; a question that counts for nothing says nothing."""
        if not possible:
            return
        rest_possible = total_possible - possible
        rest = (total - points) * SHARE // rest_possible if rest_possible else 0
        self.moments.setdefault(item, Moments()).add(points * SHARE // possible, rest)

    def judged(self) -> Mapping[int, Analysis]:
        """The figures of each question, without its options."""
        return {item: judged(moments) for item, moments in self.moments.items()}
