"""An sRGB profile of our own, ICC version 2: PDF/A-1 takes no later one, and nobody's licence hangs on it."""

from __future__ import annotations

import struct
from functools import cache

_PRIMARIES_D50 = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_WHITE_D50 = (0.9642, 1.0, 0.8249)
_POINTS = 1024


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *map(_fixed, values))


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _curve() -> bytes:
    points = [round(65535 * _linear(index / (_POINTS - 1))) for index in range(_POINTS)]
    return b"curv\0\0\0\0" + struct.pack(f">I{_POINTS}H", _POINTS, *points)


def _description(text: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(8 + 3 + 67)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


@cache
def srgb() -> bytes:
    """The profile: matrix and one curve of 1,024 points for the three channels, about 2.5 KB."""
    curve = _padded(_curve())
    tags = {
        b"desc": _padded(_description(b"sRGB")),
        b"cprt": _padded(b"text\0\0\0\0Public domain\0"),
        b"wtpt": _xyz(_WHITE_D50),
        **{tag: _xyz(values) for tag, values in _PRIMARIES_D50.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    placed: dict[bytes, int] = {}
    for tag, data in tags.items():
        if data not in placed:
            placed[data] = offset + len(body)
            body += data
        table += tag + struct.pack(">2I", placed[data], len(data))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI3i4s44x",
        *(offset + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ "),
        *(2026, 1, 1, 0, 0, 0),
        *(b"acsp", b"\0\0\0\0", 0, b"\0\0\0\0", b"\0\0\0\0", 0, 0),
        *map(_fixed, _WHITE_D50),
        b"\0\0\0\0",
    )
    return header + table + body
