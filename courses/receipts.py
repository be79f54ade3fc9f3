"""The receipt of a submitted attempt: a short code that anybody can recompute. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""
LENGTH = 8


def receipt_code(answers: Iterable[tuple[int, int, Any]]) -> str:
    """«7K3F-9QXZ»: 40 bits of SHA-256 over (slot, seq, value) in the order of the slots (learning.md §8)."""
    lines = sorted(answers, key=lambda answer: answer[0])
    canonical = json.dumps(lines, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:5])
    code = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return f"{code[:4]}-{code[4:]}"
