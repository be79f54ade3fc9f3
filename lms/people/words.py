"""What agencies said of their rosters: confirmed, by whom, for which day, and whether something changed after it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lms.people.models import Agency, Group, RosterEntry, RosterStatement, StatementKind


class Word(NamedTuple):
    """What an agency last said of one group, and whether its roster changed afterwards."""

    label: str
    statement: RosterStatement
    is_confirmed: bool
    changed_after: bool


def words_on(agency: Agency, day: date) -> dict[str, Word]:
    """Group → the last word on `day` or before; two queries."""
    changes = RosterEntry.objects.filter(agency=agency).latest_changes()
    words = {}
    for group, statement in RosterStatement.objects.said_of(agency, day).items():
        changed = changes.get((agency.pk, group))
        is_later = changed is not None and changed > statement.recorded_at
        words[group] = Word(str(Group(group).label), statement, statement.kind == StatementKind.CONFIRMED, is_later)
    return words
