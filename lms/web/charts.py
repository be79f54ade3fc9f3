"""Where the columns of a small chart stand. Pure: whole units of a view box, so that no decimal comma gets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.web.formatting import percent_tenths

WIDTH, BASE, TOP = 320, 122, 22
"""Of the view box: how wide it is, where a column of nought ends, where one of a hundred percent does."""
WIDEST = 40


@dataclass(frozen=True)
class Column:
    """A column and its words: `middle` is where they are centred, `x`, `y`, `width` and `height` are those of the
    rectangle; `tenths` is None where there is nothing to draw."""

    middle: int
    x: int
    y: int
    width: int
    height: int
    tenths: int | None

    @property
    def above(self) -> int:
        """The line of the number over the column."""
        return self.y - 5


def columns(shares: Sequence[tuple[int, int]]) -> list[Column]:
    """A column for each (part, whole), side by side in the order given; without a whole there is none to draw."""
    slot = WIDTH // max(len(shares), 1)
    width = min(slot * 3 // 5, WIDEST)
    found = []
    for place, (part, whole) in enumerate(shares):
        tenths = percent_tenths(part, whole)
        height = (BASE - TOP) * min(tenths or 0, 1000) // 1000
        middle = slot * place + slot // 2
        found.append(Column(middle, middle - width // 2, BASE - height, width, height, tenths))
    return found
