"""Who may come into a class, and what may become of an enrolment (learning.md §5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.models import Completion, Enrolment, EnrolmentState, Entry, Prerequisite, Run, RunState, Seat
from courses.models.entering import months_before
from courses.models.seats import miscounts
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.people.models import Group
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def home():
    return make.agency()


@pytest.fixture
def lan(home):
    return make.person("Nguyễn Thị Lan", of=home)


def enrol(run, who, now=NOW):
    return Enrolment.enrol_self(run, who, by=make.account(who), now=now)


def next_offer(run, now=NOW):
    """The offer that is made now, with its end; there must be one."""
    offered = Enrolment.offer_next(run, now)
    assert offered is not None
    assert offered.offer_until is not None
    return offered, offered.offer_until


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_an_open_run_enrols_at_once_with_the_agency_of_the_roster(home, lan):
    enrolment = enrol(make.run(seats=1), lan)
    assert (enrolment.state, enrolment.seat, enrolment.agency) == (EnrolmentState.ENROLLED, Seat.POOL, home)
    event = Event.objects.get(action="enrolment.enrol_or_request_self")
    assert (event.subject, event.agency) == (str(lan.public_id), home.code)
    assert "Lan" not in str(event.data)
    assert miscounts() == []


def test_check_in_codes_have_eight_letters_that_can_be_read_aloud(lan):
    code = enrol(make.run(), lan).check_in_code
    assert len(code) == 8
    assert not set(code) & set("ILOU")


def test_a_full_run_puts_people_on_the_waiting_list(home, lan):
    run = make.run(seats=1)
    enrol(run, make.person(of=home))
    second = enrol(run, lan)
    assert (second.state, second.seat) == (EnrolmentState.WAITING, Seat.NONE)
    run.refresh_from_db()
    assert run.pool_taken == 1


def test_nobody_is_in_a_run_twice(lan):
    run = make.run()
    enrol(run, lan)
    assert refusal(enrol, run, lan) == "already_active"


def test_a_withdrawn_person_may_enrol_again(lan):
    run = make.run(seats=1)
    first = enrol(run, lan)
    first.withdraw("Bận công tác", by=make.account(), now=NOW)
    again = enrol(run, lan)
    assert again.pk != first.pk
    assert again.state == EnrolmentState.ENROLLED
    assert miscounts() == []


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.ENDED, RunState.CANCELLED])
def test_only_open_and_running_runs_take_people(lan, state):
    run = make.run(state="draft")
    if state == RunState.ENDED:
        run.open(by=make.account(), now=NOW)
        run.end(by=make.account(), now=NOW)
    if state == RunState.CANCELLED:
        run.cancel("Không đủ người", by=make.account(), now=NOW)
    assert refusal(enrol, run, lan) == "not_open"


def test_a_run_by_nomination_is_not_open_to_everybody(lan):
    assert refusal(enrol, make.run(entry=Entry.NOMINATION), lan) == "not_open"


def test_a_class_with_sessions_takes_nobody_after_its_first_day(lan):
    run = make.run()
    make.session(run)
    day = make.at(9, on=run.starts_on)
    assert refusal(enrol, run, lan, day + timedelta(days=1)) == "after_start"
    assert enrol(run, lan, day).state == EnrolmentState.ENROLLED


def test_an_online_class_takes_people_until_its_last_day(lan, home):
    run = make.run()
    assert enrol(run, lan, make.at(9, on=run.ends_on)).state == EnrolmentState.ENROLLED
    assert refusal(enrol, run, make.person(of=home), make.at(9, on=run.ends_on + timedelta(days=1))) == "not_open"


def test_the_course_is_for_its_groups(home):
    run = make.run(make.course(groups=(Group.REPORTER,)))
    assert refusal(enrol, run, make.person(of=home, group=Group.EDITOR)) == "wrong_group"
    assert refusal(enrol, run, make.person()) == "not_on_roster"


def test_a_course_for_everybody_takes_people_of_no_roster():
    enrolment = enrol(make.run(make.course(groups=())), make.person())
    assert enrolment.agency is None


def test_a_prerequisite_is_met_by_a_completion_that_is_recent_enough(home, lan):
    basics, advanced = make.course(), make.course()
    Prerequisite.objects.create(course=advanced, needs=basics, within_months=12)
    run = make.run(advanced)
    assert refusal(enrol, run, lan) == "prereq_missing"
    earlier = make.enrolment(make.run(basics), lan, agency_=home)
    old = make.completion(earlier, on=date(2025, 3, 2))
    assert refusal(enrol, run, lan) == "prereq_missing"
    old.void("Sai ngày", by=make.account(), now=NOW)
    make.completion(earlier, on=date(2025, 3, 3))
    assert enrol(run, lan).state == EnrolmentState.ENROLLED


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [(date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2026, 1, 15), 1, date(2025, 12, 15)),
     (date(2024, 2, 29), 12, date(2023, 2, 28)), (date(2026, 3, 2), 0, date(2026, 3, 2))],
)  # fmt: skip
def test_months_before(day, months, earlier):
    assert months_before(day, months) == earlier


def test_a_request_waits_for_the_department_and_takes_its_seat_then(lan):
    run = make.run(seats=1, entry=Entry.APPROVAL)
    request = Enrolment.request(run, lan, by=make.account(lan), now=NOW)
    assert (request.state, request.seat) == (EnrolmentState.REQUESTED, Seat.NONE)
    sau = make.account(None, "coordinator")
    assert request.approve(by=sau, now=NOW) is True
    assert request.approve(by=sau, now=NOW) is False
    assert (request.state, request.seat, request.decided_by) == (EnrolmentState.ENROLLED, Seat.POOL, sau)
    assert Event.objects.filter(action="enrolment.approve_or_reject").count() == 1
    assert miscounts() == []


def test_no_request_is_approved_without_a_seat(home, lan):
    run = make.run(seats=1, entry=Entry.APPROVAL)
    make.enrolment(run, agency_=home)
    request = Enrolment.request(run, lan, by=make.account(lan), now=NOW)
    assert refusal(request.approve, by=make.account(), now=NOW) == "quota_used"
    request.refresh_from_db()
    assert request.state == EnrolmentState.REQUESTED


def test_turning_down_needs_a_reason_and_ends_the_enrolment(lan):
    request = Enrolment.request(make.run(entry=Entry.APPROVAL), lan, by=make.account(lan), now=NOW)
    assert refusal(request.reject, "  ", by=make.account(), now=NOW) == "reason_required"
    assert request.reject("Không thuộc diện", by=make.account(), now=NOW) is True
    assert request.reject("Không thuộc diện", by=make.account(), now=NOW) is False
    assert refusal(request.approve, by=make.account(), now=NOW) == "enrolment_inactive"


def test_nobody_withdraws_once_the_class_has_begun(lan):
    run = make.run()
    enrolment = enrol(run, lan)
    begun = make.at(0, on=run.starts_on)
    assert refusal(enrolment.withdraw, "Bận", by=make.account(lan), now=begun) == "after_start"
    assert enrolment.withdraw("Bận", by=make.account(lan), now=begun - timedelta(seconds=1)) is True


def test_a_freed_seat_is_offered_to_the_first_in_turn(home, lan):
    run = make.run(seats=1)
    holder = enrol(run, make.person(of=home))
    first = enrol(run, lan)
    enrol(run, make.person(of=home), NOW + timedelta(minutes=1))
    assert Enrolment.offer_next(run, NOW) is None
    holder.withdraw("Bận", by=make.account(), now=NOW)
    assert Job.objects.filter(kind="courses.offer", payload={"run": run.pk}).count() == 1
    offered, until = next_offer(run)
    assert offered == first
    assert (offered.state, until) == (EnrolmentState.OFFERED, NOW + timedelta(hours=48))
    assert Enrolment.offer_next(run, NOW) is None
    assert miscounts() == []


def test_an_offer_is_taken_in_time_or_lapses(home, lan):
    run = make.run(seats=1)
    holder = enrol(run, make.person(of=home))
    waiting = enrol(run, lan)
    holder.withdraw("Bận", by=make.account(), now=NOW)
    offered, late = next_offer(run)
    assert offered.lapse(late - timedelta(seconds=1)) is False
    assert refusal(offered.accept, by=make.account(lan), now=late) == "offer_expired"
    assert offered.lapse(late) is True
    waiting.refresh_from_db()
    assert (waiting.state, waiting.seat) == (EnrolmentState.LAPSED, Seat.NONE)
    assert miscounts() == []


def test_an_accepted_offer_is_an_enrolment(home, lan):
    run = make.run(seats=1)
    holder = enrol(run, make.person(of=home))
    enrol(run, lan)
    holder.withdraw("Bận", by=make.account(), now=NOW)
    offered, until = next_offer(run)
    assert offered.accept(by=make.account(lan), now=NOW) is True
    assert offered.lapse(until) is False
    assert offered.state == EnrolmentState.ENROLLED


def test_no_offer_stands_past_the_start_of_the_class(home, lan):
    run = make.run(seats=1)
    holder = enrol(run, make.person(of=home))
    enrol(run, lan)
    eve = make.at(0, on=run.starts_on) - timedelta(hours=2)
    holder.withdraw("Bận", by=make.account(), now=eve)
    assert next_offer(run, eve)[1] == make.at(0, on=run.starts_on)


def test_cancelling_a_run_ends_every_active_enrolment_and_frees_the_seats(home, lan):
    run = make.run(seats=1)
    kept, waiting = enrol(run, make.person(of=home)), enrol(run, lan)
    assert refusal(run.cancel, " ", by=make.account(), now=NOW) == "reason_required"
    assert run.cancel("Mưa bão", by=make.account(), now=NOW) is True
    assert run.cancel("Mưa bão", by=make.account(), now=NOW) is False
    for enrolment in (kept, waiting):
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.seat, enrolment.reason) == ("cancelled", "none", "Mưa bão")
    assert (run.pool_taken, miscounts()) == (0, [])
    assert Event.objects.filter(action="run.cancel").count() == 1


def test_nobody_enters_a_run_that_was_cancelled_while_the_page_was_open(lan):
    run = make.run()
    stale = Run.objects.get(pk=run.pk)
    run.cancel("Mưa bão", by=make.account(), now=NOW)
    assert refusal(enrol, stale, lan) == "not_open"
    assert not Enrolment.objects.exists()


def test_the_database_refuses_a_seat_that_nobody_holds_and_a_holder_without_one(lan):
    enrolment = enrol(make.run(), lan)
    for columns in ({"seat": "none"}, {"state": "waiting"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.filter(pk=enrolment.pk).update(**columns)


def test_the_agency_on_the_day_of_completion_is_the_rosters(home, lan):
    enrolment = enrol(make.run(), lan)
    elsewhere = make.agency()
    lan.roster_entries.update(voided_at=NOW, void_reason="Chuyển công tác")
    make.on_roster(lan, elsewhere)
    assert make.completion(enrolment).agency == elsewhere
    assert Completion.objects.standing().count() == 1
