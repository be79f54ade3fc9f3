"""The reorganisation of 1/7/2025 as a file of changes, drawn from the real list of agencies (domain.md §4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from lms.people.agencies_file import AgencyRow
from lms.people.models.agencies import SuccessionKind
from lms.people.reorganisation_file import COLUMNS

DAY = date(2025, 7, 1)


def before(rows: Sequence[AgencyRow]) -> list[AgencyRow]:
    """The agencies that were there by 30/6/2025, with whatever ended before."""
    return [row for row in rows if row.established_on is None or row.established_on < DAY]


def changes_csv(rows: Sequence[AgencyRow]) -> str:
    """What ended on that day and what became of it; agencies that begin on it without a known predecessor come last.

    Each new agency is described in the first line that names it.
    """
    opening = {row.code: row for row in rows if row.established_on == DAY}
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        for step in row.successions if row.closed_on == DAY else ():
            line = {"kind": step.kind, "predecessor": row.code, "successor": step.successor}
            line["scope"] = step.scope if step.kind == SuccessionKind.SPLIT else ""
            writer.writerow(line | {"legal_basis": step.legal_basis} | _description(opening.pop(step.successor, None)))
    for code, row in opening.items():
        writer.writerow({"kind": "establishment", "successor": code} | _description(row))
    return text.getvalue()


def _description(row: AgencyRow | None) -> dict[str, str]:
    if row is None:
        return {}
    return {"name": row.name, "unit_kind": row.kind, "parent": row.parent, "stat_code": row.stat_code}
