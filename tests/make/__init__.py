"""Builders, one module per app. Those of people stand here too: everybody needs them."""

from tests.make.people import (
    LONG_AGO,
    agency,
    all_agencies,
    entry,
    noon,
    person,
    real_agency,
    role,
    succession,
    user,
)

__all__ = [
    "LONG_AGO",
    "agency",
    "all_agencies",
    "entry",
    "noon",
    "person",
    "real_agency",
    "role",
    "succession",
    "user",
]
