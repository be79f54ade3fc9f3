"""Drawing questions and shuffling options (learning.md §8)."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.drawing import Candidate, draw, shuffled

calm = settings(deadline=None, max_examples=60)
pools = st.dictionaries(st.integers(1, 500), st.integers(0, 3), min_size=1, max_size=40)


def pool_of(seen):
    return [Candidate(question, times) for question, times in seen.items()]


def test_the_draw_is_the_same_on_every_machine_and_every_python():
    assert draw(pool_of(dict.fromkeys(range(1, 9), 0)), 4, "hạt giống") == [5, 8, 6, 4]
    assert shuffled(["a", "b", "c", "d"], "hạt giống") == ["d", "c", "a", "b"]


@calm
@given(seen=pools, count=st.integers(1, 45), seed=st.text(max_size=8))
def test_nobody_sees_a_question_again_while_one_is_left_that_was_seen_less(seen, count, seed):
    drawn = draw(pool_of(seen), count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(seen))
    left = [times for question, times in seen.items() if question not in drawn]
    assert max(seen[question] for question in drawn) <= min(left, default=99)


@calm
@given(seen=pools, count=st.integers(1, 45), seed=st.text(max_size=8))
def test_the_order_of_the_pool_says_nothing(seen, count, seed):
    pool = pool_of(seen)
    assert draw(pool, count, seed) == draw(list(reversed(pool)), count, seed)


def test_every_question_has_its_chance():
    pool = pool_of(dict.fromkeys(range(20), 0))
    counts = Counter(question for seed in range(400) for question in draw(pool, 5, str(seed)))
    assert set(counts) == set(range(20))
    assert 60 <= min(counts.values()) <= max(counts.values()) <= 140


def test_questions_seen_before_do_not_stand_at_the_end():
    seen = {question: int(question >= 10) for question in range(20)}
    last = [draw(pool_of(seen), 15, str(seed))[-1] for seed in range(60)]
    assert any(question < 10 for question in last)


@calm
@given(things=st.lists(st.text(max_size=5)), seed=st.text(max_size=8))
def test_shuffling_loses_and_adds_nothing(things, seed):
    assert sorted(shuffled(things, seed)) == sorted(things)
