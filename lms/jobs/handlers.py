"""Who does which kind of work. Apps register in their `tasks.py`, which `lms.jobs` imports at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from lms.jobs.models import Job

QUEUE = "lms"
BULK_QUEUE = "lms-bulk"
"""PDF, import, report: a batch there holds up no mail."""


class LeaseLost(Exception):
    """Somebody else holds the job now, or it was cancelled: what this chunk wrote is rolled back."""


@dataclass(frozen=True)
class Made:
    """A whole file on the disk that no row names yet: `path` below the private folder, `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str
    path: str


@dataclass(frozen=True)
class Chunk:
    """What one call of a handler got done.

    `done_count` and `total` are absolute: so many of so many units so far. `cursor` is where the next call starts
    (ids and numbers). `finished` ends the job with `result`, small JSON that its owner may see, and with `file`: its
    row is written in the transaction that ends the job.
    """

    done_count: int
    total: int
    cursor: dict[str, Any] = field(default_factory=dict)
    finished: bool = False
    result: dict[str, Any] = field(default_factory=dict)
    file: Made | None = None


Handler: TypeAlias = Callable[["Job", datetime], Chunk]
Check: TypeAlias = Callable[["Job", datetime], None]
"""Raises Refused when whoever asked may not have this any more."""


@dataclass(frozen=True)
class Registered:
    """A handler with where and how it runs."""

    run: Handler
    queue: str
    atomic: bool
    label: StrPromise | str = ""
    check: Check | None = None


_registry: dict[str, Registered] = {}


def handles(
    kind: str, *, queue: str = QUEUE, atomic: bool = True, label: StrPromise | str = "", check: Check | None = None
) -> Callable[[Handler], Handler]:
    """Register a function for jobs of `kind`; its effects must carry natural keys, for it may run twice.

    One call does ONE chunk, 20 seconds at most. With `atomic` it runs in the transaction that stores its progress;
    `atomic=False` is for files and mail, which no transaction takes back. Raising `Refused` ends the job for good;
    any other exception is tried again. `label` is what its owner reads; `check` is asked before each chunk, and again
    before the file is handed out. Raises ValueError if two functions claim one kind.
    """

    def register(run: Handler) -> Handler:
        known = _registry.get(kind)
        if known is not None and known.run is not run:
            raise ValueError(f"two handlers for {kind}: {known.run.__module__} and {run.__module__}")
        _registry[kind] = Registered(run, queue, atomic, label, check)
        return run

    return register


def handler_of(kind: str) -> Registered:
    """The handler of a kind. Raises LookupError: an older worker may meet a kind that it does not know yet."""
    return _registry[kind]


def queue_of(kind: str) -> str:
    """The queue where jobs of this kind wait."""
    return _registry[kind].queue if kind in _registry else QUEUE


def label_of(kind: str) -> str:
    """What people call this kind of work; its code where it has no name."""
    return str(_registry[kind].label or kind) if kind in _registry else kind


def check(job: Job, now: datetime) -> None:
    """Raises Refused when whoever asked for the job may not have it any more."""
    known = _registry.get(job.kind)
    if known is not None and known.check is not None:
        known.check(job, now)
