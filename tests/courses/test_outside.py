"""Training of other providers: who submits, who decides, what is refused, what is left behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.models import OutsideState, OutsideTraining
from courses.models.outside import STORAGE
from lms.audit.models import Event
from lms.people.models import Group, Person, User
from lms.plan.models import PeriodLock, PlanTask
from lms.refusal import Refused
from tests.make import coverage as make_coverage
from tests.make import outside as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
NOW = make_coverage.noon(date(2026, 3, 2))


@pytest.fixture
def task() -> PlanTask:
    task = make_plan.task()
    make_plan.requirement(task, Group.REPORTER)
    make_plan.period(2026)
    return task


def own_person(user: User) -> Person:
    assert user.person
    return user.person


def code_of(call) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call()
    return refused.value.code


def files() -> set[str]:
    try:
        return set(storages[STORAGE].listdir("outside")[1])
    except FileNotFoundError:
        return set()


def test_what_is_submitted_belongs_to_the_agency_of_that_day(task, lan, press) -> None:
    made = make.submitted(own_person(lan), by=lan, now=NOW)
    assert (made.agency, made.state) == (press, OutsideState.SUBMITTED)
    assert made.evidence_name == "chứng nhận.pdf"
    assert "chứng" not in made.evidence
    assert storages[STORAGE].open(made.evidence).read() == make.PDF
    event = Event.objects.latest("pk")
    assert (event.action, event.subject) == ("outside_training.submit", str(own_person(lan).public_id))


def test_evidence_must_be_attached(task, lan) -> None:
    person = own_person(lan)
    call = lambda: OutsideTraining.submit(person, make.claim(task), None, by=lan, now=NOW)  # noqa: E731
    assert code_of(call) == "evidence_missing"


def test_the_same_certificate_is_submitted_once_and_leaves_no_file(task, lan) -> None:
    person = own_person(lan)
    first = make.submitted(person, by=lan, now=NOW, certificate_no="9/GCN")
    before = files()
    twin = lambda: make.submitted(person, by=lan, now=NOW, certificate_no="9/GCN", provider="TRƯỜNG BỒI DƯỠNG MẪU")  # noqa: E731
    assert code_of(twin) == "duplicate_evidence"
    assert files() == before
    first.withdraw(by=lan, now=NOW)
    assert twin().state == OutsideState.SUBMITTED


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"on": date(2026, 3, 3)}, "not_yet"),
        ({"starts_on": date(2026, 2, 21)}, "ends_before_it_starts"),
    ],
)
def test_days_that_cannot_be_are_refused(task, lan, said, code) -> None:
    claim = make.claim(task, said.get("on", date(2026, 2, 20)))
    claim = type(claim)(**vars(claim) | {name: value for name, value in said.items() if name != "on"})
    assert code_of(lambda: OutsideTraining.submit(own_person(lan), claim, make.evidence(), by=lan, now=NOW)) == code


def test_somebody_on_no_roster_belongs_to_no_agency(task, sau) -> None:
    stranger = make_coverage.person()
    assert code_of(lambda: make.submitted(stranger, by=sau, now=NOW)) == "not_on_roster"


def test_a_closed_period_takes_nothing_more(task, lan, sau) -> None:
    waiting = make.submitted(own_person(lan), by=lan, now=NOW)
    PeriodLock.lock(task, make_plan.period(2026), now=NOW)
    assert code_of(lambda: make.submitted(own_person(lan), by=lan, now=NOW)) == "period_closed"
    assert code_of(lambda: waiting.decide(accepts=True, reason="", by=sau, now=NOW)) == "period_closed"
    waiting.decide(accepts=False, reason="Kỳ đã chốt", by=sau, now=NOW)


def test_another_person_decides(task, lan, sau) -> None:
    row = make.submitted(own_person(lan), by=sau, now=NOW)
    assert code_of(lambda: row.decide(accepts=True, reason="", by=sau, now=NOW)) == "self_decision"
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideTraining.objects.filter(pk=row.pk).update(state="accepted", decided_by=sau, decided_at=NOW)


def test_a_coordinator_does_not_decide_on_the_own_training(task, lan, mai) -> None:
    row = make.submitted(own_person(lan), by=mai, now=NOW)
    assert code_of(lambda: row.decide(accepts=True, reason="", by=lan, now=NOW)) == "self_decision"


def test_it_is_decided_once_and_rejected_with_a_reason(task, lan, sau) -> None:
    row = make.submitted(own_person(lan), by=lan, now=NOW)
    assert code_of(lambda: row.decide(accepts=False, reason=" ", by=sau, now=NOW)) == "reason_required"
    row.decide(accepts=True, reason="", by=sau, now=NOW)
    assert code_of(lambda: row.decide(accepts=False, reason="Sai", by=sau, now=NOW)) == "already_decided"
    assert code_of(lambda: row.withdraw(by=lan, now=NOW)) == "already_decided"
    actions = list(Event.objects.about("outside_training", row.pk).values_list("action", flat=True))
    assert actions == ["outside_training.submit", "outside_training.decide"]


def test_what_was_accepted_is_taken_back_with_a_reason_and_may_be_submitted_again(task, lan, sau) -> None:
    row = make.submitted(own_person(lan), by=lan, now=NOW, certificate_no="3/GCN")
    assert code_of(lambda: row.take_back("Giả", by=sau, now=NOW)) == "already_taken_back"
    row.decide(accepts=True, reason="", by=sau, now=NOW)
    assert code_of(lambda: row.take_back("", by=sau, now=NOW)) == "reason_required"
    later = NOW + timedelta(days=1)
    row.take_back("Giấy không có thật", by=sau, now=later)
    assert not OutsideTraining.objects.accepted().exists()
    assert OutsideTraining.objects.accepted(NOW).get() == row
    assert make.submitted(own_person(lan), by=lan, now=later, certificate_no="3/GCN")


def test_who_sees_what(task, lan, mai, sau, admin, other_focal, other_trainee, tu) -> None:
    row = make.submitted(own_person(lan), by=lan, now=NOW)
    day = NOW.date()
    for user in (lan, mai, sau, admin):
        assert OutsideTraining.objects.visible_to(user, day).get() == row
    for user in (other_focal, other_trainee, tu):
        assert not OutsideTraining.objects.visible_to(user, day).exists()


def test_the_file_comes_as_an_attachment_that_cannot_run(task, lan, client_of) -> None:
    row = make.submitted(own_person(lan), by=lan, now=NOW)
    answer = client_of(lan).get(reverse("courses:outside_evidence", args=[row.pk]))
    assert b"".join(answer.streaming_content) == make.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_trainee_submits_and_finds_it_on_the_own_page(task, lan, client_of) -> None:
    client = client_of(lan)
    address = reverse("courses:submit_outside", args=[own_person(lan).public_id])
    assert "courses/outside/submit.html" in [template.name for template in client.get(address).templates]
    answer = client.post(address, make.fields(), follow=True)
    assert answer.status_code == 200
    assert "Bồi dưỡng nghiệp vụ báo chí" in client.get(reverse("courses:my")).content.decode()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"evidence": ""}, None), ({"ends_on": "2026-02-01"}, None), ({"study_periods": 0}, "study_periods")],
)
def test_what_is_wrong_is_said_in_the_form(task, lan, client_of, said, field) -> None:
    address = reverse("courses:submit_outside", args=[own_person(lan).public_id])
    answer = client_of(lan).post(address, make.fields(**said))
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field or "__all__")
    assert not OutsideTraining.objects.exists()


def test_a_renamed_program_is_refused_before_it_is_kept(task, lan, client_of) -> None:
    address = reverse("courses:submit_outside", args=[own_person(lan).public_id])
    before = files()
    fields = make.fields()
    fields["evidence"].file.write(b"MZ\x90")
    fields["evidence"].file.seek(0)
    answer = client_of(lan).post(address, fields)
    assert answer.context["form"].errors["evidence"]
    assert files() == before


def test_the_queue_costs_the_same_for_more_rows(task, lan, sau, client_of, django_assert_max_num_queries) -> None:
    client = client_of(sau)
    for _number in range(5):
        make.submitted(own_person(lan), by=lan, now=NOW)
    client.get(reverse("courses:outside_list"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("courses:outside_list"), {"state": "submitted"}).context["page"]
    assert len(page) == 5
