"""The one statement behind every report: named parts, joined and summed in SQL.

Written by hand because one query must give agencies, groups and totals with distinct people, on SQLite and PostgreSQL
alike. Every value is a parameter; the parts are in lms.coverage.parts, the whole in lms.coverage.statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

TOTAL = -1
"""Stands for all agencies in the column of agency ids."""
NOWHERE = 0
"""Stands for the agency of what cannot be attributed to one."""
ALL_GROUPS = ""
FIGURES = (
    "headcount", "trained", "completions", "off_roster", "certificates", "study_periods", "waived", "outside",
    "expected_groups", "nobody_groups",
)  # fmt: skip
ADDED_UP = ("completions", "certificates", "study_periods", "expected_groups", "nobody_groups")
"""Each of these belongs to one agency: over all agencies they add up. People do not."""

ALONE = "SELECT set_config('jit', 'off', true), set_config('work_mem', '32MB', true)"
"""Holds to the end of the transaction: of the two statements that are sent together, or of the one they are in."""

Params = tuple[Any, ...]


@dataclass
class Statement:
    """Named parts in order, then the sums; parameters follow the text.

    The end of an agency that was recorded after `known_at` is not told (None: all that is known).
    """

    known_at: datetime | None = None
    parts: list[str] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def add(self, name: str, text: str, params: Sequence[Any] = (), *, reads_all: bool | None = None) -> None:
        """One common table expression. `reads_all`: not laid down first, so that it is read in the order of the index
        behind it; False: it is small, and laid down; None: as the database likes."""
        how = {True: "NOT MATERIALIZED ", False: "MATERIALIZED ", None: ""}[reads_all]
        self.parts.append(f"{name} AS {how}({text})")
        self.params.extend(params)

    def add_set(self, name: str, rows: QuerySet[Any, Any], *, reads_all: bool | None = None) -> None:
        """A queryset of values, with the columns in the order of `values()`."""
        self.add(name, *sql_of(rows), reads_all=reads_all)

    def sum_rows(self, source: str, agency: str, group: str | None, **figures: str) -> None:
        """Figures of a source per agency (and group). Those of `ADDED_UP` are summed over all agencies too."""
        by = f"{agency}, {group}" if group else agency
        self.sums.append(f"SELECT {agency} AS agency_id, {_summed(source, group, figures)} GROUP BY {by}")

    def sum_total(self, source: str, group: str | None, **figures: str) -> None:
        """Figures of a source over all agencies (per group): those of people, who may stand at several."""
        self.totals.append(
            f"SELECT {TOTAL}, {_summed(source, group, figures)}" + (f" GROUP BY {group}" if group else "")
        )

    def text(self) -> str:
        """The whole statement; it returns agency, group, the agency's name and order, and the figures."""
        summed = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in FIGURES)
        added_up = ", ".join(f"SUM({name})" if name in ADDED_UP else "0" for name in FIGURES)
        whole = [f"SELECT {TOTAL}, grp, {added_up} FROM figures GROUP BY grp", *self.totals]  # noqa: S608 - our own names
        return (
            f"WITH {', '.join(self.parts)}, figures AS ({' UNION ALL '.join(self.sums)}), "  # noqa: S608 - our own names
            f"summed AS (SELECT agency_id, grp, {summed} FROM (SELECT * FROM figures "
            f"UNION ALL {' UNION ALL '.join(whole)}) every GROUP BY agency_id, grp) "
            f"SELECT s.agency_id, s.grp, a.code, a.name, a.kind, a.sort_key, {self._end()}, {', '.join(FIGURES)} "
            "FROM summed s LEFT JOIN people_agency a ON a.id = s.agency_id "
            "ORDER BY a.sort_key, s.agency_id, s.grp"
        )

    def _end(self) -> str:
        return (
            "a.closed_on"
            if self.known_at is None
            else "CASE WHEN a.closing_recorded_at > %s THEN NULL ELSE a.closed_on END"
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it: one query."""
        known = [] if self.known_at is None else [connection.ops.adapt_datetimefield_value(self.known_at)]
        return fetched(self.text(), [*self.params, *known])


def fetched(text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a whole statement; one query.

    On PostgreSQL without compiling it, which for a text of this length takes longer than the answer, and with room to
    sort in memory: both only for this statement.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(text, params)
            return cursor.fetchall()
        cursor.execute(f"{ALONE}; {text}", params)
        cursor.nextset()
        return cursor.fetchall()


def _summed(source: str, group: str | None, figures: Mapping[str, str]) -> str:
    kept = ", ".join(f"{figures.get(name, '0')} AS {name}" for name in FIGURES)
    grouping = group or "''"
    return f"{grouping} AS grp, {kept} FROM {source}"


def sql_of(rows: QuerySet[Any, Any]) -> tuple[str, Params]:
    """The text and parameters of a queryset on the engine in use."""
    text, params = rows.query.get_compiler(connection=connection).as_sql()
    return text, tuple(params)
