"""The signs of GIFT: one left-to-right scan hides what is escaped, so that whatever is left has a meaning."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import ceil

from courses.scoring import WHOLE
from lms.vietnamese.text import clean, clean_lines

_SIGNS = "~=#{}:\\"
_HIDDEN = {char: chr(0xE000 + index) for index, char in enumerate(_SIGNS)} | {"n": "\ue007"}
_SHOWN = str.maketrans({mark: char for char, mark in _HIDDEN.items()} | {"\ue007": "\n"})
_ESCAPES = str.maketrans({char: f"\\{char}" for char in _SIGNS} | {"\n": "\\n"})
RESERVED = re.compile("[\ue000-\ue007]")
"""Characters of Unicode's private area that stand for hidden signs; a file may not hold them."""
WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{1,12})?)%")
FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_NEAR = Fraction(1, 10_000)
_SHARES = sorted({Fraction(part, parts) for parts in range(1, 13) for part in range(parts + 1)})


def hide(text: str) -> str:
    """`\\~ \\= \\# \\{ \\} \\: \\n \\\\` as private characters; any other backslash stays what it is."""
    out: list[str] = []
    chars = iter(text)
    for char in chars:
        if char != "\\":
            out.append(char)
            continue
        following = next(chars, "")
        out.append(_HIDDEN.get(following, "\\" + following))
    return "".join(out)


def show(text: str) -> str:
    """Hidden text as people read it: clean lines."""
    return clean_lines(text.translate(_SHOWN)).strip()


def show_indented(text: str) -> str:
    """As `show`, but the indentation of the lines stays: Markdown and HTML read it."""
    lines = text.translate(_SHOWN).strip().split("\n")
    return "\n".join((" " * (len(line) - len(line.lstrip(" "))) + clean(line)).rstrip() for line in lines)


def escape(text: str) -> str:
    """A text as it stands in a file."""
    return text.translate(_ESCAPES)


def snapped(percent: str) -> int:
    """A percentage in ten-thousandths; within 0.0001 of k/n (n ≤ 12) it is k/n, rounded up: 33.33333 is a third."""
    value = Fraction(Decimal(percent.replace(",", "."))) / 100
    share = min(_SHARES, key=lambda share: abs(share - abs(value)))
    exact = share if abs(share - abs(value)) < _NEAR else abs(value)
    return ceil(exact * WHOLE) * (1 if value >= 0 else -1)


def percent(weight: int) -> str:
    """A weight of ten-thousandths as GIFT writes it: `%50%`, `%33.33333%`."""
    value = Fraction(abs(weight), WHOLE)
    share = min(_SHARES, key=lambda share: abs(share - value))
    exact = share if abs(share - value) < _NEAR else value
    text = f"{float(exact * 100):.5f}".rstrip("0").rstrip(".")
    return f"%{'-' if weight < 0 else ''}{text}%"
