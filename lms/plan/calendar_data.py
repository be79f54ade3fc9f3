"""What every installation starts from: periods, holidays, dated settings, the requirements of task 5.

Rows that stand are never touched: the department may have changed them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from lms.people.models import UnitGroup
from lms.plan.default_periods import default_periods
from lms.plan.loading import Names
from lms.plan.models import Holiday, LegalSetting, Period, PlanTask, Requirement

DATA = Path(__file__).resolve().parent / "data"


def load_calendar(years: Iterable[int]) -> dict[str, int]:
    """Load all of it for these reporting years; how many rows of each kind were new."""
    with transaction.atomic():
        return {
            "periods": load_periods(years),
            "holidays": load_holidays(),
            "settings": load_settings(),
            "requirements": load_requirements(),
        }


def load_periods(years: Iterable[int]) -> int:
    """The default periods of these years (domain.md §6)."""
    wanted = [(year, span) for year in years for span in default_periods(year)]
    known = set(Period.objects.values_list("year", "kind", "number"))
    new = [
        Period(year=year, kind=span.kind, number=span.number, starts_on=span.starts_on, cutoff_on=span.cutoff_on)
        for year, span in wanted
        if (year, span.kind.value, span.number) not in known
    ]
    return len(Period.objects.bulk_create(new))


def load_holidays() -> int:
    """Public holidays, and weekend days worked instead; uncertain ones say so in `source`."""
    rows = _read("holidays")
    known = {day.isoformat() for day in Holiday.objects.values_list("on", flat=True)}
    return len(Holiday.objects.bulk_create(Holiday(**row) for row in rows if row["on"] not in known))


def load_settings() -> int:
    """Dated settings of law and practice (domain.md §10)."""
    known = {(key, day.isoformat()) for key, day in LegalSetting.objects.values_list("key", "valid_from")}
    new = [LegalSetting(**row) for row in _read("legal_settings") if (row["key"], row["valid_from"]) not in known]
    return len(LegalSetting.objects.bulk_create(new))


def load_requirements() -> int:
    """One certificate a year for each group, as task 5 asks; nothing for a task that has requirements of a group,
    or that is not loaded."""
    added = 0
    names = Names(None, "")
    for row in _read("requirements"):
        task = PlanTask.objects.filter(plan__code=row.pop("plan"), code=row.pop("task")).first()
        group = row.pop("unit_group")
        if task is None or task.requirements.filter(group=row["group"]).exists():
            continue
        unit_group = _unit_group(names, **group) if group else None
        Requirement.objects.create(task=task, unit_group=unit_group, **row)
        added += 1
    return added


def _unit_group(names: Names, *, code: str, label: str, kinds: list[str]) -> UnitGroup:
    found = names.unit_group(label) or UnitGroup.objects.filter(code=code).first()
    if found:
        return found
    group = UnitGroup.objects.create(code=code, label=label)
    for kind in kinds:
        group.kinds.create(kind=kind)
    return group


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return rows
