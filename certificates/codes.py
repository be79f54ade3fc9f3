"""The public code of a certificate: 16 random characters and one that guards them.

Crockford's 32 characters, 80 random bits. The last character is Σ αʲ·xⱼ over the first sixteen (j = 1 … 16) in
GF(32) with x⁵ + x² + 1: every single wrong character and every swap of two different ones is noticed
(attendance-and-certificates.md §2.1).
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 16
LENGTH = RANDOM_LENGTH + 1

_MODULUS = 0b100101
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"


def _times_alpha(value: int) -> int:
    value <<= 1
    return value ^ _MODULUS if value & 32 else value


def check_character(body: str) -> str:
    """The seventeenth character of sixteen canonical ones (Horner, from j = 16 down)."""
    total = 0
    for character in reversed(body):
        total = _times_alpha(total ^ _VALUE[character])
    return ALPHABET[total]


def new_code() -> str:
    """A fresh code of 17 characters, from the system's randomness."""
    bits = secrets.randbits(5 * RANDOM_LENGTH)
    body = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(RANDOM_LENGTH))
    return body + check_character(body)


def normalise(typed: str) -> str | None:
    """The 17 canonical characters of what somebody typed, or None if it cannot be a code of ours.

    Capitals; O reads as 0, I and L as 1; spaces and hyphens are dropped. Wrong length, an unknown character and a
    wrong check character all answer None.
    """
    if len(typed) > 100:
        return None
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed) if not c.isspace() and c not in _DASHES)
    code = kept.upper().translate(_TYPED)
    if len(code) != LENGTH or any(character not in _VALUE for character in code):
        return None
    return code if check_character(code[:RANDOM_LENGTH]) == code[RANDOM_LENGTH] else None


def printed(code: str) -> str:
    """7K2MQ9… as «7K2M-Q9XT-4B0H-W3ZC-A»: groups of 4-4-4-4-1."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
