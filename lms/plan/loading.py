"""A plan file into rows: word for word, and twice is once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from lms.people.models import Agency, UnitGroup
from lms.plan.models import PartyRole, Plan, PlanTask, TaskParty
from lms.plan.plan_file import PlanRow, TaskRow
from lms.vietnamese.text import fold


@dataclass
class Loaded:
    """What loading did: rows added, changed, found as they should be, and the labels that name nobody yet."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    unresolved: list[str] = field(default_factory=list)

    def note(self, *, created: bool, differs: bool) -> None:
        """Count one row."""
        self.added += created
        self.changed += differs and not created
        self.unchanged += not (created or differs)


class Names:
    """Who a party of the plan is, on one day: a unit group by its label, or the one agency of that name.

    The plan writes «Sở Tư pháp» for «Sở Tư pháp tỉnh Bình Thuận»: a name may go on with the province of the issuer.
    Two agencies of one name, or none, leave the party open.
    """

    def __init__(self, day: date | None, issuer: str) -> None:
        self._groups = {_key(group.label): group for group in UnitGroup.objects.in_order()}
        self._agencies: dict[str, list[Agency]] = {}
        agencies = Agency.objects.reporting()
        for agency in agencies.on(day) if day else agencies:
            self._agencies.setdefault(_key(agency.name), []).append(agency)
        self._province = issuer.rpartition(" tỉnh ")[2]

    def agency(self, label: str) -> Agency | None:
        """The agency that `label` names, if it is one."""
        for name in (label, f"{label} tỉnh {self._province}", f"{label} {self._province}"):
            found = self._agencies.get(_key(name), [])
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def unit_group(self, label: str) -> UnitGroup | None:
        """The unit group that bears `label`."""
        return self._groups.get(_key(label))


def _key(name: str) -> str:
    return fold(name).replace("uy ban nhan dan", "ubnd")


def load_plan(row: PlanRow) -> Loaded:
    """Write the plan, its tasks in order and their parties, in one transaction. A file loaded twice changes nothing.

    What the department filled in by hand (number, dates) is kept where the file says nothing. A task that the file no
    longer has is kept: figures may hang on it.
    """
    done = Loaded()
    with transaction.atomic():
        names = Names(row.resolution_day, row.issuer)
        plan = _save_plan(row, names, done)
        for position, task in enumerate(row.tasks, start=1):
            _save_task(plan, task, position, names, done)
    return done


def _save_plan(row: PlanRow, names: Names, done: Loaded) -> Plan:
    values: dict[str, Any] = {
        "title": row.title,
        "issuer_label": row.issuer,
        "issuer": names.agency(row.issuer),
        "consolidating_label": row.consolidating,
        "consolidating": names.agency(row.consolidating),
        "reporting": row.reporting,
    }
    if row.number:
        values["number"] = row.number
    if row.dated_on:
        values["dated_on"] = row.dated_on
    plan = Plan.objects.filter(code=row.code).first() or Plan(code=row.code)
    _write(plan, values, done)
    return plan


def _save_task(plan: Plan, row: TaskRow, position: int, names: Names, done: Loaded) -> None:
    task = PlanTask.objects.filter(plan=plan, code=row.code).first() or PlanTask(plan=plan, code=row.code)
    values: dict[str, Any] = {
        "position": position,
        "section": row.section,
        "title": row.title,
        "title_en": row.title_en,
        "lead_label": row.lead_label,
        "timing_label": row.timing_label,
        "timing": row.timing,
        "suggested_measure": row.suggested_measure,
    }
    if row.due_on:
        values["due_on"] = row.due_on
    _write(task, values, done)
    _save_parties(task, PartyRole.LEAD, row.lead, names, done)
    _save_parties(task, PartyRole.COORDINATING, row.coordinating, names, done)


def _save_parties(task: PlanTask, role: PartyRole, labels: Iterable[str], names: Names, done: Loaded) -> None:
    labels = list(labels)
    gone = task.parties.filter(role=role, position__gt=len(labels))
    gone.filter(members__isnull=True).delete()  # one for which agencies were picked is kept: periods hang on it
    for position, label in enumerate(labels, start=1):
        found = {"task": task, "role": role, "position": position}
        party = TaskParty.objects.filter(**found).first() or TaskParty(**found)
        group = names.unit_group(label)
        agency = None if group else names.agency(label)
        if not group and not agency:
            done.unresolved.append(f"{task.code}: {label}")
        _write(party, {"label": label, "unit_group": group, "agency": agency}, done)


def _write(row: Plan | PlanTask | TaskParty, values: dict[str, Any], done: Loaded) -> None:
    created = row.pk is None
    differs = any(getattr(row, name) != value for name, value in values.items())
    done.note(created=created, differs=differs)
    if created or differs:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
