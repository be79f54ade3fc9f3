"""Setting up a quiz: settings, sections, classes; what people have taken stays as it was promised (learning.md §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.composing import (
    SectionPlan,
    Settings,
    Window,
    add_quiz,
    change_quiz,
    give_to_run,
    pools,
    sections_of,
    take_from_run,
)
from courses.drawing import fill
from courses.models import Attempt, Category, Progress, Quiz, QuizKind, RunQuiz
from courses.models.papers import draw_paper
from courses.usage import places
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
def author(course):
    return make.trainer(course)


def drawn(course, count=2, **fields):
    return SectionPlan(category=Category.at(["A"], course), draw_count=count, **fields)


def fill_drawer(course, count=4, **fields):
    return quizzes.bank(course, *(quizzes.imported("true_false", path=["A"], **fields) for _number in range(count)))


def made(course, author, *sections, **fields):
    return add_quiz(course, "KT-X", Settings(title="Bài 1", **fields), sections, by=author, now=NOW)


def changed(quiz, author, *, seen=None, sections=None, **fields):
    wanted = Settings(**{"title": quiz.title, "kind": quiz.kind} | fields)
    plans = sections_of(quiz) if sections is None else sections
    return change_quiz(quiz, wanted, plans, seen=seen or quiz.version, by=author, now=NOW)


def code_of(refused):
    return refused.value.code


def test_a_new_quiz_sent_twice_is_one_and_a_code_belongs_to_one(course, author):
    fill_drawer(course)
    quiz = made(course, author, drawn(course))
    assert made(course, author, drawn(course)) == quiz
    assert quiz.sections.count() == 1
    with pytest.raises(Refused) as refused:
        add_quiz(course, "KT-X", Settings(title="Bài khác"), (), by=author, now=NOW)
    assert code_of(refused) == "code_taken"
    assert Event.objects.filter(action="quiz.edit_before_first_attempt").count() == 1


def test_nobody_overwrites_a_quiz_unseen_and_the_same_again_changes_nothing(course, author):
    quiz = made(course, author)
    assert changed(quiz, author, title="Bài 2")
    with pytest.raises(Refused) as refused:
        changed(quiz, author, title="Bài 3")
    assert code_of(refused) == "edited_elsewhere"
    quiz.refresh_from_db()
    assert not changed(quiz, author)
    assert (quiz.title, quiz.version) == ("Bài 2", 2)


def test_sections_come_back_as_they_were_written(course, author):
    first, second = fill_drawer(course, 2)
    fixed = SectionPlan(title="Mở đầu", points=20_000, questions=(second, first))
    rule = drawn(course, 1, tags=("bai-1",), easiest=2, hardest=4)
    assert sections_of(made(course, author, fixed, rule)) == [fixed, rule]


def test_a_rule_draws_what_carries_all_its_tags_and_has_its_difficulty(course, author):
    fill_drawer(course, 1, tags=("bai-1",), difficulty=3)
    (wanted,) = fill_drawer(course, 1, tags=("bai-1", "van-dung"), difficulty=3)
    fill_drawer(course, 1, tags=("bai-1", "van-dung"), difficulty=5)
    quiz = made(course, author, drawn(course, 1, tags=("bai-1", "van-dung"), easiest=3, hardest=4))
    assert [pool.size for pool in pools(quiz)] == [1]
    assert [one.question_id for one in draw_paper(quiz, seen={}, seed="x")] == [wanted.pk]


def test_a_section_is_thin_when_all_attempts_together_draw_more_than_there_is(course, author):
    fill_drawer(course, 3)
    (thin,) = pools(made(course, author, drawn(course, 2), attempts_allowed=2))
    assert (thin.is_thin, thin.is_too_small) == (True, False)
    (small,) = pools(add_quiz(course, "KT-Y", Settings(title="Y"), [drawn(course, 4)], by=author, now=NOW))
    assert small.is_too_small


def test_pools_that_cut_across_each_other_are_filled_whenever_that_is_possible():
    assert fill([([1, 2], 1), ([1, 3], 1), ([1], 1)]) == [[2], [3], [1]]
    assert [len(part) for part in fill([([1, 2, 3], 2), ([3, 2], 1), ([3], 1)])] == [1, 1, 1]


def test_a_published_quiz_is_never_left_without_enough_questions(course, author):
    fill_drawer(course, 3)
    quiz = made(course, author, drawn(course, 2))
    quiz.publish(by=author, now=NOW)
    for sections, code in (([drawn(course, 5)], "pool_too_small"), ([], "quiz_empty")):
        with pytest.raises(Refused) as refused:
            changed(quiz, author, sections=sections)
        assert code_of(refused) == code
    assert [plan.draw_count for plan in sections_of(Quiz.objects.get())] == [2]


def test_a_graded_test_is_not_set_up_to_show_its_key_early(course, author):
    with pytest.raises(Refused) as refused:
        made(course, author, review={"key": "after_submit"})
    assert code_of(refused) == "key_too_early"


def test_what_people_have_taken_keeps_its_pass_mark_and_its_questions():
    sitting = quizzes.Sitting()
    author = make.trainer(sitting.course)
    sitting.start(NOW)
    quiz = Quiz.objects.get(pk=sitting.quiz.pk)
    for fields, code in (
        ({"pass_percent": 10}, "pass_mark_frozen"), ({"limit_minutes": 5}, "quiz_attempted"),
        ({"sections": []}, "quiz_attempted"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            changed(quiz, author, **fields)
        assert code_of(refused) == code
    assert changed(quiz, author, title="Tên mới", questions_per_page=1)


def test_a_class_takes_a_published_quiz_until_people_have_begun():
    sitting = quizzes.Sitting()
    quiz, author = sitting.quiz, make.trainer(sitting.course)
    run = make.run(sitting.course, state="running")
    window = Window(NOW, NOW + timedelta(days=1))
    assert give_to_run(quiz, run, window, by=author, now=NOW)
    assert not give_to_run(quiz, run, window, by=author, now=NOW)
    assert give_to_run(quiz, run, Window(is_required=False), by=author, now=NOW)
    row = RunQuiz.objects.select_related("run", "quiz").get(run=run)
    assert (row.opens_at, row.is_required) == (None, False)
    assert take_from_run(row, by=author, now=NOW)
    sitting.start(NOW)
    with pytest.raises(Refused) as refused:
        give_to_run(quiz, sitting.run_quiz.run, window, by=author, now=NOW)
    assert code_of(refused) == "quiz_attempted"
    with pytest.raises(Refused):
        take_from_run(sitting.run_quiz, by=author, now=NOW)


def test_a_class_takes_no_draft_and_a_class_that_is_over_takes_nothing(course, author):
    published, running = quizzes.quiz(course, fill_drawer(course, 1)), make.run(course, state="running")
    over = make.run(course)
    over.cancel("Hoãn", by=author, now=NOW)
    for quiz, run, window, code in (
        (made(course, author), running, Window(), "quiz_not_published"), (published, over, Window(), "run_over"),
        (published, make.run(state="running"), Window(), "quiz_of_another_course"),
        (published, running, Window(NOW, NOW), "ends_before_it_starts"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            give_to_run(quiz, run, window, by=author, now=NOW)
        assert code_of(refused) == code


def test_passing_the_practice_of_a_lesson_is_being_done_with_it():
    sitting = quizzes.Sitting("true_false", kind=QuizKind.PRACTICE)
    lesson = make.lesson(sitting.course, 91)
    Quiz.objects.filter(pk=sitting.quiz.pk).update(lesson=lesson)
    run_quiz = RunQuiz(run=sitting.run_quiz.run, quiz=Quiz.objects.get(pk=sitting.quiz.pk))
    failed = Attempt.start(sitting.enrolment, run_quiz, by=sitting.user, now=NOW)
    sitting.submit(failed, NOW)
    assert not Progress.objects.done().exists()
    passed = Attempt.start(sitting.enrolment, run_quiz, by=sitting.user, now=NOW)
    sitting.answer_rightly(passed, NOW)
    sitting.submit(passed, NOW)
    assert Progress.objects.done().get().lesson == lesson


def test_the_database_refuses_a_graded_quiz_in_a_lesson(course):
    lesson = make.lesson(course, 91)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.create(course=course, code="Z", kind="graded", title="Z", lesson=lesson)


def test_a_question_says_which_quizzes_may_draw_it_and_not_which_only_draw_from_its_drawer(course, author):
    (easy,) = fill_drawer(course, 1, difficulty=1, tags=("bai-1",))
    fits = add_quiz(course, "KT-1", Settings(title="1"), [drawn(course, 1, tags=("bai-1",))], by=author, now=NOW)
    add_quiz(course, "KT-2", Settings(title="2"), [drawn(course, 1, easiest=3)], by=author, now=NOW)
    add_quiz(course, "KT-3", Settings(title="3"), [drawn(course, 1, tags=("khac",))], by=author, now=NOW)
    mine, others = places(easy, author, NOW.date())
    assert ([place.quiz for place in mine], others) == ([fits], 0)
