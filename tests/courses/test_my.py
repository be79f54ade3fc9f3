"""/my/ and the home of a class: the next step, what is missing in words (domain.md §15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import override

from courses import panels
from courses.evaluation import Item
from courses.models import Enrolment, Progress, Quiz, QuizKind, QuizState, RunQuiz, Session
from courses.standing import in_words, standings
from tests.make import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson_pages(monkeypatch):
    """Every lesson has a page, as the CMS would say."""
    monkeypatch.setattr(panels, "_lesson_urls", [lambda lessons: {one.pk: f"/bai/{one.pk}/" for one in lessons}])


def standing(enrolment, now):
    row = Enrolment.objects.select_related("run__course", "person", "agency").get(pk=enrolment.pk)
    return standings([row], now)[0]


def test_the_next_step_goes_from_lessons_to_the_test_to_the_session(world, moment, lesson_pages):
    quiz = Quiz.objects.create(
        course=world.run.course, code="cuoi", kind=QuizKind.GRADED, state=QuizState.PUBLISHED, title="Cuối khóa",
        limit_minutes=20,
    )  # fmt: skip
    RunQuiz.objects.create(run=world.run, quiz=quiz)
    first, second = world.run.course.lessons.in_order()
    assert standing(world.enrolment, moment).next_step.title == first.title
    make.done(world.enrolment, second, moment)
    step = standing(world.enrolment, moment).next_step
    assert (step.kind, step.url, step.minutes) == ("lesson", f"/bai/{first.pk}/", 15)
    make.done(world.enrolment, first, moment)
    step = standing(world.enrolment, moment).next_step
    assert (step.kind, step.minutes) == ("quiz", 20)
    RunQuiz.objects.update(opens_at=moment + timedelta(days=1))
    assert standing(world.enrolment, moment).next_step.kind == "session"
    Session.objects.update(cancelled_at=moment)
    assert standing(world.enrolment, moment).next_step.kind == "wait"


def test_a_lesson_that_was_begun_comes_before_the_first_that_is_left(world, moment, lesson_pages):
    from_the_end = world.run.course.lessons.in_order().last()
    Progress.open(world.enrolment, from_the_end, moment)
    assert standing(world.enrolment, moment).next_step.title == from_the_end.title


def test_a_lesson_without_a_page_is_no_step(world, moment, monkeypatch):
    monkeypatch.setattr(panels, "_lesson_urls", [])
    assert standing(world.enrolment, moment).next_step.kind == "session"


def test_one_large_card_and_the_progress_of_each_class(world, moment, lesson_pages):
    make.done(world.enrolment, world.run.course.lessons.first(), moment)
    page = world.get("T", reverse("courses:my"))
    assert page.content.decode().count("card-accent") == 1
    assert [one.enrolment for one in page.context["going_on"]] == [world.enrolment]
    assert (page.context["first"].done_count, page.context["first"].required_count) == (1, 2)
    assert page.context["coming"].coming_session == world.session


def test_somebody_without_a_class_is_told_where_classes_are(world):
    page = world.get("CO", reverse("courses:my"))
    assert page.context["first"] is None
    assert reverse("courses:runs") in page.content.decode()


def test_an_offered_seat_is_taken_from_the_page(world, moment):
    run = make.run(world.run.course, seats=1)
    holder = make.enrolment(run, agency_=world.home)
    waiting = make.enrolment(run, world.lan, agency_=world.home)
    holder.withdraw("Bận", by=make.account(), now=moment)
    Enrolment.offer_next(run, moment)
    accept = reverse("courses:accept", args=[waiting.public_id])
    assert accept in world.get("T", reverse("courses:my")).content.decode()
    assert world.post("TO", accept).status_code == 404
    for column in ("FO", "CO"):
        assert world.post(column, accept).status_code == 403
    assert world.post("T", accept).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "enrolled"


def test_a_completed_class_stays_on_the_page_after_its_end(world, moment):
    make.completion(world.enrolment)
    world.run.start(by=world.users["CO"], now=moment)
    world.run.end(by=world.users["CO"], now=moment)
    page = world.get("T", reverse("courses:my"))
    assert [one.enrolment for one in page.context["completed"]] == [world.enrolment]
    assert page.context["going_on"] == []


def test_storeys_above_add_their_sections_in_order(world, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})

    def later(request):
        return format_html("<section>{}</section>", "hai")

    def earlier(request):
        return format_html("<section>{}</section>", "một")

    def nothing(request):
        return None

    panels.register_panel("my", later, order=60)
    panels.register_panel("my", earlier)
    panels.register_panel("my", nothing, order=1)
    panels.register_panel("my", later, order=60)
    assert world.get("T", reverse("courses:my")).context["panels"] == [
        "<section>một</section>", "<section>hai</section>"]  # fmt: skip


def test_ticking_a_lesson_off_leads_to_the_next_one_that_is_left(world, lesson_pages):
    first, second = world.run.course.lessons.in_order()
    url = reverse("courses:lesson_done", args=[world.enrolment.public_id, first.pk])
    assert world.post("T", url).url == f"/bai/{second.pk}/"
    assert world.post("T", url).url == f"/bai/{second.pk}/"
    url = reverse("courses:lesson_done", args=[world.enrolment.public_id, second.pk])
    assert world.post("T", url).url == reverse("courses:course", args=[world.enrolment.public_id])


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (Item("lessons_left", False, 1, 2), "Required lessons: 1 of 2 done."),
        (Item("quiz_failed", False, 4999, 5000, subject="7"), "Test Cuối khóa: 49,9%, at least 50% is needed."),
        (Item("attendance_low", False, 7, 13), "Attendance: 3,5 of the 6,5 study periods needed."),
    ],
)
def test_a_condition_in_words(item, sentence):
    with override("en"):
        assert in_words(item, {"7": "Cuối khóa"}).sentence == sentence


@pytest.mark.parametrize("code", ["lessons_left", "quiz_not_taken", "quiz_failed", "waiting_marking", "attendance_low",
                                  "attendance_unmarked", "cannot_reach"])  # fmt: skip
def test_every_code_of_the_evaluator_has_its_sentence(code):
    assert in_words(Item(code, False, 0, 100), {}).sentence


def test_the_page_of_a_class_says_what_is_missing(world, moment):
    with time_machine.travel(moment, tick=False):
        page = world.get("T", reverse("courses:course", args=[world.enrolment.public_id]))
    assert len(page.context["standing"].reasons) == 2
    assert world.enrolment.check_in_code in page.content.decode()
    other = world.get("CO", reverse("courses:course", args=[world.enrolment.public_id]))
    assert world.enrolment.check_in_code not in other.content.decode()
