"""Grading: points out of keys that nobody else opens (learning.md §3)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from courses import grading
from courses.models import QuestionVersion
from tests.make import courses as make
from tests.make import quizzes

ROOT = Path(__file__).parents[2]
NOW = make.at(9)


@pytest.mark.parametrize("type_", [type_ for type_ in quizzes.TYPES if type_ != "essay"])
def test_the_right_answer_earns_all_no_answer_nothing(type_):
    question = quizzes.imported(type_)
    key = grading.Key(type_, question.key)
    assert grading.mark(key, quizzes.right(question), 25_000) == 25_000
    assert grading.mark(key, None, 25_000) == 0


def test_a_part_is_rounded_half_up_once():
    question = quizzes.imported("single")
    key = grading.Key("single", question.key)
    third = {"choice": question.options[2].uid}  # worth 3,333 of 10,000
    assert [grading.mark(key, third, points) for points in (10_000, 3, 2, 1)] == [3333, 1, 1, 0]


def test_an_essay_is_for_people_unless_it_is_empty():
    key = grading.Key("essay", {"rubric": []})
    assert grading.mark(key, {"text": "Bài làm"}, 10_000) is None
    assert grading.mark(key, None, 10_000) == 0


@pytest.mark.django_db
def test_what_was_right_in_words():
    course = make.course()
    quizzes.bank(course, *(quizzes.imported(type_) for type_ in quizzes.TYPES))
    words = grading.reveal(list(QuestionVersion.objects.values_list("pk", flat=True)))
    by_type = {version.type: words[version.pk].right for version in QuestionVersion.objects.all()}
    assert by_type["single"] == ("Phương án B",)
    assert by_type["multiple"] == ("Một", "Ba")
    assert len(by_type["true_false"]) == 1
    assert by_type["matching"] == ("Trái 1 → Phải 1", "Trái 2 → Phải 2")
    assert by_type["ordering"] == ("Bước 1", "Bước 2", "Bước 3")
    assert by_type["short_text"] == (f"{quizzes.CANARY} đáp án",)
    assert by_type["numeric"] == ("1733,5 … 1734,5",)
    assert by_type["essay"] == ()


def test_no_view_reads_a_key_past_the_grader():
    """The import contract sees imports; this sees the way around it, `version.answer_key`."""
    for path in [*(ROOT / "courses/views").glob("*.py"), ROOT / "courses/asking.py", ROOT / "courses/reviewing.py"]:
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        words = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        assert "answer_key" not in names, path
        assert not any("answer_key" in str(word) for word in words), path
