"""Where figures are put: at the agency of the row, or at the one that stands in its place today."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lms.coverage.rolling import Moves
from lms.coverage.statement import NOWHERE, Statement


class Placing:
    """Hands out the parts to sum, with `agency_id` where it belongs. `agencies` keeps the rows of some only.

    As it was, the parts serve as they are: what is read has been narrowed to `agencies` before.
    """

    def __init__(self, built: Statement, moves: Moves, agencies: Collection[int] | None) -> None:
        self.built, self.moves, self.agencies = built, moves, agencies
        self.ready: set[str] = set()
        if moves:
            built.add("moved", _values("agency_id, now_id", moves.whole.items()))
            pairs = ((agency, person, place) for (agency, person), place in moves.person_wise.items())
            built.add("moved_people", _values("agency_id, person_id, now_id", pairs))
            built.add("touched", "SELECT agency_id FROM moved UNION SELECT agency_id FROM moved_people")

    def people(self, source: str) -> str:
        """A part whose rows name an agency and a person."""
        if not self.moves:
            return source
        return self._put(
            source,
            "COALESCE(p.now_id, m.now_id, s.agency_id)",
            "LEFT JOIN moved_people p ON p.agency_id = s.agency_id AND p.person_id = s.person_id ",
        )

    def owing(self, source: str) -> str:
        """The part of agencies that owe a roster: one row per place and group; nobody where every part says so."""
        if not self.moves:
            return source
        put = self._put(source, "COALESCE(m.now_id, s.agency_id)", "")
        once = f"{put}_once"
        self.built.add(
            once,
            'SELECT agency_id, "group", CASE WHEN COUNT(*) = COUNT(nobody_at) THEN agency_id END AS nobody_at '  # noqa: S608
            f'FROM {put} GROUP BY agency_id, "group"',
        )
        return once

    def _put(self, source: str, place: str, join: str) -> str:
        put = f"{source}_put"
        if put in self.ready:
            return put
        self.ready.add(put)
        columns = ", ".join(f"s.{name}" for name in COLUMNS[source.removesuffix("_in_group")])
        group = ', s."group"' if source.endswith("_in_group") else ""
        is_touched = f"COALESCE(s.agency_id, {NOWHERE}) {{}} (SELECT agency_id FROM touched)"  # noqa: S608 - our own names
        # In two halves: SQLite takes the pairs for a handful and walks through them for every row it joins them to.
        self.built.add(
            put,
            f"SELECT {place} AS agency_id, {columns}{group} FROM {source} s "  # noqa: S608 - our own names
            f"LEFT JOIN moved m ON m.agency_id = s.agency_id {join}WHERE {is_touched.format('IN')}{self._kept(place)} "
            f"UNION ALL SELECT s.agency_id, {columns}{group} FROM {source} s "
            f"WHERE {is_touched.format('NOT IN')}{self._kept('s.agency_id')}",
        )
        return put

    def _kept(self, place: str) -> str:
        if self.agencies is None:
            return ""
        return f" AND {place} IN ({', '.join(str(int(pk)) for pk in self.agencies)})"


COLUMNS = {
    "counted": ('"group"', "person_id", "is_trained", "is_waived", "has_outside"),
    "done": ("person_id", "off"),
    "papers": ("person_id", "study_periods"),
    "owing": ('"group"', "nobody_at"),
}
"""What is summed of each part, beside the agency."""


def _values(columns: str, rows: Iterable[tuple[int, ...]]) -> str:
    """Whole numbers as a table; a table of none needs a row that is taken away again."""
    written = ", ".join(f"({', '.join(str(int(value)) for value in row)})" for row in rows)
    names = columns.split(", ")
    empty = f"({', '.join(str(NOWHERE) for _name in names)})"
    picked = ", ".join(f"column{place} AS {name}" for place, name in enumerate(names, start=1))
    kept = "" if written else " WHERE 1 = 0"
    return f"SELECT {picked} FROM (VALUES {written or empty}) v{kept}"  # noqa: S608
