"""Why somebody is counted or not: the rule of the count, for one person in hand, in words. Pure.

`judge` is the twin of the test in lms.coverage.parts; tests/coverage/test_recount.py ties them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from lms.people.models import Group
from lms.plan.models import Enough, Requirement
from lms.web.formatting import short_date


class Paper(NamedTuple):  # as Finish: a list of people makes a million of them, and a frozen class takes thrice as long
    """A certificate as the count sees it: `counts` says whether it is valid and lies in the window."""

    number: str
    course_id: int
    course: str
    study_periods: int
    counts_on: date
    is_valid: bool
    is_revoked: bool


class Finish(NamedTuple):
    """A completion, and whether a valid certificate goes with it."""

    course: str
    completed_on: date
    has_certificate: bool


@dataclass(frozen=True)
class Elsewhere:
    """Training of another provider that the department accepted; it counts on the day it ended, as a course of its own:
    `course_id` is negative and belongs to nothing else."""

    course_id: int
    title: str
    provider: str
    study_periods: int
    counts_on: date


@dataclass(frozen=True)
class Excuse:
    """A waiver that holds on the day («miễn»)."""

    requirement_id: int
    ground: str
    document_no: str


Earned = Paper | Elsewhere


@dataclass(frozen=True)
class Facts:
    """What the count looks at for one person: `papers` and `finishes` of courses that serve the task and accepted
    training `elsewhere` for it, whenever; the waivers that hold on the day.

    The window of adding up and the period run to `day`, both ends included.
    """

    papers: Sequence[Paper]
    finishes: Sequence[Finish]
    window_starts_on: date
    period_starts_on: date
    day: date
    elsewhere: Sequence[Elsewhere] = ()
    excuses: Sequence[Excuse] = ()

    def has(self, day: date) -> bool:
        """Whether what counts on that day lies in the window."""
        return self.window_starts_on <= day <= self.day

    def earning(self, *, is_outside_too: bool) -> list[Earned]:
        """Valid papers in the window, and training elsewhere where it counts, oldest first."""
        inside: list[Earned] = [paper for paper in self.papers if paper.is_valid and self.has(paper.counts_on)]
        if is_outside_too:
            inside += [one for one in self.elsewhere if self.has(one.counts_on)]
        return sorted(inside, key=lambda earned: earned.counts_on)

    def excuse_from(self, requirement: Requirement) -> Excuse | None:
        """The waiver from this requirement, if there is one."""
        return next((found for found in self.excuses if found.requirement_id == requirement.pk), None)


@dataclass(frozen=True)
class Verdict:
    """For one requirement: whether it is met, since when, how far, and the reasons as whole sentences.

    `have` of `need`: courses, or tiết where `in_study_periods`. Who is excused stays in the headcount, and counts as
    trained only like everybody else.
    """

    requirement_id: int
    group: str
    is_counted: bool
    met_on: date | None
    have: int
    need: int
    in_study_periods: bool
    is_excused: bool
    reasons: tuple[str, ...]

    @property
    def group_label(self) -> str:
        """The name of the group in the reader's language."""
        return str(Group(self.group).label)


def judge(requirement: Requirement, facts: Facts, *, named: frozenset[int] = frozenset()) -> Verdict:
    """The verdict on a requirement for somebody on the roster; `named` are its named courses."""
    earning = facts.earning(is_outside_too=requirement.outside_counts)
    excuse = facts.excuse_from(requirement)
    have, need = progress(requirement, earning, named)
    in_period = bool(earning) and earning[-1].counts_on >= facts.period_starts_on
    met = in_period and need > 0 and have >= need
    reasons = [*_excused(excuse), *(_for(earning) if met else _against(facts, have, need))]
    return Verdict(
        requirement_id=requirement.pk,
        group=requirement.group,
        is_counted=met,
        met_on=_met_on(requirement, earning, named, facts.period_starts_on) if met else None,
        have=have,
        need=need,
        in_study_periods=requirement.enough == Enough.STUDY_PERIODS,
        is_excused=excuse is not None,
        reasons=(*reasons, *_outside(requirement, facts, is_met=met)),
    )


def progress(requirement: Requirement, earning: Iterable[Earned], named: frozenset[int]) -> tuple[int, int]:
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
    requirement: Requirement, earning: Sequence[Earned], named: frozenset[int], period_starts_on: date
) -> date | None:
    """The day of the certificate, or of the end of the training elsewhere, with which it was enough, in the period."""
    for place, paper in enumerate(earning, start=1):
        have, need = progress(requirement, earning[:place], named)
        if have >= need and paper.counts_on >= period_starts_on:
            return paper.counts_on
    return None


def _for(earning: Iterable[Earned]) -> Iterable[str]:
    for earned in earning:
        if isinstance(earned, Paper):
            yield _("Certificate %(number)s of %(day)s for the course «%(course)s» counts.") % _named(earned)


def _excused(excuse: Excuse | None) -> Iterable[str]:
    if excuse is None:
        return
    words = {"ground": excuse.ground, "number": excuse.document_no}
    if excuse.document_no:
        yield _("Excused: %(ground)s (document %(number)s). Excused people stay in the headcount.") % words
    else:
        yield _("Excused: %(ground)s. Excused people stay in the headcount.") % words


def _outside(requirement: Requirement, facts: Facts, *, is_met: bool) -> Iterable[str]:
    """What becomes of each training elsewhere."""
    for one in facts.elsewhere:
        words = {"title": one.title, "provider": one.provider, "day": short_date(one.counts_on)}
        if not facts.has(one.counts_on):
            yield _("Outside training «%(title)s» (%(provider)s), ended on %(day)s, counts in another period.") % words
        elif not requirement.outside_counts:
            yield (
                _(
                    "Outside training «%(title)s» (%(provider)s), ended on %(day)s, is accepted; this requirement does "
                    "not count outside training."
                )
                % words
            )
        elif is_met:
            yield _("Outside training «%(title)s» (%(provider)s), ended on %(day)s, is accepted and counts.") % words
        else:
            yield (
                _("Outside training «%(title)s» (%(provider)s), ended on %(day)s, is accepted; it is not enough yet.")
                % words
            )


def _against(facts: Facts, have: int, need: int) -> Iterable[str]:
    if have:
        yield _("What counts so far is %(have)s of %(need)s.") % {"have": have, "need": need}
    for paper in facts.papers:
        if paper.is_revoked:
            yield _("Certificate %(number)s of %(day)s for the course «%(course)s» was revoked.") % _named(paper)
        elif paper.is_valid and not facts.has(paper.counts_on):
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
