"""The public pages, the lesson's door, and the pictures in it."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image, Rendition
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from cms.course_file import draft_page
from courses.models import Enrolment, EnrolmentState, Progress
from tests.house.world import COLUMNS
from tests.make import courses as make


def test_a_lesson_opens_as_the_table_says(world):
    answers = {who: world.browser(who).get(world.lesson_page.url).status_code for who in COLUMNS}
    expected = {"AN": 302, "T": 200, "TO": 404, "FO": 404, "FX": 404, "TR": 200, "TX": 404, "CO": 200, "AD": 200}
    assert answers == expected


def test_a_withdrawn_trainee_reads_no_more(world):
    Enrolment.objects.filter(person=world.own.person).update(state=EnrolmentState.REQUESTED, seat="none")
    assert world.browser("T").get(world.lesson_page.url).status_code == 404


def test_opening_a_lesson_is_remembered_once_and_for_the_trainee_alone(world):
    Progress.objects.all().delete()
    for who in ("T", "T", "TR", "CO", "AD"):
        assert world.browser(who).get(world.lesson_page.url).status_code == 200
    row = Progress.objects.get()
    assert (row.enrolment.person, row.lesson, row.done_at) == (world.own.person, world.lesson_page.lesson, None)


@pytest.mark.parametrize("words", ["nhap mon truyen thong", "NHẬP MÔN", "ttcs-01"])
def test_the_catalogue_finds_without_marks_and_case(world, words):
    found = world.browser("AN").get("/khoa-hoc/", {"q": words}).context["cards"]
    assert [card.pk for card in found] == [world.course_page.pk]


def test_the_catalogue_finds_nothing_for_other_words_and_no_drafts(world):
    browser = world.browser("AN")
    assert browser.get("/khoa-hoc/", {"q": "nuôi tôm"}).context["cards"] == []
    assert world.other_page.pk not in [card.pk for card in browser.get("/khoa-hoc/").context["cards"]]


@pytest.mark.parametrize("who", COLUMNS)
def test_the_page_of_a_course_is_public(world, who):
    assert world.browser(who).get(world.course_page.url).status_code == 200


def queries_of(browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/", "/khoa-hoc/"])
def test_lists_of_courses_ask_the_same_for_one_and_for_five(world, path):
    browser = world.browser("AN")
    few = queries_of(browser, path)
    for _number in range(4):
        course = make.course()
        make.run(course)
        draft_page(course).get_latest_revision().publish()
    cache.clear()
    assert len(browser.get(path).context["cards"]) == 5
    assert queries_of(browser, path) == few <= 20


def test_the_page_of_a_course_asks_the_same_for_more_lessons_and_runs(world):
    browser = world.browser("AN")
    few = queries_of(browser, world.course_page.url)
    for number in range(20, 24):
        make.lesson(world.own.course, number)
        make.run(world.own.course)
    assert queries_of(browser, world.course_page.url) == few <= 25


@pytest.fixture
def picture(world, settings, tmp_path):
    """A rendition of a picture in the collection of the course; its file is written for this test."""
    settings.MEDIA_ROOT = tmp_path
    collection = Collection.objects.get(name=world.own.course.code)
    image = Image.objects.create(title="Ảnh", file=get_test_image_file(), collection=collection)
    rendition: Rendition = image.get_rendition("width-100")
    return rendition


def test_a_picture_opens_for_those_who_read_its_course(world, picture):
    path = f"/media/{picture.file.name}"
    answers = {who: world.browser(who).get(path).status_code for who in COLUMNS}
    assert answers["AN"] == 302
    assert {who: answers[who] for who in ("T", "TR", "CO", "AD")} == dict.fromkeys(("T", "TR", "CO", "AD"), 200)
    assert {who: answers[who] for who in ("TO", "FO", "FX", "TX")} == dict.fromkeys(("TO", "FO", "FX", "TX"), 404)


def test_a_picture_is_private_and_runs_nothing(world, picture):
    answer = world.browser("T").get(f"/media/{picture.file.name}")
    assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
