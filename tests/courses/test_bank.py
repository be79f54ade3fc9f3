"""The bank: drawers, versions that never change, who may open it (learning.md §3)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from courses.grading import write_key
from courses.models import Category, Option, Question, QuestionVersion, VersionState
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)
ON = make.DAY


def draft(question, type_="single", **fields):
    content = quizzes.imported(type_, code=question.code, **fields)
    version = question.new_version(content, by=make.account(None, "trainer"), now=NOW)
    write_key(version, content.key, content.feedback)
    return version


def refused(code, action, *args, **kwargs):
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    assert error.value.code == code


def test_a_path_of_names_is_one_drawer_whatever_its_spelling():
    course = make.course()
    first = Category.at(["Ngân hàng", "Bài 1"], course)
    assert Category.at(["NGÂN HÀNG", "bài  1"], course) == first
    assert Category.at(["Ngân hàng", "Bài 1"], make.course()) != first
    assert first.parent == Category.at(["Ngân hàng"], course)
    refused("category_too_deep", Category.at, list("abcdef"), course)
    refused("category_missing", Category.at, [], course)


def test_below_reaches_five_levels_and_nothing_beside():
    course = make.course()
    path = ["a", "b", "c", "d", "e"]
    chain = [Category.at(path[:depth], course) for depth in range(1, 6)]
    beside = Category.at(["a", "x"], course)
    assert set(chain[0].below()) == {*chain, beside}
    assert set(chain[1].below()) == set(chain[1:])
    (question,) = quizzes.bank(course, quizzes.imported(path=path))
    assert list(Question.objects.below(chain[0])) == [question]
    assert not Question.objects.below(beside).exists()


def test_a_ready_version_never_changes_nor_do_its_options_and_its_key():
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    version = quizzes.version_of(question)
    for change in (
        lambda: QuestionVersion.objects.filter(pk=version.pk).update(stem="Khác"),
        lambda: version.options.update(text="Khác"),
        lambda: version.options.all().delete(),
        lambda: type(version.answer_key).objects.update(data={}),
        lambda: version.answer_key.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    refused("version_frozen", version.rewrite, quizzes.imported(code=question.code))
    refused("version_frozen", write_key, version, {}, {})


def test_a_new_version_keeps_the_old_one_and_becomes_current_when_it_is_ready():
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    old = quizzes.version_of(question)
    new = draft(question, stem="Câu mới?")
    assert (new.number, list(QuestionVersion.objects.current())) == (2, [old])
    assert {option.uid for option in new.options.all()} == {option.uid for option in old.options.all()}
    refused("draft_exists", draft, question)
    by = make.account(None, "trainer")
    assert new.make_ready(by=by, now=NOW)
    assert not new.make_ready(by=by, now=NOW)
    assert list(QuestionVersion.objects.current()) == [new]
    assert Event.objects.filter(action="question.make_ready").count() == 1
    assert Event.objects.filter(action="question.make_new_version").count() == 1


def test_a_draft_may_be_rewritten():
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    version = draft(question)
    version.rewrite(quizzes.imported("true_false", code=question.code, stem="Đúng hay sai?"))
    version.refresh_from_db()
    assert (version.stem, version.type, version.state) == ("Đúng hay sai?", "true_false", VersionState.DRAFT)
    assert not Option.objects.filter(version=version).exists()


@pytest.mark.parametrize(
    ("type_", "key"),
    [
        ("single", {"weights": {"a": 9999}}),
        ("single", {}),
        ("multiple", {"right": [], "wrong_count": 2}),
        ("multiple", {"rule": "weights", "weights": {"a": 5000, "b": -5000}}),
        ("true_false", {}),
        ("matching", {"pairs": {}}),
        ("ordering", {"order": ["a"]}),
        ("short_text", {"accepted": [{"text": "a", "weight": 5000}]}),
        ("numeric", {"intervals": []}),
    ],
)
def test_a_question_that_nobody_can_answer_rightly_does_not_become_ready(type_, key):
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    version = draft(question, type_)
    write_key(version, key, {})
    refused("no_right_answer", version.freeze)
    assert QuestionVersion.objects.get(pk=version.pk).state == VersionState.DRAFT


def test_a_version_without_a_key_does_not_become_ready():
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    bare = question.new_version(quizzes.imported(code=question.code), by=make.account(), now=NOW)
    refused("no_right_answer", bare.freeze)


def test_a_retired_question_is_drawn_no_more():
    (question,) = quizzes.bank(make.course(), quizzes.imported())
    by = make.account(None, "trainer")
    assert question.retire(by=by, now=NOW)
    assert not question.retire(by=by, now=NOW)
    assert not QuestionVersion.objects.current().exists()
    assert Event.objects.filter(action="question.retire").count() == 1


def test_the_bank_opens_to_trainers_of_the_course_and_administrators_and_shared_drawers_to_all_trainers():
    course, other = make.course(), make.course()
    (ours,) = quizzes.bank(course, quizzes.imported())
    shared = Question.objects.create(code="CHUNG-1", category=Category.at(["Chung"], None))

    def sees(user):
        return set(Question.objects.visible_to(user, ON))

    assert sees(make.trainer(course)) == {ours, shared}
    assert sees(make.trainer(other)) == {shared}
    assert sees(make.account(None, "administrator")) == {ours, shared}
    for stranger in (make.account(None, "coordinator"), make.account(make.person())):
        assert sees(stranger) == set()
        assert not Category.objects.visible_to(stranger, ON).exists()
