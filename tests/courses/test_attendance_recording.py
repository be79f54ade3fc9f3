"""Scans and marks become events, events a projection (attendance-and-certificates.md §1.1, §1.2)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from courses.models import Attendance, AttendanceEvent, EventKind, Presence, ScanResult, Session, Sighting, Source
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return make.enrolment()


@pytest.fixture
def session(enrolment):
    return make.session(enrolment.run)


@pytest.fixture
def room(session):
    return session.session_places.select_related("place").get()


def scan(session, room, enrolment, minutes=0, **more):
    at = session.starts_at + timedelta(minutes=minutes)
    seen = {"ticket": uuid.uuid4().hex} | more
    sighting = Sighting(enrolment=enrolment, kind=EventKind.IN, source=Source.LIVE_CODE, at=at, room=room, **seen)
    return Attendance.record(session, sighting, by=None, action="attendance.check_in_with_ticket", now=at)


def mark(session, enrolment, status, at, **more):
    sighting = Sighting(enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=at, status=status, **more)
    return Attendance.record(session, sighting, by=make.account(), action="attendance.mark_for_person", now=at)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    ("minutes", "status", "half_periods"),
    [(-30, "present", 8), (15, "present", 8), (16, "late", 7), (179, "late", 0)],
)
def test_a_scan_is_present_or_late_and_earns_by_the_minutes(session, room, enrolment, minutes, status, half_periods):
    kept = scan(session, room, enrolment, minutes)
    assert (kept.status, kept.half_periods, kept.decided_by) == (status, half_periods, "scan")
    event = Event.objects.get(action="attendance.check_in_with_ticket")
    assert event.subject == str(enrolment.person.public_id)


@pytest.mark.parametrize(("minutes", "code"), [(-31, "not_open"), (210, "closed")])
def test_check_in_has_its_hours(session, room, enrolment, minutes, code):
    assert refusal(scan, session, room, enrolment, minutes) == code


def test_a_refused_scan_of_a_known_person_is_an_event_that_does_not_count(session, room, enrolment):
    with pytest.raises(Refused, match="not_open"):
        scan(session, room, enrolment, -31)
    event = AttendanceEvent.objects.get()
    assert (event.result, event.code) == (ScanResult.REFUSED, "not_open")
    assert scan(session, room, enrolment).status == Presence.PRESENT


def test_the_same_form_twice_is_one_event_and_one_answer(session, room, enrolment):
    uid, ticket = uuid.uuid4(), "t"
    first = scan(session, room, enrolment, uid=uid, ticket=ticket)
    again = scan(session, room, enrolment, 100, uid=uid, ticket=ticket)
    assert (again.status, again.first_in) == (first.status, first.first_in)
    assert AttendanceEvent.objects.count() == 1
    assert Event.objects.filter(action="attendance.check_in_with_ticket").count() == 1


def test_a_form_is_not_used_again_for_somebody_else(session, room, enrolment):
    uid = uuid.uuid4()
    scan(session, room, enrolment, uid=uid)
    assert refusal(scan, session, room, make.enrolment(enrolment.run), uid=uid) == "uid_known"


def test_a_second_scan_is_kept_as_once_more_and_changes_nothing(session, room, enrolment):
    scan(session, room, enrolment)
    again = scan(session, room, enrolment, 60)
    assert again.first_in == session.starts_at
    assert AttendanceEvent.objects.filter(result=ScanResult.DUPLICATE, code="already").count() == 1


def test_one_ticket_is_for_one_person(session, room, enrolment):
    scan(session, room, enrolment, ticket="same")
    other = make.enrolment(enrolment.run)
    assert refusal(scan, session, room, other, ticket="same") == "ticket_used"
    assert not Attendance.objects.filter(enrolment=other, status=Presence.PRESENT).exists()
    assert scan(session, room, other, ticket="own").status == Presence.PRESENT


def test_where_people_check_out_a_scan_at_the_end_is_the_way_out(session, room, enrolment):
    Session.objects.filter(pk=session.pk).update(has_checkout=True)
    session.refresh_from_db()
    assert scan(session, room, enrolment).status == Presence.LEFT_EARLY
    kept = scan(session, room, enrolment, 175)
    assert (kept.status, kept.half_periods) == (Presence.PRESENT, 8)


def test_another_room_asks_once_and_then_takes_the_scan_with_a_flag(session, room, enrolment):
    elsewhere = session.run.add_place("La Gi")
    enrolment.place = elsewhere
    enrolment.save()
    assert refusal(scan, session, room, enrolment) == "wrong_place"
    assert scan(session, room, enrolment, wrong_place_is_fine=True).status == Presence.PRESENT
    assert AttendanceEvent.objects.accepted().get().code == "wrong_place"


def test_a_mark_of_the_trainer_beats_a_scan_and_shows_the_conflict(session, room, enrolment):
    scan(session, room, enrolment)
    kept = mark(session, enrolment, Presence.ABSENT, session.starts_at + timedelta(minutes=30))
    assert (kept.status, kept.half_periods, kept.flags) == (Presence.ABSENT, 0, ["conflict"])


def test_after_the_session_a_mark_is_a_correction_with_a_reason(session, enrolment):
    assert refusal(mark, session, enrolment, Presence.PRESENT, session.ends_at) == "reason_required"
    kept = mark(session, enrolment, Presence.PRESENT, session.ends_at, note="Có chữ ký trên danh sách")
    assert (kept.status, kept.decided_by) == (Presence.PRESENT, "correction")


def test_a_cancelled_or_locked_session_takes_nothing(session, room, enrolment):
    Session.objects.filter(pk=session.pk).update(locked_at=session.ends_at)
    session.refresh_from_db()
    assert refusal(scan, session, room, enrolment) == "session_locked"
    assert refusal(mark, session, enrolment, Presence.PRESENT, session.starts_at) == "second_person"
    Session.objects.filter(pk=session.pk).update(locked_at=None, cancelled_at=session.starts_at)
    assert refusal(scan, session, room, enrolment) == "session_cancelled"


def test_only_people_who_are_enrolled_in_the_class(session, room, enrolment):
    assert refusal(scan, session, room, make.enrolment()) == "not_enrolled"
    enrolment.withdraw("Bận", by=make.account(), now=make.at(9))
    assert refusal(scan, session, room, enrolment) == "enrolment_inactive"


def test_each_change_of_what_was_earned_asks_one_evaluation(session, room, enrolment):
    scan(session, room, enrolment)
    scan(session, room, enrolment, 30)
    assert Job.objects.filter(kind="courses.evaluate").count() == 1
    mark(session, enrolment, Presence.ABSENT, session.starts_at + timedelta(minutes=30))
    assert Job.objects.filter(kind="courses.evaluate").count() == 2
    mark(session, enrolment, Presence.EXCUSED, session.starts_at + timedelta(minutes=31))
    assert Job.objects.filter(kind="courses.evaluate").count() == 2


def test_the_database_keeps_events_as_they_are(session, room, enrolment):
    scan(session, room, enrolment)
    for change in (
        lambda: AttendanceEvent.objects.update(status=""),
        lambda: AttendanceEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_session_with_marks_is_not_cancelled(session, room, enrolment):
    scan(session, room, enrolment)
    assert refusal(session.cancel, by=make.account(), now=session.starts_at) == "has_marks"
    other = make.session(session.run, hour=13)
    assert other.cancel(by=make.account(), now=session.starts_at) is True
    assert other.cancel(by=make.account(), now=session.starts_at) is False
    assert session.run.planned_half_periods() == 8


def test_sessions_stay_within_the_days_of_the_class_and_eight_periods_a_day(session):
    run = session.run
    day_before = run.starts_on - timedelta(days=1)
    assert refusal(make.session, run, on=day_before) == "outside_run"
    assert refusal(make.session, run, hour=13, periods=5) == "over_8_periods"
    assert make.session(run, hour=13, periods=4).number == 2
