"""The worked examples of domain.md §7 that look at the same figures from another day: C7, C8, C9."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.coverage.counting import Figures, Report, RosterState, count
from lms.coverage.evidence import people
from lms.coverage.question import Question
from lms.people.models import Agency, Person
from lms.plan.models import PlanTask
from lms.web.formatting import tenths
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
READ_ON = date(2026, 11, 1)


@pytest.fixture
def task() -> PlanTask:
    """Task 5, which asks one certificate a year of the communication officers."""
    task = make_plan.task()
    make_plan.requirement(task)
    return task


def of(report: Report, agency: Agency) -> tuple[int, int]:
    """Trained and headcount of one agency."""
    found = next((row.figures for row in report.rows if row.code == agency.code), Figures())
    return found.trained, found.headcount


def listed(agency: Agency, size: int, trained: int, task: PlanTask, on: date) -> list[Person]:
    """So many on the roster until the agency closes, so many of them trained on a day."""
    found = [make.person() for _number in range(size)]
    course = make.course(task)
    for number, person in enumerate(found):
        make.entry(person, agency, ends_on=agency.closed_on)
        if number < trained:
            make.trained(person, course, on, agency=agency)
    return found


def moved(people_: list[Person], agency: Agency, on: date) -> None:
    for person in people_:
        make.entry(person, agency, starts_on=on)


class Wards:
    """C7: two wards merge into a third on 1/12/2024, which becomes part of a ward of the new province."""

    def __init__(self, task: PlanTask) -> None:
        merged, reformed, trained_on = date(2024, 12, 1), date(2025, 7, 1), date(2024, 10, 8)
        self.duc_thang = make.agency("Đức Thắng", closed_on=merged)
        self.duc_nghia = make.agency("Đức Nghĩa", closed_on=merged)
        self.lac_dao, self.phu_trinh, self.binh_hung = (
            make.agency(name, closed_on=reformed) for name in ("Lạc Đạo", "Phú Trinh", "Bình Hưng")
        )
        self.phan_thiet = make.agency("Phan Thiết", established_on=reformed)
        make.succession(self.duc_thang, self.lac_dao)
        make.succession(self.duc_nghia, self.lac_dao)
        for ward, size, trained in (
            (self.duc_thang, 3, 2), (self.duc_nghia, 2, 1), (self.lac_dao, 4, 4), (self.phu_trinh, 4, 2),
            (self.binh_hung, 5, 3),
        ):  # fmt: skip
            people_ = listed(ward, size, trained, task, trained_on)
            if ward.closed_on == merged:
                moved(people_, self.lac_dao, merged)
        for ward in (self.lac_dao, self.phu_trinh, self.binh_hung):
            make.succession(ward, self.phan_thiet)


def test_c7_merged_wards_as_they_were_on_the_cut_off_day(task: PlanTask) -> None:
    wards = Wards(task)
    report = count(task, make_plan.period(2024))
    assert of(report, wards.lac_dao) == (7, 9)
    assert [row.figures.completions for row in report.rows if row.code == wards.duc_thang.code] == [2]
    completions = {row.code: row.figures.completions for row in report.rows}
    assert [completions[ward.code] for ward in (wards.duc_thang, wards.duc_nghia, wards.lac_dao)] == [2, 1, 4]


def test_c7_read_in_2026_the_wards_are_one(task: PlanTask) -> None:
    wards = Wards(task)
    report = count(task, make_plan.period(2024), seen_on=READ_ON)
    (row,) = report.rows
    assert (row.name, row.figures.trained, row.figures.headcount, tenths(row.figures.rate_tenths)) == (
        "Phan Thiết", 12, 18, "66,7%",
    )  # fmt: skip
    assert (row.figures.completions, row.stands_apart, row.state) == (12, False, RosterState.LISTED)
    assert of(report, wards.phan_thiet) == (12, 18)


def test_c7_every_figure_of_the_one_ward_opens_to_its_people(task: PlanTask) -> None:
    wards = Wards(task)
    asked = Question.ask(task, make_plan.period(2024)).seen(READ_ON)
    sizes = {
        which: people(asked, agencies=[wards.phan_thiet.pk], which=which).size
        for which in ("listed", "trained", "completed")
    }
    assert sizes == {"listed": 18, "trained": 12, "completed": 12}
    assert people(asked, agencies=[wards.lac_dao.pk]).size == 0, "it is gone on that day"


def test_c8_people_of_a_divided_commune_count_where_they_were_sent_and_the_rest_stand_apart(task: PlanTask) -> None:
    on = date(2025, 7, 1)
    old = make.agency("Hòa Thắng (cũ)", kind="pc_commune", closed_on=on)
    new, other = (make.agency(name, kind="pc_commune", established_on=on) for name in ("Hòa Thắng", "Hồng Thái"))
    make.succession(old, new, other)
    course = make.course(task)
    people_ = [make.person() for _number in range(5)]
    for person, is_trained, place in zip(
        people_, (True, True, False, False, True), (new, new, new, other, None), strict=True
    ):
        make.entry(person, old, ends_on=on if place else None)
        if place:
            make.entry(person, place, starts_on=on)
        if is_trained:
            make.trained(person, course, date(2025, 4, 8), agency=old)
    report = count(task, make_plan.period(2025))
    assert (of(report, new), of(report, other), of(report, old)) == ((2, 3), (0, 1), (1, 1))
    (apart,) = [row for row in report.rows if row.stands_apart]
    assert apart.code == old.code
    assert (report.total.trained, report.total.headcount) == (3, 5)
    seen = count(task, make_plan.period(2025), seen_on=READ_ON)
    assert (of(seen, new), of(seen, other), of(seen, old)) == ((2, 3), (0, 1), (1, 1))
    assert {row.code: row.figures.completions for row in seen.rows} == {new.code: 2, other.code: 0, old.code: 1}


class Department:
    """C9: TT&TT 6 of 8 on 14/12/2024; it ends on 1/3/2025 and goes two ways."""

    def __init__(self, task: PlanTask) -> None:
        on = date(2025, 3, 1)
        self.culture = make.agency("Sở VHTTDL", kind="department")
        self.science = make.agency("Sở KH&CN", kind="department")
        self.information = make.agency("Sở TT&TT", kind="department", closed_on=on)
        people_ = listed(self.information, 8, 6, task, date(2024, 6, 3))
        make.succession(self.information, self.culture, scope="press")
        make.succession(self.information, self.science, scope="digital")
        moved([*people_[:4], people_[6]], self.culture, on)
        moved([people_[4], people_[7]], self.science, on)


def test_c9_a_department_that_went_two_ways_is_whole_as_it_was(task: PlanTask) -> None:
    departments = Department(task)
    assert of(count(task, make_plan.period(2024)), departments.information) == (6, 8)


def test_c9_seen_from_today_its_people_count_where_they_are_and_one_stands_apart(task: PlanTask) -> None:
    departments = Department(task)
    report = count(task, make_plan.period(2024), seen_on=READ_ON)
    assert of(report, departments.culture) == (4, 5)
    assert of(report, departments.science) == (1, 2)
    assert of(report, departments.information) == (1, 1)
    assert next(row for row in report.rows if row.code == departments.information.code).stands_apart
    assert (report.total.trained, report.total.headcount) == (6, 8)


def test_somebody_on_the_rosters_of_two_agencies_that_merge_is_one_person_there(task: PlanTask) -> None:
    on = date(2026, 7, 1)
    first, second = (make.agency(closed_on=on) for _number in range(2))
    heir, person = make.agency(established_on=on), make.person()
    for agency in (first, second):
        make.entry(person, agency, ends_on=on)
        make.succession(agency, heir)
    make.trained(person, make.course(task), date(2026, 2, 2), agency=first)
    half = make_plan.period(2026, "first_half")
    assert of(count(task, half, seen_on=READ_ON), heir) == (1, 1)


def test_nobody_counts_only_where_every_part_said_so(task: PlanTask) -> None:
    on = date(2026, 7, 1)
    said, silent, also = (make.agency(closed_on=on) for _number in range(3))
    whole, half_said = (make.agency(established_on=on) for _number in range(2))
    make.succession(said, half_said)
    make.succession(silent, half_said)
    make.succession(also, whole)
    for agency in (said, also):
        make.nobody(agency, date(2026, 2, 1))
    report = count(task, make_plan.period(2026, "first_half"), seen_on=READ_ON)
    states = {row.code: row.state for row in report.rows}
    assert states == {half_said.code: RosterState.NOT_LISTED, whole.code: RosterState.NOBODY}


def test_looking_from_today_costs_a_constant_number_of_queries(task: PlanTask) -> None:
    Department(task)
    year = make_plan.period(2024)
    sizes = []
    for wards in (1, 10):
        for _number in range(wards):
            Wards(task)
        with CaptureQueriesContext(connection) as seen:
            count(task, year, seen_on=READ_ON, by_group=True)
        sizes.append(len(seen))
    assert sizes == [6, 6], "the requirements, the successions twice, people of divided agencies twice, the figures"
