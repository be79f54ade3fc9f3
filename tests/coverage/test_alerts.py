"""What asks for attention: certificates that wait (C12), late reports, lists that were not sent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Reply, ReplyState, Round
from lms.coverage.alerts import Alerts, alerts, uncertified, uncertified_count
from lms.coverage.confirmations import AgencyConfirmation
from lms.coverage.counting import answer, count
from lms.coverage.evidence import people
from lms.coverage.question import Question
from lms.people.models import Group
from lms.plan.models import Period
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 16)


@pytest.fixture
def ward() -> Ward:
    return Ward()


def of(ward: Ward, **more: object) -> Alerts:
    question = Question.ask(ward.task, ward.period, **more)  # type: ignore[arg-type]
    return alerts(answer(question), now=make.noon(TODAY), on=TODAY)


def test_c12_completed_in_december_and_certified_after_the_cut_off(ward: Ward) -> None:
    done = make.completion(ward.people[8], ward.course, date(2026, 12, 12), agency=ward.agency)
    assert of(ward).uncertified == 1
    asked = uncertified(Question.ask(ward.task, ward.period))
    found = people(asked, agencies=None, which="completed")
    assert [line.person for line in found.lines] == [ward.people[8]]
    make.certificate(done, on=date(2026, 12, 18))
    assert of(ward).uncertified == 0
    before = make.noon(date(2026, 12, 17))
    assert of(ward, known_at=before).uncertified == 1, "as known then, it waited"
    assert count(ward.task, ward.period).total.completions == 7
    assert count(ward.task, ward.period).total.trained == 6, "the certificate counts in the next year"


def test_a_revoked_certificate_was_a_certificate(ward: Ward) -> None:
    paper = make.trained(ward.people[8], ward.course, date(2026, 5, 1), agency=ward.agency)
    make.revoke(paper, date(2026, 6, 1))
    assert of(ward).uncertified == 0


def test_who_waits_is_counted_at_the_agency_of_the_act_and_in_the_group(ward: Ward) -> None:
    for day in (5, 6):
        make.completion(ward.people[7], make.course(ward.task), date(2026, 12, day), agency=ward.agency)
    question = Question.ask(ward.task, ward.period)
    assert uncertified_count(question) == 1, "a person, however many completions"
    assert uncertified_count(question, [ward.agency.pk]) == 1
    assert uncertified_count(question, [ward.other.pk]) == 0
    assert uncertified_count(Question.ask(ward.task, ward.period, group=Group.COMMUNICATION_OFFICER)) == 1


def test_an_agency_is_late_after_the_due_day_until_it_confirms(ward: Ward) -> None:
    assert of(ward).late == 0, "no day was set"
    for due, size in ((TODAY, 0), (TODAY - timedelta(days=1), 2)):
        Period.objects.update(due_on=due)
        ward.period.refresh_from_db()
        assert of(ward).late == size
    AgencyConfirmation.confirm(
        Question.ask(ward.task, ward.period), ward.agency, note="", by=make.clerk("focal"), now=make.noon(TODAY)
    )
    assert of(ward).late == 1


def test_rounds_that_wait_for_lists_are_told_while_they_are_open(ward: Ward) -> None:
    now = make.noon(TODAY)
    run = make.run(ward.course, TODAY + timedelta(days=9))
    round_ = Round.objects.create(run=run, opens_at=now - timedelta(days=2), closes_at=now + timedelta(days=2))
    for agency, state in ((ward.agency, ReplyState.DRAFT), (ward.other, ReplyState.SENT)):
        Reply.objects.create(round=round_, agency=agency, state=state)
    assert [(found.pk, found.waiting) for found in of(ward).rounds] == [(round_.pk, 1)]  # type: ignore[attr-defined]
    Round.objects.update(closes_at=now)
    assert of(ward).rounds == ()


def test_the_pages_lead_to_the_people_who_wait(ward: Ward) -> None:
    make.completion(ward.people[8], ward.course, timezone.localdate() - timedelta(days=1), agency=ward.agency)
    Period.objects.update(starts_on=timezone.localdate() - timedelta(days=400), cutoff_on=timezone.localdate())
    for client in (account("coordinator"), account("focal", agency=ward.agency)):
        page = client.get(ward.addresses()["agency_figures"]).content.decode()
        assert "which=uncertified" in page
        found = client.get(f"{reverse('coverage:agency_people', args=[ward.agency.code])}?which=uncertified")
        assert [line.person for line in found.context["people"].lines] == [ward.people[8]]
    assert "which=uncertified" in account("coordinator").get(reverse("coverage:overview")).content.decode()
