"""The line of periods: closed ones as frozen, open ones as the count gives them, at one agency or at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.coverage.counting import answer, count
from lms.coverage.models import ClosedReport
from lms.coverage.question import Question
from lms.coverage.reading import read
from lms.coverage.trend import MOST_PERIODS, Point, Source, trend
from lms.people.models import Agency, Approval, Group
from lms.plan.models import Period, PeriodKind, PlanTask, Requirement
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
YEARS = (2024, 2025, 2026)
TODAY = date(2027, 2, 1)


class Wards:
    """Two wards that became one on 1/7/2025, a commune that was divided then, somebody trained every year."""

    def __init__(self) -> None:
        self.task: PlanTask = make_plan.task()
        make_plan.requirement(self.task)
        make_plan.requirement(self.task, Group.SPOKESPERSON)
        self.years = [make_plan.period(year) for year in YEARS]
        over = date(2025, 7, 1)
        self.old, self.divided = make.agency("Phường Cũ", closed_on=over), make.agency("Xã Chia", closed_on=over)
        self.new, self.part = (make.agency(name, established_on=over) for name in ("Phường Mới", "Xã Một Phần"))
        make.succession(self.old, self.new)
        make.succession(self.divided, self.new, self.part)
        self.course = make.course(self.task)
        for agency, heir, size in ((self.old, self.new, 4), (self.divided, self.part, 3), (self.divided, self.new, 2)):
            for number in range(size):
                person = make.person()
                make.entry(person, agency, ends_on=over)
                make.entry(person, heir, starts_on=over)
                if number == 0:
                    make.entry(person, heir, Group.SPOKESPERSON, starts_on=over)
                for year in YEARS[: number + 1]:
                    make.trained(person, self.course, date(year, 3, 10), agency=agency if year == 2024 else heir)
        self.waiting = make.person("Người Chờ Phân")
        make.entry(self.waiting, self.divided, ends_on=over)

    def ask(self, **more: Any) -> Question:
        return Question.ask(self.task, self.years[-1], **more)


@pytest.fixture
def wards() -> Wards:
    return Wards()


def close(task: PlanTask, period: Period) -> ClosedReport:
    now = make.noon(date(2027, 1, 5))
    first, second = make_courses.account(None, "coordinator"), make_courses.account(None, "coordinator")
    report = make.ask_to_close(task, period, by=first, reason="Chốt", document_no="1/BC", now=now)
    Approval.objects.get(kind="period.close", object_id=report.subject, state="pending").confirm(second, now)
    return report


def line(question: Question, agency: Agency | None = None) -> tuple[Point, ...]:
    return trend(answer(question, agencies=[agency.pk] if agency else None), agency)


def people(points: tuple[Point, ...]) -> list[tuple[int, int]]:
    return [(point.figures.trained, point.figures.headcount) for point in points]


@pytest.mark.parametrize("seen_on", [None, TODAY])
@pytest.mark.parametrize("group", [None, Group.SPOKESPERSON.value, Group.COMMUNICATION_OFFICER.value])
@pytest.mark.parametrize("are_closed", [False, True])
def test_every_point_is_what_the_count_gives(
    wards: Wards, seen_on: date | None, group: str | None, are_closed: bool
) -> None:
    if are_closed:
        for year in wards.years[:2]:
            close(wards.task, year)
    for agency in (None, wards.old, wards.new, wards.divided, wards.part):
        some = [agency.pk] if agency else None
        counted = [count(wards.task, year, group=group, seen_on=seen_on, agencies=some) for year in wards.years]
        points = line(wards.ask(group=group).seen(seen_on), agency)
        assert people(points) == [(one.total.trained, one.total.headcount) for one in counted]
        assert [point.closed_pk is not None for point in points] == [are_closed, are_closed, False]


def test_a_closed_period_stays_as_frozen_and_an_open_one_moves(wards: Wards) -> None:
    closed = close(wards.task, wards.years[0])
    before = people(line(wards.ask(), wards.old))[0]
    make.entry(make.person(), wards.old, ends_on=date(2025, 7, 1), recorded_at=make.noon(date(2027, 1, 9)))
    points = line(wards.ask(), wards.old)
    assert people(points)[0] == before == (4, 4)
    assert points[0].closed_pk == closed.pk
    frozen = next(row.figures for row in read(closed).rows if row.code == wards.old.code)
    assert (frozen.trained, frozen.headcount) == before
    first, second = make_courses.account(None, "coordinator"), make_courses.account(None, "coordinator")
    closed.refresh_from_db()
    closed.ask_to_reopen(by=first, reason="Sai", document_no="2/CV", now=make.noon(date(2027, 1, 10)))
    Approval.objects.get(kind="period.reopen", state="pending").confirm(second, make.noon(date(2027, 1, 11)))
    assert people(line(wards.ask(), wards.old))[0] == (4, 5)
    known = line(wards.ask(known_at=make.noon(date(2027, 1, 10))), wards.old)
    assert known[0].source == Source.CLOSED, "it was in force at that moment"


def test_an_agency_that_did_not_exist_says_so_and_follows_successions_seen_from_today(wards: Wards) -> None:
    assert [point.source for point in line(wards.ask(), wards.new)] == [Source.NOT_THERE, Source.LIVE, Source.LIVE]
    seen = line(wards.ask().seen(TODAY), wards.new)
    assert [point.figures.headcount for point in seen] == [6, 6, 6]
    silent = make.agency("Phường Chưa Lập")
    assert {point.source for point in line(wards.ask(), silent)} == {Source.NO_ROSTER}


def test_a_period_before_anything_was_required_is_told_apart(wards: Wards) -> None:
    Requirement.objects.update(starts_on=date(2025, 1, 1))
    assert [point.source for point in line(wards.ask())] == [Source.NOT_REQUIRED, Source.LIVE, Source.LIVE]


def test_quarters_follow_quarters_and_not_more_than_fit(wards: Wards) -> None:
    for year in YEARS:
        for number in range(1, 5):
            make_plan.period(year, PeriodKind.QUARTER, number)
    last = make_plan.period(2026, PeriodKind.QUARTER, 3)
    points = line(Question.ask(wards.task, last), wards.new)
    assert len(points) == MOST_PERIODS
    assert {point.period.kind for point in points} == {PeriodKind.QUARTER}
    assert points[-1].period == last
    for point in points:
        found = count(wards.task, point.period, agencies=[wards.new.pk]).total
        assert point.figures.trained == found.trained, point.period


def test_the_line_costs_one_query_for_each_open_period(wards: Wards) -> None:
    report = answer(wards.ask())

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            trend(report)
        return len(seen)

    assert cost() == 4 + 2
    make.people_at(wards.new, 5)
    assert cost() == 4 + 2
    for year in wards.years:
        close(wards.task, year)
    assert cost() == 5, "closed ones are read in one"


@pytest.mark.parametrize("name", ["overview", "agency_figures"])
def test_the_pages_show_the_line_with_numbers_and_a_table(wards: Wards, name: str) -> None:
    close(wards.task, wards.years[0])
    args = [wards.new.code] if name == "agency_figures" else []
    address = f"{reverse(f'coverage:{name}', args=args)}?period={wards.years[-1].pk}"
    client = account("coordinator")
    response = client.get(address)
    page = response.content.decode()
    assert 'class="trend-chart" role="img"' in page
    assert [point["label"] for point in response.context["trend"]] == [year.label for year in wards.years]
    few = queries_of(client, address)
    make.people_at(wards.new, 4)
    assert queries_of(client, address) == few
    focal = account("focal", agency=wards.new)
    if name == "agency_figures":
        assert not any(point["href"] for point in focal.get(address).context["trend"])
