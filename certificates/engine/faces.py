"""Faces as they lie in a frozen file, and what texts measure in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NO_BREAK = "\u00a0"

Span = tuple[str, str]
"""Some characters and the name of their face."""


@dataclass(frozen=True, slots=True)
class Face:
    """Its resource name, the byte (two hexadecimal digits) and the width (1/1000 em) of each character.

    A no-break space is printed as a space.
    """

    resource: str
    codes: Mapping[str, str]
    widths: Mapping[str, int]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Face:
        """From a table of a frozen file: resource, characters, codes, widths."""
        characters = table["characters"]
        codes = dict(zip(characters, (f"{code:02X}" for code in table["codes"]), strict=True))
        widths = dict(zip(characters, table["widths"], strict=True))
        return cls(table["resource"], codes | {NO_BREAK: codes[" "]}, widths | {NO_BREAK: widths[" "]})

    def em(self, text: str) -> int:
        """The width of a text in 1/1000 em."""
        return sum(map(self.widths.__getitem__, text))


Faces = Mapping[str, Face]


def lacking(spans: Iterable[Span], faces: Faces) -> set[str]:
    """Characters that the face they are set in does not hold."""
    return {char for text, face in spans for char in text if char not in faces[face].codes}


def length(em: int, count: int, size: int, tracking: int) -> int:
    """Of so many characters, in hundredths of a point, rounded up. The tracking after the last one does not count."""
    return -(-em * size // 1000) + max(0, count - 1) * tracking


def start(x: int, line: int, align: str) -> int:
    """Where a line of this length begins."""
    return {"left": x, "centre": x - line // 2, "right": x - line}[align]
