"""Seats under threads, on both databases (trust.md R14, R15, R16; learning.md §13)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from courses.models import Attendance, AttendanceEvent, Enrolment, EnrolmentState, EventKind, Run, Sighting, Source
from courses.models.seats import miscounts
from lms.refusal import Refused
from tests.make import courses as make

NOW = make.at(9)


def at_once(calls: list[Callable[[], object]]) -> Counter[str]:
    """Run the calls in threads that start together; how often each answer came (a refusal's code, an error's name)."""
    gate, answers = threading.Barrier(len(calls)), Counter[str]()

    def run(call):
        try:
            gate.wait(30)
            answer = str(call())
        except Refused as refusal:
            answer = refusal.code
        except Exception as error:  # noqa: BLE001 - counted, and expected to be none
            answer = f"{type(error).__name__}: {error}"
        finally:
            connections.close_all()
        answers[answer] += 1

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def enrolling(run, who):
    fresh = Run.objects.get(pk=run.pk)
    account = make.account(who)
    return lambda: Enrolment.enrol_self(fresh, who, by=account, now=NOW).state


@pytest.mark.parametrize(("people", "seats"), [(60, 30), (20, 1), (20, 0)])
def test_never_more_people_than_seats(committed, people, seats):
    home, run = make.agency(), make.run(seats=seats)
    answers = at_once([enrolling(run, make.person(of=home)) for _number in range(people)])
    assert answers == Counter({"enrolled": seats, "waiting": people - seats}) - Counter()
    run.refresh_from_db()
    assert (run.pool_taken, run.enrolments.enrolled().count()) == (seats, seats)
    assert miscounts() == []


def test_quota_pool_and_place_hold_together(committed):
    home, other, run = make.agency(), make.agency(), make.run(seats=12)
    run.reserve(home, 5, by=make.account(), now=NOW)
    room = run.add_place("Phan Thiết", seats=10)

    def entering(agency):
        newcomer = Enrolment(run=run, person=make.person(of=agency), agency=agency, origin="department", place=room)
        by = make.account()
        return lambda: newcomer.enter(EnrolmentState.ENROLLED, action="enrolment.import_confirm", by=by, now=NOW).state

    answers = at_once([entering(agency) for _number in range(12) for agency in (home, other)])
    assert sum(answers.values()) == 24
    assert set(answers) == {"enrolled", "waiting"}
    room.refresh_from_db()
    assert room.taken == answers["enrolled"] <= 10
    assert miscounts() == []


def test_one_person_fifty_times_at_once_is_in_the_class_once(committed):
    lan, run = make.person(of=make.agency()), make.run(seats=30)
    answers = at_once([enrolling(run, lan) for _number in range(50)])
    assert answers == {"enrolled": 1, "already_active": 49}
    assert Enrolment.objects.active().count() == 1
    assert miscounts() == []


def test_promotion_racing_withdrawal_keeps_count_and_order(committed):
    home, run = make.agency(), make.run(seats=8)
    by = make.account(None, "coordinator")
    holders = [Enrolment.enrol_self(run, make.person(of=home), by=by, now=NOW) for _number in range(8)]
    waiting = [
        Enrolment.enrol_self(run, make.person(of=home), by=by, now=NOW + timedelta(seconds=number))
        for number in range(16)
    ]
    leave = [lambda one=one: one.withdraw("Bận", by=by, now=NOW) for one in holders]
    offer = [lambda: Enrolment.offer_next(Run.objects.get(pk=run.pk), NOW) is not None for _number in range(12)]
    answers = at_once([*leave, *offer])
    assert set(answers) <= {"True", "False"}
    while Enrolment.offer_next(run, NOW):
        pass
    states = [Enrolment.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["offered"] * 8 + ["waiting"] * 8
    assert miscounts() == []


def test_an_offer_is_accepted_or_lapses_never_both(committed):
    home, run = make.agency(), make.run(seats=10)
    by = make.account(None, "coordinator")
    holders = [make.enrolment(run, make.person(of=home), agency_=home) for _number in range(10)]
    waiting = [Enrolment.enrol_self(run, make.person(of=home), by=by, now=NOW) for _number in range(10)]
    for holder in holders:
        holder.withdraw("Bận", by=by, now=NOW)
    while Enrolment.offer_next(run, NOW):
        pass
    late = NOW + timedelta(hours=48)
    accept = [lambda pk=one.pk: f"took {Enrolment.objects.get(pk=pk).accept(by=by, now=NOW)}" for one in waiting]
    lapse = [lambda pk=one.pk: f"lapsed {Enrolment.objects.get(pk=pk).lapse(late)}" for one in waiting]
    answers = at_once([*accept, *lapse])
    assert set(answers) <= {"took True", "lapsed True", "lapsed False", "enrolment_inactive", "offer_expired"}
    assert answers["took True"] + answers["lapsed True"] == 10
    run.refresh_from_db()
    assert run.pool_taken == run.enrolments.enrolled().count() == answers["took True"]
    assert miscounts() == []


def test_two_people_replacing_one_nominee_at_once_take_one_seat(committed):
    home, run = make.agency(), make.run(seats=1)
    lan = make.enrolment(run, make.person(of=home), agency_=home)
    by = make.account(None, "coordinator")

    def replacing(who):
        mine = Enrolment.objects.select_related("run__course", "person", "agency").get(pk=lan.pk)
        return lambda: mine.replace(who, "Bận", by=by, now=NOW).state

    answers = at_once([replacing(make.person(of=home)) for _number in range(8)])
    assert answers == {"enrolled": 1, "enrolment_inactive": 7}
    assert miscounts() == []


def test_cancelling_the_class_leaves_nobody_inside(committed):
    home, run = make.agency(), make.run(seats=30)
    calls = [enrolling(run, make.person(of=home)) for _number in range(20)]
    by = make.account(None, "coordinator")
    answers = at_once([*calls, lambda: Run.objects.get(pk=run.pk).cancel("Mưa bão", by=by, now=NOW)])
    assert set(answers) <= {"enrolled", "not_open", "True"}
    assert not Enrolment.objects.active().exists()
    assert miscounts() == []


def test_one_person_fifty_scans_at_once_is_one_row_and_one_ticket(committed):
    enrolment = make.enrolment()
    session = make.session(enrolment.run)
    room = session.session_places.get()

    def scanning(ticket):
        sighting = Sighting(
            enrolment=enrolment, kind=EventKind.IN, source=Source.LIVE_CODE, at=session.starts_at, room=room,
            ticket=ticket,
        )  # fmt: skip
        action = "attendance.check_in_with_ticket"
        return lambda: Attendance.record(session, sighting, by=None, action=action, now=session.starts_at).status

    answers = at_once([scanning(f"ticket-{number % 2}") for number in range(50)])
    assert answers == {"present": 50}
    assert Attendance.objects.count() == 1
    assert AttendanceEvent.objects.accepted().count() == 1


def test_two_people_with_one_ticket_at_once(committed):
    run = make.run()
    people = [make.enrolment(run) for _number in range(10)]
    session = make.session(run)
    room = session.session_places.get()

    def scanning(enrolment):
        sighting = Sighting(
            enrolment=enrolment, kind=EventKind.IN, source=Source.LIVE_CODE, at=session.starts_at, room=room, ticket="t"
        )
        action = "attendance.check_in_with_ticket"
        return lambda: Attendance.record(session, sighting, by=None, action=action, now=session.starts_at).status

    assert at_once([scanning(one) for one in people]) == {"present": 1, "ticket_used": 9}
    assert AttendanceEvent.objects.accepted().count() == 1
