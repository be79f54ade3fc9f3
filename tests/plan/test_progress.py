"""Progress of tasks: said per period by those who answer for it; said otherwise, it is voided and added."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from lms.audit.models import Event
from lms.plan.models import Level, PeriodLock, Said, TaskProgress
from lms.refusal import Refused
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
LATER = NOW + timedelta(days=1)
SAID = Said(level=Level.ONGOING, result="Đã mở 01 lớp", evidence="BC 12/BC-UBND")
pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_courses.account(None, "coordinator")


@pytest.fixture
def ward():
    """An agency that coordinates task 5."""
    agency = make_courses.agency()
    make.task().parties.create(role="coordinating", position=1, label=agency.name, agency=agency)
    return agency


def events():
    return Event.objects.filter(action="plan.report_progress").count()


def test_a_new_word_voids_the_old_one_and_the_past_stays(by, ward):
    task, period = make.task(), make.period(2026)
    first = TaskProgress.report(task, period, ward, SAID, by=by, now=NOW)
    second = TaskProgress.report(task, period, ward, replace(SAID, level=Level.DONE), by=by, now=LATER)
    assert list(TaskProgress.objects.known()) == [second]
    assert list(TaskProgress.objects.known(NOW)) == [first]
    assert events() == 2


def test_the_same_word_again_is_one_report(by, ward):
    task, period = make.task(), make.period(2026)
    first = TaskProgress.report(task, period, ward, SAID, by=by, now=NOW)
    assert TaskProgress.report(task, period, ward, SAID, by=by, now=LATER) == first
    assert events() == 1


def test_the_department_and_agencies_speak_for_themselves(by, ward):
    task, period = make.task(), make.period(2026)
    for agency in (None, ward):
        TaskProgress.report(task, period, agency, SAID, by=by, now=NOW)
    assert [said.agency for said in TaskProgress.objects.known().in_order()] == [None, ward]


@pytest.mark.parametrize(
    ("said", "code"),
    [({"level": "splendid"}, "choice_unknown"), ({"result": "  "}, "result_required")],
)
def test_a_report_that_says_nothing_is_refused(by, said, code):
    with pytest.raises(Refused) as refusal:
        TaskProgress.report(make.task(), make.period(2026), None, replace(SAID, **said), by=by, now=NOW)
    assert (refusal.value.code, events()) == (code, 0)


def test_what_has_not_begun_needs_no_result(by):
    said = Said(level=Level.NOT_STARTED)
    assert TaskProgress.report(make.task(), make.period(2026), None, said, by=by, now=NOW).result == ""


def test_nothing_is_reported_in_a_closed_period(by):
    task, period = make.task(), make.period(2026)
    PeriodLock.lock(task, period, now=NOW)
    with pytest.raises(Refused) as refusal:
        TaskProgress.report(task, period, None, SAID, by=by, now=NOW)
    assert refusal.value.code == "period_closed"


@pytest.mark.parametrize("is_whole", [True, False])
def test_one_word_stands_per_period(by, ward, is_whole):
    row = {
        "task": make.task(), "period": make.period(2026), "agency": None if is_whole else ward, "level": Level.DONE,
        "reported_by": by, "recorded_at": NOW,
    }  # fmt: skip
    TaskProgress.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskProgress.objects.create(**row)
    TaskProgress.objects.create(**row, voided_at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskProgress.objects.create(**row, voided_at=NOW - timedelta(days=1))


# --- the screen -------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_a_focal_person_reports_for_the_own_agency_alone(ward):
    task, period = make.task(), make.period(2026)
    path = reverse("plan:progress", args=[task.pk])
    asked = {"period": period.pk, "agency": ward.code, "level": "ongoing", "result": "Đã mở 01 lớp"}
    own, stranger = account("focal", agency=ward), account("focal", agency=make_courses.agency())
    assert own.post(path, asked).headers["Location"] == reverse("plan:task", args=[task.pk])
    assert "Đã mở 01 lớp" in own.get(path).content.decode()
    assert own.post(path, asked | {"agency": ""}).status_code == 403
    assert stranger.post(path, asked).status_code == 403
    assert stranger.get(path).status_code == 403
    assert TaskProgress.objects.count() == 1


@time_machine.travel(NOW, tick=False)
def test_the_page_of_the_task_shows_progress_at_a_steady_cost(by, ward):
    task, period = make.task(), make.period(2026)
    path, browser = reverse("plan:task", args=[task.pk]), account("coordinator")
    TaskProgress.report(task, period, ward, SAID, by=by, now=NOW)
    browser.get(path)
    few = queries_of(browser, path)
    for _number in range(4):
        TaskProgress.report(task, period, make_courses.agency(), SAID, by=by, now=NOW)
    assert queries_of(browser, path) == few <= 24
    assert "BC 12/BC-UBND" in browser.get(path).content.decode()
    assert "BC 12/BC-UBND" not in account().get(path).content.decode()
