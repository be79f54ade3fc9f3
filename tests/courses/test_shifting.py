"""The same distance in working days, a year later."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.shifting import distance, shifted, working_day_from
from lms.plan.workdays import add_working_days, is_working_day

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
EXCEPTIONS = st.dictionaries(DAYS, st.booleans(), max_size=12)
OFF = {date(2027, 2, 8): False, date(2027, 2, 9): False, date(2027, 2, 13): True}


@given(first=DAYS, to=DAYS, exceptions=EXCEPTIONS, offsets=st.lists(st.integers(0, 40), max_size=6))
@settings(max_examples=60, deadline=None)
def test_every_new_day_is_a_working_day_as_far_from_the_first_as_before(first, to, exceptions, offsets):
    old = sorted(first + timedelta(days=count) for count in offsets)
    new = shifted(old, first=first, to=to, exceptions=exceptions)
    start, old_start = working_day_from(to, exceptions), working_day_from(first, exceptions)
    assert new == sorted(new)
    for before, after in zip(old, new, strict=True):
        assert is_working_day(after, exceptions)
        assert distance(start, after, exceptions) == distance(old_start, before, exceptions)


@given(first=DAYS, exceptions=EXCEPTIONS, count=st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_distance_undoes_adding_working_days(first, exceptions, count):
    start = working_day_from(first, exceptions)
    assert distance(start, add_working_days(start, count, exceptions), exceptions) == count


def test_a_class_before_tet_jumps_over_it():
    monday = date(2026, 3, 2)
    old = [monday, monday + timedelta(days=1), monday + timedelta(days=4)]
    new = shifted(old, first=monday, to=date(2027, 2, 5), exceptions=OFF)
    assert new == [date(2027, 2, 5), date(2027, 2, 10), date(2027, 2, 13)]  # Saturday 13 is worked instead


def test_a_first_day_off_begins_on_the_next_working_day():
    assert shifted([date(2026, 3, 2)], first=date(2026, 3, 2), to=date(2027, 2, 8), exceptions=OFF) == [
        date(2027, 2, 10)
    ]


def test_a_session_on_a_saturday_comes_after_that_of_friday():
    friday = date(2026, 3, 6)
    new = shifted([friday, friday + timedelta(days=1)], first=date(2026, 3, 2), to=date(2027, 3, 1), exceptions=OFF)
    assert new == [date(2027, 3, 5), date(2027, 3, 8)]


def test_days_before_the_first_keep_their_distance_too():
    monday = date(2026, 3, 9)
    assert shifted([date(2026, 3, 5)], first=monday, to=date(2027, 3, 8), exceptions=OFF) == [date(2027, 3, 4)]
