"""Dates, numbers and sizes as they are written in Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from lms.web import formatting


def test_a_short_date_has_two_digits_for_day_and_month():
    assert formatting.short_date(date(2026, 3, 5)) == "05/03/2026"


def test_an_evening_in_london_is_the_next_day_here():
    at = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert formatting.short_date(at) == "05/03/2026"
    assert formatting.date_and_time(at) == "00:30 05/03/2026"


@pytest.mark.parametrize(
    ("day", "words", "paper"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026", "05/02/2026"),
        (date(2026, 3, 5), "ngày 05 tháng 3 năm 2026", "05/3/2026"),
        (date(2020, 6, 1), "ngày 01 tháng 6 năm 2020", "01/6/2020"),
        (date(2026, 11, 24), "ngày 24 tháng 11 năm 2026", "24/11/2026"),
    ],
)
def test_official_papers_pad_days_under_ten_and_the_first_two_months(day, words, paper):
    assert formatting.long_date(day) == words
    assert formatting.paper_date(day) == paper


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (-1000, "-1.000", "-1,000"),
        (Decimal("85.5"), "85,5", "85.5"),
        (7, "7", "7"),
    ],
)
def test_numbers_take_the_marks_of_the_language(value, vietnamese, english):
    assert formatting.number(value) == vietnamese
    assert formatting.number(value, "en") == english


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(2, 3, "66,7%"), (1, 3, "33,3%"), (1, 2000, "0,1%"), (1, 2001, "0,0%"), (9, 9, "100,0%"), (0, 9, "0,0%")],
)
def test_a_percentage_has_one_decimal_half_up(part, whole, text):
    assert formatting.percent(part, whole) == text


@pytest.mark.parametrize("whole", [0, None])
def test_without_a_denominator_there_is_no_percentage(whole):
    assert formatting.percent(0, whole) == formatting.NOTHING


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_the_integer_sum_rounds_as_decimal_arithmetic_does(part, whole):
    exact = (Decimal(part) * 1000 / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP)
    assert formatting.percent_tenths(part, whole) == exact


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1,0 kB"), (48_200, "48 kB"), (999_499, "999 kB"), (999_500, "1,0 MB"),
     (1_240_000, "1,2 MB"), (9_949_000, "9,9 MB"), (9_950_000, "10 MB"), (5 * 10**12, "5.000 GB")],
)  # fmt: skip
def test_file_sizes_read_as_on_phones(size, text):
    assert formatting.file_size(size) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(45, "45 minutes"), (1, "1 minute"), (120, "2 hours"), (95, "1 hour 35 minutes")]
)
def test_durations_are_whole_words(minutes, text):
    with override("en"):
        assert formatting.duration(minutes) == text
