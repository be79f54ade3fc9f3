"""Questions of a spreadsheet (courses/data/README.md)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import courses
from courses.formats.encoding import decode
from courses.formats.question_csv import parse
from courses.scoring import WHOLE, fraction
from lms.uploads.checks import FileError

FILE = Path(courses.__file__).parent / "data/ttcs-04-questions.csv"
QUESTIONS, PROBLEMS = parse(decode(FILE.read_bytes())[0])
HEAD = "category,type,question,option_a,option_b,option_c,correct\n"


def refusals(row, head=HEAD):
    questions, problems = parse(head + row)
    assert questions == []
    return [(problem.line, problem.code) for problem in problems]


def only(row):
    (question,), problems = parse(HEAD + row)
    assert problems == []
    return question


def test_all_twelve_are_read_without_a_problem():
    assert PROBLEMS == []
    assert Counter(question.type for question in QUESTIONS) == {
        "single": 4, "multiple": 2, "true_false": 2, "short_text": 1, "ordering": 1, "numeric": 1, "essay": 1,
    }  # fmt: skip
    assert len({question.code for question in QUESTIONS}) == 12
    assert {question.category[0] for question in QUESTIONS} == {"TTCS-04"}


def test_the_same_file_has_the_same_codes_and_contents():
    again = parse(decode(FILE.read_bytes())[0])[0]
    assert [(one.code, one.content_hash()) for one in again] == [(one.code, one.content_hash()) for one in QUESTIONS]


RIGHT = [
    {"choice": "Tin sai do nhầm"},
    {"choices": ["“Mức hỗ trợ này thấp quá.”", "“Theo tôi nên lùi thời hạn.”"]},
    {"answer": False},
    {"choice": "https://dichvucong.gov.vn/"},
    {"choices": ["Tìm bản dài, xem trước và sau đoạn cắt", "Hỏi người có mặt tại chỗ",
                 "Dừng vài khung hình, tìm ngược từng khung", "Lưu đường dẫn và giờ xem"]},
    {"text": "www.tingia.gov.vn"},
    {"order": ["Chụp lại, ghi thời gian, đường dẫn", "Hỏi cơ quan chuyên môn để xác minh",
               "Báo cáo người có thẩm quyền", "Đăng tin đính chính dẫn nguồn, có người duyệt",
               "Đề nghị người đăng sửa hoặc gỡ", "Theo dõi sau 2 giờ, 24 giờ, 3 ngày"]},
    {"text": "85"},
    {"answer": True},
    {"choice": "Nước máy hôm nay đạt tiêu chuẩn theo kết quả kiểm tra lúc 9:00."},
    {"choice": "Vẫn có giá trị sử dụng"},
]  # fmt: skip


@pytest.mark.parametrize("place", range(11))
def test_the_right_answer_earns_everything(place):
    question, answer = QUESTIONS[place], RIGHT[place]
    uids = {option.text: option.uid for option in question.options}
    (name, said), *_rest = answer.items()
    value = {name: [uids[text] for text in said] if isinstance(said, list) else uids.get(said, said)}
    assert fraction(question.type, question.key, value) == WHOLE


def test_a_line_break_in_a_cell_stays_and_the_next_row_knows_its_line():
    assert QUESTIONS[4].stem.endswith("kết luận?\n(Chọn tất cả đáp án đúng.)")
    assert [question.line for question in QUESTIONS[4:6]] == [6, 8]


def test_quotes_points_level_and_source_are_kept():
    assert 'rằng "nước máy nhiễm độc", tuy nhiên…' in QUESTIONS[9].options[0].text
    assert (QUESTIONS[6].points, QUESTIONS[6].difficulty, QUESTIONS[6].source) == (20_000, 3, "Bài 3")
    assert QUESTIONS[11].key["notes"].startswith("Chấm 10 điểm")
    assert QUESTIONS[11].feedback == {}
    assert QUESTIONS[0].feedback["general"].startswith("Nội dung sai nhưng")


def test_ticking_everything_earns_nothing_and_without_a_wrong_option_it_is_all_or_nothing():
    assert QUESTIONS[1].key["rule"] == "balanced"
    assert only("A,multi,Câu,x,y,,A;B").key["rule"] == "all_or_nothing"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A,single,,x,y,,A", "no_stem"), ("A,cloze,Câu,x,y,,A", "type_unsupported"),
        ("A,single,Câu,x,,,A", "too_few_options"),
        ("A,single,Câu,x,,y,A", "empty_option"), ("A,single,Câu,x,y,,C", "no_right_option"),
        ("A,single,Câu,x,y,,A;B", "no_right_option"), ("A,multi,Câu,x,y,,", "no_right_option"),
        ("A,order,Câu,x,y,z,A;B", "no_right_option"), ("A,order,Câu,x,y,z,A;B;B", "no_right_option"),
        ("A,truefalse,Câu,,,,CÓ LẼ", "no_right_option"), ("A,short,Câu,,,,|", "no_right_option"),
        ("A,numeric,Câu,,,,năm", "bad_number"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_refused_with_its_line(row, code):
    assert refusals(row) == [(2, code)]


def test_a_missing_column_a_broken_quote_and_a_twin_are_named():
    for text, code in (("category,type,question\nA,single,Câu", "columns_missing"),
                       (f'{HEAD}A,single,"Câu,x,y,,A', "not_this_format"),
                       (f"type,{HEAD}A", "column_twice")):  # fmt: skip
        with pytest.raises(FileError) as error:
            parse(text)
        assert error.value.code == code
    _questions, problems = parse(f"{HEAD}A,truefalse,Câu,,,,TRUE\n\nA,truefalse,Câu,,,,TRUE")
    assert [(problem.line, problem.code) for problem in problems] == [(4, "duplicate_in_file")]
    assert len(parse(f"{HEAD}A,truefalse,Câu,,,,TRUE\n\nA,truefalse,Câu,,,,FALSE")[0]) == 2, "no code says they are one"


def test_a_row_may_end_before_its_last_columns():
    assert refusals("A,short,Câu") == [(2, "no_right_option")]


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=80), st.sampled_from(["single", "multi", "truefalse", "short", "numeric", "order", "essay"]))
def test_no_text_makes_the_reader_stumble(text, type_):
    for given_text in (text, HEAD + text, f"{HEAD}A,{type_},{text}"):
        try:
            questions, problems = parse(given_text)
        except FileError as error:
            assert error.code in ("columns_missing", "column_twice", "not_this_format")
            continue
        assert all(problem.code for problem in problems)
        assert len({question.code for question in questions}) == len(questions)
