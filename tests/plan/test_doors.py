"""/plan/: for everybody who is signed in, word for word, at a steady cost."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lms.people.models import Agency, Succession, SuccessionKind
from lms.plan.models import PlanTask
from tests.coverage.test_doors import account, queries_of
from tests.make import coverage as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> None:
    """The real plan, whose lead department has ended and gone to another by function."""
    old = make.agency("Sở Thông tin và Truyền thông tỉnh Bình Thuận", kind="department", closed_on=date(2025, 3, 1))
    for name, scope in (("Sở Khoa học và Công nghệ", "digital"), ("Sở Văn hóa, Thể thao và Du lịch", "press")):
        successor = make.agency(name, kind="department")
        Succession.objects.create(
            predecessor=old, successor=successor, kind=SuccessionKind.SPLIT, scope=scope, on=date(2025, 3, 1)
        )
    call_command("load_plan", "lms/plan/data/plan_tasks.json", verbosity=0)
    call_command("load_calendar", verbosity=0)


def test_the_page_shows_every_task_and_party_as_written(plan: None) -> None:
    page = account().get(reverse("plan:plan")).content.decode()
    for task in PlanTask.objects.all():
        assert escape(task.title) in page
        for party in task.parties.all():
            assert escape(party.label) in page


def test_the_page_says_who_answers_today(plan: None) -> None:
    page = account().get(reverse("plan:plan")).content.decode()
    assert "Sở Văn hóa, Thể thao và Du lịch" in page
    assert "Sở Khoa học và Công nghệ" not in page


def test_the_way_to_the_figures_is_shown_to_who_may_go_it(plan: None) -> None:
    address = reverse("coverage:overview")
    assert address in account("coordinator").get(reverse("plan:plan")).content.decode()
    assert address not in account().get(reverse("plan:plan")).content.decode()
    own = account("focal", agency=Agency.objects.order_by("pk").last())
    assert f'href="{reverse("coverage:agency")}"' in own.get(reverse("plan:plan")).content.decode()


def test_before_it_is_loaded_the_page_says_so() -> None:
    assert account().get(reverse("plan:plan")).status_code == 200


def test_the_menu_leads_there(plan: None) -> None:
    menu = f'href="{reverse("plan:plan")}"'
    assert menu in account().get(reverse("plan:plan")).content.decode()
    assert menu not in Client().get(reverse("account_login")).content.decode()


def test_a_level_that_was_abolished_is_said_to_be_gone(plan: None) -> None:
    assert "0 cơ quan" not in account().get(reverse("plan:plan")).content.decode()


def test_a_visitor_signs_in_first(plan: None) -> None:
    assert Client().get(reverse("plan:plan")).status_code == 302


def test_it_costs_the_same_for_more_parties(plan: None) -> None:
    client = account()
    client.get(reverse("plan:plan"))
    few = queries_of(client, reverse("plan:plan"))
    task = PlanTask.objects.get(code="7")
    for position in range(3, 9):
        task.parties.create(role="coordinating", position=position, label=f"Đơn vị {position}", agency=make.agency())
    assert queries_of(client, reverse("plan:plan")) == few <= 14
