"""What an answer of a question that a machine marks is worth."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from courses.scoring import fraction


def worth(type_: str, key: Mapping[str, Any], value: Mapping[str, Any] | None) -> Fraction:
    """`fraction`, which is never None here: nobody asks it about an essay."""
    part = fraction(type_, key, value)
    assert part is not None
    return part
