"""Targets beside the figures: whole people, group by group, the own one before that of all."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lms.coverage.counting import answer
from lms.coverage.figures import Figures
from lms.coverage.question import Question
from lms.coverage.reaching import Aim, aims, gap, targets_of
from lms.people.models import Agency, Group
from lms.plan.models import Target
from tests.coverage.test_doors import Ward, account, queries_of
from tests.make import coverage as make
from tests.make import plan as make_plan


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 100))
def test_the_gap_is_the_smallest_number_of_people_that_reaches_the_target(
    headcount: int, trained: int, percent: int
) -> None:
    figures = Figures(headcount=headcount, trained=min(trained, headcount))
    missing = gap(figures, percent)
    assert (figures.trained + missing) * 100 >= headcount * percent
    assert missing == 0 or (figures.trained + missing - 1) * 100 < headcount * percent


@pytest.fixture
def ward(db: None) -> Ward:
    """Six of nine trained; another ward with none of two."""
    return Ward()


def put(ward: Ward, percent: int, agency: Agency | None = None, group: str = Group.COMMUNICATION_OFFICER) -> None:
    Target.objects.create(task=ward.task, period=ward.period, group=group, agency=agency, percent=percent)


def found(ward: Ward, group: str | None = None) -> dict[int, Aim]:
    question = Question.ask(ward.task, ward.period, group=group)
    return aims(answer(question, by_group=group is None), targets_of(question))


def test_the_own_target_goes_before_that_of_all(ward: Ward) -> None:
    put(ward, 80)
    put(ward, 60, ward.agency)
    assert found(ward) == {ward.agency.pk: Aim((60,), 0), ward.other.pk: Aim((80,), 2)}
    assert found(ward, Group.COMMUNICATION_OFFICER) == found(ward)


def test_an_agency_reaches_its_targets_with_every_group(ward: Ward) -> None:
    make_plan.requirement(ward.task, Group.SPOKESPERSON)
    make.entry(ward.people[8], ward.agency, Group.SPOKESPERSON)
    put(ward, 60)
    put(ward, 100, group=Group.SPOKESPERSON)
    assert found(ward)[ward.agency.pk] == Aim((60, 100), 1)
    assert found(ward, Group.COMMUNICATION_OFFICER)[ward.agency.pk] == Aim((60,), 0)


def test_without_a_roster_or_a_target_nothing_is_asked(ward: Ward) -> None:
    assert found(ward) == {}
    silent = make.agency("Phường Chưa Lập")
    put(ward, 80)
    assert silent.pk not in found(ward)


def test_the_coverage_page_shows_targets_and_finds_who_is_behind(ward: Ward) -> None:
    put(ward, 60)
    client = account("coordinator")
    response = client.get(reverse("coverage:overview"))
    assert (response.context["behind"], response.context["aimed"]) == (1, 2)
    behind = client.get(reverse("coverage:overview"), {"state": "behind"})
    assert [row.name for row in behind.context["page"]] == ["Phường Ớ"]
    assert "còn thiếu 2 người" in behind.content.decode()


def test_without_targets_no_word_is_said_of_them(ward: Ward) -> None:
    assert "Chỉ tiêu" not in account("coordinator").get(reverse("coverage:overview")).content.decode()


def test_an_agency_sees_its_target_beside_its_rate(ward: Ward) -> None:
    put(ward, 80, ward.agency)
    focal = account("focal", agency=ward.agency)
    addresses = (reverse("coverage:agency"), ward.addresses()["agency_figures"])
    for address in addresses:
        page = focal.get(address).content.decode()
        assert "80%" in page
        assert "còn thiếu 2 người" in page
    few = [queries_of(focal, address) for address in addresses]
    make.people_at(ward.agency, 3)
    assert [queries_of(focal, address) for address in addresses] == few
