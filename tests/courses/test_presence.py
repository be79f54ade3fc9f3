"""What the events of a session say about one person (attendance-and-certificates.md §1.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from courses.presence import Projection, Seen, SessionTimes, derive

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SESSION = SessionTimes(START, START + timedelta(minutes=180), half_periods=8)
WITH_OUT = replace(SESSION, has_checkout=True)


def seen(id, kind, source, minute, status="", **more):
    return Seen(id, kind, source, START + timedelta(minutes=minute), status, **more)


def scan(minute, id=1, kind="in", source="live_code"):
    return seen(id, kind, source, minute)


def mark(status, minute=5, id=9, source="staff", **more):
    return seen(id, "mark", source, minute, status, **more)


LEAVE = mark("excused", -600, id=2, source="leave")


def said(*events, times=SESSION):
    found = derive(times, events)
    return found.status, found.half_periods, found.decided_by


def test_without_an_event_nothing_is_marked_and_nothing_earned():
    assert derive(SESSION, []) == Projection()


@pytest.mark.parametrize(
    ("minute", "status", "earned"),
    [(-30, "present", 8), (15, "present", 8), (16, "late", 7), (90, "late", 4), (179, "late", 0)],
)
def test_a_scan_is_on_time_for_a_quarter_of_an_hour_and_then_earns_by_the_minutes(minute, status, earned):
    assert said(scan(minute)) == (status, earned, "scan")


@pytest.mark.parametrize(
    ("came", "left", "status", "earned"),
    [(0, 180, "present", 8), (0, 165, "present", 8), (0, 164, "left_early", 7), (0, 90, "left_early", 4),
     (30, 90, "left_early", 2), (30, 180, "late", 6), (0, None, "left_early", 0)],
)  # fmt: skip
def test_where_a_check_out_is_asked_presence_lasts_until_it(came, left, status, earned):
    outs = [] if left is None else [scan(left, id=2, kind="out")]
    assert said(scan(came), *outs, times=WITH_OUT) == (status, earned, "scan")


LADDER = [
    (mark("late", 200, id=1, half_periods=3), "correction"),
    (mark("absent", 5, id=2), "staff"),
    (mark("present", 300, id=3, source="sheet"), "sheet"),
    (mark("left_early", 300, id=4, source="import", half_periods=1), "import"),
    (scan(20, id=5, source="personal_qr"), "scan"),
    (scan(0, id=6, source="pin"), "claim"),
    (mark("excused", -60, id=7, source="leave"), "leave"),
]


@pytest.mark.parametrize("step", range(len(LADDER)))
def test_the_first_step_with_an_event_wins(step):
    assert derive(SESSION, [event for event, _step in LADDER[step:]]).decided_by == LADDER[step][1]


def test_within_a_step_the_latest_wins_and_then_the_highest_id():
    assert said(mark("absent", 6, id=1), mark("present", 5, id=2))[0] == "absent"
    assert said(mark("absent", 5, id=1), mark("present", 5, id=2))[0] == "present"


@pytest.mark.parametrize(("minute", "step"), [(179, "staff"), (180, "correction")])
def test_a_mark_made_when_the_session_is_over_is_a_correction(minute, step):
    assert said(mark("present", minute)) == ("present", 8, step)


def test_a_claim_shows_but_earns_nothing_until_staff_confirm():
    claim = scan(0, source="pin")
    found = derive(SESSION, [claim])
    assert (found.status, found.half_periods, found.is_unconfirmed) == ("present", 0, True)
    assert said(claim, mark("present")) == ("present", 8, "staff")


def test_leave_is_excused_earns_nothing_and_yields_to_a_scan():
    assert said(LEAVE) == ("excused", 0, "leave")
    assert said(LEAVE, scan(0, id=3)) == ("present", 8, "scan")


def test_leave_granted_after_the_beginning_is_no_leave():
    assert said(mark("excused", 0, source="leave")) == ("", 0, "")


def test_a_list_of_a_meeting_tool_counts_like_scans_at_its_own_step():
    joined, left = scan(0, id=1, source="import"), scan(90, id=2, kind="out", source="import")
    assert said(joined, left, scan(0, id=3), times=WITH_OUT) == ("left_early", 4, "import")


def test_a_mark_of_absence_against_a_scan_is_a_conflict_until_somebody_corrects_it():
    events = [scan(0), mark("absent")]
    assert derive(SESSION, events).flags == ("conflict",)
    assert derive(SESSION, [*events, mark("absent", 200, id=10)]).flags == ()
    assert derive(SESSION, [scan(0, source="pin"), mark("absent")]).flags == ()
    assert derive(SESSION, [scan(0), mark("present")]).flags == ()


def test_annulled_events_do_not_exist_and_neither_do_annulled_annulments():
    events = [scan(0), mark("absent"), seen(10, "annul", "staff", 7, target=9)]
    assert said(*events) == ("present", 8, "scan")
    assert derive(SESSION, events).last_event == 10
    assert said(*events, seen(11, "annul", "staff", 8, target=10)) == ("absent", 0, "staff")


@pytest.mark.parametrize(
    ("status", "periods", "earned"),
    [("present", None, 8), ("late", 5, 5), ("left_early", 99, 8), ("late", None, 7), ("left_early", None, 7),
     ("absent", 8, 0)],
)  # fmt: skip
def test_a_mark_earns_its_own_periods_or_what_its_word_says(status, periods, earned):
    assert said(mark(status, half_periods=periods))[1] == earned


def test_a_mark_without_periods_goes_by_the_minutes_of_the_scan():
    assert said(scan(90), mark("late", 95)) == ("late", 4, "staff")
