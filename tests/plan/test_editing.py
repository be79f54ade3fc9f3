"""What the plan leaves open is filled in by the department; the text stays. A file is tried, then loaded."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from lms.audit.models import Event
from lms.plan.access import may_report_progress
from lms.plan.models import FilledIn, PartyMember, PeriodLock, Plan, PlanTask
from lms.refusal import Refused
from tests.coverage.test_doors import account
from tests.make import courses as make_courses
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
FILE = Path("lms/plan/data/plan_tasks.json")
pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_courses.account(None, "coordinator")


@pytest.fixture
def party():
    """«Các cơ quan, đơn vị có liên quan» of task 5."""
    return make.task().parties.create(role="coordinating", position=1, label="Các cơ quan, đơn vị có liên quan")


def events(action="plan.edit_tasks"):
    return Event.objects.filter(action=action).count()


def test_number_and_dates_are_filled_in_and_the_text_stays(by):
    plan = make.task().plan
    filled = FilledIn(number=" 3031/KH-UBND ", dated_on=date(2023, 8, 15))
    assert plan.fill_in(filled, by=by, now=NOW)
    assert not plan.fill_in(filled, by=by, now=NOW)
    assert (plan.number, plan.dated_on, plan.title, events()) == ("3031/KH-UBND", date(2023, 8, 15), "Kế hoạch", 1)


def test_a_plan_does_not_end_before_it_starts(by):
    with pytest.raises(Refused) as refusal:
        filled = FilledIn(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1))
        make.task().plan.fill_in(filled, by=by, now=NOW)
    assert (refusal.value.code, events()) == ("ends_before_it_starts", 0)


def test_the_due_day_of_a_task_is_set_with_one_event(by):
    task = make.task()
    assert task.set_due(date(2026, 12, 31), by=by, now=NOW)
    assert not task.set_due(date(2026, 12, 31), by=by, now=NOW)
    assert (PlanTask.objects.get().due_on, events()) == (date(2026, 12, 31), 1)


def test_whom_an_unnamed_party_means_is_picked_per_period(by, party):
    first, second = make_courses.agency(), make_courses.agency()
    assert PartyMember.pick(party, make.period(2026), [first], by=by, now=NOW)
    assert PartyMember.pick(party, make.period(2027), [second], by=by, now=NOW)
    assert not PartyMember.pick(party, make.period(2026), [first], by=by, now=NOW)
    assert list(party.agencies_on(date(2026, 7, 1))) == [first]
    assert list(party.agencies_on(date(2027, 7, 1))) == [second]
    assert not party.agencies_on(date(2025, 7, 1)).exists()
    assert events() == 2


def test_a_picked_agency_may_report_progress(by, party):
    agency = make_courses.agency()
    focal = make_courses.account(None, "focal", agency=agency)
    assert not may_report_progress(focal, party.task, agency, at=NOW)
    PartyMember.pick(party, make.period(2026), [agency], by=by, now=NOW)
    assert may_report_progress(focal, party.task, agency, at=NOW)


def test_what_the_plan_names_is_not_picked(by, party):
    party.agency = make_courses.agency()
    with pytest.raises(Refused) as refusal:
        PartyMember.pick(party, make.period(2026), [], by=by, now=NOW)
    assert refusal.value.code == "party_is_named"


def test_nobody_is_picked_in_a_closed_period(by, party):
    PeriodLock.lock(party.task, make.period(2026), now=NOW)
    with pytest.raises(Refused) as refusal:
        PartyMember.pick(party, make.period(2026), [make_courses.agency()], by=by, now=NOW)
    assert (refusal.value.code, events()) == ("period_closed", 0)


def test_an_agency_is_picked_once_per_period(by, party):
    agency = make_courses.agency()
    PartyMember.pick(party, make.period(2026), [agency], by=by, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyMember.objects.create(party=party, period=make.period(2026), agency=agency)


def test_loading_the_plan_again_keeps_due_days_and_picks(by):
    call_command("load_plan", str(FILE), verbosity=0)
    task = PlanTask.objects.get(code="5")
    party = task.parties.create(role="coordinating", position=99, label="Các cơ quan có liên quan")
    PartyMember.pick(party, make.period(2026), [make_courses.agency()], by=by, now=NOW)
    task.set_due(date(2026, 12, 31), by=by, now=NOW)
    call_command("load_plan", str(FILE), verbosity=0)
    assert PlanTask.objects.get(code="5").due_on == date(2026, 12, 31)
    assert PartyMember.objects.get().party == party


# --- the screens ------------------------------------------------------------------------------------------------------


def test_the_coordinator_fills_in_the_plan_and_its_tasks():
    task, browser = make.task(), account("coordinator")
    assert browser.post(reverse("plan:plan_edit"), {"number": "12/KH"}).headers["Location"] == reverse("plan:plan")
    assert browser.post(reverse("plan:task_edit", args=[task.pk]), {"due_on": "2026-12-31"}).status_code == 302
    assert (Plan.objects.get().number, PlanTask.objects.get().due_on) == ("12/KH", date(2026, 12, 31))


@time_machine.travel(NOW, tick=False)
def test_the_page_of_the_task_leads_to_picking_and_says_how_many(party):
    make.period(2026)
    browser, agency = account("coordinator"), make_courses.agency()
    page, path = reverse("plan:task", args=[party.task_id]), reverse("plan:members", args=[party.pk])
    assert f'href="{path}"' in browser.get(page).content.decode()
    assert browser.post(path, {"agencies": [agency.pk]}).headers["Location"] == page
    with translation.override("vi"):
        assert "1 cơ quan" in browser.get(page).content.decode()
    assert f'href="{path}"' not in account().get(page).content.decode()


def test_a_plan_file_is_tried_and_then_loaded_with_one_event():
    browser, path = account("administrator"), reverse("plan:import")
    tried = browser.post(path, {"file": SimpleUploadedFile("kế-hoạch.json", FILE.read_bytes())})
    assert tried.status_code == 200
    assert (Plan.objects.count(), events("plan.import")) == (0, 0)
    content = tried.context["content"]
    for _twice in range(2):
        assert browser.post(path, {"content": content, "confirm": "1"}).headers["Location"] == reverse("plan:plan")
    assert (PlanTask.objects.count(), events("plan.import")) == (12, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kế-hoạch.xlsx", b"{}"),
        ("kế-hoạch.json", b"{"),
        ("kế-hoạch.json", b"\xff\xfe{}"),
        ("kế-hoạch.json", json.dumps({"plan": {}, "tasks": []}).encode()),
        ("kế-hoạch.json", b" " * (1024 * 1024 + 1)),
    ],
)
def test_a_bad_plan_file_is_refused_in_words(name, content):
    browser = account("coordinator")
    answer = browser.post(reverse("plan:import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert answer.context["errors"]
    assert not Plan.objects.exists()


def test_no_file_is_said_to_be_empty():
    assert account("coordinator").post(reverse("plan:import"), {}).status_code == 422
