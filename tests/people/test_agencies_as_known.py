"""Agencies and successions on a day, as known at a moment: SQL and Python say the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lms.people.models import Agency, EarlierSpan, Succession
from tests import make

START = date(2026, 1, 1)
days = st.integers(0, 6).map(lambda number: START + timedelta(days=number))
moments = days.map(make.noon)


def later(values):
    """Two in order, either of them perhaps unbounded."""
    return st.tuples(st.none() | values, st.none() | values).filter(lambda pair: None in pair or pair[0] < pair[1])


spans = later(days)


class TestParity(TestCase):
    @given(spans, later(moments), st.none() | moments, spans, st.tuples(st.none() | moments, moments), days, moments)
    def test_the_day_and_the_moment_mean_the_same_in_sql_and_python(
        self, span, known, closing, earlier, while_, day, at
    ):
        recorded, voided = known
        agency = make.agency(
            established_on=span[0], closed_on=span[1], recorded_at=recorded, voided_at=voided,
            closing_recorded_at=closing if span[1] else None,
        )  # fmt: skip
        if while_[0] is None or while_[0] < while_[1]:
            EarlierSpan.objects.create(
                agency=agency, established_on=earlier[0], closed_on=earlier[1], known_from=while_[0],
                known_until=while_[1],
            )  # fmt: skip
        mine = Agency.objects.filter(pk=agency.pk)
        for known_at in (None, at):
            assert mine.on(day, known_at).exists() == agency.is_on(day, known_at)


@pytest.mark.django_db
def test_what_is_known_now_needs_no_second_look():
    with CaptureQueriesContext(connection) as queries:
        list(Agency.objects.on(START))
        Succession.objects.graph()
    assert len(queries) == 3
    assert "people_earlierspan" not in "".join(query["sql"] for query in queries)


@pytest.mark.django_db
def test_a_voided_succession_leads_nowhere_and_a_later_one_not_yet():
    old, new = make.agency(closed_on=START), make.agency()
    step = make.succession(old, new, on=START)
    at = make.noon(START)
    Succession.objects.filter(pk=step.pk).update(recorded_at=at, voided_at=at + timedelta(days=2))
    for known_at, leads in (
        (None, False),
        (at - timedelta(days=1), False),
        (at, True),
        (at + timedelta(days=2), False),
    ):
        assert bool(Succession.objects.graph(known_at).steps.get(old.pk)) is leads


@pytest.mark.django_db
def test_an_end_that_was_recorded_later_was_not_known_before():
    at = make.noon(START)
    agency = make.agency(closed_on=START, closing_recorded_at=at)
    assert Succession.objects.graph().is_closed(agency.pk, START)
    assert Succession.objects.graph(at).is_closed(agency.pk, START)
    assert not Succession.objects.graph(at - timedelta(hours=1)).is_closed(agency.pk, START)


@pytest.mark.django_db
def test_dates_that_are_corrected_twice_are_known_as_they_were_each_time():
    agency = make.agency(closed_on=START)
    moments_ = [make.noon(START + timedelta(days=number)) for number in (1, 2)]
    for number, moment in enumerate(moments_, start=1):
        agency.keep_span(moment)
        agency.closed_on, agency.closing_recorded_at = START + timedelta(days=10 * number), moment
        agency.save()
    ends = [
        Succession.objects.graph(at).closed_on[agency.pk]
        for at in (moments_[0] - timedelta(hours=1), moments_[0], moments_[1])
    ]
    assert ends == [START, START + timedelta(days=10), START + timedelta(days=20)]
