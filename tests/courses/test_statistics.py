"""Item analysis: what the figures say, and when they say nothing (learning.md §9)."""

from __future__ import annotations

import time
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.analysing import analysis_of, overview
from courses.statistics import ENOUGH, Items, Moments, Response, analyse
from tests.make import courses as make
from tests.make import quizzes

NOW = make.at(9)
shares = st.integers(0, 10_000)
pairs = st.lists(st.tuples(shares, shares), min_size=2, max_size=60)


@given(pairs)
def test_the_correlation_is_that_of_the_textbook(points):
    moments = Moments()
    for x, y in points:
        moments.add(x, y)
    found = moments.correlation()
    xs, ys = zip(*points, strict=True)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert found is None
    else:
        assert abs(found - 100 * correlation(xs, ys)) <= 0.51


@given(pairs)
def test_facility_is_the_mean_and_stays_within_the_whole(points):
    analysis = analyse([Response(x, y) for x, y in points])
    assert abs(analysis.facility - sum(x for x, _y in points) / len(points)) <= 0.5
    assert 0 <= analysis.facility <= 10_000


@given(st.lists(st.tuples(shares, st.sampled_from(["a", "b", "c"])), max_size=60))
def test_every_choice_is_counted_once_in_one_third(given_):
    responses = [Response(0, rest, (uid,)) for rest, uid in given_]
    analysis = analyse(responses, ["a", "b", "c"])
    assert sum(option.total for option in analysis.options) == len(given_)
    assert sum(analysis.sizes) == len(given_)
    assert analysis.sizes[0] == analysis.sizes[2]


@given(st.lists(st.tuples(shares, shares), max_size=ENOUGH - 1))
def test_below_twenty_answers_nothing_is_concluded(points):
    analysis = analyse([Response(x, y) for x, y in points])
    assert analysis.flags == ()
    assert not analysis.is_enough


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 90)), min_size=1, max_size=40))
def test_all_questions_at_once_say_the_same_as_each_alone(points):
    items = Items()
    for x, rest in points:
        items.add(1, x, 10, x + rest, 100)
    alone = analyse([Response(x * 1_000, rest * 10_000 // 90) for x, rest in points])
    assert items.judged()[1] == alone.__class__(alone.count, alone.facility, alone.discrimination, flags=alone.flags)


def responses(strong_right, weak_right, size=15):
    """The stronger half first: so many of them are right."""
    strong = [Response(10_000 if place < strong_right else 0, 9_000 + place) for place in range(size)]
    weak = [Response(10_000 if place < weak_right else 0, 1_000 + place) for place in range(size)]
    return strong + weak


@pytest.mark.parametrize(
    ("strong", "weak", "flags"),
    [
        (14, 3, ()),
        (15, 15, ("review",)),  # everybody is right
        (3, 1, ("review",)),  # hardly anybody is
        (8, 8, ("review",)),  # it tells nobody apart
        (3, 12, ("review", "key_suspect")),  # the strong are wrong
    ],
)
def test_what_the_figures_say(strong, weak, flags):
    found = analyse(responses(strong, weak)).flags
    assert set(flags) <= set(found)
    assert bool(flags) == bool(found)


def test_a_wrong_option_that_beats_the_key_among_the_strongest_is_told():
    strong = [Response(0, 9_000, ("b",)) for _number in range(7)] + [Response(10_000, 9_000, ("a",))] * 3
    middle = [Response(10_000, 5_000, ("a",)) for _number in range(10)]
    weak = [Response(0, 1_000, ("c",)) for _number in range(10)]
    assert "key_suspect" in analyse([*weak, *middle, *strong], ["a", "b", "c"], ["a"]).flags


# --- from the attempts -----------------------------------------------------------------------------------------------


@pytest.fixture
def sitting(db):
    return quizzes.Sitting("single", "true_false", attempts_allowed=0)


def take(sitting, right=True):
    attempt = sitting.start(NOW)
    if right:
        sitting.answer_rightly(attempt, NOW)
    return sitting.submit(attempt, NOW)


def test_only_the_first_graded_attempt_of_each_person_counts(sitting):
    take(sitting, right=False)
    take(sitting)
    people, lines = overview(sitting.quiz)
    assert people == 1
    assert [line.analysis.facility for line in lines] == [0, 0]


def test_one_question_with_its_options(sitting):
    attempt = take(sitting)
    line, texts = analysis_of(sitting.quiz, quizzes.version_of(sitting.rows[0]))
    assert (line.analysis.count, line.analysis.facility, line.position) == (1, 10_000, 1)
    assert line.attempt == str(attempt.public_id)
    assert list(texts.values()) == ["Phương án A", "Phương án B", "Phương án C"]
    assert [option.is_right for option in line.analysis.options] == [False, True, False]
    assert [option.total for option in line.analysis.options] == [0, 1, 0]
    line, texts = analysis_of(sitting.quiz, quizzes.version_of(sitting.rows[1]))
    assert [option.total for option in line.analysis.options] == [1, 0]


def test_nobody_has_answered_yet(sitting):
    assert overview(sitting.quiz) == (0, [])
    assert analysis_of(sitting.quiz, quizzes.version_of(sitting.rows[0])) == (None, {})


def test_five_thousand_attempts_are_judged_within_a_second():
    items = Items()
    started = time.process_time()
    for person in range(5_000):
        for item in range(20):
            items.add(item, (person + item) % 3, 2, person % 41, 40)
    items.judged()
    assert time.process_time() - started < 1
