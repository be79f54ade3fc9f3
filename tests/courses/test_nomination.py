"""Nomination rounds: the agency's list, its letter, one act of approval (learning.md §5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from courses.models import EnrolmentState, Entry, Reply, ReplyState, Round, require_first
from courses.models.seats import miscounts
from courses.nominees import candidates
from lms.audit.models import Event
from lms.people.models import Group
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def home():
    return make.agency()


@pytest.fixture
def reply(home):
    run = make.run(seats=2, entry=Entry.NOMINATION)
    return make.round_(run, home).replies.get()


@pytest.fixture
def mai(home):
    return make.account(None, "focal", agency=home)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_a_round_asks_the_agencies_named_and_those_with_a_quota(home):
    run, other = make.run(seats=5), make.agency()
    run.reserve(other, 2, by=make.account(), now=NOW)
    round_ = make.round_(run, home)
    assert {reply.agency for reply in round_.replies.all()} == {home, other}
    assert Event.objects.filter(action="round.open_or_close").count() == 1


@pytest.mark.parametrize(("offset", "is_open"), [(-1, False), (0, True), (71 * 3600, True), (72 * 3600, False)])
def test_open_means_the_same_in_sql_and_python(reply, offset, is_open):
    at = make.at(8) + timedelta(seconds=offset)
    assert reply.round.is_open(at) is is_open
    assert Round.objects.open(at).exists() is is_open


def test_people_of_the_roster_are_nominated_and_the_list_approved_in_one_act(reply, home, mai):
    people = [make.person(of=home) for _number in range(3)]
    states = [reply.nominate(person, by=mai, now=NOW).state for person in people]
    assert states == [EnrolmentState.NOMINATED, EnrolmentState.NOMINATED, EnrolmentState.WAITING]
    assert reply.send(by=mai, now=NOW, dispatch_no="12/UBND") is True
    assert reply.send(by=mai, now=NOW) is False
    sau = make.account(None, "coordinator")
    before = Event.objects.count()
    assert reply.approve(by=sau, now=NOW) is True
    assert reply.approve(by=sau, now=NOW) is False
    assert Event.objects.count() == before + 1
    enrolled = reply.round.run.enrolments.enrolled()
    assert {row.person for row in enrolled} == set(people[:2])


def test_the_department_approves_some_and_turns_down_others_with_a_reason(reply, home, mai):
    kept, turned_down = (reply.nominate(make.person(of=home), by=mai, now=NOW) for _number in range(2))
    reply.send(by=mai, now=NOW)
    sau, ids = make.account(None, "coordinator"), [turned_down.public_id]
    assert refusal(reply.approve, by=sau, now=NOW, without=ids) == "reason_required"
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    assert reply.approve(by=sau, now=NOW, without=ids, reason="Đã học năm nay") is True
    kept.refresh_from_db()
    turned_down.refresh_from_db()
    assert (kept.state, turned_down.state) == (EnrolmentState.ENROLLED, EnrolmentState.REJECTED)
    assert (turned_down.reason, miscounts()) == ("Đã học năm nay", [])


def test_only_people_of_the_agencys_roster_in_a_group_of_the_course(reply, home, mai):
    assert refusal(reply.nominate, make.person(of=make.agency()), by=mai, now=NOW) == "not_on_roster"
    assert refusal(reply.nominate, make.person(of=home, group=Group.EDITOR), by=mai, now=NOW) == "wrong_group"
    lan = make.person(of=home)
    reply.nominate(lan, by=mai, now=NOW)
    assert refusal(reply.nominate, lan, by=mai, now=NOW) == "already_active"


def test_a_closed_round_takes_nobody(reply, home, mai):
    late = reply.round.closes_at
    assert refusal(reply.nominate, make.person(of=home), by=mai, now=late) == "round_closed"
    assert reply.round.close(by=make.account(), now=NOW) is True
    assert reply.round.close(by=make.account(), now=NOW + timedelta(hours=1)) is False
    assert refusal(reply.send, by=mai, now=NOW) == "round_closed"


def test_a_sent_list_changes_only_after_the_department_returned_it(reply, home, mai):
    reply.nominate(make.person(of=home), by=mai, now=NOW)
    sau = make.account(None, "coordinator")
    assert refusal(reply.approve, by=sau, now=NOW) == "wrong_state"
    reply.send(by=mai, now=NOW)
    assert refusal(reply.nominate, make.person(of=home), by=mai, now=NOW) == "reply_sent"
    assert refusal(reply.return_to_agency, "", by=sau, now=NOW) == "reason_required"
    reply.return_to_agency("Thiếu người phát ngôn", by=sau, now=NOW)
    assert (reply.state, reply.reason) == (ReplyState.RETURNED, "Thiếu người phát ngôn")
    reply.nominate(make.person(of=home), by=mai, now=NOW)


def test_a_list_of_a_cancelled_class_is_not_approved(reply, home, mai):
    reply.nominate(make.person(of=home), by=mai, now=NOW)
    reply.send(by=mai, now=NOW)
    reply.round.run.cancel("Mưa bão", by=make.account(), now=NOW)
    assert refusal(reply.approve, by=make.account(), now=NOW) == "not_open"
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT


def test_the_people_due_are_those_of_the_groups_who_are_not_in_the_class(reply, home, mai):
    lan, namesake = make.person("Nguyễn Thị Lan", of=home), make.person("NGUYỄN THỊ LAN", of=home)
    an = make.person("Trần An", of=home)
    make.person("Lê Bình", of=home, group=Group.EDITOR)
    inside = make.person("Võ Cường", of=home)
    reply.nominate(inside, by=mai, now=NOW)
    earlier = make.enrolment(make.run(reply.round.run.course), an, agency_=home)
    make.completion(earlier)
    rows = candidates(reply, make.DAY)
    assert [row.person for row in rows] == [an, lan, namesake]
    assert [row.has_namesake for row in rows] == [False, True, True]
    assert rows[0].completed_on == make.DAY


def test_the_list_of_people_due_costs_six_queries(reply, home, django_assert_num_queries):
    for _number in range(6):
        make.person(of=home)
    seen = Reply.objects.select_related("agency", "round__run__course").get(pk=reply.pk)
    with django_assert_num_queries(6):
        assert len(candidates(seen, make.DAY)) == 6


def test_the_list_says_who_lacks_a_course_that_comes_first(reply, home):
    lan, hung = make.person("Nguyễn Lan", of=home), make.person("Trần Hùng", of=home)
    basics = make.course()
    require_first(reply.round.run.course, basics)
    make.completion(make.enrolment(make.run(basics), lan, agency_=home))
    assert {row.person: row.lacks for row in candidates(reply, make.DAY)} == {lan: None, hung: basics}


def test_the_list_says_who_goes_to_another_class_on_the_same_days(reply, home):
    lan, hung = make.person("Nguyễn Lan", of=home), make.person("Trần Hùng", of=home)
    other, later = make.run(), make.run(starts_on=make.DAY, ends_on=make.DAY)
    make.enrolment(other, lan, agency_=home)
    make.enrolment(later, hung, agency_=home)
    assert {row.person: row.busy_in for row in candidates(reply, make.DAY)} == {lan: other, hung: None}
