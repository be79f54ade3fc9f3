"""Putting the text of a slot into its room: wrap, shrink, refuse."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from certificates.engine.charset import TooLong
from certificates.engine.faces import Faces, Span, length, start
from certificates.engine.items import FIELD, Run, Slot
from certificates.engine.wrapping import Row, balance, one_row, row_of, words_of

_STEPS = 40
"""In how many steps a text shrinks to its least size."""


@dataclass(frozen=True, slots=True)
class Line:
    """Spans and where they begin, in hundredths of a point; `length` without a space at the end."""

    x: int
    y: int
    length: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A text as it will be set; no lines when it is empty."""

    size: int
    lines: tuple[Line, ...]


def parts_of(slot: Slot, values: Mapping[str, str]) -> list[list[Span]]:
    """What the slot prints for these values, NFC, part by part; a part that lacks one of its fields is left out."""
    parts = []
    for part in slot.parts:
        names = {name for run in part for name in FIELD.findall(run.text)}
        if all(values[name] for name in names):
            parts.append([(_filled(run, values), run.face) for run in part])
    return parts


def _filled(run: Run, values: Mapping[str, str]) -> str:
    text = unicodedata.normalize("NFC", FIELD.sub(lambda found: values[found[1]], run.text))
    return text.upper() if run.upper else text


def set_block(slot: Slot, y: int, parts: list[list[Span]], faces: Faces) -> Block:
    """The parts at height `y`: on one line if they fit, else each on lines of its own, else shrunk.

    Raises TooLong(slot) when they do not fit at the least size.
    """
    if not parts:
        return Block(slot.size, ())
    joined = _joined(slot, parts)
    whole = one_row(joined, faces)
    texts = [joined] if len(parts) > slot.lines else parts
    step = max(1, (slot.size - slot.least) // _STEPS)
    for size in (*range(slot.size, slot.least, -step), slot.least):
        if length(whole.em, whole.count, size, slot.tracking) <= slot.width:
            rows: list[Row] | None = [whole]
        else:
            rows = _wrapped(slot, size, texts, faces) if slot.lines > 1 else None
        if rows is not None:
            return Block(size, _placed(rows, size, slot, y))
    raise TooLong(slot.name)


def _joined(slot: Slot, parts: list[list[Span]]) -> list[Span]:
    spans = list(parts[0])
    for part in parts[1:]:
        spans += [(slot.separator, part[0][1]), *part]
    return spans


def _wrapped(slot: Slot, size: int, texts: list[list[Span]], faces: Faces) -> list[Row] | None:
    """Each text in lines of its own; None if they are more than the slot takes, or a word is too long."""
    rows: list[Row] = []
    for spans in texts:
        lines = balance(words_of(spans, faces), size, slot.width, slot.tracking)
        if lines is None or len(rows) + len(lines) > slot.lines:
            return None
        ends = spans is texts[-1]
        rows += [row_of(words, last=ends and words is lines[-1]) for words in lines]
    return rows


def _placed(rows: list[Row], size: int, slot: Slot, y: int) -> tuple[Line, ...]:
    pitch = size * slot.leading // 100
    above = {"first": 0, "middle": (len(rows) - 1) * pitch // 2, "last": (len(rows) - 1) * pitch}[slot.anchor]
    lines = []
    for place, row in enumerate(rows):
        long = length(row.em, row.count, size, slot.tracking)
        lines.append(Line(start(slot.x, long, slot.align), y + above - place * pitch, long, row.spans))
    return tuple(lines)
