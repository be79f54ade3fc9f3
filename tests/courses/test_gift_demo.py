"""The question files of the demonstration, against a second, dumber reading of their lines (courses/data/README.md)."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

import courses
from courses.formats.encoding import decode
from courses.formats.gift import losses, parse, to_gift
from courses.scoring import WHOLE, fraction

DATA = Path(courses.__file__).parent / "data"
FILES = {"ttcs-01": 29, "ttcs-03": 32, "ttcs-04": 31}
LINE = re.compile(r"^\t([=~])(?:%(-?[\d.]+)%)?((?:\\.|[^#\\\n])*)", re.MULTILINE)
CHOICES = ("single", "multiple")


def text_of(name):
    return decode((DATA / f"{name}.gift").read_bytes())[0]


def questions():
    return [question for name in FILES for question in parse(text_of(name))[0]]


ALL = {question.code: question for question in questions()}


def lines_of(code):
    """(text, worth) of each answer line of a question, read by a regular expression alone."""
    (block,) = [part for part in text_of(code[:7].lower()).split("\n\n") if f"[id:{code}]" in part]
    found = []
    for sign, percent, words in LINE.findall(block):
        whole = Fraction(WHOLE if sign == "=" else 0)
        thirds = {"33.33333": Fraction(WHOLE, 3), "-33.33333": Fraction(-WHOLE, 3)}
        worth = thirds.get(percent) or (Fraction(percent) * 100 if percent else whole)
        found.append((re.sub(r"\\(.)", r"\1", words).strip(), worth))
    return found


def value(question, *texts):
    """The answer that ticks the options with these texts."""
    uids = [option.uid for option in question.options if option.text in texts]
    return {"choice": uids[0]} if question.type == "single" else {"choices": uids}


@pytest.mark.parametrize("name", FILES)
def test_every_question_is_read_without_a_problem_and_written_without_a_loss(name):
    read, problems = parse(text_of(name))
    assert (len(read), problems) == (FILES[name], [])
    assert [question.code for question in read] == [f"{name.upper()}-{n:03}" for n in range(1, FILES[name] + 1)]
    assert all(losses(question) == () and question.notes == () for question in read)
    again = parse(to_gift(read))[0]
    assert [question.content_hash() for question in again] == [question.content_hash() for question in read]


def test_all_types_are_in_use_and_every_question_has_its_place_and_level():
    assert Counter(question.type for question in ALL.values()) == {
        "single": 31, "multiple": 14, "true_false": 13, "numeric": 11, "matching": 10, "short_text": 7, "essay": 6,
    }  # fmt: skip
    for question in ALL.values():
        assert question.category[0] == question.code[:7]
        assert f"bai-{int(question.category[1][:2])}" in question.tags
        assert question.difficulty in (1, 2, 3)


@pytest.mark.parametrize("code", [code for code, question in ALL.items() if question.type in CHOICES])
def test_every_option_is_worth_what_its_line_says(code):
    question = ALL[code]
    lines = lines_of(code) if lines_of(code) else [(option.text, None) for option in question.options]
    assert [option.text for option in question.options] == [text for text, _worth in lines]
    for text, worth in lines:
        if worth is not None:
            assert fraction(question.type, question.key, value(question, text)) == max(0, worth)
    right = [text for text, worth in lines if worth and worth > 0]
    if question.type == "multiple":
        assert fraction("multiple", question.key, value(question, *right)) == WHOLE
        everything = fraction("multiple", question.key, value(question, *(text for text, _worth in lines)))
        assert everything == max(0, sum(worth or 0 for _text, worth in lines))


@pytest.mark.parametrize("code", [code for code, question in ALL.items() if question.type == "short_text"])
def test_every_accepted_text_is_worth_what_its_line_says(code):
    for text, worth in lines_of(code):
        assert fraction("short_text", ALL[code].key, {"text": f"  {text.upper()}. "}) == worth


@pytest.mark.parametrize("code", [code for code, question in ALL.items() if question.type == "numeric"])
def test_every_number_is_worth_what_its_line_says(code):
    lines = [(text, worth) for text, worth in lines_of(code) if text]
    for text, worth in lines or [("3" if code == "TTCS-01-021" else "1", WHOLE)]:
        middle = text.partition("..")[0].partition(":")[0].replace(".", ",")
        assert fraction("numeric", ALL[code].key, {"text": middle}) == worth
    assert fraction("numeric", ALL[code].key, {"text": "-999"}) == 0


@pytest.mark.parametrize("code", [code for code, question in ALL.items() if question.type == "matching"])
def test_every_pair_belongs_together(code):
    question = ALL[code]
    by_text = {(option.side, option.text): option.uid for option in question.options}
    halves = [[half.strip() for half in text.split("->")] for text, _worth in lines_of(code)]
    pairs = {by_text["left", left]: by_text["right", right] for left, right in halves if left}
    assert fraction("matching", question.key, {"pairs": pairs}) == WHOLE
    assert len([half for half in halves if not half[0]]) == len(by_text) - 2 * len(pairs)


def test_true_and_false_in_all_four_spellings():
    said = {code: question.key["answer"] for code, question in ALL.items() if question.type == "true_false"}
    right = re.findall(r"\[id:(\S+)\] [^\n]*\n::[^{]*\{(TRUE|FALSE|T|F)#", "".join(map(text_of, FILES)))
    assert said == {code: word[0] == "T" for code, word in right}
    assert {word for _code, word in right} == {"TRUE", "FALSE", "T", "F"}
