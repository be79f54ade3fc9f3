"""Random histories: the one query gives what a slow recount gives, figure by figure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from certificates.models import Certificate
from courses.models import Completion, CourseTask, RequiredCourse, Waiver
from lms.coverage.counting import Figures, Report, answer
from lms.coverage.evidence import WHICH, people, verdicts
from lms.coverage.question import Question
from lms.people.models import Agency, Group, RosterEntry, UnitGroup
from lms.plan.models import EarlierTerms, Enough, Period, PeriodKind, Requirement
from tests.coverage.recount import Recount
from tests.make import coverage as make
from tests.make import plan as make_plan

HISTORIES = int(os.environ.get("COVERAGE_HISTORIES", "6"))
"""For each of two halves, so that two processes share them. The gate asks for 250."""
GROUPS = (Group.REPORTER, Group.EDITOR, Group.COMMUNICATION_OFFICER)
FIRST = date(2025, 11, 1)


class History:
    """A province in miniature, with every kind of trouble; the same seed makes the same one."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.task = make_plan.task()
        if self.often(0.3):  # a year of its own
            make_plan.period(2026)
            Period.objects.update(starts_on=FIRST + timedelta(days=self.dice.randint(20, 90)))
        self.agencies = [self.agency() for _number in range(5)]
        self.successions()
        self.people = [make.person() for _number in range(6)]
        self.courses = [make.course(self.task, self.dice.choice([8, 16])) for _number in range(2)] + [make.course(None)]
        self.untie()
        self.requirements()
        for _number in range(self.dice.randint(2, 14)):
            self.entry()
        for _number in range(self.dice.randint(1, 12)):
            self.training()
        for _number in range(self.dice.randint(0, 4)):
            self.elsewhere()
        for _number in range(self.dice.randint(0, 3)):
            self.waiver()

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randint(0, 420))

    def moment(self, after: datetime) -> datetime:
        return after + timedelta(days=self.dice.randint(0, 200), seconds=self.dice.randint(0, 80000))

    def often(self, share: float) -> bool:
        return self.dice.random() < share

    def agency(self) -> Agency:
        kind = self.dice.choice(["press", "pc_ward", "department", "province"])
        return make.agency(kind=kind, closed_on=self.day() if self.often(0.3) else None)

    def successions(self) -> None:
        """Closed agencies pass to later ones that outlive them: wholly, in parts, to nobody, or nothing is known."""
        for place, agency in enumerate(self.agencies):
            if agency.closed_on is None or self.often(0.15):
                continue
            heirs = [
                heir
                for heir in self.agencies[place + 1 :]
                if heir.closed_on is None or heir.closed_on > agency.closed_on
            ]
            size = min(self.dice.choice([0, 1, 1, 2]), len(heirs))
            make.succession(agency, *self.dice.sample(heirs, size))

    def requirements(self) -> None:
        self.required = [make_plan.requirement(self.task, Group.SPOKESPERSON)]
        press = make_plan.unit_group("press", "press")
        if self.often(0.5):  # what the label means was changed, as known since some moment
            press.kinds.update(**self.since_and_until())
            press.kinds.create(kind="department", **self.since_and_until())
        for group in GROUPS:
            for unit_group in (None, press):
                if self.often(0.7) or (group == GROUPS[0] and not unit_group):
                    self.requirement(group, unit_group)

    def requirement(self, group: str, unit_group: UnitGroup | None) -> None:
        enough = self.dice.choice(list(Enough))
        needed = self.dice.choice([8, 16, 24]) if enough == Enough.STUDY_PERIODS else self.dice.choice([1, 1, 2])
        kind = self.dice.choice([PeriodKind.YEAR, PeriodKind.YEAR, PeriodKind.QUARTER])
        made = make_plan.requirement(
            self.task, group, unit_group=unit_group, enough=enough, needed=needed, period_kind=kind
        )
        self.required.append(made)
        if self.often(0.3):  # entered late, perhaps for days that were over
            made.recorded_at = self.moment(make.noon(FIRST))
            made.save()
        if self.often(0.4):
            self.changed(made)
        if self.often(0.3):
            made.outside_counts = True
            made.save()
        if enough == Enough.NAMED_COURSES:
            for course in self.dice.sample(self.courses, self.dice.randint(0, 2)):
                RequiredCourse.objects.create(requirement=made, course=course, **self.since_and_until())

    def changed(self, requirement: Requirement) -> None:
        """Its end was told, or its terms were others, from some moment on; perhaps twice."""
        at = requirement.recorded_at or make.noon(FIRST)
        for _number in range(self.dice.choice([1, 1, 2])):
            at = self.moment(at) + timedelta(seconds=1)
            EarlierTerms.keep(requirement, at)
            requirement.ends_on = self.day() if self.often(0.5) else None
            requirement.needed = self.dice.choice([requirement.needed, 1])
            requirement.save()

    def untie(self) -> None:
        """A course is no longer known to serve the task, from some moment on; perhaps it is tied again later."""
        for tie in list(CourseTask.objects.filter(task=self.task)):
            if self.often(0.4):
                CourseTask.objects.filter(pk=tie.pk).update(**self.since_and_until())
                tie.refresh_from_db()
                if tie.voided_at and self.often(0.5):
                    again = self.moment(tie.voided_at)
                    CourseTask.objects.create(course=tie.course, task=self.task, recorded_at=again)

    def since_and_until(self) -> dict[str, Any]:
        """When a tie was recorded and voided: often it was always known, and holds."""
        recorded_at = self.moment(make.noon(FIRST)) if self.often(0.4) else None
        voided_at = self.moment(recorded_at or make.noon(FIRST)) if self.often(0.4) else None
        return {"recorded_at": recorded_at, "voided_at": voided_at}

    def entry(self) -> None:
        starts_on = self.day() - timedelta(days=100)
        recorded_at = self.moment(make.noon(starts_on))
        facts: dict[str, Any] = {
            "person": self.dice.choice(self.people),
            "agency": self.dice.choice(self.agencies),
            "group": self.dice.choice(GROUPS),
            "starts_on": starts_on,
        }
        if self.is_on(facts):
            return
        voided_at = self.moment(recorded_at) if self.often(0.3) else None
        ends_on = starts_on + timedelta(days=self.dice.randint(1, 400)) if self.often(0.4) else None
        make.entry(**facts, ends_on=ends_on, recorded_at=recorded_at, voided_at=voided_at)
        if voided_at and self.often(0.7):  # a correction: the fact as it should have been, known since then
            facts["starts_on"] += timedelta(days=self.dice.randint(-30, 30))
            facts["group"] = self.dice.choice([facts["group"], *GROUPS])
            if not self.is_on(facts):
                make.entry(**facts, recorded_at=voided_at)

    def is_on(self, facts: dict[str, Any]) -> bool:
        same = {name: value for name, value in facts.items() if name != "starts_on"}
        return RosterEntry.objects.filter(voided_at__isnull=True, **same).exists()

    def training(self) -> None:
        on = self.day()
        agency = None if self.often(0.1) else self.dice.choice(self.agencies)
        done = make.completion(self.dice.choice(self.people), self.dice.choice(self.courses), on, agency=agency)
        if self.often(0.1):
            Completion.objects.filter(pk=done.pk).update(voided_at=self.moment(make.noon(on)), void_reason="nhầm")
        if self.often(0.8):
            self.fate_of(make.certificate(done, on=on + timedelta(days=self.dice.choice([0, 0, 6]))))

    def elsewhere(self) -> None:
        on = self.day()
        accepted_on = on + timedelta(days=self.dice.randint(0, 90)) if self.often(0.8) else None
        is_taken_back = accepted_on is not None and self.often(0.25)
        make.outside(
            self.dice.choice(self.people),
            self.task,
            on,
            agency=self.dice.choice(self.agencies),
            study_periods=self.dice.choice([8, 16]),
            accepted_on=accepted_on,
            voided_on=accepted_on + timedelta(days=60) if accepted_on and is_taken_back else None,
        )

    def waiver(self) -> None:
        on = self.day()
        found = self.dice.choice(self.people), self.dice.choice(self.required)
        if Waiver.objects.filter(person=found[0], requirement=found[1], voided_at=None).exists():
            return
        make.waiver(
            *found, make_plan.period(2026), on=on, voided_on=on + timedelta(days=70) if self.often(0.3) else None
        )

    def fate_of(self, paper: Certificate) -> None:
        later = paper.issued_on + timedelta(days=self.dice.randint(1, 200))
        if self.often(0.25):
            make.revoke(paper, later)
            if self.often(0.3):
                make.certificate(paper.completion, on=later)
        elif self.often(0.25):
            self.fate_of(make.replace(paper, later))


def told(report: Report) -> dict[int, Figures]:
    """The figures of a report by agency id; nothing for rows of noughts."""
    found = {row.agency_id: row.figures for row in report.rows} | {-1: report.total}
    return {place: figures for place, figures in found.items() if figures != Figures()}


@pytest.mark.django_db
@pytest.mark.timeout(120 + 2 * HISTORIES)
@pytest.mark.parametrize("half", [0, 1])
@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no simpler history
)
@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from([(PeriodKind.YEAR, 1), (PeriodKind.QUARTER, 2), (PeriodKind.FIRST_HALF, 1)]),
    days=st.none() | st.integers(0, 85),
    known=st.none() | st.integers(0, 500),
    seen=st.none() | st.integers(0, 600),
)
def test_the_query_equals_the_recount(
    half: int, seed: int, kind: tuple[PeriodKind, int], days: int | None, known: int | None, seen: int | None
) -> None:
    with transaction.atomic():
        history = History(2 * seed + half)
        period = make_plan.period(2026, *kind)
        day = period.cutoff_on if days is None else period.starts_on + timedelta(days=days)
        known_at = None if known is None else make.noon(FIRST + timedelta(days=known))
        seen_on = None if seen is None else max(day, FIRST + timedelta(days=seen))
        compare(history, Question.ask(history.task, period, as_of=day, known_at=known_at).seen(seen_on))
        transaction.set_rollback(True)


def compare(history: History, question: Question) -> None:
    """All groups and each group as a row of the whole; one group as a report of its own, one agency alone."""
    recount = Recount(history.task, question.period, question.day, question.known_at, question.seen_on)
    whole = answer(question, by_group=True)
    assert told(whole) == told_by(recount, None)
    required = sorted({requirement.group for requirement in question.requirements})
    for group in required:
        rows = {row.agency_id: row.figures for row in whole.group_rows if row.group == group}
        assert {place: found for place, found in rows.items() if found != Figures()} == {
            place: found for place, found in told_by(recount, group).items() if place != -1
        }
    alone = question_of(question, history.dice.choice(required))
    assert told(answer(alone)) == told_by(recount, alone.group)
    people_match(question, None, whole.total, history.dice.sample(WHICH, 2))
    verdicts_match(history, question, recount)
    agency = history.dice.choice(history.agencies)
    narrow = answer(question, agencies=[agency.pk])
    people_match(question, [agency.pk], narrow.total, history.dice.sample(WHICH, 2))
    assert told(narrow).get(agency.pk) == told(whole).get(agency.pk)


def told_by(recount: Recount, group: str | None) -> dict[int, Figures]:
    return {place: found for place, found in recount.figures(group).items() if found != Figures()}


def people_match(question: Question, agencies: list[int] | None, figures: Figures, which: Sequence[str]) -> None:
    """Behind every figure of people stand as many people; behind acts no more people than acts."""
    counts = {
        "listed": figures.headcount,
        "trained": figures.trained,
        "missing": figures.missing,
        "off_roster": figures.off_roster,
        "waived": figures.waived,
        "outside": figures.outside,
    }
    for name in which:
        size = people(question, agencies=agencies, which=name).size
        if name in counts:
            assert (name, size) == (name, counts[name])
        else:
            assert size <= {"completed": figures.completions, "certified": figures.certificates}[name]


def verdicts_match(history: History, question: Question, recount: Recount) -> None:
    """The verdict in words is the verdict of the query, for every person and requirement."""
    roster = recount.roster(None)
    for person in history.people:
        applying = {
            recount.requirement_of(group, recount.agencies[agency])
            for agency, group, somebody in roster
            if somebody == person.pk
        }
        told_in_words = {
            (verdict.requirement_id, verdict.is_counted, verdict.is_excused) for verdict in verdicts(question, person)
        }
        assert told_in_words == {
            (
                found.pk,
                recount.meets(person.pk, found),
                any(one.person_id == person.pk and one.requirement_id == found.pk for one in recount.waivers),
            )
            for found in applying
            if found
        }


def question_of(question: Question, group: str) -> Question:
    """The same question of one group."""
    alone = Question.ask(question.task, question.period, group=group, as_of=question.day, known_at=question.known_at)
    return alone.seen(question.seen_on)
