"""Be Vietnam Pro for papers in PDF: the one font among our packages that has all Vietnamese letters."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import fontpkg_be_vietnam_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "PaperRegular", "PaperBold", "PaperItalic", "PaperBoldItalic"
_FILES = {REGULAR: "Regular", BOLD: "Bold", ITALIC: "Italic", BOLD_ITALIC: "BoldItalic"}
_ABSENT = "\u25a1"
"""«□» for a character that the font lacks: seen, and not taken for another one."""


_LOADING = Lock()


def load() -> frozenset[str]:
    """Make the faces known to ReportLab, once a process; the characters that all of them have.

    One thread at a time: a face that is registered again spoils the paper that another thread has begun.
    """
    with _LOADING:
        return _registered()


@cache
def _registered() -> frozenset[str]:
    known: list[set[int]] = []
    for name, file in _FILES.items():
        font = TTFont(name, Path(fontpkg_be_vietnam_pro.ROOT) / "files" / f"BeVietnamPro-{file}.ttf")
        pdfmetrics.registerFont(font)
        known.append(set(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)
    return frozenset(map(chr, set.intersection(*known)))


def printable(text: str) -> str:
    """The text with «□», or «?» if the font has none, for what it cannot print."""
    known = load()
    if known.issuperset(text):
        return text
    instead = _ABSENT if _ABSENT in known else "?"
    return "".join(char if char in known or char == "\n" else instead for char in text)


def width(text: str, face: str, size: float) -> float:
    """Points."""
    return float(pdfmetrics.stringWidth(text, face, size))


@lru_cache(maxsize=4096)
def wrap(text: str, face: str, size: float, room: float) -> tuple[str, ...]:
    """The lines of a text in so many points; a word that is longer than a line is cut where the line ends."""
    lines: list[str] = []
    for given in text.split("\n"):
        line = ""
        for word in given.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(longer, face, size) > room:
                lines.append(line)
                longer = word
            *full, line = _cut(longer, face, size, room)
            lines.extend(full)
        lines.append(line)
    return tuple(lines)


def _cut(word: str, face: str, size: float, room: float) -> list[str]:
    pieces = []
    while width(word, face, size) > room and len(word) > 1:
        end = max(1, next(end for end in range(len(word), 0, -1) if end == 1 or width(word[:end], face, size) <= room))
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]
