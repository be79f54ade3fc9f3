"""Why somebody is counted or not: the rule of the count, for one person in hand, in words. Pure.

`judge` is the twin of the test in lms.coverage.parts; tests/coverage/test_recount.py ties them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lms.people.models import Group
from lms.plan.models import Enough, Requirement
from lms.web.formatting import short_date


@dataclass(frozen=True)
class Paper:
    """A certificate as the count sees it: `counts` says whether it is valid and lies in the window."""

    number: str
    course_id: int
    course: str
    study_periods: int
    counts_on: date
    is_valid: bool
    is_revoked: bool


@dataclass(frozen=True)
class Finish:
    """A completion, and whether a valid certificate goes with it."""

    course: str
    completed_on: date
    has_certificate: bool


@dataclass(frozen=True)
class Facts:
    """What the count looks at for one person: `papers` and `finishes` of courses that serve the task, whenever.

    The window of adding up and the period run to `day`, both ends included.
    """

    papers: Sequence[Paper]
    finishes: Sequence[Finish]
    window_starts_on: date
    period_starts_on: date
    day: date

    @property
    def earning(self) -> list[Paper]:
        """Valid papers in the window, oldest first."""
        inside = [
            paper for paper in self.papers if paper.is_valid and self.window_starts_on <= paper.counts_on <= self.day
        ]
        return sorted(inside, key=lambda paper: paper.counts_on)


@dataclass(frozen=True)
class Verdict:
    """For one requirement: whether it is met, since when, how far, and the reasons as whole sentences.

    `have` of `need`: courses, or tiết where `in_study_periods`.
    """

    group: str
    is_counted: bool
    met_on: date | None
    have: int
    need: int
    in_study_periods: bool
    reasons: tuple[str, ...]

    @property
    def group_label(self) -> str:
        """The name of the group in the reader's language."""
        return str(Group(self.group).label)


def judge(requirement: Requirement, facts: Facts, *, named: frozenset[int] = frozenset()) -> Verdict:
    """The verdict on a requirement for somebody on the roster; `named` are its named courses."""
    earning = facts.earning
    have, need = progress(requirement, earning, named)
    in_period = bool(earning) and earning[-1].counts_on >= facts.period_starts_on
    met = in_period and need > 0 and have >= need
    return Verdict(
        group=requirement.group,
        is_counted=met,
        met_on=_met_on(requirement, earning, named, facts.period_starts_on) if met else None,
        have=have,
        need=need,
        in_study_periods=requirement.enough == Enough.STUDY_PERIODS,
        reasons=tuple(_for(earning) if met else _against(facts, have, need)),
    )


def progress(requirement: Requirement, earning: Iterable[Paper], named: frozenset[int]) -> tuple[int, int]:
    """Have and need. A course taken twice counts once, with the longer of the two."""
    courses: dict[int, int] = {}
    for paper in earning:
        courses[paper.course_id] = max(courses.get(paper.course_id, 0), paper.study_periods)
    if requirement.enough == Enough.STUDY_PERIODS:
        return sum(courses.values()), requirement.needed
    if requirement.enough == Enough.NAMED_COURSES:
        return len(named & set(courses)), len(named)
    return len(courses), requirement.needed


def _met_on(
    requirement: Requirement, earning: Sequence[Paper], named: frozenset[int], period_starts_on: date
) -> date | None:
    """The day of the certificate with which it was enough, in the period."""
    for place, paper in enumerate(earning, start=1):
        have, need = progress(requirement, earning[:place], named)
        if have >= need and paper.counts_on >= period_starts_on:
            return paper.counts_on
    return None


def _for(earning: Iterable[Paper]) -> Iterable[str]:
    for paper in earning:
        yield _("Certificate %(number)s of %(day)s for the course «%(course)s» counts.") % _named(paper)


def _against(facts: Facts, have: int, need: int) -> Iterable[str]:
    if have:
        yield _("What counts so far is %(have)s of %(need)s.") % {"have": have, "need": need}
    for paper in facts.papers:
        if paper.is_revoked:
            yield _("Certificate %(number)s of %(day)s for the course «%(course)s» was revoked.") % _named(paper)
        elif paper.is_valid and not facts.window_starts_on <= paper.counts_on <= facts.day:
            yield (
                _("Certificate %(number)s of %(day)s for the course «%(course)s» counts in another period.")
                % _named(paper)
            )
    for finish in facts.finishes:
        if not finish.has_certificate and finish.completed_on <= facts.day:
            yield _("The course «%(course)s» was completed on %(day)s; no valid certificate goes with it.") % {
                "course": finish.course,
                "day": short_date(finish.completed_on),
            }
    if not any(paper.is_valid for paper in facts.papers):
        yield _("There is no valid certificate for a course that serves this task.")


def _named(paper: Paper) -> dict[str, Any]:
    return {"number": paper.number, "course": paper.course, "day": short_date(paper.counts_on)}
