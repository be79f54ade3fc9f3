"""The characters that every frozen template holds, and what is refused for want of a glyph or of room."""

from __future__ import annotations

import unicodedata

_BASES = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

ASCII = "".join(map(chr, range(32, 127)))
VIETNAMESE = "".join(
    letter
    for base in [unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES] + ["đ"]
    for letter in (base, base.upper())
    if ord(letter) > 126
)
SIGNS = "–—“”‘’…•·×°§©®"
CHARSET = ASCII + VIETNAMESE + SIGNS
"""243 characters, of the 255 that one subset of a font has room for."""

EXTRA_LIMIT = 12
"""How many more characters fit."""


class MissingGlyphs(Exception):
    """The template's font cannot print these characters (each once, in order of code)."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"no glyph for {characters}")


class TooLong(Exception):
    """The text of this slot does not fit, even shrunk and wrapped as far as the layout allows."""

    def __init__(self, slot: str) -> None:
        self.slot = slot
        super().__init__(f"the text of {slot} is too long")


def beyond(text: str) -> str:
    """The characters of `text` that are not in the 243: each once, in order of code. Pure, quick."""
    return "".join(sorted(set(unicodedata.normalize("NFC", text)) - set(CHARSET)))
