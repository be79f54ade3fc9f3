"""Targets per task, period, group: for all agencies or for some; never over 100, never in a closed period."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lms.audit.models import Event
from lms.people.models import Group
from lms.plan.models import PeriodLock, Target
from lms.refusal import Refused
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_courses.account(None, "coordinator")


def events():
    return Event.objects.filter(action="coverage.set_target").count()


def test_one_target_for_all_and_others_for_some(by):
    task, period, first, second = make.task(), make.period(2026), make_courses.agency(), make_courses.agency()
    said = {"by": by, "now": NOW}
    assert Target.put(task, period, Group.EDITOR, agencies=None, percent=80, **said) == 1
    assert Target.put(task, period, Group.EDITOR, agencies=[first, second], percent=60, **said) == 2
    assert Target.put(task, period, Group.EDITOR, agencies=[first], percent=70, **said) == 1
    assert Target.objects.for_agencies(task, period) == {
        (None, "editor"): 80, (first.pk, "editor"): 70, (second.pk, "editor"): 60,
    }  # fmt: skip
    assert events() == 3


def test_the_same_target_again_is_no_event(by):
    task, period = make.task(), make.period(2026)
    for changed in (1, 0):
        assert Target.put(task, period, Group.EDITOR, agencies=None, percent=80, by=by, now=NOW) == changed
    assert events() == 1


def test_a_target_is_taken_away_with_one_event(by):
    task, period = make.task(), make.period(2026)
    for percent in (80, None):
        Target.put(task, period, Group.EDITOR, agencies=None, percent=percent, by=by, now=NOW)
    assert Target.objects.for_agencies(task, period) == {}
    assert events() == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"percent": 101}, "percent_out_of_range"),
        ({"percent": -1}, "percent_out_of_range"),
        ({"group": "pilots"}, "group_unknown"),
        ({"agencies": []}, "nobody_chosen"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(by, said, code):
    asked = {"group": Group.EDITOR, "agencies": None, "percent": 80} | said
    with pytest.raises(Refused) as refusal:
        Target.put(make.task(), make.period(2026), **asked, by=by, now=NOW)
    assert (refusal.value.code, Target.objects.count(), events()) == (code, 0, 0)


def test_the_database_keeps_percentages(by):
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(task=make.task(), period=make.period(2026), group=Group.EDITOR, percent=101)


def test_a_closed_period_keeps_its_targets(by):
    task, period = make.task(), make.period(2026)
    PeriodLock.lock(task, period, now=NOW)
    with pytest.raises(Refused) as refusal:
        Target.put(task, period, Group.EDITOR, agencies=None, percent=80, by=by, now=NOW)
    assert refusal.value.code == "period_closed"


def test_the_coordinator_sets_targets_in_bulk(by):
    task, period, agencies = make.task(), make.period(2026), [make_courses.agency(), make_courses.agency()]
    path = f"{reverse('plan:targets', args=[task.pk])}?period={period.pk}"
    browser = account("coordinator")
    asked = {"group": "editor", "percent": "75", "agencies": [agency.pk for agency in agencies]}
    assert browser.post(path, asked).headers["Location"] == path
    assert set(Target.objects.values_list("agency_id", "percent")) == {(agency.pk, 75) for agency in agencies}
    assert browser.post(path, asked | {"percent": "101"}).status_code == 422
    assert browser.post(path, {"group": "editor", "percent": "75"}).status_code == 422


def test_the_page_costs_the_same_for_more_agencies(by):
    task, period = make.task(), make.period(2026)
    path = f"{reverse('plan:targets', args=[task.pk])}?period={period.pk}"
    browser = account("coordinator")

    def fill(size):
        agencies = [make_courses.agency() for _number in range(size)]
        Target.put(task, period, Group.EDITOR, agencies=agencies, percent=50, by=by, now=NOW)

    fill(1)
    browser.get(path)
    few = queries_of(browser, path)
    fill(5)
    assert queries_of(browser, path) == few <= 14


@pytest.mark.parametrize("period", ["0", "abc", "99999999999999999999"])
def test_a_period_that_does_not_exist_is_not_found(by, period):
    task = make.task()
    assert account("coordinator").get(f"{reverse('plan:targets', args=[task.pk])}?period={period}").status_code == 404
