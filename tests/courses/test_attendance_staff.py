"""Claims, leave, the lock and what comes after it, people who walk in (attendance-and-certificates.md §1.2, §1.5)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from courses.models import (
    Attendance,
    AttendanceEvent,
    Enrolment,
    EventKind,
    Newcomer,
    Presence,
    Run,
    Session,
    Sighting,
    Source,
    WalkIn,
    WalkIns,
    annul,
    ask_to_amend,
    confirm_claims,
    grant_leave,
    lock,
    mark_many,
    match,
    open_points,
    reject,
    write_down,
)
from courses.shares import share_of
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make.session(make.run())


@pytest.fixture
def room(session):
    return session.session_places.get()


@pytest.fixture
def lan(session):
    return make.enrolment(session.run)


@pytest.fixture
def trainer():
    return make.account()


def seen(session, who, minutes=0, source=Source.LIVE_CODE, **more):
    at = session.starts_at + timedelta(minutes=minutes)
    sighting = Sighting(enrolment=who, kind=EventKind.IN, source=source, at=at, **more)
    return Attendance.record(session, sighting, by=None, action="attendance.check_in_with_ticket", now=at)


def mark(session, who, status, at, **more):
    sighting = Sighting(enrolment=who, kind=EventKind.MARK, source=Source.STAFF, at=at, status=status, **more)
    return Attendance.record(session, sighting, by=make.account(), action="attendance.mark_for_person", now=at)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_a_claim_earns_nothing_until_staff_confirm_it_in_one_tap(session, lan, trainer):
    late = make.enrolment(session.run)
    assert (seen(session, lan, source=Source.PIN).is_unconfirmed, seen(session, late, 90, Source.PIN).half_periods) == (
        True, 0,
    )  # fmt: skip
    assert confirm_claims(session, [lan, late], by=trainer, now=session.starts_at + timedelta(minutes=95)) == 2
    rows = Attendance.objects.order_by("pk").values_list("status", "half_periods", "is_unconfirmed", "decided_by")
    assert list(rows) == [("present", 8, False, "staff"), ("late", 4, False, "staff")]
    assert Event.objects.filter(action="attendance.confirm_claims").count() == 1
    assert confirm_claims(session, [lan, late], by=trainer, now=session.ends_at) == 0


def test_a_scan_after_a_claim_is_stronger(session, room, lan):
    seen(session, lan, source=Source.PIN)
    row = seen(session, lan, 5, room=room)
    assert (row.status, row.is_unconfirmed, row.decided_by) == (Presence.PRESENT, False, "scan")


def test_leave_is_granted_before_the_session_and_a_scan_beats_it(session, lan, trainer):
    before = session.starts_at - timedelta(days=1)
    row = grant_leave(session, lan, reason="Công tác", uid=uuid.uuid4(), by=trainer, now=before)
    assert (row.status, row.half_periods, row.decided_by) == (Presence.EXCUSED, 0, "leave")
    assert seen(session, lan).status == Presence.PRESENT
    code = refusal(grant_leave, session, lan, reason="Ốm", uid=uuid.uuid4(), by=trainer, now=session.starts_at)
    assert code == "leave_after_start"
    assert refusal(grant_leave, session, lan, reason=" ", uid=uuid.uuid4(), by=trainer, now=before) == "reason_required"


def test_the_lock_waits_until_everybody_is_settled_by_name(session, lan, trainer):
    other = make.enrolment(session.run)
    assert refusal(lock, session, by=trainer, now=session.starts_at) == "session_not_over"
    seen(session, lan, source=Source.PIN)
    left = open_points(session)
    assert ([row.pk for row in left.unmarked], [row.enrolment_id for row in left.unconfirmed]) == ([other.pk], [lan.pk])
    assert refusal(lock, session, by=trainer, now=session.ends_at) == "open_points"
    assert Session.objects.get(pk=session.pk).locked_at is None
    confirm_claims(session, [lan], by=trainer, now=session.ends_at)
    absent = Sighting(
        enrolment=other, kind=EventKind.MARK, source=Source.STAFF, at=session.ends_at, status="absent", note="Không đến"
    )
    assert mark_many(session, [absent], action="attendance.correct_before_lock", by=trainer, now=session.ends_at) == 1
    assert lock(session, by=trainer, now=session.ends_at) is True
    assert lock(session, by=trainer, now=session.ends_at) is False
    assert Event.objects.filter(action="attendance.lock").count() == 1
    assert refusal(mark, session, lan, "absent", session.ends_at, note="Nhầm") == "second_person"


def test_a_conflict_keeps_the_session_open_until_a_correction(session, lan, trainer):
    seen(session, lan)
    mark(session, lan, "absent", session.starts_at + timedelta(minutes=30))
    assert open_points(session).in_conflict
    assert refusal(lock, session, by=trainer, now=session.ends_at) == "open_points"
    mark(session, lan, "present", session.ends_at, note="Có mặt")
    assert lock(session, by=trainer, now=session.ends_at)


def test_a_cancelled_session_is_not_locked(session, trainer):
    session.cancel(by=trainer, now=session.starts_at)
    assert refusal(lock, session, by=trainer, now=session.ends_at) == "session_cancelled"


def locked(session, who):
    mark(session, who, "absent", session.starts_at)
    assert lock(session, by=make.account(), now=session.ends_at)


def test_after_the_lock_two_persons_amend(session, lan):
    coordinator, second = make.account(None, "coordinator"), make.account(None, "coordinator")
    ask = {"reason": "Có chữ ký", "document_no": "12/BB", "by": coordinator, "now": session.ends_at}
    assert refusal(ask_to_amend, session, lan, "present", **ask) == "not_locked"
    locked(session, lan)
    assert refusal(ask_to_amend, session, make.enrolment(), "present", **ask) == "not_enrolled"
    approval = ask_to_amend(session, lan, "present", **ask)
    assert Event.objects.filter(action="attendance.amend_after_lock").count() == 1
    assert refusal(ask_to_amend, session, lan, "late", **ask) == "already_asked"
    assert refusal(approval.confirm, coordinator, session.ends_at) == "own_request"
    assert Attendance.objects.get().status == Presence.ABSENT
    approval.confirm(second, session.ends_at + timedelta(hours=1))
    row = Attendance.objects.get()
    assert (row.status, row.half_periods, row.decided_by) == (Presence.PRESENT, 8, "correction")


def test_an_amendment_of_what_changed_meanwhile_is_overtaken(session, lan):
    coordinator, second = make.account(None, "coordinator"), make.account(None, "coordinator")
    locked(session, lan)
    approval = ask_to_amend(session, lan, "present", reason="x", document_no="", by=coordinator, now=session.ends_at)
    Attendance.objects.update(last_event=None)
    assert refusal(approval.confirm, second, session.ends_at) == "preview_stale"


def test_an_event_is_taken_back_with_a_reason_and_stays(session, lan, trainer):
    seen(session, lan)
    event = AttendanceEvent.objects.get()
    assert refusal(annul, event, reason="", by=trainer, now=session.starts_at) == "reason_required"
    row = annul(event, reason="Quét hộ", by=trainer, now=session.starts_at)
    assert (row.status, row.half_periods, AttendanceEvent.objects.count()) == ("", 0, 2)
    duplicate = AttendanceEvent.objects.get(kind="annul")
    AttendanceEvent.objects.create(
        session=session, enrolment=lan, kind="in", source="pin", result="refused", at=session.starts_at,
        received_at=session.starts_at,
    )  # fmt: skip
    refused = AttendanceEvent.objects.get(result="refused")
    assert refusal(annul, refused, reason="x", by=trainer, now=session.starts_at) == "not_counted"
    assert duplicate.target_id == event.pk


def test_who_walks_in_is_written_down_only_where_the_class_takes_such_people(session, trainer):
    came = Newcomer("Trần Thị Mới", "Xã Mới", uid=uuid.uuid4())
    at = session.starts_at
    assert refusal(write_down, session, came, room=None, by=trainer, now=at) == "walk_ins_refused"
    session.walk_ins = WalkIns.ASK
    assert refusal(write_down, session, Newcomer(" "), room=None, by=trainer, now=at) == "name_required"
    early = session.opens_at - timedelta(minutes=1)
    assert refusal(write_down, session, came, room=None, by=trainer, now=early) == "not_open"
    assert refusal(write_down, session, came, room=None, by=trainer, now=session.closes_at) == "closed"
    assert write_down(session, came, room=None, by=trainer, now=at) == write_down(
        session, came, room=None, by=trainer, now=at
    )
    assert len(open_points(session).walk_ins) == 1


def walked_in(session):
    session.walk_ins = WalkIns.ASK
    session.save()
    return write_down(session, Newcomer("Trần Thị Mới"), room=None, by=None, now=session.starts_at)


def test_matching_enrols_if_a_seat_is_free_and_marks_from_the_moment_of_arrival(session, trainer):
    came, person = walked_in(session), make.person(of=make.agency())
    enrolment = match(came, person, by=trainer, now=session.ends_at + timedelta(days=1))
    event = AttendanceEvent.objects.get(enrolment=enrolment)
    assert (event.status, event.at) == ("present", session.starts_at)
    assert enrolment.agency == person.roster_entries.get().agency
    assert Attendance.objects.get(enrolment=enrolment).status == Presence.PRESENT
    assert refusal(match, came, person, by=trainer, now=session.ends_at) == "already_decided"
    assert refusal(reject, came, by=trainer, now=session.ends_at) == "already_decided"


def test_without_a_seat_nobody_is_matched(session, trainer):
    Run.objects.filter(pk=session.run.pk).update(seats=0, pool_seats=0)
    came = walked_in(session)
    assert refusal(match, came, make.person(), by=trainer, now=session.ends_at) == "quota_used"
    assert (WalkIn.objects.get().state, Enrolment.objects.count()) == ("open", 0)


def test_nobody_of_ours_stays_on_record(session, trainer):
    came = walked_in(session)
    reject(came, by=trainer, now=session.ends_at)
    assert WalkIn.objects.get().state == "rejected"
    assert not open_points(session).walk_ins


def test_the_share_is_of_all_that_is_planned_with_so_far_and_still_possible_beside_it(session, lan):
    make.session(session.run, on=session.run.ends_on)
    seen(session, lan)
    share = share_of(lan, session.ends_at)
    assert (share.percent, share.percent_so_far, share.percent_possible) == (50, 100, 100)
    mark(session, lan, "absent", session.ends_at, note="Quét hộ")
    share = share_of(lan, session.ends_at)
    assert (share.percent, share.percent_so_far, share.percent_possible) == (0, 0, 50)


def test_rebuilding_finds_nothing_and_mends_what_was_changed_by_hand(session, lan, capsys):
    seen(session, lan)
    call_command("rebuild_attendance", check=True)
    assert capsys.readouterr().out == "0 differences\n"
    Attendance.objects.update(status="absent", half_periods=0)
    with pytest.raises(SystemExit):
        call_command("rebuild_attendance", check=True)
    call_command("rebuild_attendance")
    assert Attendance.objects.get().half_periods == 8


def test_the_list_of_open_points_costs_the_same_for_any_number_of_people(session, lan, django_assert_max_num_queries):
    for _number in range(5):
        seen(session, make.enrolment(session.run), source=Source.PIN)
    with django_assert_max_num_queries(6):
        assert len(open_points(session)) == 6
