"""Random commands, repeated and in any order, against a plain model that knows no events (attendance §1.1, §1.2)."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Attendance, EventKind, Session, Sighting, Source
from courses.models.rebuilding import differences
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
LATE_AFTER, MINUTES = 15, 180

commands = st.lists(
    st.one_of(
        st.tuples(st.just("scan"), st.integers(-30, 209), st.just("")),
        st.tuples(st.just("claim"), st.integers(-30, 209), st.just("")),
        st.tuples(st.just("mark"), st.integers(-30, 179), st.sampled_from(["present", "excused", "absent"])),
        st.tuples(st.just("sheet"), st.integers(0, 179), st.sampled_from(["present", "absent"])),
        st.tuples(st.just("leave"), st.integers(-90, -1), st.just("excused")),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda command: command[1],
)


def expected(told, has_checkout):
    """What stands in the printed table, said without events: the strongest kind wins, in it the latest."""
    for kind in ("mark", "sheet"):
        marks = [command for command in told if command[0] == kind]
        if marks:
            return max(marks, key=lambda command: command[1])[2]
    for kind in ("scan", "claim"):
        minutes = [minute for name, minute, _status in told if name == kind]
        if minutes:
            first = min(minutes)
            came = min(minute for name, minute, _status in told if name in ("scan", "claim"))
            out = any(minute >= MINUTES - LATE_AFTER and minute > came for minute in minutes)
            if has_checkout and not out:
                return "left_early"
            return "present" if first <= LATE_AFTER else "late"
    return "excused" if told else ""


@given(commands, st.booleans(), st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_order_with_repetitions_ends_where_the_plain_model_ends(told, has_checkout, data):
    if has_checkout and {"scan", "claim"} <= {command[0] for command in told}:
        told = [command for command in told if command[0] != "claim"]
    with transaction.atomic():
        session = make.session(make.run())
        Session.objects.filter(pk=session.pk).update(has_checkout=has_checkout)
        session.refresh_from_db()
        lan = make.enrolment(session.run)
        sightings = [_sighting(session, lan, *command) for command in told]
        order = data.draw(st.permutations(sightings))
        repeats = data.draw(st.lists(st.sampled_from(sightings), max_size=3))
        for sighting in itertools.chain(order, repeats):
            Attendance.record(session, sighting, by=None, action="attendance.check_in_with_ticket", now=sighting.at)
        row = Attendance.objects.get(enrolment=lan)
        assert row.status == expected(told, has_checkout)
        assert list(differences()) == []
        transaction.set_rollback(True)


def _sighting(session, lan, kind, minute, status):
    source = {"scan": "live_code", "claim": "pin", "mark": "staff", "sheet": "sheet", "leave": "leave"}[kind]
    at = session.starts_at + timedelta(minutes=minute)
    is_scan = kind in ("scan", "claim")
    return Sighting(
        enrolment=lan, kind=EventKind.IN if is_scan else EventKind.MARK, source=Source(source), at=at, status=status,
        uid=uuid.uuid4(),
    )  # fmt: skip


def test_the_plain_model_refuses_nothing_that_the_door_refuses():
    session = make.session(make.run())
    lan = make.enrolment(session.run)
    early = _sighting(session, lan, "scan", -31, "")
    with pytest.raises(Refused, match="not_open"):
        Attendance.record(session, early, by=None, action="attendance.check_in_with_ticket", now=early.at)
    assert list(differences()) == []
