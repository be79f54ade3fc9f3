"""Codes on the screen, PINs, personal codes, tickets (attendance-and-certificates.md §1.3, §1.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import live_codes as codes

calm = settings(deadline=None, max_examples=60)
SITE = "khoa-thu-nghiem"
KEY = codes.room_key(SITE, 1, 2, 0)
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
seconds = st.integers(0, 10**9).map(lambda second: NOON + timedelta(seconds=second))


def after(**time):
    return NOON + timedelta(**time)


@calm
@given(at=seconds, age=st.integers(0, 29))
def test_a_code_is_good_in_its_slot_and_the_next(at, age):
    code = codes.live_code(KEY, codes.slot_at(at))
    start = at - timedelta(seconds=at.timestamp() % codes.SLOT_SECONDS)
    assert codes.is_live(KEY, code, start + timedelta(seconds=age))
    assert not codes.is_live(KEY, code, start + timedelta(seconds=30))
    assert not codes.is_live(KEY, code, start - timedelta(seconds=1))


def test_a_code_of_the_last_ten_minutes_is_old_and_not_unknown():
    code = codes.live_code(KEY, codes.slot_at(NOON))
    assert codes.was_live(KEY, code, after(minutes=9))
    assert not codes.was_live(KEY, code, after(minutes=11))
    assert not codes.was_live(KEY, "00000000", NOON)


def test_codes_are_eight_letters_that_nobody_confuses():
    shown = {code for code, _ms in codes.codes_ahead(KEY, NOON, 400)}
    assert len(shown) == 400
    assert all(len(code) == 8 and set(code) <= set(codes.ALPHABET) for code in shown)
    assert not set("ILOU") & set(codes.ALPHABET)


@calm
@given(at=seconds, late_ms=st.integers(0, 290_000))
def test_the_projector_shows_a_code_late_perhaps_but_never_early(at, late_ms):
    ahead = codes.codes_ahead(KEY, at)
    assert (len(ahead), ahead[0][1]) == (20, 0)
    due = [code for code, after_ms in ahead if after_ms <= late_ms][-1]
    shown_at = at + timedelta(milliseconds=late_ms)
    if late_ms < ahead[-1][1]:
        assert due == codes.live_code(KEY, codes.slot_at(shown_at))


def test_another_epoch_room_or_session_has_other_codes():
    keys = {codes.room_key(SITE, *ids) for ids in [(1, 2, 0), (1, 2, 1), (1, 3, 0), (2, 2, 0), (12, 0, 0), (1, 20, 0)]}
    assert len({codes.live_code(key, 5) for key in keys}) == len(keys) == 6


def test_a_pin_is_good_for_its_ten_minutes_and_the_next():
    pin = codes.pins_ahead(KEY, NOON)[0][0]
    assert len(pin) == 6
    assert pin.isdigit()
    assert codes.is_pin(KEY, pin, after(minutes=19, seconds=59))
    assert not codes.is_pin(KEY, pin, after(minutes=20))
    assert not codes.is_pin(KEY, pin, after(seconds=-1))


def test_a_personal_code_is_good_for_half_a_minute_either_way_and_longer_offline():
    mine = codes.person_key(SITE, 1, "ABCD2345")
    code = codes.personal_code(mine, NOON)
    assert codes.is_personal(mine, code, after(seconds=59))
    assert codes.is_personal(mine, code, after(seconds=-30))
    assert not codes.is_personal(mine, code, after(seconds=60))
    assert codes.is_personal(mine, code, after(minutes=10), tolerance_slots=20)
    assert not codes.is_personal(codes.person_key(SITE, 2, "ABCD2345"), code, NOON)


@calm
@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_without_an_error(typed):
    assert set(codes.normal_code(typed)) <= set(codes.ALPHABET)
    assert not codes.is_live(KEY, typed, NOON) or typed in {code for code, _ms in codes.codes_ahead(KEY, NOON, 1)}
    assert codes.is_pin(KEY, typed, NOON) <= (len(typed) == 6)
    with pytest.raises(codes.BadTicket):
        codes.read_ticket(SITE, typed, NOON)


@pytest.mark.parametrize(("typed", "code"), [("abcd-2345", "ABCD2345"), (" O1il ", "0111"), ("u", ""), ("Đ", "")])
def test_a_typed_code_forgives_letters_that_look_alike(typed, code):
    assert codes.normal_code(typed) == code


def test_a_ticket_tells_the_room_and_the_moment_of_the_scan():
    text = codes.sign_ticket(SITE, 7, NOON)
    ticket = codes.read_ticket(SITE, text, after(minutes=10))
    assert (ticket.session_place_id, ticket.scanned_at) == (7, NOON)
    assert codes.sign_ticket(SITE, 7, NOON) != text


@pytest.mark.parametrize(
    ("site", "at", "change", "code"),
    [
        (SITE, after(minutes=10, seconds=1), str, "ticket_expired"),
        (SITE, after(seconds=-6), str, "ticket_expired"),
        ("another site", NOON, str, "code_unknown"),
        (SITE, NOON, lambda text: "x" + text, "code_unknown"),
        (SITE, NOON, lambda text: text[:-1], "code_unknown"),
    ],
)
def test_an_old_or_changed_ticket_is_refused(site, at, change, code):
    with pytest.raises(codes.BadTicket) as caught:
        codes.read_ticket(site, change(codes.sign_ticket(SITE, 7, NOON)), at)
    assert caught.value.code == code


def test_two_tickets_never_leave_the_same_trace():
    assert len({codes.ticket_hash(codes.sign_ticket(SITE, 7, NOON)) for _time in range(50)}) == 50
