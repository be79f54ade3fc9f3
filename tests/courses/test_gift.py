"""GIFT, line by line of the table (learning.md §4)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.formats.gift import parse

BROKEN = [
    ("Câu {=a\n\n~b}", "unclosed_brace"),
    ("Câu {=a {=b}", "unclosed_brace"),
    ("Một {=a ~b} hai {=c ~d}", "second_block"),
    ("{=a ~b}", "no_stem"),
    ("Câu {=a ~}", "empty_option"),
    ("Câu {~a}", "too_few_options"),
    ("Câu {" + "=1" + "".join(f"~{n}" for n in range(2, 12)) + "}", "too_many_options"),
    ("Câu {~%20%a ~%-50%b}", "no_right_option"),
    ("Câu {=%50%a ~b}", "no_right_option"),
    ("Câu {=%150%a ~b}", "bad_weight"),
    ("Câu {a =b ~c}", "no_answers"),
    ("Câu {=a -> 1}", "too_few_options"),
    ("Câu {=a -> 1 =b ->}", "unpaired"),
    ("Câu {>\na\nb}", "too_few_options"),
    ("Câu {#}", "no_right_option"),
    ("Câu {#ba}", "bad_number"),
    ("Câu {#5..1}", "bad_number"),
    ("Câu {#1e9}", "bad_number"),
    ("Câu {=}", "too_few_options"),
    (f"// [id:{'x' * 61}]\nCâu {{T}}", "code_too_long"),
    ("Câu \ue000 {T}", "bad_character"),
]


def one(text):
    questions, problems = parse(text)
    assert problems == []
    return questions[0]


@pytest.mark.parametrize(("text", "code"), BROKEN)
def test_what_cannot_be_read_is_refused_with_its_reason(text, code):
    questions, problems = parse(text)
    assert questions == []
    assert problems[0].code == code
    assert problems[0].is_refusal
    assert problems[0].message


def test_a_brace_that_is_not_closed_is_named_by_its_line_and_spoils_no_other_question():
    questions, problems = parse("A {T}\n\n// x\nB hai\ndòng {=a\n\n~b}\n\nC {F}")
    assert [question.stem for question in questions] == ["A", "C"]
    assert [(problem.line, problem.code, problem.is_refusal) for problem in problems] == [
        (5, "unclosed_brace", True), (7, "asks_nothing", False),
    ]  # fmt: skip


def test_marks_count_only_in_the_block_of_their_question():
    first, second = parse("// [id:…] chú thích\n\n// [id:A-1] [tag:bai-1] [tag:van-dung]\nA {T}\n\nB {T}")[0]
    assert (first.code, first.tags, first.difficulty) == ("A-1", ("bai-1", "van-dung"), 3)
    assert second.code.startswith("q-")
    assert second.tags == ()


def test_a_code_stands_once_in_a_file():
    questions, problems = parse("// [id:A]\nMột {T}\n\n// [id:A]\nHai {T}")
    assert ([question.stem for question in questions], problems[0].code, problems[0].line) == (
        ["Một"], "duplicate_in_file", 5,
    )  # fmt: skip


def test_without_an_id_the_name_or_the_words_are_the_code():
    assert one("::Câu đầu:: A {T}").code == "Câu đầu"
    assert one("A {T}").code == one("A {F}").code != one("B {T}").code


def test_a_category_holds_until_the_next_one():
    text = "$CATEGORY: $course$/top/Bài 1/Ca//dao\nA {T}\n\nB {T}\n\n$CATEGORY: Khác\n\nC {T}"
    assert [question.category for question in parse(text)[0]] == [("Bài 1", "Ca/dao"), ("Bài 1", "Ca/dao"), ("Khác",)]


def test_escapes_are_read_once_from_left_to_right():
    assert one(r"\~ \= \# \{ \} \: \\n \n dòng \x \\ {T}").stem == "~ = # { } : \\n\ndòng \\x \\"


@pytest.mark.parametrize(
    ("mark", "stem_format"),
    [("[html]", "html"), ("[markdown]", "markdown"), ("[moodle]", "html"), ("[Plain]", "plain")],
)
def test_the_format_stands_before_the_text_and_an_unknown_one_is_text(mark, stem_format):
    question = one(f"::Tên::{mark}Câu {{T}}")
    assert (question.name, question.stem, question.stem_format) == ("Tên", "Câu", stem_format)
    assert one("[lạ]Câu {T}").stem == "[lạ]Câu"


@pytest.mark.parametrize(
    ("block", "type_"),
    [("", "essay"), ("####Thang điểm", "essay"), ("#3", "numeric"), (">\na\nb\nc", "ordering"), ("=a ~b", "single"),
     ("=a -> b ~c", "single"), ("~%50%a ~%50%b", "multiple"), ("=a -> b =c -> d", "matching"), ("T", "true_false"),
     ("FALSE", "true_false"), ("true", "short_text"), ("=Đúng", "short_text"), ("Đúng", "short_text")],
)  # fmt: skip
def test_the_type_follows_from_the_signs_in_this_order(block, type_):
    assert one(f"Câu {{{block}}}").type == type_


@pytest.mark.parametrize("text", ["// " + "[id:" * 10_000, "Câu {" + "=a -> b\n" * 20_000 + "}", "::" + "a" * 200_000])
def test_a_text_made_to_be_slow_is_not(text):
    assert parse(text)[0] == []


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from("aâ0.-> \n\t\\~=#{}:%[]/$*TF_,\x00\ue001"), max_size=80) | st.text(max_size=40))
def test_no_text_makes_the_reader_stumble(text):
    questions, problems = parse(text)
    assert all(problem.code and problem.line >= 1 for problem in problems)
    assert len({question.code for question in questions}) == len(questions)
