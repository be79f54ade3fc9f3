"""How the bytes of a text file are read (learning.md §4): by mark, strictly as UTF-8, or as Windows-1258 once the
person has looked at three lines of it. TCVN3 and VNI are fonts, not encodings: refused."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from lms.refusal import Refused

WINDOWS_1258 = "windows-1258"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SHARE = 3
"""One strange word in so many makes the whole text strange."""
_TCVN3 = re.compile("[a-z][\u00a1-\u00bf\u00c0-\u00df]([a-z]|\\b)|[\u00a8-\u00ac\u00ae\u00b5-\u00be][a-z]")
_VNI = re.compile("(?i)a[ùøûõïêâéèúüëáàåãä]|e[ùøûõïâáàåãä]|o[ùøûïâåä]|[uyöôi][øûï]|ñ|ö")
_LETTERS = frozenset(
    unicodedata.normalize("NFC", base + tone)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | frozenset("đĐ")


def decode(raw: bytes, *, confirmed: str = "") -> tuple[str, str]:
    """The text without its byte order mark, and the encoding.

    `confirmed` is "windows-1258" when the person has agreed to it. Raises Refused (422): encoding_unknown,
    encoding_unconfirmed (with up to three `samples`), legacy_font, double_encoded.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _sound(_strict(raw[len(mark) :], encoding)), encoding
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _windows_1258(raw, confirmed), WINDOWS_1258
    return _sound(text), "utf-8"


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown() from error


def _unknown() -> Refused:
    return Refused("encoding_unknown", _("The letters of this file cannot be read. Save it as UTF-8."), status=422)


def _sound(text: str) -> str:
    if "\x00" in text:
        raise _unknown()
    if looks_double_encoded(text):
        message = _("The letters of this file were damaged when it was saved (UTF-8 read as something else).")
        raise Refused("double_encoded", message, status=422)
    if looks_legacy(text):
        raise _legacy()
    return text


def _legacy() -> Refused:
    message = _("This file is written in an old font (TCVN3 or VNI). Convert it to Unicode first.")
    return Refused("legacy_font", message, status=422)


def _windows_1258(raw: bytes, confirmed: str) -> str:
    """Most tones are bytes of their own there: NFC afterwards."""
    text = unicodedata.normalize("NFC", _strict(raw, "cp1258"))
    if looks_legacy(text) or _is_common(raw.decode("cp1252", "replace"), _is_vni):
        raise _legacy()
    letters = [char for char in text if ord(char) > 127 and (char.isalpha() or unicodedata.combining(char))]
    if "\x00" in text or sum(char not in _LETTERS for char in letters) * 10 > len(letters):
        raise _unknown()
    if confirmed != WINDOWS_1258:
        samples = [line.strip()[:200] for line in text.splitlines() if not line.isascii()][:3]
        message = _("This file seems to be in Windows-1258. Please check the sample lines.")
        raise Refused("encoding_unconfirmed", message, status=422, encoding=WINDOWS_1258, samples=samples)
    return text


def _is_common(text: str, is_strange: Callable[[str], bool]) -> bool:
    """Whether a third of the words with marks are strange."""
    words = [word for word in unicodedata.normalize("NFC", text).split() if not word.isascii()]
    return bool(words) and sum(map(is_strange, words)) * _SHARE >= len(words)


def looks_legacy(text: str) -> bool:
    """Whether it is TCVN3 or VNI read as Western letters: «NguyÔn V¨n», «Nguyeãn Vaên»."""
    return _is_common(text, lambda word: _is_vni(word) or bool(_TCVN3.search(word)))


def _is_vni(word: str) -> bool:
    return bool(_VNI.search(word))


def looks_double_encoded(text: str) -> bool:
    """Whether it is UTF-8 that was once read as Windows-1252: «Nguyá»…n»."""
    return _is_common(text, _was_utf8)


def _was_utf8(word: str) -> bool:
    try:
        return len(b"".join(map(_western, word)).decode("utf-8")) < len(word)
    except UnicodeError:
        return False


def _western(char: str) -> bytes:
    """A letter as a Windows-1252 byte; five bytes have no letter there and stay control characters."""
    return char.encode("latin-1") if "\x80" <= char <= "\x9f" else char.encode("cp1252")
