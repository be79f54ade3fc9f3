"""The worked examples of domain.md §7, figure by figure."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.coverage.counting import Figures, Report, RosterState, count
from lms.coverage.trend import trend
from lms.people.correcting import Meaning, edit_unit_group
from lms.people.models import Agency, Group, Person
from lms.plan.models import Enough, Period, PeriodKind, PlanTask, Requirement, Terms
from lms.web.formatting import tenths
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> PlanTask:
    """Task 5, which asks one certificate a year of the communication officers."""
    task = make_plan.task()
    make_plan.requirement(task)
    return task


@pytest.fixture
def year() -> Period:
    """15/12/2025 to 14/12/2026."""
    return make_plan.period(2026)


def of(report: Report, agency: Agency) -> Figures:
    """The figures of one agency."""
    return next((row.figures for row in report.rows if row.code == agency.code), Figures())


def state_of(report: Report, agency: Agency) -> RosterState:
    return next(row.state for row in report.rows if row.code == agency.code)


def figures(found: Figures) -> tuple[int, int, int, int, str]:
    """Thuộc diện, người, lượt, giấy, tỷ lệ."""
    return (found.headcount, found.trained, found.completions, found.certificates, tenths(found.rate_tenths, "vi"))


class WardA:
    """C1: nine on the roster, six certified, one of them in two classes."""

    def __init__(self, task: PlanTask) -> None:
        self.agency = make.agency("Phường A")
        self.people: list[Person] = make.people_at(self.agency, 9)
        self.first, self.second = make.course(task), make.course(task)
        self.certificates = [
            make.trained(person, self.first, date(2026, 3, 10), agency=self.agency) for person in self.people[:6]
        ]
        self.extra = make.trained(self.people[0], self.second, date(2026, 5, 4), agency=self.agency)


@pytest.fixture
def ward_a(task: PlanTask) -> WardA:
    return WardA(task)


def test_c1_nine_listed_six_certified_one_of_them_twice(task: PlanTask, year: Period, ward_a: WardA) -> None:
    assert figures(of(count(task, year), ward_a.agency)) == (9, 6, 7, 7, "66,7%")


def test_c2_a_revoked_only_certificate_takes_the_person_the_completion_and_the_paper(
    task: PlanTask, year: Period, ward_a: WardA
) -> None:
    make.revoke(ward_a.certificates[5], date(2026, 11, 20))
    assert figures(of(count(task, year), ward_a.agency)) == (9, 5, 6, 6, "55,6%")


def test_c3_as_known_before_the_revocation_the_figures_stay(task: PlanTask, year: Period, ward_a: WardA) -> None:
    make.revoke(ward_a.certificates[5], date(2027, 1, 10))
    at_closing = count(task, year, known_at=make.noon(date(2026, 12, 20)))
    later = count(task, year, known_at=make.noon(date(2027, 1, 20)))
    assert figures(of(at_closing, ward_a.agency)) == (9, 6, 7, 7, "66,7%")
    assert figures(of(later, ward_a.agency)) == (9, 5, 6, 6, "55,6%")


def test_c4_one_of_two_certificates_revoked_leaves_the_person_counted(
    task: PlanTask, year: Period, ward_a: WardA
) -> None:
    make.revoke(ward_a.extra, date(2026, 11, 20))
    assert figures(of(count(task, year), ward_a.agency)) == (9, 6, 6, 6, "66,7%")


def test_c5_the_person_counts_where_the_roster_is_the_completion_where_it_happened(
    task: PlanTask, year: Period
) -> None:
    a, b, person = make.agency("A"), make.agency("B"), make.person()
    make.entry(person, a, ends_on=date(2026, 6, 1))
    make.entry(person, b, starts_on=date(2026, 6, 1))
    make.trained(person, make.course(task), date(2026, 3, 10), agency=a)
    report = count(task, year)
    assert figures(of(report, a)) == (0, 0, 1, 1, "–")
    assert figures(of(report, b)) == (1, 1, 0, 0, "100,0%")
    assert of(report, a).off_roster == 0


def test_c6_trained_and_on_no_roster_is_a_completion_beside_the_count(task: PlanTask, year: Period) -> None:
    a, person = make.agency("A"), make.person()
    make.trained(person, make.course(task), date(2026, 3, 10), agency=a)
    found = of(count(task, year), a)
    assert (found.completions, found.trained, found.off_roster) == (1, 0, 1)


def test_c10_agencies_without_a_roster_are_named_not_counted_as_nought(task: PlanTask, year: Period) -> None:
    course = make.course(task)
    communes = [make.agency(f"Xã {number}", kind="pc_commune") for number in range(124)]
    trained = 0
    for commune in communes[:117]:
        for person in make.people_at(commune, 6):
            if trained < 421:
                make.trained(person, course, date(2026, 4, 1), agency=commune)
                trained += 1
    make.trained(make.person(), course, date(2026, 4, 1), agency=communes[123])
    report = count(task, year)
    assert (report.total.headcount, report.total.trained, tenths(report.total.rate_tenths)) == (702, 421, "60,0%")
    assert (report.answered_count, len(report.owing)) == (117, 124)
    assert [state_of(report, commune) for commune in communes[117:]] == [RosterState.NOT_LISTED] * 7
    assert of(report, communes[123]).rate_tenths is None
    assert of(report, communes[123]).completions == 1
    assert report.total.completions == 422


def test_c11_study_periods_add_up_over_the_year(year: Period) -> None:
    task = make_plan.task("5b")
    make_plan.requirement(task, enough=Enough.STUDY_PERIODS, needed=40)
    agency = make.agency("A")
    enough, short, twice = make.people_at(agency, 3)
    sixteen, other_sixteen, eight, four = (make.course(task, size) for size in (16, 16, 8, 4))
    for person, last in ((enough, eight), (short, four)):
        make.trained(person, sixteen, date(2026, 2, 2), agency=agency)
        make.trained(person, other_sixteen, date(2026, 3, 3), agency=agency)
        make.trained(person, last, date(2026, 9, 9), agency=agency)
    for day in (date(2026, 2, 2), date(2026, 3, 3), date(2026, 4, 4)):
        make.trained(twice, sixteen, day, agency=agency)
    assert of(count(task, year, as_of=date(2026, 9, 8)), agency).trained == 0
    assert of(count(task, year, as_of=date(2026, 9, 9)), agency).trained == 1
    third_quarter = make_plan.period(2026, PeriodKind.QUARTER, 3)
    assert of(count(task, third_quarter), agency).trained == 1, "what was learnt earlier in the year adds up"
    assert of(count(task, make_plan.period(2026, PeriodKind.QUARTER, 4)), agency).trained == 0


def test_c12_the_completion_counts_in_its_year_the_person_with_the_certificate(task: PlanTask, year: Period) -> None:
    agency = make.agency("A")
    (person,) = make.people_at(agency, 1)
    done = make.completion(person, make.course(task), date(2026, 12, 12), agency=agency)
    make.certificate(done, on=date(2026, 12, 18))
    this_year, next_year = count(task, year), count(task, make_plan.period(2027))
    assert figures(of(this_year, agency)) == (1, 0, 1, 0, "0,0%")
    assert figures(of(next_year, agency)) == (1, 1, 0, 1, "100,0%")


def test_c13_an_entry_added_later_is_known_only_later(task: PlanTask, year: Period, ward_a: WardA) -> None:
    make.entry(make.person(), ward_a.agency, starts_on=date(2026, 9, 1), recorded_at=make.noon(date(2027, 1, 5)))
    at_closing = count(task, year, known_at=make.noon(date(2026, 12, 20)))
    assert of(at_closing, ward_a.agency).headcount == 9
    assert of(count(task, year), ward_a.agency).headcount == 10


def test_c14_a_replacement_counts_where_the_first_certificate_did(task: PlanTask) -> None:
    agency = make.agency("A")
    (person,) = make.people_at(agency, 1)
    first = make.trained(person, make.course(task), date(2024, 10, 8), agency=agency)
    make.replace(first, date(2025, 9, 9))
    in_2024, in_2025 = (count(task, make_plan.period(year)) for year in (2024, 2025))
    assert figures(of(in_2024, agency)) == (1, 1, 1, 1, "100,0%")
    assert figures(of(in_2025, agency)) == (1, 0, 0, 0, "0,0%")


def test_somebody_in_two_groups_counts_in_each_and_once_in_the_total(task: PlanTask, year: Period) -> None:
    make_plan.requirement(task, Group.SPOKESPERSON)
    agency = make.agency("A")
    (person,) = make.people_at(agency, 1)
    make.entry(person, agency, Group.SPOKESPERSON)
    make.trained(person, make.course(task), date(2026, 3, 3), agency=agency)
    report = count(task, year, by_group=True)
    assert figures(report.total) == (1, 1, 1, 1, "100,0%")
    assert [(row.group, figures(row.figures)) for row in report.group_rows] == [
        ("communication_officer", (1, 1, 1, 1, "100,0%")),
        ("spokesperson", (1, 1, 1, 1, "100,0%")),
    ]


def test_an_agency_that_has_nobody_is_not_one_without_a_roster(task: PlanTask, year: Period) -> None:
    silent, empty = make.agency("A"), make.agency("B")
    make.nobody(empty, date(2026, 2, 1))
    report = count(task, year)
    assert (state_of(report, silent), state_of(report, empty)) == (RosterState.NOT_LISTED, RosterState.NOBODY)
    assert of(report, empty).rate_tenths is None


def test_an_entry_on_a_closed_agency_stands_apart_and_is_in_the_total(task: PlanTask, year: Period) -> None:
    closed = make.agency("Xã cũ", closed_on=date(2026, 7, 1))
    make.people_at(closed, 2)
    report = count(task, year)
    (row,) = report.rows
    assert (row.stands_apart, report.total.headcount, len(report.owing)) == (True, 2, 0)


def test_a_report_is_one_query_whatever_its_size(task: PlanTask, year: Period, ward_a: WardA) -> None:
    for _number in range(20):
        make.people_at(make.agency(), 2)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        count(task, year, by_group=True)
    assert len(seen) == 2, "the requirements, and the figures"


def test_a_figure_as_known_stays_after_a_requirement_or_the_meaning_of_a_label_was_changed_for_days_that_are_over(
    task: PlanTask, year: Period, ward_a: WardA
) -> None:
    required, press = Requirement.objects.get(), make.agency("Báo A", kind="press")
    make.people_at(press, 2)
    label = make_plan.unit_group("phuong", "pc_ward")
    Requirement.objects.update(unit_group=label, starts_on=date(2025, 1, 1))
    required.refresh_from_db()
    known, now, by = make.noon(date(2026, 10, 1)), make.noon(date(2026, 11, 1)), make.clerk("sau")
    before = count(task, year, known_at=known, by_group=True)
    line = trend(before)
    edit_unit_group(label, Meaning(frozenset({"press", "pc_ward"})), by=by, now=now)
    terms = Terms(required.group, "year", "certificates", date(2026, 2, 1), needed=2, unit_group=label)
    required.change(terms, by=by, now=now)
    after = count(task, year)
    assert (after.total.headcount, after.total.trained) == (11, 1)
    again = count(task, year, known_at=known, by_group=True)
    assert (again.rows, again.total, again.group_rows) == (before.rows, before.total, before.group_rows)
    assert trend(again) == line
