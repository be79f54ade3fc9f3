"""Queries of the pages that everybody opens, built once and then only asked.

Django builds the SQL of a query anew each time: three quarters of its cost, and most of a page's (performance.md, «what
the measurements teach»). A prepared query is written as any other and gives the same rows:

    @prepared
    def of_run(run_id: int, on: date) -> RunQuerySet:
        return Run.objects.on_offer(on).filter(pk=run_id)

    of_run(run.pk, on=today)  # a list

The function runs with a place-holder for each argument, so it may hand them to filters and do nothing else with them. A
list or tuple becomes as many place-holders: for each length the query is built once, and for long ones each time. None
is refused, since a filter would make IS NULL of it.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

P = ParamSpec("P")
R = TypeVar("R")
LONG = 20
"""Of lists above it no plans are kept: there would be one for each length."""


class Hole(Expression):
    """The place of a value: `name` of the argument. With `size` it stands for the values of a list, in brackets."""

    def __init__(self, name: str, size: int | None = None) -> None:
        super().__init__()
        self.name, self.size = name, size

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        """The hole travels with the parameters and is filled when they are sent."""
        if self.size is None:
            return "%s", [self]
        return f"({', '.join(['%s'] * self.size)})", [Item(self.name, place) for place in range(self.size)]

    def filled(self, values: dict[str, Any]) -> Any:
        """The value as the engine takes it."""
        return _adapted(values[self.name])


class Item(NamedTuple):
    """The place of one value of a list."""

    name: str
    place: int

    def filled(self, values: dict[str, Any]) -> Any:
        """The value as the engine takes it."""
        return _adapted(values[self.name][self.place])


class Plan(NamedTuple):
    """A query as it is sent, and what makes an answer of a row. `sql` is empty where nothing can be found."""

    sql: str
    params: tuple[Any, ...]
    converters: Any
    convert: Callable[..., Any]
    shape: Callable[[Sequence[Any]], Any]


class Prepared(Generic[P, R]):
    """A function that builds a query set, called for its rows. Each thread has its own plans, as its connection."""

    def __init__(self, build: Callable[P, QuerySet[Any, R]]) -> None:
        self.build: Callable[..., QuerySet[Any, R]] = build
        code = build.__code__
        self.names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.kept = threading.local()
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """The rows, as `list(build(…))` gives them."""
        values: dict[str, Any] = dict(zip(self.names, args, strict=False)) | kwargs
        if any(isinstance(value, list | tuple) and len(value) > LONG for value in values.values()):
            return list(self.build(**values))
        plan = self.plan(values)
        if not plan.sql:
            return []
        params = tuple(part.filled(values) if isinstance(part, Hole | Item) else part for part in plan.params)
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        found = plan.convert(rows, plan.converters) if plan.converters else rows
        return [plan.shape(row) for row in found]

    def plan(self, values: dict[str, Any]) -> Plan:
        """The plan for arguments of these lengths; built at the first call of this thread."""
        sizes = tuple(len(value) if isinstance(value, list | tuple) else -1 for value in values.values())
        key = (connection.vendor, *values, *sizes)
        plans: dict[Any, Plan] = self.kept.__dict__
        if key not in plans:
            plans[key] = plan_of(self.build(**{name: _hole(name, value) for name, value in values.items()}))
        return plans[key]


def prepared(build: Callable[P, QuerySet[Any, R]]) -> Prepared[P, R]:
    """Decorate a function that returns a query set of instances, or of `values_list`."""
    return Prepared(build)


def plan_of(rows: QuerySet[Any, Any]) -> Plan:
    """Compile. Raises TypeError for what comes out otherwise than by rows of one query."""
    internal: Any = rows
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Plan("", (), {}, list, list)
    if internal._prefetch_related_lookups:
        raise TypeError("A prepared query is one query: prefetch the rest by hand.")
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    shapes: dict[Any, Callable[[Any], Callable[[Sequence[Any]], Any]]] = {
        ModelIterable: _instances, ValuesListIterable: lambda _compiler: tuple,
        FlatValuesListIterable: lambda _compiler: _first,
    }  # fmt: skip
    shape = shapes.get(internal._iterable_class)
    if shape is None:
        raise TypeError("A prepared query gives instances or values_list.")
    return Plan(sql, tuple(params), converters, compiler.apply_converters, shape(compiler))


def _first(row: Sequence[Any]) -> Any:
    return row[0]


def _instances(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What `ModelIterable` does with a row: the instance, its relations, its annotations."""
    about = compiler.klass_info
    model, columns = about["model"], about["select_fields"]
    start, end = columns[0], columns[-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    populators = get_related_populators(  # type: ignore[call-arg]  # the stubs are of Django 6
        about, compiler.select, connection.alias
    )
    annotations = tuple(compiler.annotation_col_map.items())

    def shape(row: Sequence[Any]) -> Any:
        instance = model.from_db(connection.alias, names, row[start:end])
        for populator in populators:
            populator.populate(row, instance)
        for name, position in annotations:
            setattr(instance, name, row[position])
        return instance

    return shape


def _hole(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return Hole(name, len(value)) if value else []
    if value is None:
        raise TypeError(f"{name} is None: write isnull in a query of its own.")
    return Hole(name)


def _adapted(value: Any) -> Any:
    if value is None:
        raise TypeError("None among the values of a prepared query.")
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return value
