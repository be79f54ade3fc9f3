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

Instances are filled without `Model.__init__`, which looks at every field again for every row; a model that has a say in
how it is made (its own `__init__` or `from_db`, a listener, a field that stores otherwise) is asked as Django asks it.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from inspect import getattr_static
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.fields.files import FileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from django.utils.dateparse import parse_datetime

P = ParamSpec("P")
R = TypeVar("R")
Shape = Callable[[Sequence[Any]], Any]
LONG = 50
"""Of lists above it no plans are kept: there would be one for each length."""
STORED_AS_THEY_ARE = (DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor)
"""What stands on the class for a field whose value is simply an entry of the instance's `__dict__`."""


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
    convert: Callable[[Iterable[Sequence[Any]]], Iterable[Sequence[Any]]]
    shape: Shape


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
        return [plan.shape(row) for row in plan.convert(rows)]

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
        return Plan("", (), list, list)
    if internal._prefetch_related_lookups:
        raise TypeError("A prepared query is one query: prefetch the rest by hand.")
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    shapes: dict[Any, Callable[[Any], Shape]] = {
        ModelIterable: _instances, ValuesListIterable: lambda _compiler: tuple,
        FlatValuesListIterable: lambda _compiler: _first,
    }  # fmt: skip
    shape = shapes.get(internal._iterable_class)
    if shape is None:
        raise TypeError("A prepared query gives instances or values_list.")
    return Plan(sql, tuple(params), _converting(converters), shape(compiler))


def _converting(converters: dict[int, tuple[list[Any], Any]]) -> Callable[[Iterable[Sequence[Any]]], Any]:
    """As `apply_converters`; what only reads a moment of SQLite is asked without the chain, and not for NULL."""
    if not converters:
        return list
    of_sqlite = getattr(connection.ops, "convert_datetimefield_value", None)  # PostgreSQL gives moments as they are
    is_moment = {
        place: list(chain) == [of_sqlite] and connection.timezone is dt.UTC
        for place, (chain, _expression) in converters.items()
    }
    moments = [place for place, is_one in is_moment.items() if is_one]
    others = [(place, *converters[place]) for place, is_one in is_moment.items() if not is_one]

    def converted(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        for values in rows:
            row = list(values)
            for place in moments:
                if row[place] is not None:
                    row[place] = _moment(row[place])
            for place, chain, expression in others:
                for converter in chain:
                    row[place] = converter(row[place], expression, connection)
            yield row

    return converted


def _moment(stored: Any) -> Any:
    """SQLite keeps moments in UTC without saying so."""
    at = stored if isinstance(stored, dt.datetime) else parse_datetime(stored)
    return at.replace(tzinfo=dt.UTC) if at is not None and at.tzinfo is None else at


def _first(row: Sequence[Any]) -> Any:
    return row[0]


def _instances(compiler: Any) -> Shape:
    """What `ModelIterable` does with a row: the instance, its relations, its annotations."""
    about = compiler.klass_info
    model, columns = about["model"], about["select_fields"]
    start, end = columns[0], columns[-1] + 1
    make = _maker(model, [column[0].target.attname for column in compiler.select[start:end]])
    relate = _relating(
        get_related_populators(about, compiler.select, connection.alias)  # type: ignore[call-arg]  # stubs of Django 6
    )
    annotations = tuple(compiler.annotation_col_map.items())

    def shape(row: Sequence[Any]) -> Any:
        instance = make(row[start:end])
        for populate in relate:
            populate(row, instance)
        for name, position in annotations:
            setattr(instance, name, row[position])
        return instance

    return shape


def _maker(model: type[Model], names: list[str]) -> Shape:
    """An instance of the values of its fields, as `Model.from_db` makes it."""
    if not _is_made_plainly(model, names):
        return lambda values: model.from_db(connection.alias, names, values)

    def made(values: Sequence[Any]) -> Any:
        instance = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, connection.alias
        kept = instance.__dict__
        kept["_state"] = state
        kept.update(zip(names, values, strict=True))
        return instance

    return made


def _is_made_plainly(model: type[Model], names: list[str]) -> bool:
    """Nobody but the fields has a say in it, and each of them keeps its value as it is."""
    is_own: Any = model.from_db
    return (
        model.__init__ is Model.__init__
        and is_own.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]  # a class method has one
        and not pre_init.has_listeners(model)
        and not post_init.has_listeners(model)
        and all(type(getattr_static(model, name)) in STORED_AS_THEY_ARE for name in names)
    )


def _relating(populators: Sequence[Any]) -> list[Callable[[Sequence[Any], Any], None]]:
    """As `RelatedPopulator.populate` of each, with our maker."""
    return [_relation(one) for one in populators]


def _relation(one: Any) -> Callable[[Sequence[Any], Any], None]:
    if one.reorder_for_init:
        populate: Callable[[Sequence[Any], Any], None] = one.populate
        return populate
    start, end, key = one.cols_start, one.cols_end, one.cols_start + one.pk_idx
    make, relate = _maker(one.model_cls, one.init_list), _relating(one.related_populators)
    here, there = one.local_setter, one.remote_setter

    def populate_here(row: Sequence[Any], instance: Any) -> None:
        related = make(row[start:end]) if row[key] is not None else None
        if related is not None:
            for populate in relate:
                populate(row, related)
        here(instance, related)
        if related is not None:
            there(related, instance)

    return populate_here


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
