"""Seats: quotas first, then the seats open to all, then the place (learning.md §5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from courses.models import Enrolment, EnrolmentState, Origin, Place, Quota, Run, Seat
from courses.models.seats import miscounts
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


def enter(run, agency, place=None):
    newcomer = Enrolment(run=run, person=make.person(of=agency), agency=agency, origin=Origin.DEPARTMENT, place=place)
    return newcomer.enter(EnrolmentState.ENROLLED, action="enrolment.import_confirm", by=make.account(), now=NOW)


def test_an_agency_uses_its_quota_first_and_then_the_seats_open_to_all():
    run, ours, others = make.run(seats=3), make.agency(), make.agency()
    run.reserve(ours, 1, by=make.account(), now=NOW)
    assert [enter(run, ours).seat for _person in range(4)] == [Seat.QUOTA, Seat.POOL, Seat.POOL, Seat.NONE]
    assert enter(run, others).state == EnrolmentState.WAITING
    assert miscounts() == []


def test_a_quota_is_never_used_by_another_agency():
    run, ours, others = make.run(seats=1), make.agency(), make.agency()
    run.reserve(ours, 1, by=make.account(), now=NOW)
    assert enter(run, others).state == EnrolmentState.WAITING
    assert enter(run, ours).state == EnrolmentState.ENROLLED


def test_a_run_without_a_limit_takes_everybody():
    run = make.run()
    assert enter(run, make.agency()).seat == Seat.UNLIMITED
    assert miscounts() == []


def test_a_full_place_gives_the_seat_of_the_run_back():
    run = make.run(seats=5)
    room = run.add_place("Phan Thiết", seats=1)
    enter(run, make.agency(), room)
    waiting = enter(run, make.agency(), room)
    run.refresh_from_db()
    room.refresh_from_db()
    assert (waiting.state, run.pool_taken, room.taken) == (EnrolmentState.WAITING, 1, 1)
    waiting.run.places.update(seats=2)
    assert Enrolment.offer_next(run, NOW) == waiting
    assert miscounts() == []


@pytest.mark.parametrize("seats", [0, 1])
def test_capacity_none_and_one(seats):
    run = make.run(seats=seats)
    states = [enter(run, make.agency()).state for _person in range(3)]
    assert states.count(EnrolmentState.ENROLLED) == seats


def test_unused_seats_of_a_quota_join_the_others_when_its_time_is_over():
    run, ours = make.run(seats=3), make.agency()
    run.reserve(ours, 2, by=make.account(), now=NOW, until=NOW + timedelta(hours=1))
    enter(run, ours)
    others = make.agency()
    assert [enter(run, others).state for _person in range(2)] == [EnrolmentState.ENROLLED, EnrolmentState.WAITING]
    offered = Enrolment.offer_next(run, NOW + timedelta(hours=1))
    assert offered is not None
    assert (offered.agency, offered.seat) == (others, Seat.POOL)
    run.refresh_from_db()
    assert (run.quotas.get().seats, run.pool_seats) == (1, 2)
    assert miscounts() == []


def test_seats_cannot_be_reserved_away_from_people_who_have_one():
    run, ours = make.run(seats=2), make.agency()
    enter(run, make.agency())
    for seats in (2, 30):
        with pytest.raises(Refused, match="seats_below_taken"), transaction.atomic():
            run.reserve(ours, seats, by=make.account(), now=NOW)
    run.reserve(ours, 1, by=make.account(), now=NOW)
    enter(run, ours)
    with pytest.raises(Refused, match="seats_below_taken"), transaction.atomic():
        run.reserve(ours, 0, by=make.account(), now=NOW)
    assert Quota.objects.get().seats == 1


def test_the_recount_finds_every_planted_error():
    run, ours = make.run(seats=5), make.agency()
    run.reserve(ours, 2, by=make.account(), now=NOW)
    room = run.add_place("La Gi", seats=5)
    for _person in range(3):
        enter(run, ours, room)
    assert miscounts() == []
    Run.objects.update(pool_taken=2)
    Quota.objects.update(taken=0)
    Place.objects.update(taken=4)
    assert [(row.table, row.says, row.counted) for row in miscounts()] == [
        ("run", 2, 1), ("quota", 0, 2), ("place", 4, 3)]  # fmt: skip


def test_the_recount_asks_three_queries_however_many_people(django_assert_num_queries):
    run = make.run(seats=50)
    for _person in range(5):
        enter(run, make.agency())
    with django_assert_num_queries(3):
        miscounts()
