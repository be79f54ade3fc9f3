"""A QR code as one SVG path: the template draws it, nothing is inline that a strict policy would refuse. Pure."""

from __future__ import annotations

from typing import NamedTuple

import segno

QUIET = 4
"""Empty modules on each side, as the standard asks."""


class QrPath(NamedTuple):
    """`size` modules on each side, quiet zone included; `path` is the `d` of an SVG path in modules."""

    size: int
    path: str


def qr_path(text: str) -> QrPath:
    """The code of `text`; an address in capitals stays small (alphanumeric mode)."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix]
    runs = [f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)]
    return QrPath(len(rows) + 2 * QUIET, "".join(runs))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of the dark stretches of a row."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and x and row[x - 1]:
            start, length = found[-1]
            found[-1] = (start, length + 1)
        elif dark:
            found.append((x, 1))
    return found
