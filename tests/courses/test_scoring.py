"""What an answer is worth, by type (learning.md §3)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from courses.scoring import WHOLE, fraction, score
from tests.courses.worth import worth as exact_worth

SINGLE = {"weights": {"a": WHOLE, "b": 5000, "c": 0}}
BALANCED = {"right": ["a", "b"], "wrong_count": 3, "rule": "balanced"}
MATCHING = {"pairs": {"l1": "r1", "l2": "r2", "l3": "r3"}}
ORDER = {"order": ["a", "b", "c", "d"], "rule": "pairs"}


@pytest.mark.parametrize(("choice", "worth"), [("a", WHOLE), ("b", 5000), ("c", 0), ("not there", 0)])
def test_a_single_choice_earns_the_weight_of_its_option(choice, worth):
    assert fraction("single", SINGLE, {"choice": choice}) == worth


def test_a_negative_weight_of_a_single_choice_earns_nothing():
    assert fraction("single", {"weights": {"a": -5000}}, {"choice": "a"}) == 0


@pytest.mark.parametrize(
    ("ticked", "worth"),
    [("ab", WHOLE), ("a", 5000), ("ax", Fraction(WHOLE, 6)), ("abx", Fraction(2 * WHOLE, 3)), ("abxyz", 0),
     ("xyz", 0), ("", 0)],
)  # fmt: skip
def test_balanced_takes_the_share_of_wrong_ticks_from_the_share_of_right_ones(ticked, worth):
    assert fraction("multiple", BALANCED, {"choices": list(ticked)}) == worth


@pytest.mark.parametrize(("ticked", "worth"), [("ab", WHOLE), ("a", 0), ("abx", 0), ("", 0)])
def test_all_or_nothing_wants_exactly_the_right_options(ticked, worth):
    key = {"right": ["a", "b"], "wrong_count": 1, "rule": "all_or_nothing"}
    assert fraction("multiple", key, {"choices": list(ticked)}) == worth


@pytest.mark.parametrize(("ticked", "worth"), [("ab", WHOLE), ("a", 0)])
def test_without_a_wrong_option_balanced_is_all_or_nothing(ticked, worth):
    key = {"right": ["a", "b"], "wrong_count": 0, "rule": "balanced"}
    assert fraction("multiple", key, {"choices": list(ticked)}) == worth


THIRDS = {"rule": "weights", "weights": {"a": 3334, "b": 3334, "c": 3334, "x": -3334, "y": -10_000}}


@pytest.mark.parametrize(
    ("ticked", "worth"),
    [("abc", WHOLE), ("ab", Fraction(2 * WHOLE, 3)), ("ax", 0), ("abcx", Fraction(2 * WHOLE, 3)), ("aby", 0), ("x", 0)],
)
def test_three_thirds_make_a_whole_and_the_sum_stays_between_nothing_and_all(ticked, worth):
    assert fraction("multiple", THIRDS, {"choices": list(ticked)}) == worth


@pytest.mark.parametrize(("answer", "worth"), [(True, 0), (False, WHOLE)])
def test_true_or_false_is_all_or_nothing(answer, worth):
    assert fraction("true_false", {"answer": False}, {"answer": answer}) == worth


@pytest.mark.parametrize(
    ("pairs", "worth"),
    [
        ({"l1": "r1", "l2": "r2", "l3": "r3"}, WHOLE),
        ({"l1": "r1", "l2": "r3", "l3": "r2"}, Fraction(WHOLE, 3)),
        ({"l1": "r1", "l2": "distractor"}, Fraction(WHOLE, 3)),
        ({}, 0),
    ],
)
def test_matching_earns_the_share_of_left_items_with_their_right_one(pairs, worth):
    assert fraction("matching", MATCHING, {"pairs": pairs}) == worth


@pytest.mark.parametrize(
    ("given", "worth"),
    [("abcd", WHOLE), ("bacd", Fraction(4 * WHOLE, 6)), ("abdc", Fraction(4 * WHOLE, 6)),
     ("badc", Fraction(2 * WHOLE, 6)), ("dcba", 0), ("cdab", 0), ("abc", 0), ("abcx", 0)],
)  # fmt: skip
def test_ordering_counts_the_pairs_in_order_less_those_out_of_order(given, worth):
    assert fraction("ordering", ORDER, {"order": list(given)}) == worth


def test_ordering_may_be_all_or_nothing():
    key = ORDER | {"rule": "all_or_nothing"}
    assert fraction("ordering", key, {"order": list("abcd")}) == WHOLE
    assert fraction("ordering", key, {"order": list("bacd")}) == 0


def test_the_first_accepted_text_that_fits_decides():
    key = {
        "accepted": [
            {"text": "báo cáo", "weight": WHOLE},
            {"text": "báo cáo*", "weight": 7500},
            {"text": "*", "weight": 0},
        ]
    }
    worth = [fraction("short_text", key, {"text": text}) for text in ("Báo cáo.", "báo cáo lãnh đạo", "xác minh", " ")]
    assert worth == [WHOLE, 7500, 0, 0]


def test_the_best_interval_that_holds_the_number_decides_and_its_ends_belong_to_it():
    key = {"intervals": [{"low": "225", "high": "255", "weight": 5000}, {"low": "235", "high": "245", "weight": WHOLE}]}
    worth = [fraction("numeric", key, {"text": text}) for text in ("235", "245", "245,1", "225", "224,99", "hai trăm")]
    assert worth == [WHOLE, WHOLE, 5000, 5000, 0, 0]


def test_decimals_are_exact():
    key = {"intervals": [{"low": "0.3", "high": "0.3", "weight": WHOLE}]}
    assert fraction("numeric", key, {"text": "0,3"}) == WHOLE
    assert fraction("numeric", key, {"text": "0,30000000000000001"}) == 0


def test_an_essay_is_marked_by_people_and_no_answer_earns_nothing():
    assert fraction("essay", {"rubric": []}, {"text": "Bài làm"}) is None
    assert fraction("single", SINGLE, None) == 0


@pytest.mark.parametrize(
    ("points", "part", "earned"),
    [(10_000, Fraction(2 * WHOLE, 3), 6_667), (30_000, Fraction(2 * WHOLE, 3), 20_000), (1, 5_000, 1), (1, 4_999, 0),
     (15_000, 3_333, 5_000), (10_000, WHOLE, 10_000), (0, WHOLE, 0)],
)  # fmt: skip
def test_the_score_is_rounded_once_half_up(points, part, earned):
    assert score(points, part) == earned


def test_two_of_three_pairs_of_a_question_of_three_points_are_two_points():
    assert score(30_000, exact_worth("matching", MATCHING, {"pairs": {"l1": "r1", "l2": "r2"}})) == 20_000
