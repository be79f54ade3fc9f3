"""The QR code that leads to the verification page."""

from __future__ import annotations

import segno

from certificates.engine.charset import TooLong

_LARGEST = 6
"""Of 41 modules a side: at 24 mm a phone still reads it from the hand."""


def modules(address: str) -> list[bytearray]:
    """The rows of dark (1) and light (0) modules. Raises TooLong("qr").

    An address in capitals is alphanumeric and stays small: up to 61 characters are version 3. The mask is fixed:
    looking for the best one costs 4 ms and readers take any.
    """
    code = segno.make(address, error="m", mask=3, boost_error=False, micro=False)
    if int(code.version) > _LARGEST:
        raise TooLong("qr")
    return [bytearray(row) for row in code.matrix]


def runs(rows: list[bytearray]) -> str:
    """The dark modules as rectangles of one row, y downward, one unit a module."""
    out = []
    for y, row in enumerate(rows):
        x, end = row.find(1), len(row)
        while x >= 0:
            stop = row.find(0, x)
            stop = end if stop < 0 else stop
            out.append(f"{x} {y} {stop - x} 1 re\n")
            x = row.find(1, stop)
    return "".join(out)
