"""Kinds of work for the tests, in memory: what the next calls of the handler do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from lms.jobs import handlers
from lms.jobs.handlers import Check, Chunk, Handler, handles
from lms.jobs.models import Job


@contextmanager
def handled(
    run: Handler, *, kind: str = "test.work", atomic: bool = True, check: Check | None = None
) -> Iterator[None]:
    """`run` handles `kind` for a while."""
    handles(kind, atomic=atomic, check=check)(run)
    try:
        yield
    finally:
        del handlers._registry[kind]


def counting(total: int, effect: Callable[[int], object] = lambda number: None) -> Handler:
    """A handler with `total` chunks, each with one effect."""

    def count(job: Job, now: datetime) -> Chunk:
        number = job.cursor.get("next", 0)
        effect(number)
        done = number + 1
        return Chunk(done, total, {"next": done}, finished=done == total, result={"last": number})

    return count


class Clock:
    """A clock that a test moves; a second goes by with every look."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def pass_by(self, **span: float) -> None:
        """`pass_by(minutes=2)`."""
        self.now += timedelta(**span)
