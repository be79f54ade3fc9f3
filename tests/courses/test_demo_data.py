"""The courses of the demonstration hold what courses/data/README.md promises."""

from __future__ import annotations

import csv
import hashlib
import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest

import courses
from courses.formats.gift import parse

DATA = Path(courses.__file__).parent / "data"
COURSES = {
    name: json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")) for name in ("ttcs-01", "ttcs-03", "ttcs-04")
}
LESSONS = [(name, lesson) for name, course in COURSES.items() for lesson in course["lessons"]]
GROUPS = {"reporter", "editor", "information_officer", "communication_officer", "spokesperson"}
SHA256 = {
    "roster-broken.csv": "b170f9320d028261",
    "roster-broken.expected.csv": "d4905501b67ad092",
    "roster-sample.csv": "8ee463b87de5e75d",
    "ttcs-01.gift": "fccd29008ec517cc",
    "ttcs-03.gift": "abc72ebcf97584ba",
    "ttcs-04.gift": "fb8d79f17239ebd4",
    "ttcs-04-questions.csv": "3b795c200d003201",
}
each_course = pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)


@each_course
def test_lessons_and_final_test_fill_the_periods_to_the_minute(course):
    assert (
        sum(lesson["minutes"] for lesson in course["lessons"]) + course["final_test"]["minutes"]
        == course["periods"] * 45
    )


@each_course
def test_only_a_course_with_sessions_asks_for_attendance(course):
    assert ("attendance_percent" in course) == (course["mode"] != "online")
    assert 0 < course["pass_percent"] <= 100


@each_course
def test_it_is_marked_as_made_up_and_meant_for_known_groups(course):
    assert course["data_notice"] == "DỮ LIỆU MINH HỌA"
    assert set(course["audience"]) <= GROUPS
    assert course["objectives"]


@each_course
def test_every_legal_basis_says_when_it_is_to_be_checked(course):
    assert course["legal_basis"]
    for basis in course["legal_basis"]:
        assert basis["ref"]
        assert date.fromisoformat(basis["check_by"]) > date(2026, 1, 1)


@each_course
def test_the_bank_has_more_questions_that_a_machine_marks_than_a_test_asks(course):
    questions, problems = parse((DATA / course["final_test"]["bank"]).read_text(encoding="utf-8"))
    assert problems == []
    assert len([question for question in questions if question.type != "essay"]) > course["final_test"]["questions"]
    assert {int(tag[4:]) for question in questions for tag in question.tags if tag.startswith("bai-")} == set(
        range(1, len(course["lessons"]) + 1)
    )


@pytest.mark.parametrize(("name", "lesson"), LESSONS, ids=[lesson["slug"] for _name, lesson in LESSONS])
def test_a_lesson_has_its_words_its_example_and_its_questions(name, lesson):
    body = lesson["body"]
    assert 350 <= len(body.split()) <= 700
    assert "## Ví dụ có lời giải" in body
    assert "## Tự kiểm tra" in body
    assert "<" not in body
    assert lesson["key_points"]


def test_all_words_are_composed_and_every_lesson_has_an_address_of_its_own():
    for name, course in COURSES.items():
        text = (DATA / f"{name}.json").read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)
        slugs = [lesson["slug"] for lesson in course["lessons"]]
        assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("name", SHA256)
def test_a_file_with_mixed_encodings_is_untouched_to_the_byte(name):
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest()[:16] == SHA256[name]


def test_the_rosters_have_the_rows_that_their_expectations_name():
    sample = (DATA / "roster-sample.csv").read_text(encoding="utf-8-sig")
    expected = list(csv.DictReader((DATA / "roster-broken.expected.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(list(csv.DictReader(sample.splitlines()))) == 40
    assert [int(row["row"]) for row in expected] == list(range(1, 26))
