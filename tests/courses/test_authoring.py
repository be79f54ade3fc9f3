"""The verbs of the question editor: twice is once, nobody overwrites unseen, drawers keep their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.authoring import add_question, edit_draft, edition, free_code, new_draft
from courses.models import Category, Option, Question, QuestionVersion, VersionState
from courses.usage import ENOUGH, Asked, asked, places
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def course():
    return make.course()


@pytest.fixture
def trainer(course):
    return make.trainer(course)


@pytest.fixture
def drawer(course):
    return Category.at(["Bài 1"], course)


def refused(code, action, *args, **kwargs):
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    assert error.value.code == code
    return error.value


def in_hand(question):
    return question.versions.with_content().latest("number")


def told(action):
    return Event.objects.filter(action=f"question.{action}").count()


@pytest.mark.parametrize("type_", quizzes.TYPES)
def test_what_is_written_is_what_stands_in_the_bank(type_, drawer, trainer):
    content = quizzes.imported(
        type_, path=drawer.path, tags=("bai-1",), difficulty=4, source="Nghị định 09/2017/NĐ-CP", article="Điều 5",
        check_by="2026-12-31", settings={"unit": "người"},
    )  # fmt: skip
    question = add_question(content, drawer, by=trainer, now=NOW)
    assert in_hand(question).content() == content
    assert in_hand(question).content_hash == content.content_hash()


def test_a_new_question_sent_twice_is_one(drawer, trainer):
    content = quizzes.imported()
    assert add_question(content, drawer, by=trainer, now=NOW) == add_question(content, drawer, by=trainer, now=NOW)
    assert told("create_or_edit_draft") == 1
    refused("code_taken", add_question, replace(content, stem="Khác?"), drawer, by=trainer, now=NOW)


def test_a_free_code_is_that_of_the_course_and_the_next_number(course, drawer, trainer):
    code = free_code(course)
    assert code == f"{course.code}-001"
    add_question(quizzes.imported(code=code), drawer, by=trainer, now=NOW)
    assert free_code(course) == f"{course.code}-002"
    assert free_code(None).startswith("CHUNG-")


def test_a_draft_is_edited_once_and_nobody_overwrites_unseen(course, drawer, trainer):
    first = quizzes.imported(tags=("a",))
    question = add_question(first, drawer, by=trainer, now=NOW)
    version, seen = in_hand(question), edition(in_hand(question))
    mine, other = replace(first, stem="Của tôi?"), Category.at(["Bài 2"], course)
    assert edit_draft(version, mine, other, seen=seen, by=trainer, now=NOW)
    assert not edit_draft(version, mine, other, seen=seen, by=trainer, now=NOW), "sent twice is once"
    theirs = replace(first, stem="Của người khác?")
    refused("edited_elsewhere", edit_draft, version, theirs, other, seen=seen, by=trainer, now=NOW)
    assert in_hand(question).stem == "Của tôi?"
    assert in_hand(question).question.category == other
    assert edit_draft(version, theirs, other, seen=edition(in_hand(question)), by=trainer, now=NOW)
    assert told("create_or_edit_draft") == 3


def test_moved_or_tagged_elsewhere_counts_as_edited_elsewhere(course, drawer, trainer):
    first = quizzes.imported()
    question = add_question(first, drawer, by=trainer, now=NOW)
    version, seen = in_hand(question), edition(in_hand(question))
    edit_draft(version, replace(first, tags=("moi",)), drawer, seen=seen, by=trainer, now=NOW)
    refused("edited_elsewhere", edit_draft, version, first, drawer, seen=seen, by=trainer, now=NOW)


def test_a_ready_version_is_not_edited_and_a_new_one_keeps_the_uids(course, trainer):
    (question,) = quizzes.bank(course, quizzes.imported())
    old = in_hand(question)
    refused(
        "version_frozen", edit_draft, old, quizzes.imported(), question.category, seen=edition(old), by=trainer, now=NOW
    )  # fmt: skip
    new = new_draft(question, by=trainer, now=NOW)
    assert new.content_hash == old.content_hash
    assert [str(one.uid) for one in in_hand(question).options_in_order()] == [
        str(one.uid) for one in old.options_in_order()
    ]
    assert in_hand(question).answer_key.data == old.answer_key.data
    refused("draft_exists", new_draft, question, by=trainer, now=NOW)
    assert told("make_new_version") == 1


def test_errors_keep_a_version_from_becoming_ready_and_warnings_do_not(drawer, trainer):
    past = add_question(quizzes.imported(check_by="2020-01-01"), drawer, by=trainer, now=NOW)
    assert refused("lint_errors", in_hand(past).make_ready, by=trainer, now=NOW).details["codes"] == ["source_past"]
    assert in_hand(past).state == VersionState.DRAFT
    bare = add_question(quizzes.imported(feedback={}), drawer, by=trainer, now=NOW)
    assert in_hand(bare).make_ready(by=trainer, now=NOW)


def test_only_what_was_never_more_than_a_draft_is_deleted(course, drawer, trainer):
    draft = add_question(quizzes.imported(), drawer, by=trainer, now=NOW)
    draft.drop(by=trainer, now=NOW)
    assert not Question.objects.filter(code=draft.code).exists()
    (ready,) = quizzes.bank(course, quizzes.imported())
    refused("question_in_use", ready.drop, by=trainer, now=NOW)
    named = add_question(quizzes.imported(), drawer, by=trainer, now=NOW)
    quiz = quizzes.quiz(course, [ready])
    quiz.sections.get().questions.create(position=2, question=named)
    refused("question_in_use", named.drop, by=trainer, now=NOW)
    assert Option.objects.filter(version__question=named).exists()


def test_a_drawer_is_moved_but_not_under_itself_nor_too_deep(course, trainer):
    deep = Category.at(list("abcd"), course)
    top = Category.objects.get(course=course, parent=None)
    refused("category_cycle", top.change, "a", parent=deep, by=trainer, now=NOW)
    loose = Category.at(["x", "y"], course).parent
    refused("category_too_deep", loose.change, "x", parent=deep, by=trainer, now=NOW)
    assert loose.change("x", parent=deep.parent, by=trainer, now=NOW)
    assert not loose.change("x", parent=deep.parent, by=trainer, now=NOW)
    assert Category.objects.get(name="y").path == ("a", "b", "c", "x", "y")
    refused("category_exists", loose.change, "D", parent=deep.parent, by=trainer, now=NOW)
    foreign = Category.at(["z"], make.course())
    refused("category_of_another_course", Category.open, "w", parent=foreign, course=course, by=trainer, now=NOW)
    refused("category_exists", Category.open, "A", parent=None, course=course, by=trainer, now=NOW)
    assert Category.open("Mới", parent=deep, course=course, by=trainer, now=NOW).path == (*"abcd", "Mới")


def test_the_shared_drawers_are_read_by_trainers_and_kept_by_an_administrator(course, drawer, trainer):
    shared = Category.at(["Chung"], None)
    assert set(Category.objects.visible_to(trainer, make.DAY)) == {shared, drawer}
    assert list(Category.objects.written_by(trainer, make.DAY)) == [drawer]
    assert set(Category.objects.written_by(make.account(None, "administrator"), make.DAY)) == {shared, drawer}
    assert not Category.objects.written_by(make.account(None, "coordinator"), make.DAY).exists()


def test_where_a_question_is_asked_and_how_often(trainer):
    sitting = quizzes.Sitting("single", "single")
    attempt = sitting.start(NOW)
    question, drawn = sitting.rows
    quizzes.quiz(sitting.course, draws={question.category: 1})
    user = make.trainer(sitting.course)
    found, others = places(question, user, make.DAY)
    assert ([place.is_fixed for place in found], others) == ([True, False], 0)
    assert places(question, trainer, make.DAY) == ([], 2), "a trainer of another course learns how many, not which"
    assert asked([question.pk])[question.pk] == Asked(times=1)
    sitting.answer_rightly(attempt, NOW)
    sitting.submit(attempt, NOW)
    assert asked([question.pk])[question.pk].facility is None, "one answer says nothing"


def test_a_share_is_said_from_twenty_answers_on():
    assert Asked(times=19, marked=ENOUGH - 1, earned=5, possible=10).facility is None
    assert Asked(times=20, marked=ENOUGH, earned=5, possible=10).facility == 50


def test_a_search_knows_neither_marks_nor_case(course):
    (question,) = quizzes.bank(course, quizzes.imported(stem="Người phát ngôn của Ủy ban là ai?"))
    newest = QuestionVersion.objects.newest()
    for words in ("nguoi phat ngon", "ỦY BAN", question.code, "ai người"):
        assert newest.saying(words).get().question == question
    assert not newest.saying("báo chí").exists()
