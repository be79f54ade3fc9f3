"""The form of the question editor: what a version puts into it comes out the same, for every type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from courses.formats.ir import ImportedOption
from courses.forms.question_answers import ANSWERS, Namer
from courses.forms.question_fields import in_words, interval
from tests.make import quizzes

TWO_RIGHT = {"rows-0-text": "A", "rows-0-is_right": "on", "rows-1-text": "B", "rows-1-is_right": "on"}


def as_sent(answers):
    """What a browser sends of a form that nobody touched."""
    sent = QueryDict(mutable=True)
    for form in (answers.rows.management_form, answers.rest, *answers.rows.forms):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != "":
                sent[bound.html_name] = "on" if value is True else str(value)
    return sent


def read(type_, sent, code="CH", known=()):
    answers = ANSWERS[type_](data=sent)
    assert answers.is_valid(), [answers.rest.errors, answers.rows.errors]
    return answers.read(Namer(code, known))


@pytest.mark.parametrize("type_", quizzes.TYPES)
def test_a_form_that_nobody_touched_changes_nothing(type_):
    question = quizzes.imported(type_, settings={"unit": "người"} if type_ == "numeric" else {})
    sent = as_sent(ANSWERS[type_](question))
    said = read(type_, sent, question.code, {option.uid for option in question.options})
    assert tuple(said.options) == question.options
    assert {name: _as_editor(value) for name, value in said.key.items() if value} == (
        {"rubric": [{"criterion": quizzes.CANARY}]}
        if type_ == "essay"
        else {name: _as_editor(value) for name, value in question.key.items() if value}
    )  # fmt: skip
    assert said.settings == question.settings


def _as_editor(value):
    if isinstance(value, dict):
        return {uid: weight for uid, weight in value.items() if weight}
    is_rows = isinstance(value, list) and value and isinstance(value[0], dict)
    return [{name: text for name, text in row.items() if text} for row in value] if is_rows else value


def test_imported_weights_stay_weights():
    question = quizzes.imported("multiple")
    uids = [option.uid for option in question.options]
    weights = dict(zip(uids, [5000, -10000, 5000, 0], strict=True))
    key = {"rule": "weights", "weights": weights, "right": [uids[0], uids[2]], "wrong_count": 2}
    sent = as_sent(ANSWERS["multiple"](quizzes.imported("multiple", options=question.options, key=key)))
    assert read("multiple", sent, "CH", uids).key == key


def test_options_keep_their_uids_when_reworded_moved_and_others_come_and_go():
    question = quizzes.imported()
    uids = [option.uid for option in question.options]
    sent = as_sent(ANSWERS["single"](question))
    sent["rows-0-text"], sent["rows-0-place"], sent["rows-1-text"] = "Viết lại", "9", ""
    sent["rows-3-text"], sent["rows-3-place"], sent["rows-3-is_right"] = "Phương án A", "1", "on"
    said = read("single", sent, question.code, uids)
    assert [option.text for option in said.options] == ["Phương án A", "Phương án C", "Viết lại"]
    assert [option.uid for option in said.options][1:] == [uids[2], uids[0]]
    assert said.options[0].uid not in uids, "a new option is never taken for an old one"


def test_a_uid_that_the_question_does_not_have_is_not_believed():
    sent = as_sent(ANSWERS["single"](quizzes.imported()))
    said = read("single", sent, "KHAC", ())
    assert not {option.uid for option in said.options} & {sent["rows-0-uid"], sent["rows-1-uid"], sent["rows-2-uid"]}


def test_equal_right_sides_are_one_and_a_loose_one_is_a_wrong_choice():
    sent = QueryDict("rows-TOTAL_FORMS=3&rows-INITIAL_FORMS=0", mutable=True)
    for place, (left, right) in enumerate([("Báo", "Chữ"), ("Tạp chí", "Chữ"), ("", "Tiếng")]):
        sent[f"rows-{place}-left"], sent[f"rows-{place}-right"] = left, right
    said = read("matching", sent)
    assert [(option.side, option.text) for option in said.options] == [
        ("left", "Báo"), ("left", "Tạp chí"), ("right", "Chữ"), ("right", "Tiếng")
    ]  # fmt: skip
    assert len(set(said.key["pairs"].values())) == 1


@pytest.mark.parametrize(
    ("type_", "typed", "field"),
    [
        ("single", TWO_RIGHT, "is_right"),
        ("single", {"rows-0-text": "A", "rows-0-share": "một nửa"}, "share"),
        ("single", {"rows-0-text": "A", "rows-0-share": "-5"}, "share"),
        ("matching", {"rows-0-left": "A"}, "right"),
        ("numeric", {"rows-0-value": "khoảng mười"}, "value"),
        ("numeric", {"rows-0-value": "20..10"}, "value"),
        ("numeric", {"rows-0-value": "20", "rows-0-tolerance": "ít"}, "tolerance"),
        ("essay", {"more-words_min": "300", "more-words_max": "200"}, "words_max"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_where_it_stands(type_, typed, field):
    sent = QueryDict("rows-TOTAL_FORMS=2&rows-INITIAL_FORMS=0", mutable=True)
    sent.update(typed)
    answers = ANSWERS[type_](data=sent)
    assert not answers.is_valid()
    assert field in {name for form in (answers.rest, *answers.rows.forms) for name in form.errors}


@pytest.mark.parametrize(
    ("value", "tolerance", "ends"),
    [
        ("20", "0,5", ("19.5", "20.5")), ("1.734", "", ("1734", "1734")), ("200", "5 %", ("190", "210")),
        ("10..15", "", ("10", "15")), ("-3", "1", ("-4", "-2")),
    ],
)  # fmt: skip
def test_numbers_as_they_are_written(value, tolerance, ends):
    assert interval(value, tolerance) == tuple(map(Decimal, ends))


amounts = st.decimals(-100_000, 100_000, places=3)


@given(amounts, amounts)
def test_an_interval_in_words_is_read_back(one, other):
    low, high = sorted((one, other))
    assert interval(*in_words(low, high)) == (low, high)


@given(
    st.lists(st.tuples(st.sampled_from(["", "x", "y", "z"]), st.sampled_from("abc")), max_size=8),
    st.sets(st.sampled_from("xyz")),
)
def test_uids_are_never_given_twice(rows, known):
    given_ones = [option.uid for option in Namer("CH", known).options(rows)]
    assert len(set(given_ones)) == len(given_ones)
    assert all(isinstance(option, ImportedOption) for option in Namer("CH", known).options(rows))
