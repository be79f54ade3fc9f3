"""Quick checks, and what holds for any events (attendance-and-certificates.md §1.2, §1.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.presence import Seen, derive
from tests.courses.test_presence import SESSION, START, WITH_OUT, said, scan

calm = settings(deadline=None, max_examples=150)
PULSES = replace(
    SESSION, pulses=tuple((START + timedelta(minutes=m), START + timedelta(minutes=m + 2)) for m in (60, 120))
)


@pytest.mark.parametrize(
    ("met", "earned"), [((60, 120), 8), ((61,), 2), ((121,), 5), ((), 0), ((62, 122), 0), ((59, 119), 0)]
)
def test_a_part_of_the_session_counts_if_the_quick_check_that_closes_it_was_met(met, earned):
    checks = [scan(minute, id=minute, kind="pulse") for minute in met]
    assert said(scan(0), *checks, times=PULSES) == ("present", earned, "scan")


@pytest.mark.parametrize(("left", "earned"), [(180, 8), (100, 5)])
def test_with_a_check_out_it_closes_the_last_part(left, earned):
    checks = [scan(60, id=2, kind="pulse"), scan(120, id=3, kind="pulse"), scan(left, id=4, kind="out")]
    assert said(scan(0), *checks, times=replace(PULSES, has_checkout=True))[1] == earned


events = st.builds(
    Seen, st.integers(1, 60), st.sampled_from(["in", "out", "pulse", "mark", "annul"]),
    st.sampled_from(["live_code", "pin", "personal_qr", "staff", "sheet", "import", "leave"]),
    st.integers(-90, 300).map(lambda minute: START + timedelta(minutes=minute)),
    st.sampled_from(["present", "late", "left_early", "excused", "absent"]), st.none() | st.integers(0, 12),
    st.none() | st.integers(1, 60),
)  # fmt: skip


@calm
@given(st.lists(events, max_size=8, unique_by=lambda event: event.id), st.sampled_from([SESSION, WITH_OUT, PULSES]))
def test_nobody_earns_more_than_the_session_and_the_order_of_arrival_says_nothing(told, times):
    found = derive(times, told)
    assert 0 <= found.half_periods <= times.half_periods
    assert found.half_periods == 0 or found.status in ("present", "late", "left_early")
    assert derive(times, list(reversed(told))) == found
