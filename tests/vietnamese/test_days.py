"""Days and spans: the twins of SQL and Python say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.days import day_after, is_on, local_day, on_q, start_of
from lms.people.models import Agency
from tests import make

BEGIN, END = date(2026, 3, 2), date(2026, 3, 9)


@pytest.mark.django_db
@pytest.mark.parametrize("start", [None, BEGIN])
@pytest.mark.parametrize("end", [None, END])
@pytest.mark.parametrize(
    "day", [BEGIN - timedelta(1), BEGIN, BEGIN + timedelta(1), END - timedelta(1), END, END + timedelta(1)]
)
def test_on_means_the_same_in_sql_and_python(start, end, day):
    agency = make.agency(established_on=start, closed_on=end)
    assert Agency.objects.on(day).exists() == agency.is_on(day) == is_on(day, start, end)
    assert Agency.objects.filter(on_q(day, start="established_on", end="closed_on")).exists() == agency.is_on(day)


def test_the_first_day_counts_and_the_end_does_not():
    assert is_on(BEGIN, BEGIN, END)
    assert not is_on(END, BEGIN, END)
    assert is_on(END - timedelta(1), BEGIN, END)


def test_a_late_evening_in_utc_is_the_next_day_here():
    assert local_day(datetime(2026, 12, 14, 16, 59, tzinfo=UTC)) == date(2026, 12, 14)
    assert local_day(datetime(2026, 12, 14, 17, 30, tzinfo=UTC)) == date(2026, 12, 15)


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_begins_at_its_own_midnight(day):
    assert local_day(start_of(day)) == day
    assert local_day(start_of(day) - timedelta(microseconds=1)) == day - timedelta(1)
    assert day_after(day) - day == timedelta(1)
