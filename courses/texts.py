"""How short texts and numbers of an answer are read (learning.md §3)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from lms.vietnamese.text import fold

_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_END = ".,;:!?…"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def _tone_last(text: str) -> str:
    """Each syllable with its tone at the end, so that hòa and hoà are the same word."""
    words = []
    for word in unicodedata.normalize("NFD", text).split():
        tones = "".join(char for char in word if char in _TONES)
        words.append("".join(char for char in word if char not in _TONES) + tones)
    return " ".join(words)


def normal_text(text: str, *, ignore_marks: bool = False, i_y: bool = False) -> str:
    """NFC, no case, single spaces, plain quotes and dashes, no end punctuation, the tone per syllable."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_QUOTES)
    text = " ".join(text.split()).strip(" ").rstrip(_END).strip()
    text = fold(text) if ignore_marks else _tone_last(text)
    return text.replace("y", "i") if i_y else text


def glob_matches(pattern: str, given: str, *, ignore_marks: bool = False, i_y: bool = False) -> bool:
    """Whether `given` (already normal) fits a pattern in which `*` is any run and `\\*` a star; linear in both."""
    parts = [part.replace("\x00", "*") for part in pattern.replace("\\*", "\x00").split("*")]
    normal = [normal_text(part, ignore_marks=ignore_marks, i_y=i_y) for part in parts]
    if len(normal) == 1:
        return given == normal[0]
    first, *middle, last = normal
    if len(given) < len(first) + len(last) or not given.startswith(first) or not given.endswith(last):
        return False
    place, end = len(first), len(given) - len(last)
    for part in middle:
        found = given.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def as_number(text: str) -> Decimal | None:
    """«85,5» and «85.5» alike; dots before groups of three are thousands («1.234»). None for what is no number."""
    text = "".join(text.split()).replace("\u2212", "-")
    if len(text) > 40 or not text.isascii():
        return None
    if _THOUSANDS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None
