"""The list of agencies and the plan's unit groups into rows. Twice is once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from lms.audit.models import Event
from lms.people.agencies_file import AgencyRow, Scopes, SuccessionRow
from lms.people.models import Agency, Succession, UnitGroup

DATA = Path(__file__).parent / "data"
FIELDS = ("name", "kind", "established_on", "closed_on", "stat_code", "note", "provenance")


@dataclass
class Loaded:
    """Rows that are new, changed, as they were, or left alone because somebody corrected them on the site."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    successions_added: int = 0
    successions_removed: int = 0
    groups_added: int = 0

    @property
    def is_change(self) -> bool:
        """Whether anything at all was written."""
        counts = asdict(self)
        return any(counts[name] for name in counts if name not in ("unchanged", "kept"))


def split_scopes() -> Scopes:
    """Which function went where when a department was split (domain.md §4); the list itself does not say."""
    scopes: Scopes = json.loads((DATA / "split_scopes.json").read_text(encoding="utf-8"))
    return scopes


def load_agencies(rows: list[AgencyRow], *, actor: str, now: datetime, file_sha256: str) -> Loaded:
    """Write agencies, then what refers to them, then the unit groups, in one transaction.

    One event tells if anything changed. A row that was edited on the site stays as it is, with its successions. An
    agency that the file lacks is kept.
    """
    done = Loaded()
    with transaction.atomic():
        known = {agency.code: agency for agency in Agency.objects.all()}
        ours = [row for row in rows if row.code not in known or not known[row.code].edited_at]
        done.kept = len(rows) - len(ours)
        _write_agencies(ours, known, done)
        _write_successions(ours, known, done)
        _write_groups(done)
        if done.is_change:
            Event.record(
                "agency.create_or_correct", object_kind="agency_file", object_id=file_sha256[:16], actor=actor, now=now,
                data=asdict(done),
            )  # fmt: skip
    return done


def _write_agencies(rows: list[AgencyRow], known: dict[str, Agency], done: Loaded) -> None:
    new = [Agency(code=row.code, **_values(row)) for row in rows if row.code not in known]
    fresh = {agency.code: agency for agency in Agency.objects.bulk_create(new)}
    known.update(fresh)
    moved = []
    for row in rows:
        agency, parent = known[row.code], known.get(row.parent)
        is_moved = agency.parent_id != (parent.pk if parent else None)
        agency.parent = parent
        if row.code in fresh:
            moved += [agency] if is_moved else []
        elif is_moved or any(getattr(agency, name) != value for name, value in _values(row).items()):
            for name, value in _values(row).items():
                setattr(agency, name, value)
            agency.save()
            done.changed += 1
    Agency.objects.bulk_update(moved, ["parent"])
    done.added = len(fresh)
    done.unchanged = len(rows) - done.added - done.changed


def _values(row: AgencyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _write_successions(rows: list[AgencyRow], known: Mapping[str, Agency], done: Loaded) -> None:
    """Per predecessor exactly what the file says."""
    wanted = {
        (known[row.code].pk, known[step.successor].pk if step.successor else None, step.scope): step
        for row in rows
        for step in row.successions
    }
    writable = {known[row.code].pk for row in rows}
    stale = []
    for found in Succession.objects.known():
        step = wanted.get((found.predecessor_id, found.successor_id, found.scope))
        if step and (found.kind, found.on, found.legal_basis) == (step.kind, step.on, step.legal_basis):
            del wanted[found.predecessor_id, found.successor_id, found.scope]
        elif found.predecessor_id in writable:
            stale.append(found.pk)
    if stale:
        Succession.objects.filter(pk__in=stale).delete()
    done.successions_removed = len(stale)
    done.successions_added = len(Succession.objects.bulk_create(_succession(key, step) for key, step in wanted.items()))


def _succession(key: tuple[int, int | None, str], step: SuccessionRow) -> Succession:
    predecessor, successor, scope = key
    return Succession(
        predecessor_id=predecessor, successor_id=successor, scope=scope,
        kind=step.kind, on=step.on, legal_basis=step.legal_basis,
    )  # fmt: skip


def _write_groups(done: Loaded) -> None:
    """Collective names of the plan that are not there yet, by code or label; those that stand are left as they are."""
    standing = UnitGroup.objects.values_list("code", "label")
    known = {word for pair in standing for word in pair}
    rows: Iterable[dict[str, Any]] = json.loads((DATA / "unit_groups.json").read_text(encoding="utf-8"))
    for row in rows:
        if not known & {row["code"], row["label"]}:
            group = UnitGroup.objects.create(code=row["code"], label=row["label"])
            group.kinds.bulk_create(group.kinds.model(unit_group=group, kind=kind) for kind in row["kinds"])
            done.groups_added += 1
