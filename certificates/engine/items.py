"""What may stand on a page: decoration, fixed texts, slots and the QR code.

Lengths are whole hundredths of a point, x to the right and y up from the lower left corner; sizes of letters too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Tag = Literal["H1", "P"]
Align = Literal["left", "centre", "right"]
Anchor = Literal["first", "middle", "last"]
Point = tuple[str, tuple[int, ...]]

FIELD = re.compile(r"\{([a-z_]+)\}")
"""A field of the snapshot in the text of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A path around `x`, `y`, stroked or filled. Path: (operator m l c h, operands).

    It is drawn `count` times, each a step of `dx`, `dy` further; without a step they stand in a full circle.
    """

    path: tuple[Point, ...]
    colour: str
    x: int = 0
    y: int = 0
    width: int = 0
    count: int = 1
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoration:
    """Shapes that a reader with a screen reader never meets."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A fixed line; `x` is its left end, middle or right end. `rule` underlines it for that share in percent."""

    text: str
    x: int
    y: int
    size: int
    align: Align = "centre"
    face: str = "regular"
    colour: str = "ink"
    tracking: int = 0
    tag: Tag = "P"
    rule: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of a slot in one face. `text` names fields of the snapshot in braces."""

    text: str
    face: str = "regular"
    upper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A text that differs on every certificate.

    A part is a row of runs, left out as a whole when one of its fields is empty; on one line, parts are tied by
    `separator`. The text wraps to at most `lines`, then shrinks to `least`; beyond that it is refused. `anchor` says
    which line stands at `y`: the first, the middle of all, or the last. With `below`, `y` counts from the last line
    of that earlier slot, so that a text of two lines pushes what follows. `rule` underlines the last line, in
    percent.
    """

    name: str
    parts: tuple[tuple[Run, ...], ...]
    x: int
    y: int
    width: int
    size: int
    least: int
    lines: int = 1
    leading: int = 130
    separator: str = " "
    anchor: Anchor = "first"
    below: str = ""
    align: Align = "centre"
    colour: str = "ink"
    tracking: int = 0
    tag: Tag = "P"
    rule: int = 0

    def fields(self) -> set[str]:
        return {name for part in self.parts for run in part for name in FIELD.findall(run.text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The QR code: a square without its quiet zone, of which the layout keeps four modules clear."""

    x: int
    y: int
    side: int
    alt: str
    colour: str = "ink"


Item = Decoration | Text | Slot | Code
