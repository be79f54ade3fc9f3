"""Another person takes over a seat, until the agency may no longer change its mind (learning.md §5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from courses.models import Enrolment, EnrolmentState, Origin, Seat
from courses.models.seats import miscounts
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def home():
    return make.agency()


@pytest.fixture
def run(home):
    run = make.run(seats=2)
    run.reserve(home, 1, by=make.account(), now=NOW)
    return run


@pytest.fixture
def lan(run, home):
    return make.enrolment(run, make.person(of=home), agency_=home)


@pytest.fixture
def mai(home):
    return make.account(None, "focal", agency=home)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_the_seat_moves_and_nobody_who_waits_is_offered_one(run, home, lan, mai):
    newcomer = Enrolment(run=run, person=make.person(of=home), agency=home, origin=Origin.DEPARTMENT)
    newcomer.enter(EnrolmentState.ENROLLED, action="enrolment.import_confirm", by=mai, now=NOW)
    hung = make.person(of=home)
    successor = lan.replace(hung, "Lan đi công tác", by=mai, now=NOW)
    assert (lan.state, lan.seat, lan.reason) == (EnrolmentState.WITHDRAWN, Seat.NONE, "Lan đi công tác")
    assert (successor.person, successor.state, successor.seat) == (hung, EnrolmentState.ENROLLED, Seat.QUOTA)
    assert not Job.objects.filter(kind="courses.offer").exists()
    assert Event.objects.filter(action="enrolment.replace_nominee").count() == 1
    assert miscounts() == []


def test_replacing_twice_is_replacing_once(home, lan, mai):
    hung = make.person(of=home)
    first = lan.replace(hung, "Bận", by=mai, now=NOW)
    assert Enrolment.objects.get(pk=lan.pk).replace(hung, "Bận", by=mai, now=NOW) == first
    assert Event.objects.filter(action="enrolment.replace_nominee").count() == 1


def test_only_another_person_of_the_same_roster_who_is_not_in_the_class(run, home, lan, mai):
    assert refusal(lan.replace, make.person(of=make.agency()), "Bận", by=mai, now=NOW) == "not_on_roster"
    assert refusal(lan.replace, make.person(of=home), " ", by=mai, now=NOW) == "reason_required"
    inside = make.enrolment(run, make.person(of=home), agency_=home)
    assert refusal(lan.replace, inside.person, "Bận", by=mai, now=NOW) == "already_active"
    assert refusal(lan.replace, lan.person, "Bận", by=mai, now=NOW) == "already_active"
    lan.refresh_from_db()
    assert lan.state == EnrolmentState.ENROLLED
    lan.withdraw("Bận", by=mai, now=NOW)
    assert refusal(lan.replace, make.person(of=home), "Bận", by=mai, now=NOW) == "enrolment_inactive"


@pytest.mark.parametrize(("hours", "answer"), [(-1, None), (0, "after_start"), (1, "after_start")])
def test_nobody_is_replaced_once_the_time_for_it_is_over(run, home, lan, mai, hours, answer):
    run.replace_until = NOW + timedelta(days=1)
    run.save(update_fields=["replace_until"])
    lan.refresh_from_db()
    at = run.replace_until + timedelta(hours=hours)
    if answer is None:
        assert lan.replace(make.person(of=home), "Bận", by=mai, now=at).state == EnrolmentState.ENROLLED
    else:
        assert refusal(lan.replace, make.person(of=home), "Bận", by=mai, now=at) == answer


def test_nobody_is_replaced_after_the_class_began_whatever_the_run_says(run, home, lan, mai):
    start = make.at(0, on=run.starts_on)
    run.replace_until = start + timedelta(days=1)
    run.save(update_fields=["replace_until"])
    lan.refresh_from_db()
    assert refusal(lan.replace, make.person(of=home), "Bận", by=mai, now=start) == "after_start"


def test_when_a_quota_ends_its_free_seats_are_offered_to_who_waits(run, home):
    until = NOW + timedelta(days=2)
    run.reserve(home, 2, by=make.account(), now=NOW, until=until)
    waiting = make.enrolment(run, make.person(of=make.agency()))
    assert waiting.state == EnrolmentState.WAITING
    job = Job.objects.get(kind="courses.offer")
    assert (job.due_at, job.payload) == (until, {"run": run.pk})
    assert Enrolment.offer_next(run, until - timedelta(seconds=1)) is None
    assert Enrolment.offer_next(run, until) == waiting
    assert miscounts() == []
