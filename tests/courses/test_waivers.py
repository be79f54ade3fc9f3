"""People who are excused: by whom, from what, and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from courses.models import Waiver
from lms.audit.models import Event
from lms.coverage.evidence import verdicts
from lms.coverage.question import Question
from lms.people.models import Group
from lms.plan.models import PeriodLock
from lms.refusal import Refused
from tests.make import coverage as make_coverage
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
NOW = make_coverage.noon(date(2026, 3, 2))


@pytest.fixture
def year():
    return make_plan.period(2026)


@pytest.fixture
def requirement(year):
    return make_plan.requirement(make_plan.task(), Group.REPORTER)


def code_of(call) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call()
    return refused.value.code


def test_somebody_is_excused_once_and_again_after_it_was_voided(requirement, year, lan, sau) -> None:
    grant = lambda: Waiver.grant(lan.person, requirement, year, ground="Nghỉ thai sản", by=sau, now=NOW)  # noqa: E731
    first = grant()
    assert code_of(grant) == "already_excused"
    assert code_of(lambda: first.void("", by=sau, now=NOW)) == "reason_required"
    first.void("Đã đi làm lại", by=sau, now=NOW + timedelta(days=1))
    assert code_of(lambda: first.void("Nữa", by=sau, now=NOW)) == "already_voided"
    assert grant() != first
    actions = Event.objects.filter(object_kind="waiver").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["waiver.grant", "waiver.void", "waiver.grant"]


def test_a_waiver_has_a_ground_and_is_not_for_oneself(requirement, year, lan, sau) -> None:
    assert (
        code_of(lambda: Waiver.grant(lan.person, requirement, year, ground=" ", by=sau, now=NOW)) == "reason_required"
    )
    assert code_of(lambda: Waiver.grant(lan.person, requirement, year, ground="Ốm", by=lan, now=NOW)) == "self_decision"


def test_only_people_of_the_group_are_excused(requirement, year, hung, sau) -> None:
    assert code_of(lambda: Waiver.grant(hung, requirement, year, ground="Ốm", by=sau, now=NOW)) == "not_on_roster"


def test_nobody_is_excused_in_a_closed_period(requirement, year, lan, sau) -> None:
    PeriodLock.lock(requirement.task, year, now=NOW)
    assert code_of(lambda: Waiver.grant(lan.person, requirement, year, ground="Ốm", by=sau, now=NOW)) == "period_closed"


def test_the_verdict_says_that_somebody_is_excused_and_still_not_counted(requirement, year, lan, sau) -> None:
    Waiver.grant(lan.person, requirement, year, ground="Nghỉ thai sản", document_no="7/QĐ", by=sau, now=NOW)
    question = Question.ask(requirement.task, year)
    verdict = verdicts(question, lan.person)[0]
    assert (verdict.is_excused, verdict.is_counted) == (True, False)
    assert "Nghỉ thai sản" in verdict.reasons[0]
    assert "7/QĐ" in verdict.reasons[0]


@pytest.mark.parametrize("counts", [True, False])
def test_the_verdict_says_what_becomes_of_outside_training(requirement, year, lan, press, counts) -> None:
    requirement.outside_counts = counts
    requirement.save()
    make_coverage.outside(lan.person, requirement.task, date(2026, 2, 1), agency=press, accepted_on=date(2026, 2, 9))
    question = Question.ask(requirement.task, year)
    verdict = verdicts(question, lan.person)[0]
    assert verdict.is_counted is counts
    assert verdict.met_on == (date(2026, 2, 1) if counts else None)
    assert any("Trường Mẫu" in reason for reason in verdict.reasons)


def test_the_department_excuses_on_the_page_of_the_person(requirement, year, lan, sau, client_of) -> None:
    client = client_of(sau)
    data = {"requirement": requirement.pk, "period": year.pk, "ground": "Nghỉ thai sản", "document_no": "7/QĐ"}
    client.post(reverse("courses:grant_waiver", args=[lan.person.public_id]), data)
    assert "Nghỉ thai sản" in client.get(reverse("courses:waivers")).content.decode()
    again = client.post(reverse("courses:grant_waiver", args=[lan.person.public_id]), data)
    assert again.status_code == 409
    assert (
        "Nghỉ thai sản"
        in client_of(lan).get(reverse("courses:person_waivers", args=[lan.person.public_id])).content.decode()
    )


def test_a_trainee_sees_no_form(requirement, year, lan, client_of) -> None:
    page = client_of(lan).get(reverse("courses:person_waivers", args=[lan.person.public_id]))
    assert page.context["form"] is None
