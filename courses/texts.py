"""How short texts and numbers of an answer are read (learning.md §3). Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from lms.vietnamese.text import clean

_PLAIN = str.maketrans("“”„‟«»″‘’‚‛′–—‐‑‒−", '"""""""' + "'''''" + "------")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_END = re.compile(r"[\s.,;:!?…]+$")
_WORD = re.compile(r"\S+")
_STAR = re.compile(r"(?<!\\)\*")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
LONGEST_NUMBER = 40


def _tone_last(text: str) -> str:
    """Each syllable with its tone at the end, so that hòa and hoà are the same word."""

    def moved(match: re.Match[str]) -> str:
        word = match[0]
        tones = [char for char in word if char in _TONES]
        return "".join([char for char in word if char not in _TONES] + tones)

    return _WORD.sub(moved, unicodedata.normalize("NFD", text))


def _bare(text: str) -> str:
    """Without any mark, đ as d: ma and má are the same word."""
    bare = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(char for char in bare if not unicodedata.combining(char))


def _levelled(text: str) -> str:
    """NFC, no case, single spaces, plain quotes and dashes, no punctuation at the end."""
    return _END.sub("", clean(text).casefold().translate(_PLAIN))


def _folded(text: str, *, ignore_marks: bool, i_y: bool) -> str:
    text = _bare(text) if ignore_marks else _tone_last(text)
    return text.replace("y", "i") if i_y else text


def normal_text(text: str, *, ignore_marks: bool = False, i_y: bool = False) -> str:
    """The form in which two spellings of one answer are equal: NFC, no case, single spaces, plain quotes and dashes, no
    punctuation at the end, the tone per syllable (hòa = hoà); marks and i/y count unless told otherwise."""
    return _folded(_levelled(text), ignore_marks=ignore_marks, i_y=i_y)


def glob_matches(pattern: str, given: str, *, ignore_marks: bool = False, i_y: bool = False) -> bool:
    """Whether `given` (already normal) fits a pattern in which `*` is any run and `\\*` a star.

    Never goes back: every piece is looked for once, from the left. A star stands beside whole syllables, since a tone
    is moved to the end of what stands between two spaces or stars.
    """
    pieces = (piece.replace("\\*", "*") for piece in _STAR.split(_levelled(pattern)))
    first, *more = (_folded(piece, ignore_marks=ignore_marks, i_y=i_y) for piece in pieces)
    if not more:
        return given == first
    *middle, last = more
    if len(given) < len(first) + len(last) or not given.startswith(first) or not given.endswith(last):
        return False
    place, end = len(first), len(given) - len(last)
    for piece in middle:
        found = given.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def as_number(text: str) -> Decimal | None:
    """«85,5» and «85.5» alike; dots before groups of three are thousands («1.234», but not «0.234»).

    A percent sign at the end is a unit and says nothing. None for what is no number.
    """
    text = "".join(text.split()).replace("\u2212", "-").removesuffix("%")
    if len(text) > LONGEST_NUMBER or not text.isascii():
        return None
    if _THOUSANDS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None
