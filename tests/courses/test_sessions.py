"""Sessions of a class: when and where they may be held, and moved (learning.md §6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from courses.models import Attendance, EventKind, RunTrainer, Sighting, Source
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def edit(session, **changes):
    values = {
        "title": session.title,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "study_periods": session.study_periods,
        "places": [row.place for row in session.session_places.select_related("place")],
        "by": make.account(),
        "now": NOW,
    } | changes
    return session.edit(values.pop("title"), **values)


def moved(session, **by):
    shift = timedelta(**by)
    return {"starts_at": session.starts_at + shift, "ends_at": session.ends_at + shift}


def test_a_session_moves_and_its_rooms_keep_their_codes():
    session = make.session(make.run(), places=2)
    first, second = session.session_places.select_related("place").order_by("pk")
    third = session.run.add_place("La Gi")
    new = moved(session, days=1)
    assert edit(session, title="Buổi khai mạc", places=[first.place, third], **new) is True
    assert edit(session, title="Buổi khai mạc", places=[first.place, third], **new) is False
    assert (session.title, session.starts_at) == ("Buổi khai mạc", new["starts_at"])
    assert session.session_places.get(place=first.place).code == first.code
    assert set(session.session_places.values_list("place", flat=True)) == {first.place_id, third.pk}
    assert Event.objects.filter(action="session.edit_or_cancel").count() == 1


def test_a_session_at_which_somebody_was_marked_stays_as_it_was():
    enrolment = make.enrolment()
    session = make.session(enrolment.run)
    sighting = Sighting(enrolment=enrolment, kind=EventKind.IN, source=Source.STAFF, at=session.starts_at)
    action = "attendance.mark_for_person"
    Attendance.record(session, sighting, by=make.account(), action=action, now=session.starts_at)
    assert refusal(edit, session, **moved(session, days=1)) == "has_marks"
    assert refusal(session.cancel, by=make.account(), now=NOW) == "has_marks"


def test_a_session_stays_within_the_days_of_the_class_and_ends_after_it_starts():
    session = make.session(make.run())
    assert refusal(edit, session, **moved(session, days=-1)) == "outside_run"
    assert refusal(edit, session, **moved(session, days=3)) == "outside_run"
    assert refusal(edit, session, ends_at=session.starts_at) == "ends_before_it_starts"


def test_more_than_eight_periods_a_day_must_be_confirmed():
    run = make.run()
    make.session(run, hour=8, periods=4)
    afternoon = make.session(run, hour=14, periods=4)
    assert refusal(edit, afternoon, study_periods=5) == "over_8_periods"
    assert edit(afternoon, study_periods=5, more_than_a_day=True) is True


def test_a_room_holds_one_session_at_a_time_and_the_next_may_begin_when_it_ends():
    run = make.run()
    morning = make.session(run, hour=8, periods=4)
    later = make.session(run, hour=14, periods=4)
    assert refusal(edit, later, **moved(later, hours=-4)) == "clash_place"
    assert edit(later, **moved(later, hours=-3)) is True
    assert later.starts_at == morning.ends_at
    morning.cancel(by=make.account(), now=NOW)
    assert edit(later, **moved(later, hours=-1)) is True


def test_a_room_of_another_class_is_the_same_room_by_its_name_and_address():
    run, other = make.run(), make.run()
    for one in (run, other):
        one.add_place("Hội trường", address="1 Trần Hưng Đạo")
    make.session(run)
    with pytest.raises(Refused) as caught:
        make.session(other)
    assert caught.value.code == "clash_place"
    other.places.update(address="2 Trần Hưng Đạo")
    make.session(other)


def test_a_trainer_teaches_one_class_at_a_time():
    run, other, tu = make.run(), make.run(), make.account(None, "trainer")
    for one in (run, other):
        RunTrainer.objects.create(run=one, user=tu)
    make.session(run)
    with pytest.raises(Refused) as caught:
        make.session(other)
    assert caught.value.code == "clash_trainer"
    make.session(other, hour=14)


def test_a_cancelled_session_is_not_edited():
    session = make.session(make.run())
    session.cancel(by=make.account(), now=NOW)
    assert refusal(edit, session, title="Khác") == "session_cancelled"
