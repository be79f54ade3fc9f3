"""Rows by the hundred thousand, made by the database itself: INSERT … SELECT, with the model's own defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

CHUNK = 100_000
"""Rows a statement: what SQLite and PostgreSQL hold for one stays small, whatever the whole."""


def fill(model: type[models.Model], source: str, params: Sequence[Any] = (), **given: str) -> int:
    """Insert a row of `model` for every row of `source` (what follows FROM); how many they were.

    `given` names columns by the attribute of their field and says in SQL what stands there; every other column takes
    the default of its field, so that one added later needs no word here. The constraints and triggers hold as ever.
    """
    columns: list[str] = []
    values: list[str] = []
    defaults: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.generated:
            continue
        columns.append(connection.ops.quote_name(str(field.column)))
        values.append(given.pop(field.attname, "%s"))
        if values[-1] == "%s":
            defaults.append(field.get_db_prep_save(field.get_default(), connection))
    if given:
        raise TypeError(f"{model.__name__} has no {', '.join(given)}")
    into = f"{model._meta.db_table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} SELECT {', '.join(values)} FROM {source}", [*defaults, *params])  # noqa: S608 - our own words
        return cursor.rowcount


def spans(first: int, last: int, size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """Whole numbers from `first` to `last`, in pieces: both ends of each."""
    for start in range(first, last + 1, size):
        yield start, min(start + size - 1, last)


def numbers(count: int) -> str:
    """The whole numbers from 0 to below `count` as a source with the column `i`."""
    return (
        f"(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count:d}) SELECT i FROM n) n"  # noqa: S608
    )


def padded(number: str, digits: int) -> str:
    """A whole number with noughts before it."""
    text = f"CAST({number} AS TEXT)"
    return f"LPAD({text}, {digits}, '0')" if _is_postgresql() else f"SUBSTR('{'0' * digits}' || {text}, -{digits})"


def uuid_of(number: str) -> str:
    """A public id that says its number."""
    return f"CAST({padded(number, 32)} AS UUID)" if _is_postgresql() else padded(number, 32)


def noon_of(day: str, *, later: int = 0) -> str:
    """Midday in Vietnam of a column of days, or of so many days later."""
    if _is_postgresql():
        return f"CAST({day_after(day, later)} || ' 05:00:00+00' AS TIMESTAMPTZ)"
    return f"{day_after(day, later)} || ' 05:00:00'"


def day_after(day: str, later: int) -> str:
    """A column of days, so many days later."""
    if not later:
        return day
    return f"({day} + {later:d})" if _is_postgresql() else f"DATE({day}, '+{later:d} days')"


@contextmanager
def lightly() -> Iterator[None]:
    """Each statement by itself and SQLite without waiting for the disk: what fails half-way is thrown away whole."""
    if _is_postgresql() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-120000")
    try:
        yield
    finally:
        connection.close()  # the next one sets its pragmas anew


def analyse() -> None:
    """Let the planner look at what there is now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if _is_postgresql() and not connection.in_atomic_block else "ANALYZE")


def _is_postgresql() -> bool:
    return bool(connection.vendor == "postgresql")
