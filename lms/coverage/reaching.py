"""How far agencies are from their targets. Pure but for reading the targets: whole people, no rounding.

A target speaks of one group. An agency has reached its targets when every group with one has; its gap adds the groups
up, so that somebody who is missing in two groups is missing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lms.coverage.counting import AgencyRow, Report
from lms.coverage.figures import Figures
from lms.coverage.question import Question
from lms.plan.models import Target

Targets = Mapping[tuple[int | None, str], int]
"""(agency id, group) → percent; None stands for every agency without a target of its own."""


@dataclass(frozen=True)
class Aim:
    """Percentages to be reached, one where all groups have the same, and how many people are missing for them."""

    percents: tuple[int, ...]
    gap: int

    @property
    def is_reached(self) -> bool:
        return self.gap == 0


def gap(figures: Figures, percent: int) -> int:
    """How many people more have to be trained until `percent` of the headcount are; 0 if it is reached."""
    needed = -(-figures.headcount * percent // 100)
    return max(needed - figures.trained, 0)


def targets_of(question: Question) -> Targets:
    """The targets of the task and period, of the group asked about alone if there is one; one query."""
    found = Target.objects.for_agencies(question.task, question.period)
    return {key: percent for key, percent in found.items() if question.group in (None, key[1])}


def percent_of(targets: Targets, agency: int, group: str) -> int | None:
    """The own target of the agency, else that of all; None without either."""
    return targets.get((agency, group), targets.get((None, group)))


def aims_by_group(rows: Iterable[AgencyRow], targets: Targets) -> dict[tuple[int, str], Aim]:
    """(agency id, group) → its aim, where a roster says how many people there are."""
    found: dict[tuple[int, str], Aim] = {}
    for row in rows:
        percent = percent_of(targets, row.agency_id, row.group)
        if percent is not None and row.agency_id and row.figures.headcount:
            found[row.agency_id, row.group] = Aim((percent,), gap(row.figures, percent))
    return found


def aims(report: Report, targets: Targets) -> dict[int, Aim]:
    """Agency id → what is to be reached there in all groups together; the report was counted by group, or for one."""
    if not targets:
        return {}
    by_group = aims_by_group(_rows_of_groups(report), targets)
    together: defaultdict[int, list[Aim]] = defaultdict(list)
    for (agency, _group), aim in by_group.items():
        together[agency].append(aim)
    return {agency: _sum(found) for agency, found in together.items()}


def _rows_of_groups(report: Report) -> Collection[AgencyRow]:
    """A report of one group may have been counted without saying it again row by row."""
    group = report.question.group
    if group is None or report.group_rows:
        return report.group_rows
    return [_in(row, group) for row in report.rows]


def _in(row: AgencyRow, group: str) -> AgencyRow:
    return AgencyRow(**{**vars(row), "group": group})


def _sum(found: Collection[Aim]) -> Aim:
    percents = {percent for aim in found for percent in aim.percents}
    return Aim(tuple(sorted(percents)), sum(aim.gap for aim in found))
