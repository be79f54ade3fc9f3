"""A report of very many agencies, remembered for the screens until something happens that could change it.

Never for a file, a closing, a verification, a program or the command line: those count. A figure on a screen is never
older than the last event the reader could see: what is remembered is found under the question and the stamp of the
events, and every verb that changes a fact writes its event in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection

from lms.audit.models import Event
from lms.coverage.counting import Report, report_of
from lms.coverage.question import Question
from lms.coverage.statements import report_statement

T = TypeVar("T")
SECONDS = 600
WORTH_IT = 1000
"""Agencies; a smaller report is counted anew as fast as it is found again."""
READINGS = (
    "account.sign_in", "attempt.save_open", "attempt.start", "attempt.submit", "coverage.drill_to_evidence",
    "coverage.drill_to_people", "coverage.export", "coverage.send_reminder_to_agencies", "progress.mark_lesson_done",
    "roster.export",
)  # fmt: skip
"""Events after which every figure is what it was; any other, also one that is new to us, may have changed one."""
LATEST = "SELECT MAX(id) FROM (SELECT id FROM {table} WHERE action NOT IN ({readings}) ORDER BY id DESC LIMIT 1) latest"
WRITING = (
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
    "AND relation = '{table}'::regclass AND pid <> pg_backend_pid() "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1"
)
"""On PostgreSQL an event may become visible after a younger one: whose transactions wrote one and are still at work."""


@dataclass(frozen=True)
class Stamped(Report):
    """A report, with the stamp of the events before it was counted: what else a page shows is found under the same."""

    stamped: tuple[Any, ...] = ()


def remembered(question: Question, *, by_group: bool = False) -> Stamped:
    """The whole report, as `answer` counts it: found again, or counted and remembered if it is a large one.

    The stamp is taken once a page, before the figures: at worst newer ones lie under it, which are as true.
    """
    stamped = stamp()
    key = f"coverage:{_digest(question, (by_group, *stamped))}"
    rows = cache.get(key)
    if rows is None:
        rows = report_statement(question, None, by_group=by_group).rows()
        if len(rows) >= WORTH_IT:
            cache.set(key, rows, SECONDS)
    return Stamped(**vars(report_of(question, rows)), stamped=stamped)


def is_large(report: Report) -> bool:
    """Whether what a screen shows beside the figures is worth asking for first."""
    return len(report.rows) >= WORTH_IT


def kept(report: Report, name: str, make: Callable[[], T]) -> T:
    """What else a screen counts from the facts of a large report, remembered with it: the line of periods, an alert."""
    if not is_large(report):
        return make()
    stamped = report.stamped if isinstance(report, Stamped) else stamp()
    key = f"coverage:{name}:{_digest(report.question, stamped)}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, SECONDS)
    return found


def stamp() -> tuple[Any, ...]:
    """Changes with every event that may change a figure, once it is visible to us; one query, two on PostgreSQL."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(LATEST.format(table=table, readings=", ".join(["%s"] * len(READINGS))), READINGS)
        latest = cursor.fetchone()
        if connection.vendor != "postgresql":
            return tuple(latest or ())
        cursor.execute(WRITING.format(table=table))
        return (*(latest or ()), *(at_work for (at_work,) in cursor.fetchall()))


def _digest(question: Question, stamped: tuple[Any, ...]) -> str:
    """Everything the answer depends on, but for the facts."""
    asked = (
        question.task.pk, question.period.pk, question.period.starts_on, question.day, question.known_at,
        question.group, question.window_starts_on, question.seen_on,
        [(found.pk, found.enough, found.needed, found.outside_counts) for found in question.requirements],
    )  # fmt: skip
    return hashlib.sha256(repr((asked, stamped)).encode()).hexdigest()
