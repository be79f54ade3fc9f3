"""The traps that courses/data/README.md names, one by one."""

from __future__ import annotations

import pytest

from courses.scoring import WHOLE, fraction
from tests.courses.test_gift_demo import ALL, value


@pytest.mark.parametrize(
    "typed",
    ["21/3/2023", "21/03/2023", "21-3-2023", "21–3–2023", "Ngày 21 tháng 3 năm 2023.", "21 tháng 3  năm 2023"],
)
def test_the_date_may_be_written_several_ways(typed):
    assert fraction("short_text", ALL["TTCS-01-005"].key, {"text": typed}) == WHOLE


@pytest.mark.parametrize(
    ("typed", "worth"),
    [("17,5", WHOLE), ("17.5", WHOLE), ("17,5%", WHOLE), ("18", 5000), ("17,4", 0), ("17,45", WHOLE)],
)
def test_learners_type_a_comma_where_the_file_has_a_point(typed, worth):
    assert fraction("numeric", ALL["TTCS-01-006"].key, {"text": typed}) == worth


def test_literal_braces_stand_in_stem_options_and_feedback():
    question = ALL["TTCS-01-022"]
    assert "{tên xã}, {ngày}, {số điện thoại}" in question.stem
    assert question.stem_format == "markdown"
    assert "Thay mọi chỗ trong dấu { } bằng" in question.options[1].text
    assert "dấu ngoặc {…}" in question.feedback["options"][question.options[0].uid]
    assert question.feedback["general"].count("{") == 2


def test_an_escaped_backslash_before_n_is_no_new_line():
    question = ALL["TTCS-01-028"]
    assert r"#DongHoNuoc tại C:\BaoCao\nuoc.xlsx" in question.stem
    assert "\n" not in question.stem
    assert question.options[2].text == r"Đường dẫn tệp C:\BaoCao\nuoc.xlsx trên máy của cơ quan"


def test_an_address_with_every_sign_of_the_format_is_whole():
    question = ALL["TTCS-04-006"]
    address = "https://dichvucong.gov.vn.capnhat.example/dang-nhap?ma=12&xa=~phanthiet#xac-nhan{1}"
    assert address in question.stem
    typed = {"CapNhat.example": WHOLE, "example": 5000, "gov.vn": 0, "dichvucong.gov.vn": 0, "khác": 0}
    assert {text: fraction("short_text", question.key, {"text": text}) for text in typed} == typed


def test_the_option_of_minus_a_hundred_takes_everything_away():
    question = ALL["TTCS-04-017"]
    texts = [option.text for option in question.options]
    assert fraction("multiple", question.key, value(question, *texts[:3])) == WHOLE
    assert fraction("multiple", question.key, value(question, *texts)) == 0


def test_a_catch_all_at_the_end_catches_only_what_nothing_else_did():
    key = ALL["TTCS-03-022"].key
    assert [fraction("short_text", key, {"text": text}) for text in ("112", "số 112", "114", "gì đó")] == [
        WHOLE,
        WHOLE,
        0,
        0,
    ]
    assert key["accepted"][-1] == {"text": "*", "weight": 0, "feedback": "Chưa đúng. Đáp án là 112."}


def test_missing_words_leave_a_gap_before_the_full_stop():
    assert ALL["TTCS-01-014"].stem.endswith("– _____.")
    assert ALL["TTCS-03-029"].stem.endswith("_____; sau đó hỏi lại bà con nói gì.")
    assert [option.text for option in ALL["TTCS-04-025"].options] == ["sự thật", "lời xin lỗi", "mức phạt"]


def test_the_rubric_of_an_essay_is_for_the_marker_and_not_for_the_trainee():
    question = ALL["TTCS-01-023"]
    assert question.key["notes"].startswith("Thang 10 điểm: mục tiêu đo được 2")
    assert question.feedback == {}
    assert fraction("essay", question.key, {"text": "Bài thu hoạch"}) is None


def test_a_range_includes_its_ends_and_a_number_without_a_sign_is_exact():
    assert [fraction("numeric", ALL["TTCS-01-012"].key, {"text": text}) for text in ("76,5", "77,5", "77,51")] == [
        WHOLE,
        WHOLE,
        0,
    ]
    assert [fraction("numeric", ALL["TTCS-01-021"].key, {"text": text}) for text in ("3", "3,0", "4")] == [
        WHOLE,
        WHOLE,
        0,
    ]


def test_a_right_answer_without_marks_earns_what_the_file_gives_it():
    assert fraction("short_text", ALL["TTCS-04-015"].key, {"text": "bao cao"}) == 9000
    assert fraction("short_text", ALL["TTCS-01-027"].key, {"text": "Mẫu  số!"}) == WHOLE
