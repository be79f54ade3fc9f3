"""Text is readable in both colour schemes: WCAG 2.2 AA, computed from the tokens."""

from __future__ import annotations

import re

import pytest

from lms.web import bundles

TOKENS = (bundles.CSS / "tokens.css").read_text(encoding="utf-8")


def colours(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", text))


LIGHT = colours(TOKENS.split("@media")[0])
DARK = LIGHT | colours(TOKENS.split("@media")[1])
SURFACES = ("ground", "surface", "sunken")
PAIRS = [
    *((text, on, 4.5) for on in SURFACES for text in ("ink", "muted", "brand", "bad", "accent", "good", "warn")),
    *((kind, f"{kind}-soft", 4.5) for kind in ("brand", "good", "warn", "bad", "info", "accent")),
    *(("ink", f"{kind}-soft", 4.5) for kind in ("brand", "good", "warn", "bad", "info")),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-hover", 4.5),
    ("line-strong", "surface", 3.0),
    ("focus", "ground", 3.0),
    ("focus", "surface", 3.0),
    ("gold", "brand-deep", 3.0),
]


def luminance(colour: str) -> float:
    digits = "".join(char * 2 for char in colour) if len(colour) == 3 else colour
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "on", "least"), PAIRS)
def test_a_pair_of_colours_is_readable(scheme, text, on, least):
    low, high = sorted((luminance(scheme[text]), luminance(scheme[on])))
    assert (high + 0.05) / (low + 0.05) >= least
