"""The shape of an answer, how texts and numbers are read, and what holds for every answer (learning.md §3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.scoring import WHOLE, check_value, score, understood
from courses.texts import as_number, glob_matches, normal_text
from lms.refusal import Refused
from tests.courses.worth import worth

calm = settings(deadline=None, max_examples=60)
PLAIN = [["a", ""], ["b", ""], ["c", ""]]
PAIRS = [["l1", "left"], ["l2", "left"], ["r1", "right"], ["r2", "right"]]


@pytest.mark.parametrize(
    ("type_", "options", "value", "kept"),
    [
        ("single", PLAIN, {"choice": "b", "more": 1}, {"choice": "b"}),
        ("multiple", PLAIN, {"choices": ["c", "a"]}, {"choices": ["a", "c"]}),
        ("multiple", PLAIN, {"choices": []}, None),
        ("true_false", [], {"answer": False}, {"answer": False}),
        ("matching", PAIRS, {"pairs": {"l2": "r2"}}, {"pairs": {"l2": "r2"}}),
        ("matching", PAIRS, {"pairs": {}}, None),
        ("ordering", PLAIN, {"order": ["c", "a", "b"]}, {"order": ["c", "a", "b"]}),
        ("short_text", [], {"text": " hai ý "}, {"text": " hai ý "}),
        ("short_text", [], {"text": "  "}, None),
        ("numeric", [], {"text": "1.234"}, {"text": "1.234"}),
        ("essay", [], {"text": "x" * 20_000}, {"text": "x" * 20_000}),
        ("single", PLAIN, None, None),
    ],
)
def test_an_answer_is_kept_in_its_canonical_shape(type_, options, value, kept):
    assert check_value(type_, options, value) == kept


@pytest.mark.parametrize(
    ("type_", "options", "value"),
    [
        ("single", PLAIN, {"choice": "z"}), ("single", PLAIN, {"choice": ["a"]}), ("single", PLAIN, "a"),
        ("multiple", PLAIN, {"choices": ["a", "a"]}), ("multiple", PLAIN, {"choices": "a"}),
        ("true_false", [], {"answer": "true"}), ("true_false", [], {"answer": 1}),
        ("matching", PAIRS, {"pairs": {"r1": "l1"}}), ("matching", PAIRS, {"pairs": ["l1"]}),
        ("ordering", PLAIN, {"order": ["a", "b"]}), ("ordering", PLAIN, {"order": ["a", "b", "b"]}),
        ("short_text", [], {"text": "x" * 501}), ("short_text", [], {"text": 5}), ("short_text", [], {}),
        ("numeric", [], {"text": "1\x00"}), ("essay", [], {"text": "\ud800"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_question_is_refused(type_, options, value):
    with pytest.raises(Refused) as caught:
        check_value(type_, options, value)
    assert (caught.value.code, caught.value.status) == ("bad_value", 422)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("85,5", "85.5"), ("85.5", "85.5"), ("1.234", "1234"), ("1.234.567,8", "1234567.8"), ("0.234", "0.234"),
     ("1.2345", "1.2345"), (" 1 234 ", "1234"), ("−5", "-5"), ("17,5 %", "17.5"), (",5", "0.5"), ("85.", "85"),
     ("12.34.567", None), ("1,2,3", None), ("hai", None), ("", None), ("٣", None), ("9" * 41, None), ("1e5", None)],
)  # fmt: skip
def test_numbers_are_read_the_vietnamese_way(typed, number):
    assert as_number(typed) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("typed", "shown"), [("1.234", "1.234"), ("1234,5", "1.234,5"), ("85.5", "85,5"), ("-0,5", "-0,5"), ("hai", "")]
)
def test_a_number_is_acknowledged_as_it_was_understood(typed, shown):
    assert understood("numeric", {"text": typed}) == shown
    assert understood("short_text", {"text": typed}) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("hòa bình", "Hoà  Bình."), ("thúy", "thuý"), ("“mẫu số”", '"mẫu số"'), ("49/2024/NĐ–CP", "49/2024/nđ-cp"),
     ("ba\u0301o", "báo"), ("Báo\u00a0cáo\u200b", "báo cáo"), ("K’ Brêm", "k' brêm")],
)  # fmt: skip
def test_spellings_that_mean_the_same_are_the_same(one, other):
    assert normal_text(one) == normal_text(other)


def test_marks_and_i_y_count_unless_the_key_says_otherwise():
    assert normal_text("ma") != normal_text("má")
    assert normal_text("đường", ignore_marks=True) == normal_text("duong", ignore_marks=True)
    assert normal_text("49/2024", ignore_marks=True) != normal_text("49 2024", ignore_marks=True)
    assert normal_text("Quí") != normal_text("Quý")
    assert normal_text("Quí", i_y=True) == normal_text("Quý", i_y=True)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("*", "gì cũng được", True), ("báo cáo*", "Báo cáo lãnh đạo", True), ("*112*", "gọi số 112 ngay", True),
     ("nghị định*49/2024*", "Nghị định số 49/2024/NĐ-CP", True), ("báo cáo *", "báo cáox", False),
     ("ab*ba", "aba", False),
     (r"2\*3", "2*3", True), (r"2\*3", "2x3", False), ("*hòa", "thái hoà", True), ("*a*", "xyz", False)],
)  # fmt: skip
def test_a_star_is_any_run_of_letters(pattern, text, fits):
    assert glob_matches(pattern, normal_text(text)) is fits


def test_a_pattern_full_of_stars_takes_no_longer_than_its_text():
    assert not glob_matches("*a" * 250 + "b", "a" * 500)


uids = st.sampled_from("abcdefgh")
sets = st.sets(uids, min_size=1)


@calm
@given(
    right=sets,
    wrong=st.sets(st.sampled_from("stuvwxyz"), min_size=1),
    ticked=st.sets(st.sampled_from("abcdefghstuvwxyz")),
)
def test_balanced_never_rewards_ticking_everything(right, wrong, ticked):
    key = {"right": sorted(right), "wrong_count": len(wrong), "rule": "balanced"}
    assert worth("multiple", key, {"choices": sorted(right | wrong)}) == 0
    assert worth("multiple", key, {"choices": sorted(right)}) == WHOLE
    assert 0 <= worth("multiple", key, {"choices": sorted(ticked & (right | wrong))}) <= WHOLE


@calm
@given(weights=st.dictionaries(uids, st.integers(-WHOLE, WHOLE), min_size=1), ticked=sets, points=st.integers(0, 10**7))
def test_no_sum_of_weights_leaves_the_question(weights, ticked, points):
    part = worth("multiple", {"rule": "weights", "weights": weights}, {"choices": sorted(ticked)})
    assert 0 <= part <= WHOLE
    assert 0 <= score(points, part) <= points


@calm
@given(order=st.permutations("abcdef"))
def test_an_order_and_its_reverse_never_both_earn(order):
    key = {"order": list("abcdef"), "rule": "pairs"}
    forth, back = (worth("ordering", key, {"order": given}) for given in (list(order), list(reversed(order))))
    assert 0 <= forth <= WHOLE
    assert forth == 0 or back == 0


@calm
@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    key = {"accepted": [{"text": text, "weight": WHOLE}]}
    assert worth("short_text", key, {"text": text}) in (0, WHOLE)
    number = as_number(text)
    assert number is None or number.is_finite()
