"""The list of courses, legal sources, next year's copies and paper, through their doors."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.access import group_name
from cms.course_file import draft_page
from cms.discarding import discard_course
from cms.editions import copy_course
from cms.media import span
from cms.models import CoursePage, LessonPage
from courses.models import Citation, Course, CourseTrainer, Lesson, Quiz, QuizState, Run
from lms.plan.models import Holiday
from lms.refusal import Refused
from tests.house.world import COLUMNS, MOMENT
from tests.make import courses as make
from tests.make import quizzes

NEXT_YEAR = date(2027, 3, 1)


@pytest.fixture
def holidays(world):
    """Next year's public holidays are known."""
    Holiday.objects.get_or_create(on=date(2027, 1, 1), defaults={"kind": "off", "name": "Tết Dương lịch"})
    Holiday.objects.get_or_create(on=date(2026, 1, 1), defaults={"kind": "off", "name": "Tết Dương lịch"})


def queries(browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_the_list_of_courses_asks_the_same_for_two_and_for_eight(world):
    browser = world.browser("AD")
    few = queries(browser, "/cms/courses/")
    for _number in range(6):
        course = make.course()
        make.run(course)
        draft_page(course)
        quizzes.bank(course, quizzes.imported("single"))
    assert queries(browser, "/cms/courses/") == few <= 60


def test_the_list_says_what_needs_a_hand(world):
    course = world.own.course
    Lesson.objects.filter(course=course).update(bytes_page=50_000, bytes_images=20_000)
    Citation.objects.filter(course=course).update(check_by=date(2026, 1, 1))
    page = LessonPage.objects.get(pk=world.lesson_page.pk)
    page.save_revision()
    rows = world.browser("TR").get("/cms/courses/").context["object_list"]
    (found,) = [row.health for row in rows if row.pk == course.pk]
    said = " · ".join(found.problems)
    for word in ("bài nặng", "căn cứ", "chưa xuất bản"):
        assert word in said
    assert (found.is_live, found.lessons, found.runs) == (True, course.lessons.count(), course.runs.count())


def test_a_list_of_sources_shows_own_courses_and_what_is_due(world):
    source = world.own.course.citations.order_by("pk").first()
    Citation.objects.all().update(check_by=MOMENT.date() + timedelta(days=200))
    Citation.objects.filter(pk=source.pk).update(check_by=MOMENT.date())
    shown = world.browser("TR").get("/cms/sources/").context["page"].object_list
    assert [row.pk for row in shown] == [source.pk]
    assert list(world.browser("TX").get("/cms/sources/?all=1").context["page"].object_list) == []
    assert len(world.browser("TR").get("/cms/sources/?all=1").context["page"].object_list) > 1


def test_a_day_that_is_past_confirms_nothing(world):
    source = world.own.course.citations.order_by("pk").first()
    browser = world.browser("TR")
    browser.post(f"/cms/sources/{source.pk}/confirm/", {"until": "2020-01-01"}, follow=True)
    assert browser.events == []
    browser.post(f"/cms/sources/{source.pk}/confirm/", {"until": "không"}, follow=True)
    assert browser.events == []


def path_of(run: Run) -> str:
    return f"/cms/copies/run/{run.pk}/"


def test_a_year_without_holidays_is_refused_in_words(world):
    Holiday.objects.filter(on__year=2027).delete()
    answer = world.browser("TR").get(path_of(world.own.run), {"first_day": "2027-03-01"})
    assert answer.status_code == 422
    assert "2027" in answer.context["refusal"]


def test_the_table_proposes_days_and_a_post_makes_the_class(world, holidays):
    run, browser = world.own.run, world.browser("TR")
    answer = browser.get(path_of(run), {"first_day": NEXT_YEAR.isoformat()})
    ((move, field),) = answer.context["form"].rows()
    assert move.new == NEXT_YEAR
    assert browser.events == []
    day = NEXT_YEAR + timedelta(days=1)
    answer = browser.post(path_of(run), {"first_day": NEXT_YEAR.isoformat(), field.html_name: day.isoformat()})
    assert answer.status_code == 302
    new = Run.objects.get(course=run.course, year=2027)
    (session,) = new.sessions.all()
    old = run.sessions.get()
    assert session.starts_at - old.starts_at == make.at(8, on=day) - make.at(8)
    assert session.session_places.count() == old.session_places.count()
    assert (new.state, new.enrolments.count(), new.run_quizzes.count()) == ("draft", 0, run.run_quizzes.count())
    assert browser.events == ["course.copy_for_new_year"]


def test_a_session_before_the_first_day_makes_no_class(world, holidays):
    run = world.own.run
    key = f"session-{run.sessions.get().pk}"
    data = {"first_day": NEXT_YEAR.isoformat(), key: "2027-02-26"}
    answer = world.browser("TR").post(path_of(run), data)
    assert answer.status_code == 422
    assert not Run.objects.filter(year=2027).exists()


def test_a_class_of_a_foreign_course_is_not_copied(world, holidays):
    for who, expected in (("TX", 403), ("CO", 404), ("FO", 404)):
        assert world.browser(who).get(path_of(world.own.run)).status_code == expected


def test_a_new_edition_has_pages_and_tests_as_drafts_and_the_old_one_stays(world):
    old, by = world.own.course, world.users["TR"]
    live = LessonPage.objects.child_of(world.course_page).live().count()
    new = copy_course(old, code="TTCS-01-2027", by=by, now=MOMENT)
    page = CoursePage.objects.get(course=new)
    lessons = LessonPage.objects.child_of(page)
    assert (page.live, lessons.live().count(), lessons.count()) == (False, 0, live)
    assert all(lesson.lesson is None for lesson in lessons)
    assert set(Quiz.objects.filter(course=new).values_list("state", flat=True)) == {QuizState.DRAFT}
    assert Quiz.objects.filter(course=new).count() == old.quizzes.count()
    assert (new.edition_of, new.pass_percent, new.attendance_percent) == (old, old.pass_percent, old.attendance_percent)
    assert LessonPage.objects.child_of(world.course_page).live().count() == live
    assert by.groups.filter(name=group_name(new)).exists()


def test_a_lesson_of_the_new_edition_is_published_as_its_own(world):
    new = copy_course(world.own.course, code="TTCS-01-2027", by=world.users["TR"], now=MOMENT)
    page = LessonPage.objects.child_of(CoursePage.objects.get(course=new)).first()
    page.get_latest_revision().publish(user=None)
    assert new.lessons.get().key == page.slug


def test_sources_come_along_with_the_day_that_was_confirmed(world):
    page = LessonPage.objects.get(pk=world.lesson_page.pk)
    page.body.append(("citation", {"document": "07/CT-TTg", "check_by": date(2026, 6, 1)}))
    page.save_revision().publish()
    page.lesson.citations.get().confirm(by=world.users["TR"], until=date(2028, 1, 1), now=MOMENT)
    new = copy_course(world.own.course, code="TTCS-01-2027", by=world.users["TR"], now=MOMENT)
    copied = LessonPage.objects.child_of(CoursePage.objects.get(course=new)).get(slug=page.slug)
    assert copied.body[-1].value["check_by"] == date(2028, 1, 1)


def test_a_code_that_is_taken_is_said_in_the_form(world):
    path = f"/cms/copies/course/{world.own.course.pk}/edition/"
    answer = world.browser("TR").post(path, {"code": world.foreign.course.code})
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors


def unused(world) -> Course:
    course = make.course(lessons=0)
    CourseTrainer.objects.create(course=course, user=world.users["TR"], starts_on=make.DAY)
    draft_page(course)
    return course


def test_an_unused_draft_goes_with_its_page_and_group(world):
    course = unused(world)
    browser = world.browser("TR")
    assert browser.get(f"/cms/copies/course/{course.pk}/discard/").status_code == 200
    assert browser.post(f"/cms/copies/course/{course.pk}/discard/").status_code == 302
    assert not Course.objects.filter(pk=course.pk).exists()
    assert not CoursePage.objects.filter(course=course.pk).exists()
    assert not Group.objects.filter(name=group_name(course)).exists()


@pytest.mark.parametrize("use", ["run", "lesson", "question", "published"])
def test_a_course_in_use_stays(world, use):
    course = unused(world)
    if use == "run":
        make.run(course)
    elif use == "lesson":
        make.lesson(course, 1)
    elif use == "question":
        quizzes.bank(course, quizzes.imported("single"))
    else:
        CoursePage.objects.get(course=course).get_latest_revision().publish()
    with pytest.raises(Refused) as refusal:
        discard_course(course, by=world.users["TR"], now=MOMENT)
    assert refusal.value.code == "course_in_use"
    assert CoursePage.objects.filter(course=course).exists()


PAPER = {"AN": 302, "T": 200, "TO": 404, "FO": 404, "FX": 404, "TR": 200, "TX": 404, "CO": 200, "AD": 200}


@pytest.mark.parametrize("what", ["lessons", "courses"])
def test_paper_opens_for_those_who_may_read_the_lesson(world, what):
    key = world.lesson_page.lesson_id if what == "lessons" else world.own.course.pk
    answers = {who: world.browser(who).get(f"/print/{what}/{key}/").status_code for who in COLUMNS}
    assert answers == PAPER


def test_paper_shows_every_published_lesson_with_dated_sources_and_no_key(world):
    page = LessonPage.objects.get(pk=world.lesson_page.pk)
    page.body.append(("citation", {"document": "07/CT-TTg", "check_by": date(2026, 6, 1)}))
    page.save_revision().publish()
    answer = world.browser("T").get(f"/print/courses/{world.own.course.pk}/")
    html = answer.content.decode()
    for lesson in world.own.course.lessons.live():
        assert lesson.title in html
    assert "01/06/2026" in html
    assert "<details" in html and html.count('class="fold" open') == html.count('class="fold"')
    assert quizzes.CANARY not in html


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("0", "", (0, 99)), ("10", "19", (10, 19)), ("90", "500", (90, 99)), ("", "10", (90, 99)), ("100", "", (100, 99))],
)
def test_a_player_asks_for_a_span_of_bytes(first, last, expected):
    assert span(first, last, 100) == expected
