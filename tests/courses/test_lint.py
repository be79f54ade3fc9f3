"""What lint finds in a question, and in a whole category (learning.md §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.formats.ir import ImportedOption
from courses.lint import ERRORS, WARNINGS, can_be_met, chance, denies_twice, lint, refers_to_others, skew
from tests.make import quizzes

ON = date(2026, 3, 2)


def codes(question, on=ON):
    return {finding.code for finding in lint(question, on)}


def choice(*texts, right=(0,), type_="single", **fields):
    options = tuple(ImportedOption(f"u{place}", text) for place, text in enumerate(texts))
    uids = [options[place].uid for place in right]
    weights = {option.uid: 10000 if option.uid in uids else 0 for option in options}
    several = {"rule": "balanced", "right": uids, "wrong_count": len(texts) - len(uids)}
    key = {"weights": weights} if type_ == "single" else several
    return quizzes.imported(type_, options=options, key=key, **fields)


@pytest.mark.parametrize("type_", quizzes.TYPES)
def test_a_sound_question_of_any_type_shows_nothing(type_):
    assert codes(quizzes.imported(type_)) == set()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (quizzes.imported(stem=" "), "stem_missing"),
        (quizzes.imported(key={"weights": {}}), "no_right_answer"),
        (choice("Một", "Hai", "Ba", right=(0, 2)), "several_right"),
        (choice("Một", " "), "option_empty"),
        (choice("Một"), "option_count"),
        (quizzes.imported("ordering", options=(ImportedOption("a", "1"), ImportedOption("b", "2"))), "option_count"),
        (choice("Ủy ban  nhân dân", "ủy ban nhân dân."), "options_equal"),
        (choice("Hoà bình", "Hòa bình"), "options_equal"),
        (quizzes.imported(check_by="2026-03-01"), "source_past"),
        (quizzes.imported(stem="Hình ![](a.png) là gì?", stem_format="markdown"), "alt_missing"),
        (quizzes.imported(stem='Hình <img src="a.png"> là gì?', stem_format="html"), "alt_missing"),
    ],
)  # fmt: skip
def test_errors(question, code):
    assert code in codes(question)
    assert code in ERRORS
    assert next(finding for finding in lint(question, ON) if finding.code == code).is_error


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (choice("Cơ quan có thẩm quyền theo quy định của pháp luật", "Báo chí", "Nhà trường"), "longest_right"),
        (choice("Báo chí", "Tất cả các ý trên"), "all_above"),
        (choice("Một", "Hai", right=(0, 1), type_="multiple"), "no_wrong_option"),
        (quizzes.imported(stem="Trường hợp nào không được coi là không vi phạm?"), "double_negative"),
        (quizzes.imported(feedback={}), "feedback_missing"),
    ],
)
def test_warnings_do_not_keep_a_question_from_becoming_ready(question, code):
    found = lint(question, ON)
    assert code in WARNINGS
    assert [finding.is_error for finding in found if finding.code == code] == [False]


def test_marks_make_a_difference_between_options():
    assert "options_equal" not in codes(choice("ma", "má"))


def test_on_its_day_a_source_is_still_good():
    assert "source_past" not in codes(quizzes.imported(check_by="2026-03-02"))


def test_short_options_and_equal_lengths_give_nothing_away():
    assert "longest_right" not in codes(choice("1.734 người", "5"))
    assert "longest_right" not in codes(choice("a" * 30, "b" * 20))
    assert "longest_right" in codes(choice("a" * 31, "b" * 20))


@pytest.mark.parametrize(
    "text",
    ["Tất cả các ý trên", "Tất cả các phương án trên", "Cả A và B", "Cả A, B, C đều đúng", "A và C",
     "Cả ba ý trên đều đúng",
     "Không có đáp án nào đúng ở trên", "Không phương án nào ở trên", "Tất cả đều đúng", "Cả ba đều sai"],
)  # fmt: skip
def test_options_that_point_at_others(text):
    assert refers_to_others(text)


@pytest.mark.parametrize(
    "text",
    ["Cả nước", "Ủy ban nhân dân tỉnh", "Tất cả cán bộ, công chức", "Tất cả các cơ quan báo chí",
     "Không có câu trả lời",
     "Cả người nói và người nghe", "Báo chí và mạng xã hội", "Không được nêu ý kiến"],
)  # fmt: skip
def test_options_that_do_not(text):
    assert not refers_to_others(text)


@pytest.mark.parametrize(
    ("stem", "is_double"),
    [
        ("Việc nào không được làm khi chưa có ý kiến?", True),
        ("Phát biểu nào sau đây không phải là sai?", True),
        ("Nội dung nào không đúng?", False),
        ("Người phát ngôn có được từ chối hay không?", False),
        ("Thông tin không chỉ đúng mà còn phải kịp thời. Ai không phải chịu trách nhiệm?", False),
        ("Việc này không bắt buộc. Ai không tham gia?", False),
        ("Trú sở cơ quan ở đâu?", False),
    ],
)
def test_two_negations_in_one_sentence(stem, is_double):
    assert denies_twice(stem) == is_double


def test_chance_is_that_of_the_tables():
    for total, freedom, p in [
        (11.345, 3, 0.01),
        (6.635, 1, 0.01),
        (9.21, 2, 0.01),
        (13.277, 4, 0.01),
        (7.815, 3, 0.05),
    ]:
        assert chance(total, freedom) == pytest.approx(p, abs=0.0001)


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 12))
def test_more_is_never_likelier(one, other, freedom):
    low, high = sorted((one, other))
    assert 0 <= chance(high, freedom) <= chance(low, freedom) <= 1.0000001


def test_right_options_in_one_place_are_no_accident():
    assert skew([(1, 4)] * 20)
    assert not skew([(place % 4, 4) for place in range(40)])
    assert not skew([(0, 4)] * 10), "too few to say"
    assert not skew([])


def test_chance_alone_is_rarely_blamed():
    dice = Random(2026)
    blamed = sum(skew([(dice.randrange(4), 4) for _question in range(100)]) for _bank in range(300))
    assert blamed < 15


@given(st.sampled_from(quizzes.TYPES), st.text(max_size=200), st.lists(st.text(max_size=40), max_size=12), st.data())
def test_whatever_stands_in_a_question_lint_answers(type_, stem, texts, data):
    sound = quizzes.imported(type_, code="CH")
    question = replace(sound, stem=stem, options=tuple(ImportedOption(str(at), text) for at, text in enumerate(texts)))
    found = lint(question, ON)
    assert [finding.code for finding in found] == list(dict.fromkeys(finding.code for finding in found))
    assert [finding.is_error for finding in found] == sorted((finding.is_error for finding in found), reverse=True)
    assert can_be_met(type_, sound.key)
