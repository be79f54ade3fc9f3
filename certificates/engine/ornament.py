"""The vector ornament of our certificates: a woven border, and a bronze drum behind the text, in a pale tint."""

from __future__ import annotations

from math import cos, pi, sin

from certificates.engine.items import Point, Shape

Path = tuple[Point, ...]

_ROUND = 0.5523
"""Where the handles of a quarter circle stand, in radii."""


def frame(width: int, height: int, inset: int, band: int, colour: str) -> tuple[Shape, ...]:
    """Two rules around the page and three woven strands between them; the corners stay free."""
    rules = [
        Shape(path=_box(at, at, width - at, height - at), colour=colour, width=rule)
        for at, rule in ((inset, 100), (inset + band, 50))
    ]
    return (*rules, *_sides(width, height, inset, band, colour))


def corners(width: int, height: int, inset: int, band: int, colour: str) -> tuple[Shape, ...]:
    """A flower of eight petals in each corner of the frame."""
    at, petal = inset + band // 2, _petal(band * 46 // 100)
    return tuple(
        Shape(path=petal, x=x, y=y, count=8, colour=colour) for x in (at, width - at) for y in (at, height - at)
    )


def flourish(x: int, y: int, length: int, colour: str) -> tuple[Shape, ...]:
    """A rule with a lozenge at its middle."""
    half, gap, size = length // 2, 700, 260
    lines = tuple(
        Shape(path=(("m", (side * gap, 0)), ("l", (side * half, 0))), x=x, y=y, colour=colour, width=60)
        for side in (-1, 1)
    )
    return (*lines, Shape(path=_polygon((-size, 0), (0, size), (size, 0), (0, -size)), x=x, y=y, colour=colour))


def drum(x: int, y: int, radius: int, colour: str) -> tuple[Shape, ...]:
    """The face of a Đông Sơn drum: a star of fourteen rays inside rings of teeth, circles and combs."""

    def at(share: float) -> int:
        return round(radius * share)

    rings = [
        Shape(path=_circle(at(share)), x=x, y=y, colour=colour, width=70)
        for share in (1.0, 0.97, 0.86, 0.84, 0.72, 0.70, 0.58, 0.56)
    ]
    wide = at(0.97) * pi / 60
    tooth = _polygon((-round(wide * 0.8), at(0.87)), (0, at(0.955)), (round(wide * 0.8), at(0.87)))
    eye = _circle(at(0.042), at(0.78))
    comb: Path = (("m", (0, at(0.595))), ("l", (0, at(0.685))))
    ray = _polygon((-at(0.055), at(0.16)), (0, at(0.53)), (at(0.055), at(0.16)))
    chevron: Path = tuple(
        (operator, _polar(at(share), turn / 14))
        for operator, share, turn in (("m", 0.5, 0.12), ("l", 0.36, 0.5), ("l", 0.5, 0.88))
    )
    return (
        *rings,
        Shape(path=tooth, x=x, y=y, count=60, colour=colour),
        Shape(path=eye, x=x, y=y, count=48, colour=colour, width=60),
        Shape(path=_circle(at(0.012), at(0.78)), x=x, y=y, count=48, colour=colour),
        Shape(path=comb, x=x, y=y, count=120, colour=colour, width=60),
        Shape(path=ray, x=x, y=y, count=14, colour=colour),
        Shape(path=_circle(at(0.165)), x=x, y=y, colour=colour),
        Shape(path=chevron, x=x, y=y, count=14, colour=colour, width=60),
    )


def _sides(width: int, height: int, inset: int, band: int, colour: str) -> list[Shape]:
    """The strands of the four sides: one wave, repeated."""
    drawn = []
    middle, tall = inset + band // 2, band * 36 // 100
    for length, across in ((width - 2 * (inset + band), height), (height - 2 * (inset + band), width)):
        count = round(length / (band * 1.5))
        tile = length // count
        begin = inset + band + (length - tile * count) // 2
        for far in (middle, across - middle):
            for phase in (0.0, 1 / 3, 2 / 3):
                wave = _wave(tile, tall, phase)
                flat = across == height
                drawn.append(
                    Shape(
                        path=wave if flat else _turned(wave),
                        x=begin if flat else far,
                        y=far if flat else begin,
                        colour=colour,
                        width=45,
                        count=count,
                        dx=tile if flat else 0,
                        dy=0 if flat else tile,
                    )
                )
    return drawn


def _wave(length: int, height: int, phase: float) -> Path:
    """One period of a sine in eight Bézier pieces."""
    pieces = 8
    turn = 2 * pi / pieces
    handle = length / pieces / 3

    def at(place: int, along: int) -> tuple[float, float]:
        """The point after so many pieces, or its handle before (-1) or behind (1) it."""
        angle = turn * (place + pieces * phase)
        return length * place / pieces + along * handle, height * (sin(angle) + along * cos(angle) * turn / 3)

    curves = [("c", _whole(*at(place, 1), *at(place + 1, -1), *at(place + 1, 0))) for place in range(pieces)]
    return (("m", _whole(*at(0, 0))), *curves)


def _petal(length: int) -> Path:
    """A pointed leaf from the centre upward."""
    side = length * 0.24
    return (
        ("m", (0, 0)),
        ("c", _whole(-side, length * 0.35, -side, length * 0.65, 0, length)),
        ("c", _whole(side, length * 0.65, side, length * 0.35, 0, 0)),
        ("h", ()),
    )


def _circle(radius: int, up: int = 0) -> Path:
    """Around a point `up` above the centre."""
    r, k = radius, radius * _ROUND
    quarters = (
        (r, k, k, r, 0, r),
        (-k, r, -r, k, -r, 0),
        (-r, -k, -k, -r, 0, -r),
        (k, -r, r, -k, r, 0),
    )
    lifted = [tuple(value + (up if place % 2 else 0) for place, value in enumerate(each)) for each in quarters]
    return (("m", (r, up)), *(("c", _whole(*each)) for each in lifted), ("h", ()))


def _polar(reach: int, turns: float) -> tuple[int, int]:
    return round(reach * sin(2 * pi * turns)), round(reach * cos(2 * pi * turns))


def _polygon(first: tuple[int, int], *rest: tuple[int, int]) -> Path:
    return (("m", first), *(("l", point) for point in rest), ("h", ()))


def _whole(*values: float) -> tuple[int, ...]:
    return tuple(round(value) for value in values)


def _turned(path: Path) -> Path:
    """Mirrored at the diagonal: x and y change places."""
    return tuple(
        (operator, tuple(operands[place ^ 1] for place in range(len(operands)))) for operator, operands in path
    )


def _box(left: int, bottom: int, right: int, top: int) -> Path:
    return _polygon((left, bottom), (right, bottom), (right, top), (left, top))
