"""The one evaluator of completion (learning.md §10)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.evaluation import Facts, QuizFact, Rule, SessionFact, evaluate

calm = settings(deadline=None, max_examples=80)
FIRST = date(2026, 12, 1)
RULE = Rule(lessons=(1, 2), quizzes={"7": 50}, attendance_percent=80)
LESSONS = {"1": FIRST, "2": FIRST + timedelta(days=2)}


def quiz(percent=None, days=0, **more):
    return {"7": QuizFact(percent, FIRST + timedelta(days=days) if percent is not None else None, **more)}


def sessions(*earned, planned=8, over=True):
    """Sessions on consecutive days; None is one that nobody marked."""
    return tuple(
        SessionFact(planned, half or 0, FIRST + timedelta(days=day), is_marked=half is not None, is_over=over)
        for day, half in enumerate(earned)
    )


def missing(facts, rule=RULE):
    return [item.code for item in evaluate(rule, facts).missing]


def test_the_day_is_that_of_the_last_condition():
    facts = Facts(LESSONS, quiz(5000, days=9), sessions(8, 8, 8))
    verdict = evaluate(RULE, facts)
    assert (verdict.done, verdict.on, verdict.missing) == (True, FIRST + timedelta(days=9), ())


def test_everything_that_is_missing_is_named_with_its_figures():
    verdict = evaluate(RULE, Facts({"1": FIRST}, {}, sessions(8, 4, 0, over=False)))
    assert [(item.code, item.have, item.need) for item in verdict.missing] == [
        ("lessons_left", 1, 2), ("quiz_not_taken", 0, 5000), ("attendance_low", 12, 20), ("cannot_reach", 0, 1),
    ]  # fmt: skip
    assert verdict.on is None


def test_a_lesson_that_is_not_asked_does_not_help():
    assert "lessons_left" in missing(Facts({"1": FIRST, "99": FIRST}))


@pytest.mark.parametrize(("percent", "codes"), [(5000, []), (4999, ["quiz_failed"]), (0, ["quiz_failed"])])
def test_the_pass_mark_is_reached_at_the_mark_and_not_a_hundredth_below(percent, codes):
    assert missing(Facts(LESSONS, quiz(percent), sessions(8))) == codes


def test_an_essay_that_waits_is_not_a_failure():
    assert missing(Facts(LESSONS, quiz(4000, is_waiting=True, attempts_left=0), sessions(8))) == ["waiting_marking"]


def test_without_attempts_left_the_test_cannot_be_passed_any_more():
    facts = Facts(LESSONS, quiz(4000, attempts_left=0), sessions(8))
    assert missing(facts) == ["quiz_failed", "cannot_reach"]
    assert [item.still_possible for item in evaluate(RULE, facts).missing] == [False, False]


@pytest.mark.parametrize(
    ("earned", "codes"),
    [
        ((8, 8, 8, 8, 0), []),
        ((8, 8, 8, 7, 0), ["attendance_low", "cannot_reach"]),
        ((8, 8, 8, 8, None), []),
        ((8, 8, 8, None, 0), ["attendance_unmarked"]),
        ((8, 8, 0, 0, None), ["attendance_low", "cannot_reach"]),
    ],
)
def test_presence_is_a_share_of_what_is_planned_and_unmarked_is_not_present(earned, codes):
    assert missing(Facts(LESSONS, quiz(5000), sessions(*earned))) == codes


def test_five_of_ten_sessions_held_so_far_are_not_everything():
    held = sessions(*[8] * 5, *[None] * 5, over=False)
    item = next(item for item in evaluate(RULE, Facts(LESSONS, quiz(5000), held)).items if "attendance" in item.code)
    assert (item.code, item.ok, item.have, item.need, item.still_possible) == ("attendance_low", False, 40, 64, True)


def test_nothing_is_rounded_up():
    assert missing(Facts(LESSONS, quiz(5000), sessions(79, planned=99))) == ["attendance_low", "cannot_reach"]
    assert missing(Facts(LESSONS, quiz(5000), sessions(80, planned=100))) == []


def test_attendance_is_reached_on_the_day_of_the_session_that_filled_the_share():
    verdict = evaluate(Rule(attendance_percent=80), Facts(sessions=sessions(8, 8, 8, 8, 8)))
    assert (verdict.done, verdict.on) == (True, FIRST + timedelta(days=3))


def test_a_rule_that_asks_nothing_is_met_by_nobody():
    assert not evaluate(Rule(), Facts(LESSONS)).done


def test_rule_and_facts_come_back_from_their_json():
    facts = Facts(LESSONS, quiz(5000, attempts_left=1), sessions(8, None))
    assert Facts.from_dict(json.loads(json.dumps(facts.as_dict()))) == facts
    assert Rule.from_dict(json.loads(json.dumps(RULE.as_dict()))) == RULE


def test_the_hash_of_a_rule_does_not_depend_on_how_it_was_put_together():
    same = Rule((2, 1), {"8": 60, "7": 50}, 80), Rule((1, 2), {"7": 50, "8": 60}, 80)
    assert same[0].sha256() == same[1].sha256() != RULE.sha256()


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
halves = st.lists(st.tuples(st.integers(0, 8), st.booleans(), days), max_size=6)
all_facts = st.builds(
    lambda lessons, percent, on, rows: Facts(
        lessons,
        {"7": QuizFact(percent, on if percent is not None else None)},
        tuple(SessionFact(8, half if marked else 0, day, marked, is_over=True) for half, marked, day in rows),
    ),
    st.dictionaries(st.sampled_from(["1", "2"]), days), st.none() | st.integers(0, 10_000), days, halves,
)  # fmt: skip


@calm
@given(all_facts)
def test_done_has_a_day_that_stands_in_the_facts_and_what_is_done_stays_possible(facts):
    verdict = evaluate(RULE, facts)
    known = {*facts.lessons_done.values(), *(one.on for one in (*facts.quizzes.values(), *facts.sessions))}
    assert verdict.done == (not verdict.missing)
    assert (verdict.on in known) if verdict.done else verdict.on is None
    assert all(item.still_possible for item in verdict.items if item.ok)


@calm
@given(all_facts)
def test_one_more_session_attended_in_full_never_undoes_a_completion_and_rebuilt_facts_say_the_same(facts):
    verdict = evaluate(RULE, facts)
    more = Facts(facts.lessons_done, facts.quizzes, (*facts.sessions, SessionFact(8, 8, FIRST, is_marked=True)))
    assert evaluate(RULE, more).done >= verdict.done
    assert evaluate(RULE, Facts.from_dict(facts.as_dict())) == verdict
