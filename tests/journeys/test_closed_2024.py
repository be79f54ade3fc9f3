"""The report of 2024 after the reorganisation of 2025: its names stay, today's are the other view, sums agree."""

from __future__ import annotations

from datetime import date

import pytest

from lms.coverage.models import ClosedReport
from lms.coverage.reading import read
from lms.coverage.verifying import verify
from lms.people.models import Agency
from lms.people.reorganisation_2025 import DAY
from tests.journeys.test_reorganisation_2025 import CASES, apply_through_the_screen, load_the_day_before
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
STAY = ("BTH-HUYEN-PHU-QUY",)
"""A district that ends without a successor: nobody says where its people belong."""


@pytest.fixture
def report() -> ClosedReport:
    """Closed in January 2025: three on the roster of each agency, one of them trained in October 2024."""
    load_the_day_before()
    task = make_plan.task()
    make_plan.requirement(task)
    course = make.course(task)
    for code in (*CASES, *STAY):
        agency = Agency.objects.get(code=code)
        people = make.people_at(agency, 3)
        make.trained(people[0], course, date(2024, 10, 8), agency=agency)
    now = make.noon(date(2025, 1, 5))
    closed = make.ask_to_close(
        task, make_plan.period(2024), by=make.clerk("asks"), reason="Chốt số liệu", document_no="1/BC", now=now
    )
    closed.close(by=make.clerk("confirms"), sha256=closed.sha256, now=now)
    return closed


def shown(found):
    """Trained and headcount of the agencies that have people, by code."""
    return {
        row.code: (row.figures.trained, row.figures.headcount) for row in found.rows if row.figures.headcount
    }  # fmt: skip


def test_the_report_of_2024_keeps_its_names_and_is_read_under_those_of_today_with_the_same_sums(report, two):
    before = read(report)
    apply_through_the_screen(two)
    assert read(report) == before
    assert shown(read(report)) == dict.fromkeys((*CASES, *STAY), (1, 3))
    today = read(report, seen_on=DAY)
    assert shown(today) == dict.fromkeys((*CASES.values(), *STAY), (1, 3))
    assert today.total == before.total
    assert [row.code for row in today.rows if row.stands_apart and row.figures.headcount] == list(STAY)
    names = {row.code: row.name for row in today.rows}
    assert names["LDG-BAOPTTH"] == Agency.objects.get(code="LDG-BAOPTTH").name
    assert verify(report).is_equal
