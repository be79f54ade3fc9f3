"""Who does which kind of work. Apps register in their `tasks.py`, which `lms.jobs` imports at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from lms.jobs.models import Job

QUEUE = "lms"
BULK_QUEUE = "lms-bulk"
"""PDF, import, report: a batch there holds up no mail."""


@dataclass(frozen=True)
class Chunk:
    """What one call of a handler got done.

    `done_count` and `total` are absolute: so many of so many units so far. `cursor` is where the next call starts
    (ids and numbers). `finished` ends the job with `result`, small JSON that its owner may see.
    """

    done_count: int
    total: int
    cursor: dict[str, Any] = field(default_factory=dict)
    finished: bool = False
    result: dict[str, Any] = field(default_factory=dict)


Handler: TypeAlias = Callable[["Job", datetime], Chunk]


@dataclass(frozen=True)
class Registered:
    """A handler with where and how it runs."""

    run: Handler
    queue: str
    atomic: bool


_registry: dict[str, Registered] = {}


def handles(kind: str, *, queue: str = QUEUE, atomic: bool = True) -> Callable[[Handler], Handler]:
    """Register a function for jobs of `kind`; its effects must carry natural keys, for it may run twice.

    One call does ONE chunk, 20 seconds at most. With `atomic` it runs in the transaction that stores its progress;
    `atomic=False` is for files and mail, which no transaction takes back. Raising `Refused` ends the job for good;
    any other exception is tried again. Raises ValueError if two functions claim one kind.
    """

    def register(run: Handler) -> Handler:
        known = _registry.get(kind)
        if known is not None and known.run is not run:
            raise ValueError(f"two handlers for {kind}: {known.run.__module__} and {run.__module__}")
        _registry[kind] = Registered(run, queue, atomic)
        return run

    return register


def handler_of(kind: str) -> Registered:
    """The handler of a kind. Raises LookupError: an older worker may meet a kind that it does not know yet."""
    return _registry[kind]


def queue_of(kind: str) -> str:
    """The queue where jobs of this kind wait."""
    return _registry[kind].queue if kind in _registry else QUEUE
