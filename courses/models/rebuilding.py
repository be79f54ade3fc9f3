"""The projection of attendance against the events that it is derived from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from courses import presence
from courses.models.attendance import Attendance, AttendanceEvent, columns_of, times_of
from courses.models.sessions import Session


@dataclass(frozen=True)
class Difference:
    """One row that does not say what its events say; `columns` are those that differ, `values` what they should be."""

    session_id: int
    enrolment_id: int
    columns: list[str]
    values: dict[str, Any]


def differences() -> Iterator[Difference]:
    """Session by session; a row that is missing differs in everything that is not empty."""
    for session in Session.objects.filter(attendance_events__isnull=False).distinct().order_by("pk"):
        times = times_of(session)
        kept = {row.enrolment_id: row for row in Attendance.objects.filter(session=session)}
        events = AttendanceEvent.objects.filter(session=session, enrolment__isnull=False)
        seen = events.accepted().order_by("enrolment_id", "pk")
        for enrolment_id, told in groupby(seen.with_people(), key=lambda pair: pair[0]):
            values = columns_of(presence.derive(times, [one for _who, one in told]))
            row = kept.pop(enrolment_id, None) or Attendance(session=session, enrolment_id=enrolment_id)
            yield from _compared(session.pk, enrolment_id, row, values)
        nothing = columns_of(presence.derive(times, []))
        for enrolment_id, row in kept.items():
            yield from _compared(session.pk, enrolment_id, row, nothing)


def _compared(session_id: int, enrolment_id: int, row: Attendance, values: dict[str, Any]) -> Iterator[Difference]:
    columns = [name for name, value in values.items() if getattr(row, name) != value]
    if columns:
        yield Difference(session_id, enrolment_id, columns, values)


def mend(difference: Difference) -> None:
    """Let the row say what its events say. Completion is not evaluated again: ask for that where it matters."""
    Attendance.objects.update_or_create(
        session_id=difference.session_id, enrolment_id=difference.enrolment_id, defaults=difference.values
    )
