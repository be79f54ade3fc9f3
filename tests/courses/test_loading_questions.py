"""Questions of a file: new, new version, unchanged (learning.md §4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.loading import load_questions
from courses.models import Category, Question, QuestionVersion, VersionState
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)


def load(course, *questions, **settings):
    loaded = load_questions(questions, course=course, by=None, now=NOW, **settings)
    return loaded.new, loaded.new_version, loaded.unchanged


def test_the_same_file_again_changes_nothing():
    course = make.course()
    questions = [quizzes.imported(type_, tags=("bai-1",)) for type_ in quizzes.TYPES]
    assert load(course, *questions) == (8, 0, 0)
    before = list(QuestionVersion.objects.values())
    assert load(course, *questions) == (0, 0, 8)
    assert list(QuestionVersion.objects.values()) == before
    assert Event.objects.filter(action="question.import_confirm", actor="system").count() == 1


def test_other_words_or_another_key_are_a_new_version_of_the_same_question():
    course, question = make.course(), quizzes.imported("true_false")
    load(course, question)
    assert load(course, replace(question, stem="Khác?")) == (0, 1, 0)
    assert load(course, replace(question, stem="Khác?", key={"answer": False})) == (0, 1, 0)
    assert list(QuestionVersion.objects.order_by("number").values_list("number", "state")) == [
        (1, VersionState.READY), (2, VersionState.READY), (3, VersionState.READY)
    ]  # fmt: skip
    assert Question.objects.count() == 1


def test_drafts_wait_and_a_later_file_rewrites_them():
    course, question = make.course(), quizzes.imported("true_false")
    load(course, question, are_ready=False)
    load(course, replace(question, stem="Khác?"), are_ready=False)
    version = QuestionVersion.objects.get()
    assert (version.number, version.state, version.stem) == (1, VersionState.DRAFT, "Khác?")


def test_what_a_trainee_may_know_of_the_form_holds_nothing_of_the_key():
    load(make.course(), quizzes.imported("multiple"), quizzes.imported("single"))
    assert list(QuestionVersion.objects.order_by("pk").values_list("settings", flat=True)) == [{"rule": "balanced"}, {}]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("category_missing", {"category": ()}),
        ("category_too_deep", {"category": tuple("abcdef")}),
        ("no_right_answer", {"key": {}}),
    ],
)
def test_one_bad_question_keeps_the_whole_file_out(code, change):
    bad = replace(quizzes.imported("true_false"), **change)
    with pytest.raises(Refused) as error:
        load(make.course(), quizzes.imported(), bad)
    assert error.value.code == code
    assert not Question.objects.exists()
    assert not Category.objects.exists()


def test_a_code_stands_once_in_a_file_and_belongs_to_one_course():
    course, question = make.course(), quizzes.imported()
    with pytest.raises(Refused, match="duplicate_in_file"):
        load(course, question, question)
    load(course, question)
    with pytest.raises(Refused, match="code_taken"):
        load(make.course(), replace(question, stem="Chiếm chỗ"))
    assert QuestionVersion.objects.get().stem == question.stem
