"""A slow, independent recount in plain Python, from the rows as they stand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from certificates.models import Certificate
from courses.models import Completion, CourseTask, OutsideTraining, RequiredCourse, Waiver
from lms.coverage.counting import Figures
from lms.people.models import Agency, RosterEntry, Succession, UnitGroupKind
from lms.plan.models import EarlierTerms, Period, PlanTask, Requirement


class Recount:
    """Everything in memory, one question at a time."""

    def __init__(
        self, task: PlanTask, period: Period, day: date, known_at: datetime | None, seen_on: date | None = None
    ) -> None:
        self.period, self.day, self.at, self.seen_on = period, day, known_at, seen_on
        self.successions = list(Succession.objects.order_by("on", "pk"))
        self.outsides = [
            found
            for found in OutsideTraining.objects.filter(task=task)
            if found.state == "accepted" and self.stood(found.decided_at, found.voided_at)
        ]
        self.waivers = [
            found
            for found in Waiver.objects.select_related("period")
            if self.stood(found.granted_at, found.voided_at) and found.period.starts_on <= day <= found.period.cutoff_on
        ]
        self.serving = {link.course_id for link in CourseTask.objects.filter(task=task) if self.tied(link)}
        everything = list(RosterEntry.objects.all())
        self.entries = [entry for entry in everything if self.known(entry)]
        self.known_today = [entry for entry in everything if entry.voided_at is None]
        self.certificates = [
            paper for paper in Certificate.objects.select_related("completion") if paper.course_id in self.serving
        ]
        self.completions = [
            done
            for done in Completion.objects.select_related("enrolment__run")
            if done.enrolment.run.course_id in self.serving and self.known(done)
        ]
        self.agencies = {agency.pk: agency for agency in Agency.objects.all()}
        self.named: dict[int, set[int]] = defaultdict(set)
        for link in filter(self.tied, RequiredCourse.objects.all()):
            self.named[link.requirement_id].add(link.course_id)
        self.kinds: dict[int, set[str]] = defaultdict(set)
        for member in filter(self.tied, UnitGroupKind.objects.all()):
            self.kinds[member.unit_group_id].add(member.kind)
        found = [
            requirement
            for requirement in self.required(task)
            if (requirement.starts_on is None or requirement.starts_on <= day)
            and (requirement.ends_on is None or day < requirement.ends_on)
        ]
        own = [requirement for requirement in found if requirement.period_kind == period.kind]
        yearly = [requirement for requirement in found if requirement.period_kind == "year"]
        self.requirements = own or yearly
        years = [found.starts_on for found in Period.objects.all() if (found.kind, found.year) == ("year", period.year)]
        year_starts_on = min([*years, period.starts_on]) if years else date(period.year - 1, 12, 15)
        self.first = period.starts_on if own and period.kind != "year" else year_starts_on

    def known(self, row: RosterEntry | Completion) -> bool:
        return self.stood(row.recorded_at, row.voided_at)

    def stood(self, since: datetime | None, until: datetime | None) -> bool:
        if self.at is None:
            return until is None
        return since is not None and since <= self.at and (until is None or until > self.at)

    def required(self, task: PlanTask) -> list[Requirement]:
        """What was known to be required, in the words of that moment."""
        found = []
        for row in Requirement.objects.filter(task=task).order_by("pk"):
            if self.at and row.recorded_at and row.recorded_at > self.at:
                continue
            for old in EarlierTerms.objects.filter(requirement=row).order_by("pk"):
                if self.at and (old.known_from is None or old.known_from <= self.at) and self.at < old.known_until:
                    row.starts_on, row.ends_on, row.needed = old.starts_on, old.ends_on, old.needed
                    row.enough, row.outside_counts = old.enough, old.outside_counts
            found.append(row)
        return found

    def tied(self, link: CourseTask | RequiredCourse | UnitGroupKind) -> bool:
        """A tie without a moment of recording was always known."""
        if self.at is None:
            return link.voided_at is None
        is_recorded = link.recorded_at is None or link.recorded_at <= self.at
        return is_recorded and (link.voided_at is None or link.voided_at > self.at)

    def steps(self, agency: int, since: date) -> list[Succession]:
        assert self.seen_on
        return [
            step
            for step in self.successions
            if step.predecessor_id == agency and step.successor_id and since <= step.on <= self.seen_on
        ]

    def reach(self, agency: int) -> set[int]:
        found = {agency}
        for step in self.steps(agency, date.min):
            found |= self.reach(step.successor_id or 0)
        return found

    def place(self, agency: int | None, person: int) -> int | None:
        """Where what `person` has at `agency` belongs on the day it is seen."""
        if self.seen_on is None or agency is None:
            return agency
        first_end = self.agencies[agency].closed_on
        later = sorted(
            (entry.starts_on, entry.pk, entry.agency_id)
            for entry in self.known_today
            if entry.person_id == person and first_end and entry.starts_on >= first_end
        )
        here, since = agency, date.min
        while True:
            end = self.agencies[here].closed_on
            if end is None or end > self.seen_on:
                return here
            steps = self.steps(here, since)
            chosen = [step for step in steps if step.scope == "all"]
            if len(chosen) != 1:
                for _day, _pk, place in later:
                    chosen = [step for step in steps if place in self.reach(step.successor_id or 0)]
                    if chosen:
                        break
            if len(chosen) != 1:
                return agency
            here, since = chosen[0].successor_id or 0, chosen[0].on

    def valid(self, paper: Certificate) -> bool:
        if self.at is None:
            return paper.state == "valid"
        return paper.issued_at <= self.at and (paper.state_at is None or paper.state_at > self.at)

    def revoked(self, paper: Certificate) -> bool:
        return paper.state == "revoked" and (
            self.at is None or (paper.state_at is not None and paper.state_at <= self.at)
        )

    def requirement_of(self, group: str, agency: Agency) -> Requirement | None:
        fitting = [
            found
            for found in self.requirements
            if found.group == group
            and agency.kind != "province"
            and (found.unit_group_id is None or agency.kind in self.kinds[found.unit_group_id])
        ]
        return next((found for found in fitting if found.unit_group_id), fitting[0] if fitting else None)

    def roster(self, group: str | None) -> set[tuple[int, str, int]]:
        """Agency, group, person: on the day."""
        return {
            (entry.agency_id, entry.group, entry.person_id)
            for entry in self.entries
            if entry.starts_on <= self.day
            and (entry.ends_on is None or self.day < entry.ends_on)
            and (group is None or entry.group == group)
            and self.requirement_of(entry.group, self.agencies[entry.agency_id])
        }

    def earned(self, person: int, *, is_outside_too: bool) -> list[tuple[int, int, date]]:
        """Course (negative: elsewhere), tiết and day of all that counts for `person`."""
        own = [
            (paper.course_id, paper.study_periods, paper.counts_on)
            for paper in self.certificates
            if paper.person_id == person and self.valid(paper)
        ]
        elsewhere = [
            (-found.pk, found.study_periods, found.ends_on) for found in self.outsides if found.person_id == person
        ]
        return [act for act in own + (elsewhere if is_outside_too else []) if self.first <= act[2] <= self.day]

    def meets(self, person: int, requirement: Requirement) -> bool:
        courses: dict[int, int] = {}
        earned = self.earned(person, is_outside_too=requirement.outside_counts)
        for course, periods, _on in earned:
            courses[course] = max(courses.get(course, 0), periods)
        if max((on for _course, _periods, on in earned), default=date.min) < self.period.starts_on:
            return False
        if requirement.enough == "study_periods":
            return sum(courses.values()) >= requirement.needed
        if requirement.enough == "named_courses":
            named = self.named[requirement.pk]
            return bool(named) and named <= set(courses)
        return len(courses) >= requirement.needed

    def acts(self) -> tuple[list[Completion], list[Certificate]]:
        inside = [
            done
            for done in self.completions
            if self.period.starts_on <= done.completed_on <= self.day and not self.lost(done)
        ]
        papers = [
            paper
            for paper in self.certificates
            if self.valid(paper) and self.period.starts_on <= paper.counts_on <= self.day
        ]
        return inside, papers

    def lost(self, done: Completion) -> bool:
        own = [paper for paper in self.certificates if paper.completion_id == done.pk]
        return any(map(self.revoked, own)) and not any(map(self.valid, own))

    def groups_of(self, person: int, agency: int | None, completed_on: date, there: set[tuple[int, str]]) -> set[str]:
        then = {
            entry.group
            for entry in self.entries
            if entry.person_id == person
            and entry.agency_id == agency
            and entry.starts_on <= completed_on
            and (entry.ends_on is None or completed_on < entry.ends_on)
        }
        return then or {group for somebody, group in there if somebody == person}

    def acts_in(self, group: str | None, there: set[tuple[int, str]]) -> tuple[list[Completion], list[Certificate]]:
        done, papers = self.acts()
        if group is None:
            return done, papers
        return (
            [
                act
                for act in done
                if group in self.groups_of(act.enrolment.person_id, act.agency_id, act.completed_on, there)
            ],
            [
                act
                for act in papers
                if group in self.groups_of(act.person_id, act.agency_id, act.completion.completed_on, there)
            ],
        )

    def people(self, roster: set[tuple[int, str, int]]) -> dict[int, dict[str, set[int]]]:
        sets: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for agency, its, person in roster:
            requirement = self.requirement_of(its, self.agencies[agency])
            assert requirement
            for place in (self.place(agency, person) or 0, -1):
                sets[place]["headcount"].add(person)
                if self.meets(person, requirement):
                    sets[place]["trained"].add(person)
                if any(found.person_id == person and found.requirement_id == requirement.pk for found in self.waivers):
                    sets[place]["waived"].add(person)
                if any(
                    found.person_id == person and self.period.starts_on <= found.ends_on <= self.day
                    for found in self.outsides
                ):
                    sets[place]["outside"].add(person)
        return sets

    def figures(self, group: str | None) -> dict[int, Figures]:
        """Per agency id (0: none, -1: the total), of one group or of all."""
        roster = self.roster(group)
        there = {(person, its) for _agency, its, person in roster}
        listed = {person for person, _its in there}
        sets = self.people(roster)
        done, papers = self.acts_in(group, there)
        periods: dict[int, int] = defaultdict(int)
        for act in done:
            for place in (self.place(act.agency_id, act.enrolment.person_id) or 0, -1):
                sets[place]["completions"].add(act.pk)
                if act.enrolment.person_id not in listed:
                    sets[place]["off_roster"].add(act.enrolment.person_id)
        for paper in papers:
            for place in (self.place(paper.agency_id, paper.person_id) or 0, -1):
                sets[place]["certificates"].add(paper.pk)
                periods[place] += paper.study_periods
        return {
            place: Figures(**{name: len(found) for name, found in kinds.items()}, study_periods=periods[place])
            for place, kinds in sets.items()
        }
