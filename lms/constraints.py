"""Constraints that say the same thing in every storey: choices, spans, counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


class DaysBetween(models.Func):
    """How many days, with their fraction, lie between two moments: for a CHECK.

    In the engine's own words: Django's would call a function of ours on SQLite, which a bare connection lacks.
    """

    arity = 2
    output_field = models.FloatField()

    def __init__(self, start: str, end: str, **extra: Any) -> None:
        super().__init__(start, end, **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # as Func's own
        """`end - start` on PostgreSQL."""
        start, end = (compiler.compile(found) for found in self.get_source_expressions())
        return f"(EXTRACT(EPOCH FROM ({end[0]} - {start[0]})) / 86400)", [*end[1], *start[1]]

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Julian days on SQLite."""
        start, end = (compiler.compile(found) for found in self.get_source_expressions())
        return f"(julianday({end[0]}) - julianday({start[0]}))", [*end[1], *start[1]]
