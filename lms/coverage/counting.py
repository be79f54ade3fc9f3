"""The one count behind every figure: screen, file and command call `count` (domain.md §7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from lms.coverage.figures import Figures
from lms.coverage.question import Question
from lms.coverage.statement import ALL_GROUPS, NOWHERE, TOTAL
from lms.coverage.statements import report_statement
from lms.people.models import Group
from lms.plan.models import Period, PlanTask

__all__ = ["AgencyRow", "Figures", "Report", "RosterState", "answer", "count"]


class RosterState(StrEnum):
    """Of an agency, or of a group at an agency, on the day."""

    LISTED = "listed"
    NOBODY = "nobody"
    NOT_LISTED = "not_listed"
    NOT_CONCERNED = "not_concerned"


@dataclass(frozen=True)
class AgencyRow:
    """The figures of one agency, or of one group there. `agency_id` 0 holds acts that name no agency.

    `stands_apart`: the agency had closed by the day (seen from today: by today, and nobody says who stands in its
    place); its entries wait to be moved.
    """

    agency_id: int
    code: str
    name: str
    kind: str
    sort_key: str
    group: str
    state: RosterState
    stands_apart: bool
    figures: Figures

    @property
    def group_label(self) -> str:
        """The name of the group in the reader's language; empty for all groups together."""
        return str(Group(self.group).label) if self.group else ""


@dataclass(frozen=True)
class Report:
    """A question and its figures. `rows` in Vietnamese order of names; `total` counts each person once.

    `group_rows` and `group_totals` are there when asked for with `by_group`.
    """

    question: Question
    rows: tuple[AgencyRow, ...]
    total: Figures
    group_rows: tuple[AgencyRow, ...] = ()
    group_totals: tuple[tuple[str, Figures], ...] = ()

    @property
    def owing(self) -> tuple[AgencyRow, ...]:
        """The agencies that should have a roster on the day."""
        concerned = (RosterState.LISTED, RosterState.NOBODY, RosterState.NOT_LISTED)
        return tuple(row for row in self.rows if row.state in concerned and not row.stands_apart)

    @property
    def answered_count(self) -> int:
        """Of `owing`, how many have a roster or have said that there is nobody."""
        return sum(row.state != RosterState.NOT_LISTED for row in self.owing)


def count(  # noqa: PLR0913 - the parameters of the report, all by name
    task: PlanTask,
    period: Period,
    *,
    group: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    seen_on: date | None = None,
    agencies: Collection[int] | None = None,
    by_group: bool = False,
) -> Report:
    """Count a task in a period: one query for the requirements, one for all the figures.

    `as_of` defaults to the cut-off day; `known_at` None means as known now; `seen_on` rolls the agencies up to that day
    (None: as they were); `agencies` narrows the rows and the total to some. Raises Refused as `Question.ask`.
    """
    asked = Question.ask(task, period, group=group, as_of=as_of, known_at=known_at).seen(seen_on)
    return answer(asked, agencies=agencies, by_group=by_group)


def answer(question: Question, *, agencies: Collection[int] | None = None, by_group: bool = False) -> Report:
    """The figures of a question already asked: one query, whatever the number of agencies and people; seen from
    today, four more for the successions and the people of divided agencies."""
    if agencies is not None and not agencies:
        return Report(question, (), Figures())
    return report_of(question, report_statement(question, agencies, by_group=by_group).rows())


class _Line(NamedTuple):
    """A row of the statement: agency and group, who it is, the figures."""

    agency_id: int
    group: str
    code: str | None
    name: str | None
    kind: str | None
    sort_key: str | None
    closed_on: object
    headcount: int
    trained: int
    completions: int
    off_roster: int
    certificates: int
    study_periods: int
    waived: int
    outside: int
    expected_groups: int
    nobody_groups: int

    @property
    def figures(self) -> Figures:
        """What the statement summed, in the order of `Figures`."""
        return Figures(*self[7:15])

    @property
    def says_something(self) -> bool:
        """An agency that neither owes a roster nor did anything is no row."""
        return bool(self.headcount or self.completions or self.certificates or self.expected_groups)

    @property
    def state(self) -> RosterState:
        """How the agency, or the group there, stands with its roster."""
        if self.headcount:
            return RosterState.LISTED
        if not self.expected_groups:
            return RosterState.NOT_CONCERNED
        return RosterState.NOBODY if self.nobody_groups == self.expected_groups else RosterState.NOT_LISTED


def report_of(question: Question, found: Iterable[Sequence[Any]]) -> Report:
    """The report that rows of its statement make."""
    rows: list[AgencyRow] = []
    group_rows: list[AgencyRow] = []
    totals: dict[str, Figures] = {}
    for line in map(_Line._make, found):
        if line.agency_id == TOTAL:
            totals[line.group] = line.figures
        elif line.says_something:
            (group_rows if line.group else rows).append(_row(line, question.seen_on or question.day))
    return Report(
        question,
        tuple(rows),
        totals.pop(ALL_GROUPS, Figures()),
        tuple(group_rows),
        tuple(sorted(totals.items())),
    )


def _row(line: _Line, day: date) -> AgencyRow:
    closed_on = _day(line.closed_on)
    return AgencyRow(
        agency_id=line.agency_id,
        code=line.code or "",
        name=line.name or "",
        kind=line.kind or "",
        sort_key=line.sort_key or "",
        group=line.group,
        state=line.state,
        stands_apart=line.agency_id != NOWHERE and closed_on is not None and closed_on <= day,
        figures=line.figures,
    )


def _day(value: object) -> date | None:
    """SQLite hands dates of a raw query over as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
