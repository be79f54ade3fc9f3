"""Moving entries, whatever they were: every day at the old agency is kept before, and stood once at the heir after."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from lms.days import HERE, is_on
from lms.people.models import Agency, RosterEntry
from lms.people.moving import plan_move

START = date(2026, 1, 1)
ON = START + timedelta(days=5)
DAYS = [START + timedelta(days=number) for number in range(14)]
OLD, OTHER, HEIR = 1, 2, 3


def entry(pk, person, agency, group, first, length):
    starts_on = START + timedelta(days=first)
    return RosterEntry(
        pk=pk, person_id=person, agency_id=agency, group=group, starts_on=starts_on,
        ends_on=starts_on + timedelta(days=length) if length else None, recorded_at=datetime(2026, 1, 1, tzinfo=HERE),
    )  # fmt: skip


rows = st.lists(
    st.tuples(
        st.integers(1, 2), st.sampled_from([OLD, OTHER, HEIR]), st.sampled_from(["editor", "reporter"]),
        st.integers(0, 9), st.integers(0, 5),
    ),
    max_size=9,
)  # fmt: skip


def one_at_a_time(found):
    """As the database has them: nobody stands twice in one place on one day."""
    kept: list[RosterEntry] = []
    for row in found:
        fits = all(
            (row.person_id, row.agency_id, row.group) != (one.person_id, one.agency_id, one.group)
            or not any(holds(row, day) and holds(one, day) for day in DAYS)
            for one in kept
        )
        if fits:
            kept.append(row)
    return kept


def holds(row, day):
    return is_on(day, row.starts_on, row.ends_on)


def standing(found, day):
    """How often each person stands where on the day."""
    return Counter((row.person_id, row.agency_id, row.group) for row in found if holds(row, day))


class TestMoving(SimpleTestCase):
    @given(rows)
    def test_nobody_is_lost_or_stands_twice(self, values):
        found = one_at_a_time([entry(pk, *value) for pk, value in enumerate(values, start=1)])
        heir = Agency(pk=HEIR, code="H")
        moving = [
            row for row in found if row.agency_id != HEIR and (row.ends_on is None or row.ends_on > ON)
        ]  # fmt: skip
        move = plan_move(moving, {OLD: heir, OTHER: heir}, [row for row in found if row.agency_id == HEIR], ON)
        voided = {row.pk for row in move.voided}
        assert len(voided) == len(move.voided)
        after = [row for row in found if row.pk not in voided] + move.added
        for day in DAYS:
            before = standing(found, day)
            if day < ON:
                assert standing(after, day) == before
            else:
                assert set(standing(after, day)) == {(person, HEIR, group) for person, _agency, group in before}
                assert set(standing(after, day).values()) <= {1}
        assert all(row.pk is None and row.voided_at is None for row in move.added)
