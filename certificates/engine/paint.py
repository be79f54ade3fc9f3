"""Operators of a PDF page, as bytes. Both the frozen part and what differs are painted here.

Inside `page` the unit is a hundredth of a point, so every number is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import cos, pi, sin

from certificates.engine.faces import Face, Faces, length, start
from certificates.engine.items import Decoration, Shape, Slot, Text
from certificates.engine.typeset import Block

Colours = Mapping[str, tuple[int, int, int]]


def page(parts: Iterable[str]) -> bytes:
    """A content stream that leaves the graphics state as it found it."""
    return ("q\n.01 0 0 .01 0 0 cm\n" + "".join(parts) + "Q\n").encode("ascii")


def marked(tag: str, mcid: int, inner: str) -> str:
    """Content that the structure tree knows by its number; empty content keeps its place."""
    return f"/{tag} <</MCID {mcid}>> BDC\n{inner}EMC\n"


def artifact(inner: str) -> str:
    """Content that means nothing to a reader."""
    return f"/Artifact BMC\n{inner}EMC\n" if inner else ""


def fill(rgb: tuple[int, int, int]) -> str:
    return " ".join(f"{part / 255:.3f}" for part in rgb) + " rg\n"


def stroke(rgb: tuple[int, int, int]) -> str:
    return " ".join(f"{part / 255:.3f}" for part in rgb) + " RG\n"


def letters(text: str, face: Face) -> str:
    return "<" + "".join(map(face.codes.__getitem__, text)) + "> Tj\n"


def block(slot: Slot, placed: Block, faces: Faces, colours: Colours) -> str:
    """The lines of a slot in its colour; nothing for an empty block."""
    if not placed.lines:
        return ""
    out = ["BT\n", fill(colours[slot.colour])]
    if slot.tracking:
        out.append(f"{slot.tracking} Tc\n")
    current = ""
    for line in placed.lines:
        out.append(f"1 0 0 1 {line.x} {line.y} Tm\n")
        for text, name in line.spans:
            if name != current:
                out.append(f"/{faces[name].resource} {placed.size} Tf\n")
                current = name
            out.append(letters(text, faces[name]))
    if slot.tracking:
        out.append("0 Tc\n")
    out.append("ET\n")
    return "".join(out)


def underline(x: int, y: int, line: int, share: int, rgb: tuple[int, int, int]) -> str:
    """A hair rule, `share` percent of the line above it, centred; nothing for no share."""
    if not share:
        return ""
    width = line * share // 100
    return f"{fill(rgb)}{x + (line - width) // 2} {y} {width} 60 re f\n"


def block_rule(slot: Slot, placed: Block, colours: Colours) -> str:
    if not placed.lines:
        return ""
    line = placed.lines[-1]
    return underline(line.x, line.y - placed.size // 2, line.length, slot.rule, colours[slot.colour])


def fixed(text: Text, faces: Faces, colours: Colours) -> str:
    """A line that never changes."""
    face = faces[text.face]
    tracking, end = (f"{text.tracking} Tc\n", "0 Tc\n") if text.tracking else ("", "")
    return (
        f"BT\n{fill(colours[text.colour])}{tracking}/{face.resource} {text.size} Tf\n"
        f"1 0 0 1 {start(text.x, _length(text, face), text.align)} {text.y} Tm\n{letters(text.text, face)}{end}ET\n"
    )


def fixed_rule(text: Text, faces: Faces, colours: Colours) -> str:
    line = _length(text, faces[text.face])
    x = start(text.x, line, text.align)
    return underline(x, text.y - text.size // 2, line, text.rule, colours[text.colour])


def _length(text: Text, face: Face) -> int:
    return length(face.em(text.text), len(text.text), text.size, text.tracking)


def decoration(item: Decoration, colours: Colours) -> str:
    return "".join(shape(each, colours) for each in item.shapes)


def shape(each: Shape, colours: Colours) -> str:
    path = "".join(" ".join([*map(str, operands), operator]) + "\n" for operator, operands in each.path)
    rgb = colours[each.colour]
    paint = f"{stroke(rgb)}{each.width} w\n1 J\n1 j\n" if each.width else fill(rgb)
    drawn = path + ("S\n" if each.width else "f\n")
    move = f"1 0 0 1 {each.x} {each.y} cm\n" if each.x or each.y else ""
    return f"q\n{paint}{move}{drawn}{(_step(each) + drawn) * (each.count - 1)}Q\n"


def _step(each: Shape) -> str:
    if each.dx or each.dy:
        return f"1 0 0 1 {each.dx} {each.dy} cm\n"
    turn = 2 * pi / each.count
    return f"{cos(turn):.7f} {sin(turn):.7f} {-sin(turn):.7f} {cos(turn):.7f} 0 0 cm\n"
