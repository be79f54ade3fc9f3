"""What stands between the braces of a GIFT question (learning.md §4)."""

from __future__ import annotations

import pytest

from courses.scoring import WHOLE, fraction
from tests.courses.test_gift import one


def weights(question):
    return [question.key["weights"][option.uid] for option in question.options]


def test_words_after_the_braces_leave_a_gap():
    assert one("Thủ đô là {=Hà Nội ~Huế}.").stem == "Thủ đô là _____."


@pytest.mark.parametrize(
    ("percent", "share"), [("33.33333", 3334), ("33.33", 3334), ("33,33333", 3334), ("12.34", 1234)]
)
def test_a_weight_near_a_simple_fraction_is_that_fraction(percent, share):
    question = one(f"Câu {{=a ~%{percent}%b ~c}}")
    assert weights(question) == [WHOLE, share, 0]


def test_three_thirds_make_a_whole_and_a_penalty_takes_one_away():
    question = one("Câu {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}")
    uids = [option.uid for option in question.options]
    assert fraction("multiple", question.key, {"choices": uids[:3]}) == WHOLE
    assert fraction("multiple", question.key, {"choices": [uids[0], uids[3]]}) == 0


def test_a_negative_weight_of_a_single_choice_counts_as_nothing_and_is_noted():
    question = one("Câu {=a ~%-50%b}")
    assert weights(question) == [WHOLE, 0]
    assert len(question.notes) == 1


def test_feedback_of_true_and_false_is_first_for_the_wrong_answer():
    question = one("Câu {TRUE#Sai rồi.#Đúng rồi.####Chung.}")
    assert (question.key, question.feedback) == (
        {"answer": True}, {"wrong": "Sai rồi.", "right": "Đúng rồi.", "general": "Chung."},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("block", "low", "high"),
    [("3:2", "1", "5"), ("1..5", "1", "5"), ("-5..-1", "-5", "-1"), ("17,5:0,05", "17.45", "17.55")],
)
def test_numbers_have_a_tolerance_or_ends(block, low, high):
    assert one(f"Câu {{#{block}}}").key["intervals"] == [{"low": low, "high": high, "weight": WHOLE, "feedback": ""}]


def test_a_wrong_number_with_feedback_is_worth_nothing():
    question = one("Câu {#=3:0 ~4#Gần rồi. ~#Xem lại.}")
    assert [row["weight"] for row in question.key["intervals"]] == [WHOLE, 0]
    assert question.feedback == {"wrong": "Xem lại."}


def test_pairs_split_at_the_first_arrow_and_an_empty_left_side_is_a_distractor():
    question = one("Câu {=a -> b -> c = -> thừa =d -> b -> c =e -> f}")
    assert [(option.text, option.side) for option in question.options] == [
        ("a", "left"), ("d", "left"), ("e", "left"), ("b -> c", "right"), ("thừa", "right"), ("f", "right"),
    ]  # fmt: skip
    assert len(set(question.key["pairs"].values())) == 2


def test_items_are_ordered_as_they_stand_below_the_header():
    question = one("Câu {>ALL VERTICAL ALL_OR_NOTHING\nmột\nhai\\nba\nbốn\n####Chung.}")
    assert [option.text for option in question.options] == ["một", "hai\nba", "bốn"]
    assert (question.key["rule"], question.feedback) == ("all_or_nothing", {"general": "Chung."})


def test_an_option_keeps_its_uid_wherever_it_stands():
    one_way, other_way = one("// [id:A]\nCâu {=a ~b ~b}"), one("// [id:A]\nCâu {~b =a ~b}")
    assert len({option.uid for option in one_way.options}) == 3
    assert {option.uid for option in one_way.options} == {option.uid for option in other_way.options}
    assert one_way.content_hash() != other_way.content_hash()
