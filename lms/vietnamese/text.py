"""Clean, fold, sort: pure functions on Vietnamese text (domain.md §13)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: 41 + index for index, letter in enumerate(_ALPHABET)}
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def clean(text: str) -> str:
    """One line as it is stored: NFC, plain single spaces, nothing invisible, Ð (eth) as Đ, trimmed."""
    text = (
        _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00d0", "\u0110").replace("\u00f0", "\u0111")
    )
    return _SPACES.sub(" ", text).strip()


def clean_name(text: str) -> str:
    """A person's or agency's name: as `clean`, with the straight apostrophe of K' Brêm as ’."""
    return clean(text).replace("'", "\u2019")


def clean_lines(text: str) -> str:
    """Several lines: each as `clean`, line breaks kept as LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean(line) for line in lines).strip("\n")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The search key: no marks, no case, đ as d, punctuation as single spaces."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char)).replace("đ", "d").replace("ð", "d")
    return _NOT_WORD.sub(" ", bare).strip()


def fold_i(text: str) -> str:
    """As `fold`, and y reads as i: Quý finds Quí."""
    return fold(text).replace("y", "i")


def _split(char: str) -> tuple[str, int]:
    """A letter without its tone, and the rank of the tone (0 = none)."""
    tone, rest = 0, ""
    for part in unicodedata.normalize("NFD", char):
        if part in _TONES:
            tone = _TONES[part]
        else:
            rest += part
    return unicodedata.normalize("NFC", rest), tone


def sort_key(text: str) -> str:
    """A text column whose byte order is that of ICU's vi_VN: letters first, then tones, then case."""
    letters, tones, cases = [], [], []
    for char in unicodedata.normalize("NFC", text):
        base, tone = _split(char)
        lower = base.lower()
        if lower in _RANK:
            letters.append(_RANK[lower])
        elif lower.isdecimal():
            letters.append(20 + unicodedata.digit(lower, 0))
        else:
            letters.append(1 if lower.isspace() else 2)
        tones.append(tone)
        cases.append(base != lower)
    return (
        "".join(f"{rank:02x}" for rank in letters) + "00" + "".join(f"{tone:x}" for tone in tones)
        + "0" + "".join("01"[case] for case in cases)
    )  # fmt: skip


def person_sort_key(name: str) -> str:
    """Given name (the last word) first, then the rest: the order of every list of people."""
    *rest, given = unicodedata.normalize("NFC", name).split() or [""]
    return sort_key(given) + sort_key(" ".join(rest))
