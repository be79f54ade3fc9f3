"""Periods are entered and moved until a report closes them; within a kind they never overlap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import translation

from lms.audit.models import Event
from lms.plan.models import Dates, Period, PeriodKind, PeriodLock
from lms.refusal import Refused
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
SUMMER = Dates(date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 5))


@pytest.fixture
def by(db):
    return make_courses.account(None, "coordinator")


def code_of(verb):
    with pytest.raises(Refused) as refusal:
        verb()
    return refusal.value.code


def events():
    return Event.objects.filter(action="period.create_or_edit_open").count()


def test_custom_periods_are_numbered_within_their_year(by):
    first = Period.enter("custom", 2026, dates=SUMMER, by=by, now=NOW)
    autumn = Dates(date(2026, 9, 1), date(2026, 11, 30))
    second = Period.enter("custom", 2026, dates=autumn, by=by, now=NOW)
    assert (first.number, second.number, events()) == (1, 2, 2)


@pytest.mark.parametrize(
    ("kind", "year", "said", "code"),
    [
        ("decade", 2026, {}, "choice_unknown"),
        ("custom", 1999, {}, "year_implausible"),
        ("custom", 2201, {}, "year_implausible"),
        ("custom", 2028, {}, "year_implausible"),
        ("custom", 2026, {"cutoff_on": date(2026, 5, 31)}, "cutoff_before_start"),
        ("quarter", 2026, {"number": 5}, "number_unknown"),
        ("year", 2026, {"number": 2}, "number_unknown"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(by, kind, year, said, code):
    days = {name: value for name, value in said.items() if name != "number"}
    numbered = {"number": said["number"]} if "number" in said else {}
    verb = lambda: Period.enter(kind, year, **numbered, dates=replace(SUMMER, **days), by=by, now=NOW)  # noqa: E731
    assert code_of(verb) == code
    assert not Period.objects.exists()
    assert events() == 0


def test_periods_of_a_kind_do_not_share_a_day(by):
    Period.enter("custom", 2026, dates=SUMMER, by=by, now=NOW)
    touching = Dates(SUMMER.cutoff_on, date(2026, 10, 1))
    assert code_of(lambda: Period.enter("custom", 2026, dates=touching, by=by, now=NOW)) == "periods_overlap"
    Period.enter("custom", 2026, dates=replace(touching, starts_on=date(2026, 9, 1)), by=by, now=NOW)
    Period.enter("nine_months", 2026, dates=SUMMER, by=by, now=NOW)
    assert Period.objects.count() == 3


def test_a_period_of_the_calendar_stands_once(by):
    make.period(2026, PeriodKind.QUARTER, 2)
    dates = Dates(date(2026, 6, 15), date(2026, 6, 20))
    assert code_of(lambda: Period.enter("quarter", 2026, number=2, dates=dates, by=by, now=NOW)) == "period_exists"


def test_an_open_period_is_moved_with_one_event(by):
    period = make.period(2026)
    moved = Dates(date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 15))
    assert period.edit(moved, by=by, now=NOW)
    assert not period.edit(moved, by=by, now=NOW)
    period.refresh_from_db()
    assert (period.starts_on, period.cutoff_on, period.due_on, events()) == (*vars(moved).values(), 1)


def test_a_period_is_not_moved_over_another(by):
    make.period(2026, PeriodKind.QUARTER, 1)
    second = make.period(2026, PeriodKind.QUARTER, 2)
    over = Dates(second.starts_on - timedelta(days=1), second.cutoff_on)
    assert code_of(lambda: second.edit(over, by=by, now=NOW)) == "periods_overlap"


def test_a_closed_period_is_not_moved(by):
    period = make.period(2026)
    PeriodLock.lock(make.task(), period, now=NOW)
    moved = Dates(period.starts_on, period.cutoff_on, date(2026, 12, 20))
    assert code_of(lambda: period.edit(moved, by=by, now=NOW)) == "period_closed"
    PeriodLock.unlock(make.task(), period)
    assert period.edit(moved, by=by, now=NOW)


def test_the_year_of_a_quarter_begins_where_its_own_row_says(db):
    quarter = make.period(2026, PeriodKind.QUARTER, 2)
    assert Period.objects.year_starts_on(quarter) == date(2025, 12, 15)
    make.period(2026)
    Period.objects.filter(kind=PeriodKind.YEAR).update(starts_on=date(2026, 1, 1))
    assert Period.objects.year_starts_on(quarter) == date(2026, 1, 1)


def test_periods_entered_at_once_do_not_overlap(committed):
    by = make_courses.account(None, "coordinator")
    barrier = Barrier(4)

    def enter(number):
        try:
            barrier.wait()
            dates = Dates(SUMMER.starts_on + timedelta(days=number), SUMMER.cutoff_on)
            return type(Period.enter("custom", 2026, dates=dates, by=by, now=NOW)).__name__
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == ["Period"] + ["periods_overlap"] * 3
    assert Period.objects.count() == 1


def test_a_period_moved_and_closed_at_once_is_not_moved_after_closing(committed):
    by, task, period = make_courses.account(None, "coordinator"), make.task(), make.period(2026)
    barrier = Barrier(2)

    def act(number):
        try:
            barrier.wait()
            found = Period.objects.get(pk=period.pk)
            if number:
                return PeriodLock.lock(task, found, now=NOW).period.cutoff_on
            return found.edit(Dates(period.starts_on, date(2026, 12, 31)), by=by, now=NOW)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        moved, _closed_at = pool.map(act, range(2))
    assert moved in (True, "period_closed")
    assert (Period.objects.get().cutoff_on == date(2026, 12, 31)) is (moved is True)


# --- the screens ------------------------------------------------------------------------------------------------------


def test_the_coordinator_enters_and_moves_a_period(db):
    browser = account("coordinator")
    asked = {"kind": "custom", "year": "2026", "number": "1", "starts_on": "2026-06-01", "cutoff_on": "2026-08-31"}
    assert browser.post(reverse("plan:period_add"), asked).headers["Location"] == f"{reverse('plan:periods')}?year=2026"
    period = Period.objects.get()
    path = reverse("plan:period", args=[period.pk])
    assert browser.post(path, {"starts_on": "2026-06-01", "cutoff_on": "2026-07-31"}).status_code == 302
    assert Period.objects.get().cutoff_on == date(2026, 7, 31)


def test_a_refusal_is_said_above_the_form(db):
    make.period(2026)
    PeriodLock.lock(make.task(), make.period(2026), now=NOW)
    path = reverse("plan:period", args=[make.period(2026).pk])
    with translation.override("vi"):
        answer = account("coordinator").post(path, {"starts_on": "2026-01-01", "cutoff_on": "2026-07-31"})
    assert answer.status_code == 422
    assert "Số liệu của kỳ này đã chốt" in answer.content.decode()


def test_the_list_costs_the_same_for_more_periods(db):
    browser = account("focal", agency=make_courses.agency())
    path = f"{reverse('plan:periods')}?year=2026"
    PeriodLock.lock(make.task(), make.period(2026), now=NOW)
    browser.get(path)
    few = queries_of(browser, path)
    for number in (1, 2, 3, 4):
        PeriodLock.lock(make.task(), make.period(2026, PeriodKind.QUARTER, number), now=NOW)
    assert queries_of(browser, path) == few <= 12


def test_a_year_that_is_none_shows_the_latest(db):
    make.period(2026)
    page = account("coordinator").get(f"{reverse('plan:periods')}?year=abc")
    assert page.status_code == 200
    assert "14/12/2026" in page.content.decode()
