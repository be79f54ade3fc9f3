"""The agency's word on its figures: when, by whom, what it says later."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lms.audit.models import Event
from lms.coverage.confirmations import AgencyConfirmation
from lms.coverage.question import Question
from lms.coverage.tables import COLUMNS, live
from lms.coverage.timeliness import ReportStatus, report_status
from lms.coverage.views.confirm import confirmed
from lms.papers.table import Section
from lms.people.models import Group
from lms.plan.models import Period, PeriodLock
from lms.refusal import Refused
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make
from tests.make import plan as make_plan

CUTOFF = date(2026, 12, 14)
NOW = make.noon(CUTOFF)


@pytest.fixture
def ward(db) -> Ward:
    return Ward()


def question(ward: Ward) -> Question:
    return Question.ask(ward.task, Period.objects.get(pk=ward.period.pk))


def confirm(ward: Ward, now: datetime = NOW) -> AgencyConfirmation:
    return AgencyConfirmation.confirm(question(ward), ward.agency, note="", by=make.clerk("focal"), now=now)


def code_of(call) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call()
    return refused.value.code


@given(st.none() | st.dates(), st.none() | st.dates())
def test_a_report_is_on_time_until_the_end_of_the_day_it_is_due(due_on, confirmed_on) -> None:
    status = report_status(due_on, confirmed_on)
    assert (status == ReportStatus.NONE) == (confirmed_on is None)
    assert (status == ReportStatus.LATE) == bool(due_on and confirmed_on and confirmed_on > due_on)


def test_figures_are_confirmed_once_with_one_event(ward: Ward) -> None:
    first = confirm(ward)
    assert (first.on, first.figures["total"]["headcount"], first.figures["total"]["trained"]) == (CUTOFF, 9, 6)
    assert confirm(ward, NOW + timedelta(days=1)) == first
    event = Event.objects.get(action="period.confirm_agency_figures")
    assert event.agency == ward.agency.code


def test_figures_are_not_confirmed_before_the_cut_off_day(ward: Ward) -> None:
    assert code_of(lambda: confirm(ward, NOW - timedelta(days=1))) == "not_yet"


def test_a_closed_period_is_not_confirmed_any_more(ward: Ward) -> None:
    PeriodLock.lock(ward.task, ward.period, now=NOW)
    assert code_of(lambda: confirm(ward)) == "period_closed"


def test_after_a_change_the_new_word_takes_the_place_of_the_old_one_and_the_first_day_stays(ward: Ward) -> None:
    Period.objects.filter(pk=ward.period.pk).update(due_on=CUTOFF + timedelta(days=3))
    first = confirm(ward)
    assert not confirmed(question(ward))[0].is_changed
    make.trained(ward.people[6], ward.course, date(2026, 3, 11), agency=ward.agency)
    assert confirmed(question(ward))[0].is_changed
    second = confirm(ward, NOW + timedelta(days=9))
    assert second != first
    assert AgencyConfirmation.objects.live().get() == second
    told = {one.row.code: (one.status, one.is_changed) for one in confirmed(question(ward))}
    assert told == {
        ward.agency.code: (ReportStatus.ON_TIME, False),
        ward.other.code: (ReportStatus.NONE, False),
    }


def test_whoever_comes_first_after_the_due_day_is_late(ward: Ward) -> None:
    Period.objects.filter(pk=ward.period.pk).update(due_on=CUTOFF)
    confirm(ward, NOW + timedelta(days=1))
    assert confirmed(question(ward))[0].status == ReportStatus.LATE


def test_seeing_who_confirmed_costs_the_same_for_more_agencies(ward: Ward, django_assert_num_queries) -> None:
    confirm(ward)
    asked = question(ward)
    with django_assert_num_queries(2):
        confirmed(asked)
    for _number in range(4):
        make.people_at(make.agency(), 2)
    with django_assert_num_queries(2):
        assert len(confirmed(asked)) == 6


def test_the_home_page_offers_the_button_and_then_names_day_and_person(ward: Ward) -> None:
    with time_machine.travel(NOW, tick=False):
        client = account("focal", agency=ward.agency)
        address = reverse("coverage:agency")
        page = client.get(address)
        assert page.context["unconfirmed"] == [ward.period]
        path = reverse("coverage:confirm", args=[ward.agency.code])
        assert path in page.content.decode()
        answer = client.post(f"{path}?period={ward.period.pk}", {"note": "Đã rà soát"}, follow=True)
        text = answer.content.decode()
        assert "14/12/2026" in text
        assert "Người dùng" in text
        assert "Đã rà soát" in text
        assert f'action="{path}' not in text
        make.trained(ward.people[6], ward.course, date(2026, 3, 11), agency=ward.agency)
        assert client.get(address).context["word"].is_changed
        assert f'action="{path}' in client.get(address).content.decode()


def test_before_the_cut_off_day_the_home_page_says_from_when(ward: Ward) -> None:
    with time_machine.travel(make.noon(date(2026, 6, 1)), tick=False):
        page = account("focal", agency=ward.agency).get(reverse("coverage:agency"))
    assert not page.context["word"].is_over
    assert page.context["unconfirmed"] == []


def test_the_department_sees_who_has_confirmed(ward: Ward) -> None:
    confirm(ward)
    with time_machine.travel(NOW, tick=False):
        client = account("coordinator")
        address = reverse("coverage:confirmations")
        assert [one.status for one in client.get(address).context["page"]] == [ReportStatus.ON_TIME, ReportStatus.NONE]
        late = client.get(address, {"status": "none"}).context["page"]
        assert [one.row.code for one in late] == [ward.other.code]
        assert account("focal", agency=ward.agency).get(address).status_code == 404


def test_a_group_of_its_own_stands_in_what_was_confirmed(ward: Ward) -> None:
    make_plan.requirement(ward.task, Group.REPORTER)
    make.entry(ward.people[0], ward.agency, Group.REPORTER)
    assert set(confirm(ward).figures["groups"]) == {"communication_officer", "reporter"}


def test_the_first_table_says_who_has_reported_and_whether_on_time(ward: Ward) -> None:
    Period.objects.filter(pk=ward.period.pk).update(due_on=CUTOFF + timedelta(days=1))
    ward.period.refresh_from_db()
    states = [column.path for column in COLUMNS].index("Tình trạng báo cáo (đúng hạn / trễ / chưa)")

    def said() -> str:
        rows = live(question(ward)).paper().tables()[0].rows
        (row,) = [row for row in rows if not isinstance(row, Section) and ward.agency.name in row]
        return str(row[states])

    assert said() == "chưa"
    confirm(ward, make.noon(CUTOFF + timedelta(days=3)))
    assert said() == "trễ"
