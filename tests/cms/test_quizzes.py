"""Quizzes on the screens of the CMS: written without a script, seen by whoever teaches the course alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Attempt, Category, Quiz, QuizKind, QuizState, RunQuiz
from tests.make import courses as make
from tests.make import quizzes
from tests.make.quizzes import CANARY


def typed(world, **fields):
    """A quiz that draws two questions, as its author types it."""
    drawer = world.own.course.categories.order_by("pk")[0]
    data = {
        "code": "KT-MOI", "title": "Kiểm tra cuối khóa", "kind": "graded", "attempts_allowed": 2, "pass_percent": 60,
        "counting": "best", "questions_per_page": 5, "is_shuffled": "on", "limit_minutes": 30,
        "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0, "rows-0-category": drawer.pk, "rows-0-draw_count": 1,
    }  # fmt: skip
    return data | fields


def new(world):
    return f"/cms/quizzes/new/?course={world.own.course.pk}"


def the_quiz(world, **fields):
    world.browser("TR").post(new(world), typed(world, **fields))
    return Quiz.objects.get(code="KT-MOI")


def test_a_quiz_is_written_looked_at_published_and_given_to_a_class(world):
    browser = world.browser("TR")
    assert browser.get(new(world)).status_code == 200
    assert browser.post(new(world), typed(world)).status_code == 302
    quiz = Quiz.objects.get(code="KT-MOI")
    assert browser.get(f"/cms/quizzes/edit/{quiz.pk}/").status_code == 200
    assert browser.post(f"/cms/quizzes/publish/{quiz.pk}/").status_code == 302
    run = make.run(world.own.course, state="running")
    times = {"run": run.pk, "opens_at": "2026-03-02T08:00", "closes_at": "2026-03-02T10:00", "is_required": "on"}
    assert browser.post(f"/cms/quizzes/give/{quiz.pk}/", times).status_code == 302
    row = RunQuiz.objects.get(run=run)
    assert "02/03/2026" in browser.get(f"/cms/quizzes/inspect/{quiz.pk}/").content.decode()
    assert browser.post(f"/cms/quizzes/times/{row.pk}/", {"is_required": "on"}).status_code == 302
    assert browser.post(f"/cms/quizzes/times/{row.pk}/", {"drop": "1"}).status_code == 302
    assert not RunQuiz.objects.filter(run=run).exists()
    assert set(browser.events) == {"quiz.edit_before_first_attempt"}
    assert len(browser.events) == 5


def test_the_preview_shows_questions_and_no_key(world):
    quiz = the_quiz(world)
    html = world.browser("TR").get(f"/cms/quizzes/preview/{quiz.pk}/?seed=7").content.decode()
    assert 'name="s1-' in html
    assert CANARY not in html


@pytest.mark.parametrize("who", ["TX", "CO", "T"])
def test_quizzes_of_others_do_not_exist(world, who):
    quiz = the_quiz(world)
    browser = world.browser(who)
    for verb in ("inspect", "edit", "preview"):
        assert browser.get(f"/cms/quizzes/{verb}/{quiz.pk}/").status_code == 404
    assert browser.post(f"/cms/quizzes/publish/{quiz.pk}/").status_code == 404
    assert browser.post(f"/cms/quizzes/times/{world.own.quiz.pk}/", {"drop": "1"}).status_code == 404
    assert browser.writes == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rows-0-draw_count": ""}, "rows-0-draw_count"),
        ({"rows-0-category": ""}, "rows-0-category"),
        ({"rows-0-questions": "KHONG-CO"}, "KHONG-CO"),
        ({"rows-0-easiest": 4, "rows-0-hardest": 2}, "rows-0-hardest"),
        ({"review_key": "after_submit"}, "review_key"),
        ({"pass_percent": 200}, "pass_percent"),
    ],
)
def test_what_does_not_hold_together_comes_back_with_a_sentence(world, fields, said):
    browser = world.browser("TR")
    answer = browser.post(new(world), typed(world, **fields))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in html
    assert "error-message" in html
    assert not Quiz.objects.filter(code="KT-MOI").exists()


def test_a_section_is_added_without_a_script(world):
    browser = world.browser("TR")
    answer = browser.post(new(world), typed(world, add_row="1", title=""))
    assert answer.status_code == 200
    assert 'name="rows-2-category"' in answer.content.decode()
    assert browser.writes == []


def test_a_pool_that_is_too_small_is_said_and_not_published(world):
    quiz = the_quiz(world, **{"rows-0-draw_count": 500})
    browser = world.browser("TR")
    answer = browser.post(f"/cms/quizzes/publish/{quiz.pk}/")
    assert answer.status_code == 409
    assert "Không đủ câu hỏi sẵn sàng" in answer.content.decode()
    assert browser.get(f"/cms/quizzes/preview/{quiz.pk}/").status_code == 302
    assert Quiz.objects.get(pk=quiz.pk).state == QuizState.DRAFT


def test_a_stale_edit_keeps_what_was_typed_and_may_be_sent_again(world):
    quiz = the_quiz(world)
    browser, path = world.browser("TR"), f"/cms/quizzes/edit/{quiz.pk}/"
    assert browser.post(path, typed(world, title="Một", version=1)).status_code == 302
    answer = browser.post(path, typed(world, title="Hai", version=1))
    assert answer.status_code == 409
    assert "Hai" in answer.content.decode()
    assert browser.post(path, typed(world, title="Hai", version=2)).status_code == 302


def test_practice_of_a_lesson_is_taken_by_whoever_learns_it(world):
    own = world.own
    lesson = own.course.lessons.live().in_order()[0]
    practice = quizzes.quiz(own.course, quizzes.bank(own.course, quizzes.imported()), kind=QuizKind.PRACTICE)
    Quiz.objects.filter(pk=practice.pk).update(lesson=lesson)
    browser = world.browser("T")
    page = f"/learn/{own.enrolment.public_id}/practice/{practice.code}/"
    assert page in browser.get(f"/learn/{own.enrolment.public_id}/").content.decode()
    assert browser.get(page).status_code == 200
    assert browser.post(page).status_code == 302
    assert Attempt.objects.filter(quiz=practice).count() == 1
    assert world.browser("TO").get(page).status_code == 404
    assert browser.get(f"/learn/{own.enrolment.public_id}/practice/{own.quiz.quiz.code}/").status_code == 404


def test_the_screens_cost_the_same_however_many_quizzes_and_sections(world):
    def cost(path):
        with CaptureQueriesContext(connection) as counted:
            assert world.browser("TR").get(path).status_code == 200
        return len(counted)

    quiz, own = the_quiz(world), world.own
    paths = ["/cms/quizzes/", f"/cms/quizzes/inspect/{quiz.pk}/", f"/cms/quizzes/preview/{quiz.pk}/"]
    before = [cost(path) for path in paths]
    for _number in range(3):
        quizzes.quiz(own.course, quizzes.bank(own.course, quizzes.imported()))
    Quiz.objects.get(pk=quiz.pk).sections.create(position=5, category=_drawer(own), draw_count=1)
    Quiz.objects.get(pk=quiz.pk).run_quizzes.create(run=make.run(own.course))
    assert [cost(path) for path in paths] == before


def _drawer(place):
    return Category.objects.get(course=place.course, name=quizzes.DEFAULT_PATH[0])
