"""Questions written as GIFT come back as they were; what is lost is named (learning.md §4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.formats.gift import losses, parse, to_gift
from courses.formats.gift_signs import snapped
from courses.formats.ir import ImportedQuestion, difficulty_of, options_of
from courses.scoring import WHOLE
from lms.vietnamese.text import clean, clean_lines
from tests.courses.worth import worth

calm = settings(deadline=None, max_examples=150)
SIGNS = st.sampled_from("~=#{}:\\%[]/*_->“”")
letters = st.characters(categories=["L", "Nd", "Po"], max_codepoint=0x1EFF) | SIGNS | st.just(" ")
line = st.text(letters, min_size=1, max_size=20).map(clean).filter(bool)
lines = st.lists(line, min_size=1, max_size=3).map("\n".join).map(clean_lines).filter(bool)
told = st.just("") | lines
percents = st.integers(-WHOLE, WHOLE).map(lambda share: snapped(str(Decimal(share) / 100)))
numbers = st.decimals(-10_000, 10_000, places=2)


@st.composite
def contents(draw):
    """Type, options, key and feedback of any question that the format can say."""
    type_ = draw(st.sampled_from(sorted(_MAKE)))
    options, key, feedback = draw(_MAKE[type_]())
    general = draw(told)
    if general and type_ != "essay":
        feedback = {**feedback, "general": general}
    return {"type": type_, "options": tuple(options), "key": key, "feedback": feedback}


@st.composite
def choice(draw, *, is_single):
    options = options_of("A-1", draw(st.lists(line, min_size=2, max_size=5)))
    rest = [draw(st.integers(0, WHOLE).map(lambda w: snapped(str(Decimal(w) / 100))) if is_single else percents)
            for _option in options[1:]]  # fmt: skip
    weights = {option.uid: weight for option, weight in zip(options, [WHOLE, *rest], strict=True)}
    notes = {option.uid: text for option in options if (text := draw(told))}
    key: dict[str, Any] = {"weights": weights}
    if not is_single:
        right = [uid for uid, weight in weights.items() if weight > 0]
        key = {"rule": "weights", "weights": weights, "right": right, "wrong_count": len(options) - len(right)}
    return options, key, {"options": notes} if notes else {}


@st.composite
def matching(draw):
    texts = st.lists(line.filter(lambda text: "->" not in text), min_size=2, max_size=4, unique=True)
    lefts, rights = options_of("A-1", draw(texts), "left"), options_of("A-1", draw(texts), "right")
    paired = {left.uid: rights[place % len(rights)].uid for place, left in enumerate(lefts)}
    return [*lefts, *rights], {"pairs": paired}, {}


@st.composite
def ordering(draw):
    options = options_of("A-1", draw(st.lists(line.filter(lambda text: text[:2] != "//"), min_size=3, max_size=6)))
    rule = draw(st.sampled_from(["pairs", "all_or_nothing"]))
    return options, {"order": [option.uid for option in options], "rule": rule}, {}


@st.composite
def short(draw):
    texts = draw(st.lists(line.filter(lambda text: "->" not in text), min_size=1, max_size=5))
    rows = [{"text": text, "weight": WHOLE if not place else abs(draw(percents)), "feedback": draw(told)}
            for place, text in enumerate(texts)]  # fmt: skip
    return [], {"accepted": rows}, {}


@st.composite
def numeric(draw):
    ends = [sorted(draw(st.tuples(numbers, numbers))) for _row in range(draw(st.integers(1, 3)))]
    rows = [{"low": str(low), "high": str(high), "weight": WHOLE, "feedback": draw(told)} for low, high in ends]
    wrong = draw(told)
    return [], {"intervals": rows}, {"wrong": wrong} if wrong else {}


@st.composite
def truth(draw):
    feedback = {name: text for name in ("wrong", "right") if (text := draw(told))}
    return [], {"answer": draw(st.booleans())}, feedback


_MAKE = {
    "single": lambda: choice(is_single=True), "multiple": lambda: choice(is_single=False), "matching": matching,
    "ordering": ordering, "short_text": short, "numeric": numeric, "true_false": truth,
    "essay": lambda: told.map(lambda notes: ([], {"rubric": [], "notes": notes}, {})),
}  # fmt: skip
marks = st.lists(line, max_size=3).map(tuple)
whole_questions = st.builds(
    lambda content, name, stem, stem_format, category, tags: ImportedQuestion(
        code="A-1", name=name, stem=stem, stem_format=stem_format, category=category, tags=tags,
        difficulty=difficulty_of(tags), **content,
    ),
    contents(), st.just("") | line, lines, st.sampled_from(["plain", "markdown", "html"]),
    marks.filter(lambda path: not path or (path[0] not in ("top",) and not any("/" in name for name in path))), marks,
)  # fmt: skip


@calm
@given(whole_questions)
def test_what_is_written_is_read_as_it_was(question):
    read, problems = parse(to_gift([question]))
    assert problems == []
    assert [replace(one, line=0, notes=()) for one in read] == [question]
    assert losses(question) == ()


def test_what_the_format_cannot_say_is_named():
    options = tuple(options_of("A", ["một", "hai", "ba"]))
    uids = [option.uid for option in options]
    key = {"right": uids[:1], "wrong_count": 2, "rule": "balanced"}
    question = ImportedQuestion("A", "", "multiple", "Câu", options=options, key=key, source="Bài 1", difficulty=5)
    assert losses(question) == ("key", "difficulty", "source")
    (read,) = parse(to_gift([question]))[0]
    for ticked in ([uids[0]], uids[:2], uids[1:], uids):
        asked = {"choices": ticked}
        assert abs(worth("multiple", read.key, asked) - worth("multiple", key, asked)) <= 1


def test_a_question_that_would_not_be_read_again_is_named_as_a_whole():
    key = {"accepted": [{"text": "a -> b", "weight": WHOLE, "feedback": ""}]}
    assert losses(ImportedQuestion("A", "", "short_text", "Câu", key=key)) == ("question",)
