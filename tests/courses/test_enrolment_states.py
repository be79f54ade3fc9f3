"""Commands of enrolment in any order, some of them twice: counters and states are those of a plain model."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Enrolment
from courses.models.seats import miscounts
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)
SEATS, PEOPLE = 2, 4
COMMANDS = st.tuples(st.sampled_from(["enrol", "withdraw", "offer", "accept", "lapse"]), st.integers(0, PEOPLE - 1))


class Plain:
    """A class of `SEATS` seats, as one would keep it on paper: who has a seat, who was offered one, who waits."""

    def __init__(self):
        self.state = dict.fromkeys(range(PEOPLE), "out")
        self.waiting: list[int] = []

    def free(self):
        return SEATS - sum(state in ("enrolled", "offered") for state in self.state.values())

    def do(self, command, who):
        now = self.state[who]
        if command == "enrol" and now in ("out", "withdrawn", "lapsed"):
            self.state[who] = "enrolled" if self.free() else "waiting"
            if self.state[who] == "waiting":
                self.waiting.append(who)
        if command == "withdraw" and now in ("enrolled", "offered", "waiting"):
            self.state[who] = "withdrawn"
            self.waiting = [one for one in self.waiting if one != who]
        if command == "offer" and self.free() and self.waiting:
            self.state[self.waiting.pop(0)] = "offered"
        if command == "accept" and now == "offered":
            self.state[who] = "enrolled"
        if command == "lapse" and now == "offered":
            self.state[who] = "lapsed"


def do(run, person, command, by):
    """The command through its verb; a refusal is an answer like any other."""
    last = Enrolment.objects.filter(run=run, person=person).order_by("-pk").first()
    try:
        if command == "enrol":
            Enrolment.enrol_self(run, person, by=by, now=NOW)
        elif command == "offer":
            Enrolment.offer_next(run, NOW)
        elif last is not None and command == "withdraw":
            last.withdraw("Bận", by=by, now=NOW)
        elif last is not None and command == "accept":
            last.accept(by=by, now=NOW)
        elif last is not None:
            last.lapse(NOW + timedelta(hours=48))
    except Refused:
        pass


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=st.lists(COMMANDS, max_size=14))
def test_commands_in_any_order_leave_what_a_plain_model_says(db, commands):
    home, plain = make.agency(), Plain()
    run, by = make.run(seats=SEATS), make.account(None, "coordinator")
    people = [make.person(of=home) for _number in range(PEOPLE)]
    for command, who in [*commands, *commands[-2:]]:
        plain.do(command, who)
        do(run, people[who], command, by)
    found = {}
    for who, person in enumerate(people):
        last = Enrolment.objects.filter(run=run, person=person).order_by("-pk").first()
        found[who] = last.state if last else "out"
    run.refresh_from_db()
    assert found == plain.state
    assert run.pool_taken == SEATS - plain.free()
    assert miscounts() == []
