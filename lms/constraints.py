"""Constraints that say the same thing in every storey: choices, spans, counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def one_of(field: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """The column holds one of the values of `choices`."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=name,
        violation_error_message=_("This value is not one of the choices."),
    )


def ordered(start: str, end: str, *, name: str, inclusive: bool = False) -> models.CheckConstraint:
    """`end` lies after `start`; an open start or end (NULL) is in order. `inclusive` allows equal ends."""
    lookup = "gte" if inclusive else "gt"
    in_order = Q(**{f"{end}__{lookup}": F(start)})
    return models.CheckConstraint(
        condition=Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__isnull": True}) | in_order,
        name=name,
        violation_error_message=_("The end must come after the start."),
    )


def within(field: str, low: int, high: int, *, name: str) -> models.CheckConstraint:
    """`low` ≤ field ≤ `high`; NULL passes."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=name,
        violation_error_message=_("This number is outside its range."),
    )


def both_or_neither(first: Q, second: Q, *, name: str, message: str | StrPromise) -> models.CheckConstraint:
    """Both statements hold or neither does."""
    return models.CheckConstraint(
        condition=(first & second) | (~first & ~second), name=name, violation_error_message=message
    )
