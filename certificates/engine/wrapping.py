"""Breaking a text into lines of like length. Whole numbers only, so that every machine agrees."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.engine.faces import Faces, Span, length

_NEAR = 100
"""How close to the narrowest room balancing looks: one point."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line before it has a place. Its width in 1/1000 em and its count leave out a space at the end."""

    spans: tuple[Span, ...]
    em: int
    count: int


@dataclass(frozen=True, slots=True)
class Word:
    """What never breaks, and the width of the space after it (0 at the end of the text)."""

    spans: tuple[Span, ...]
    em: int
    count: int
    space: int


def one_row(spans: list[Span], faces: Faces) -> Row:
    """The whole text on one line."""
    em = sum(faces[face].em(text) for text, face in spans)
    return Row(_merged(spans), em, sum(len(text) for text, _face in spans))


def words_of(spans: list[Span], faces: Faces) -> list[Word]:
    """The words of a text; one word may change its face half-way."""
    words: list[Word] = []
    current: list[Span] = []

    def close(space: int) -> None:
        if current:
            em = sum(faces[face].em(text) for text, face in current)
            words.append(Word(tuple(current), em, sum(len(text) for text, _face in current), space))
            current.clear()

    for text, face in spans:
        for place, piece in enumerate(text.split(" ")):
            if place:
                close(faces[face].widths[" "])
            if piece:
                current.append((piece, face))
    close(0)
    return words


def wrap(words: list[Word], size: int, width: int, tracking: int) -> list[list[Word]] | None:
    """Greedy lines no longer than `width`; None if a single word is longer."""
    lines: list[list[Word]] = []
    em = count = 0
    for word in words:
        if lines:
            longer = em + lines[-1][-1].space + word.em
            if length(longer, count + 1 + word.count, size, tracking) <= width:
                lines[-1].append(word)
                em, count = longer, count + 1 + word.count
                continue
        if length(word.em, word.count, size, tracking) > width:
            return None
        lines.append([word])
        em, count = word.em, word.count
    return lines


def balance(words: list[Word], size: int, width: int, tracking: int) -> list[list[Word]] | None:
    """As few lines as `wrap` needs, in the narrowest room that still takes that many."""
    best = wrap(words, size, width, tracking)
    if best is None or len(best) == 1:
        return best
    low, high = 0, width
    while high - low > _NEAR:
        middle = (low + high) // 2
        tried = wrap(words, size, middle, tracking)
        if tried is not None and len(tried) == len(best):
            high, best = middle, tried
        else:
            low = middle
    return best


def row_of(words: list[Word], *, last: bool) -> Row:
    """One line. If the text goes on it keeps its space, so that readers copy whole sentences."""
    spans: list[Span] = []
    for place, word in enumerate(words, start=1):
        spans.extend(word.spans)
        if place < len(words) or not last:
            spans.append((" ", word.spans[-1][1]))
    em = sum(word.em + word.space for word in words) - words[-1].space
    return Row(_merged(spans), em, sum(word.count + 1 for word in words) - 1)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours of one face as one span."""
    merged: list[Span] = []
    for text, face in spans:
        if merged and merged[-1][1] == face:
            merged[-1] = (merged[-1][0] + text, face)
        else:
            merged.append((text, face))
    return tuple(merged)
