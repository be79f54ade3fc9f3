"""Clean, fold, sort: pure functions on Vietnamese text (domain.md §13)."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: 41 + index for index, letter in enumerate(_ALPHABET)}
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
#: A capital of Latin-1 in the middle of a word («NguyÔn»), or a sign of Latin-1 where a letter belongs («V¨n»).
_TCVN3 = re.compile("[a-zà-öø-ÿ][À-ÖØ-Þ]|[A-Za-z][¨µ¶¸¹¼½¾]|[©ª¬®][a-z]")
#: A letter with a tone after a or e («Nguyeãn», «Traàn», «Phaïm»): no Vietnamese syllable has one.
_VNI = re.compile("[AEae][ÀÁÂÃÄÅÈÉÊËÌÍÏÒÓÔÕÖØÙÚÛÜàáâãäåèéêëìíïòóôõöøùúûü]")
#: A whole sequence of two or three bytes that can only be UTF-8.
_MULTIBYTE = re.compile(rb"[\xc3-\xc6\xcc][\x80-\xbf]|\xe1[\xba\xbb][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xc2\xa0")


def clean(text: str) -> str:
    """One line as it is stored: NFC, plain single spaces, nothing invisible, Ð (eth) as Đ, trimmed.

    Invisible characters go before NFC: one that stands between a letter and its mark would keep them apart.
    """
    text = _INVISIBLE.sub("", text).replace("\u00d0", "\u0110").replace("\u00f0", "\u0111")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


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


def name_key(name: str) -> str:
    """Equal for two spellings of one name: case, spaces, apostrophes and the place of the tone do not count.

    Hòa and Hoà are one name; Ân, Ấn and Ẩn are three; Quý and Quí are two.
    """
    words = []
    for word in clean_name(name).casefold().split():
        split = [_split(char) for char in word]
        words.append("".join(letter for letter, _tone in split) + "".join(str(tone) for _letter, tone in split if tone))
    return " ".join(words)


class Misread(StrEnum):
    """Ways in which a text was damaged before it came here; it is refused, never repaired by guessing."""

    MOJIBAKE = "mojibake"  # UTF-8 read as Windows-1252
    LEGACY_FONT = "legacy_font"  # TCVN3 or VNI: letters that only a special font shows right


def misread(text: str) -> Misread | None:
    """How `text` was damaged, if it shows; None for sound text."""
    if text.isascii():
        return None
    text = unicodedata.normalize("NFC", text)
    if _is_mojibake(text):
        return Misread.MOJIBAKE
    return Misread.LEGACY_FONT if _TCVN3.search(text) or _VNI.search(text) else None


def _is_mojibake(text: str) -> bool:
    """Taken back to the bytes of Windows-1252, some of it is UTF-8 after all."""
    octets = b"".join(_octet(char) for char in text)
    return any(_MULTIBYTE.search(run) for run in octets.split(b"?"))


def _octet(char: str) -> bytes:
    """The byte that Windows-1252 shows as this character; "?" where there is none."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(char)]) if 0x80 <= ord(char) < 0xA0 else b"?"
