"""Quizzes: publishing, drawing, when they are open, what is shown when (learning.md §3, §8, §9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Category, QuestionVersion, Quiz, QuizKind, QuizSection, QuizState, RunQuiz
from courses.models.papers import draw_paper
from courses.reviewing import released, review_fields
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)
HOUR = timedelta(hours=1)
AT_ONCE = {"own_answers", "score", "comment"}


def bank(course, count, *path):
    return quizzes.bank(course, *(quizzes.imported("true_false", path=path) for _number in range(count)))


def publish(quiz):
    return quiz.publish(by=make.account(None, "trainer"), now=NOW)


def test_publishing_needs_as_many_ready_questions_as_are_drawn():
    course = make.course()
    bank(course, 4, "A")
    quiz = quizzes.quiz(course)
    QuizSection.objects.create(quiz=quiz, position=1, category=Category.at(["A"], course), draw_count=5)
    with pytest.raises(Refused) as error:
        publish(quiz)
    assert (error.value.code, error.value.details) == ("pool_too_small", {"sections": [1]})
    bank(course, 1, "A", "Trong")
    assert publish(quiz)
    assert not publish(quiz)
    assert Quiz.objects.get().state == QuizState.PUBLISHED
    assert Event.objects.filter(action="quiz.edit_before_first_attempt").count() == 1


def test_an_empty_quiz_is_not_published():
    with pytest.raises(Refused, match="quiz_empty"):
        publish(quizzes.quiz(make.course()))


def test_pools_inside_each_other_are_filled_whenever_that_is_possible():
    course = make.course()
    inner, _outer = bank(course, 2, "A", "B"), bank(course, 2, "A")
    whole, part = Category.at(["A"], course), Category.at(["A", "B"], course)
    quiz = quizzes.quiz(course, draws={whole: 2, part: 2})
    for seed in map(str, range(20)):
        paper = [drawn.question_id for drawn in draw_paper(quiz, seen={}, seed=seed)]
        assert len(set(paper)) == 4
        assert set(paper[2:]) == {question.pk for question in inner}
    with pytest.raises(Refused, match="pool_too_small"):
        quizzes.quiz(course, draws={whole: 3, part: 2})


def test_a_fixed_question_is_not_drawn_again_and_stands_where_it_was_put():
    course = make.course()
    rows = bank(course, 3, "A")
    quiz = quizzes.quiz(course, rows[1:2], draws={Category.at(["A"], course): 2})
    paper = [drawn.question_id for drawn in draw_paper(quiz, seen={}, seed="x")]
    assert paper[0] == rows[1].pk
    assert set(paper) == {row.pk for row in rows}


def test_a_retired_fixed_question_stops_the_quiz():
    course = make.course()
    rows = bank(course, 2, "A")
    quiz = quizzes.quiz(course, rows)
    rows[0].retire(by=make.account(), now=NOW)
    with pytest.raises(Refused, match="pool_too_small"):
        draw_paper(quiz, seen={}, seed="x")


def test_the_second_attempt_asks_what_the_first_did_not():
    course = make.course()
    bank(course, 6, "A")
    offered = quizzes.offered(quizzes.quiz(course, draws={Category.at(["A"], course): 3}))
    sitting = quizzes.Sitting()
    sitting.run_quiz, sitting.enrolment = offered, make.enrolment(offered.run, sitting.enrolment.person)
    first = sitting.submit(sitting.start(NOW), NOW)
    second = sitting.start(NOW)
    asked = [set(attempt.slots.values_list("question_id", flat=True)) for attempt in (first, second)]
    assert asked[0].isdisjoint(asked[1])


def test_an_ordering_is_never_shown_in_the_right_order_nor_a_matching_in_pairs():
    course = make.course()
    ordering, matching = quizzes.imported("ordering"), quizzes.imported("matching")
    quiz = quizzes.quiz(course, quizzes.bank(course, ordering, matching), is_shuffled=False)
    rights = set()
    for seed in map(str, range(30)):
        shown, pairs = draw_paper(quiz, seen={}, seed=seed)
        assert [uid for uid, _side in shown.order] != list(ordering.key["order"])
        assert sorted(uid for uid, _side in shown.order) == sorted(ordering.key["order"])
        assert [uid for uid, side in pairs.order if side == "left"] == list(matching.key["pairs"])
        rights.add(tuple(uid for uid, side in pairs.order if side == "right"))
    assert len(rights) > 1


def test_options_are_shuffled_by_the_seed_only_if_the_quiz_says_so():
    course = make.course()
    rows = quizzes.bank(course, quizzes.imported())
    shuffled, plain = quizzes.quiz(course, rows), quizzes.quiz(course, rows, is_shuffled=False)

    def orders(quiz):
        return {str(draw_paper(quiz, seen={}, seed=str(seed))[0].order) for seed in range(20)}

    assert len(orders(plain)) == 1
    assert len(orders(shuffled)) > 1


def test_drawing_costs_four_queries_whatever_the_size(django_assert_max_num_queries):
    course = make.course()
    bank(course, 30, "A", "B", "C")
    quiz = quizzes.quiz(course, draws={Category.at(["A"], course): 20, Category.at(["A", "B"], course): 5})
    with django_assert_max_num_queries(4):
        assert len(draw_paper(quiz, seen={}, seed="x")) == 25


@pytest.mark.parametrize("state", ["open", "running", "ended", "closed", "cancelled"])
@pytest.mark.parametrize("at", [NOW - HOUR, NOW, NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR])
@pytest.mark.parametrize(("opens", "closes"), [(NOW, NOW + 2 * HOUR), (None, NOW), (NOW, None), (None, None)])
def test_open_means_the_same_in_sql_and_python(state, at, opens, closes):
    run_quiz = quizzes.offered(quizzes.quiz(make.course()), opens_at=opens, closes_at=closes)
    run_quiz.run.state, run_quiz.run.cancel_reason = state, "Bão"
    run_quiz.run.save()
    assert RunQuiz.objects.open(at).exists() == run_quiz.is_open(at)
    expected = (not opens or opens <= at) and (not closes or at < closes) and state in ("open", "running")
    assert run_quiz.is_open(at) == expected


def test_after_submitting_one_sees_the_score_and_after_the_closing_the_key():
    sitting = quizzes.Sitting(run_quiz={"closes_at": NOW + HOUR})
    attempt = sitting.start(NOW)
    assert review_fields(attempt, NOW) == set()
    sitting.submit(attempt, NOW)
    assert review_fields(attempt, NOW) == AT_ONCE
    assert review_fields(attempt, NOW + HOUR) == AT_ONCE  # seconds of grace are still running
    assert review_fields(attempt, NOW + 2 * HOUR) == AT_ONCE | {"right_wrong", "key", "explanation"}


def test_the_quiz_may_say_otherwise():
    sitting = quizzes.Sitting(review={"score": "after_closing", "own_answers": "never"})
    attempt = sitting.submit(sitting.start(NOW), NOW)
    assert review_fields(attempt, NOW) == {"comment"}


def test_practice_shows_all_at_once():
    sitting = quizzes.Sitting(kind=QuizKind.PRACTICE)
    attempt = sitting.submit(sitting.start(NOW), NOW)
    questions = {row.pk for row in sitting.rows}
    assert review_fields(attempt, NOW) == AT_ONCE | {"right_wrong", "key", "explanation"}
    assert released(attempt, questions, NOW) == questions


def test_no_key_while_another_class_may_still_be_asked_the_question():
    sitting = quizzes.Sitting(run_quiz={"closes_at": NOW + HOUR})
    attempt = sitting.submit(sitting.start(NOW), NOW)
    asked = {row.pk for row in sitting.rows}
    later = NOW + 2 * HOUR
    assert released(attempt, asked, later) == asked
    other = quizzes.offered(quizzes.quiz(sitting.course, sitting.rows[:1]), closes_at=later + HOUR)
    assert released(attempt, asked, later) == asked - {sitting.rows[0].pk}
    drawn = quizzes.quiz(sitting.course, draws={Category.at(quizzes.DEFAULT_PATH, sitting.course): 1})
    drawing = quizzes.offered(drawn, opens_at=later + HOUR)
    assert released(attempt, asked, later) == set()
    drawing.run.end(by=make.account(), now=later)
    other.delete()
    assert released(attempt, asked, later) == asked


def test_quizzes_are_seen_by_trainers_of_the_course_and_administrators():
    quiz = quizzes.quiz(make.course())

    def sees(user):
        return Quiz.objects.visible_to(user, make.DAY).exists()

    assert sees(make.trainer(quiz.course))
    assert sees(make.account(None, "administrator"))
    assert not sees(make.trainer(make.course()))
    assert not sees(make.account(None, "coordinator"))


def test_current_is_the_newest_ready_version():
    course, question = make.course(), quizzes.imported("true_false")
    (row,) = quizzes.bank(course, question)
    assert [version.question for version in QuestionVersion.objects.current()] == [row]
