"""Our records on the screens of the CMS: own rows, one event for each change, nothing inline."""

from __future__ import annotations

import re

import pytest

from cms.models import CoursePage
from courses.models import Course, CourseTrainer, Run, RunTrainer
from lms.web import csp

SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def question(place):
    return place.course.categories.first().questions.first()


def test_rows_of_other_courses_do_not_exist(world):
    own, foreign = world.own, world.foreign
    paths = {
        f"/cms/courses/edit/{own.course.pk}/": (200, 404),
        f"/cms/courses/edit/{foreign.course.pk}/": (404, 200),
        f"/cms/runs/edit/{own.run.pk}/": (200, 404),
        f"/cms/runs/edit/{foreign.run.pk}/": (404, 200),
        f"/cms/questions/inspect/{question(own).pk}/": (200, 404),
        f"/cms/questions/inspect/{question(foreign).pk}/": (404, 200),
    }
    for path, expected in paths.items():
        assert tuple(world.browser(who).get(path).status_code for who in ("TR", "TX")) == expected, path
        assert [world.browser(who).get(path).status_code for who in ("T", "FO", "CO")] == [404] * 3, path


@pytest.mark.parametrize("path", ["courses", "runs", "questions"])
def test_a_list_shows_own_rows_alone(world, path):
    rows = {who: set(world.browser(who).get(f"/cms/{path}/").context["object_list"]) for who in ("TR", "TX", "AD")}
    assert rows["TR"] and rows["TX"]
    assert not rows["TR"] & rows["TX"]
    assert rows["AD"] >= rows["TR"] | rows["TX"]
    assert world.browser("CO").get(f"/cms/{path}/").status_code == 404


COURSE = {
    "code": "KH-MOI", "mode": "online", "title": "Khóa mới", "summary": "", "study_periods": "8",
    "pass_percent": "50", "attendance_percent": "0",
}  # fmt: skip


def test_a_new_course_belongs_to_its_maker_and_has_a_draft_page(world):
    browser = world.browser("TR")
    answer = browser.post("/cms/courses/new/", COURSE)
    assert answer.status_code == 302
    course = Course.objects.get(code="KH-MOI")
    assert CourseTrainer.objects.get(course=course).user == world.users["TR"]
    assert not CoursePage.objects.get(course=course).live
    assert browser.events == ["course.create_draft"]


def test_a_change_of_a_course_is_one_event(world):
    browser = world.browser("TR")
    course = world.own.course
    data = COURSE | {"code": course.code, "title": "Tên mới của khóa học"}
    assert browser.post(f"/cms/courses/edit/{course.pk}/", data).status_code == 302
    assert Course.objects.get(pk=course.pk).title == "Tên mới của khóa học"
    assert browser.events == ["course.edit"]


def test_a_change_of_a_foreign_course_writes_nothing(world):
    browser = world.browser("TX")
    data = COURSE | {"code": world.own.course.code}
    assert browser.post(f"/cms/courses/edit/{world.own.course.pk}/", data).status_code == 404
    assert browser.writes == []


def run_form(course, issuer) -> dict[str, object]:
    return {
        "course": course.pk, "year": 2026, "number": 77, "issuer": issuer.pk, "starts_on": "2026-05-04",
        "ends_on": "2026-05-06", "study_periods": 8, "entry": "open", "attendance_percent": 0, "funding": "",
    }  # fmt: skip


def test_a_trainer_makes_a_run_of_an_own_course(world):
    browser = world.browser("TR")
    answer = browser.post("/cms/runs/new/", run_form(world.own.course, world.own.run.issuer))
    assert answer.status_code == 302
    run = Run.objects.get(number=77)
    assert RunTrainer.objects.get(run=run).user == world.users["TR"]
    assert browser.events == ["run.create"]


def test_nobody_makes_a_run_of_a_foreign_course(world):
    for who, course in (("TX", world.own.course), ("AD", world.own.course)):
        browser = world.browser(who)
        browser.post("/cms/runs/new/", run_form(course, world.own.run.issuer))
        assert "run.create" not in browser.events
    assert not Run.objects.filter(number=77).exists()


def test_an_administrators_look_at_a_key_is_an_event_and_a_trainers_is_not(world):
    path = f"/cms/questions/inspect/{question(world.own).pk}/"
    events = {}
    for who in ("TR", "AD"):
        browser = world.browser(who)
        assert browser.get(path).status_code == 200
        events[who] = browser.events
    assert events == {"TR": [], "AD": ["question.read_bank_with_keys"]}


@pytest.mark.parametrize("who", ["TR", "AD"])
def test_no_page_of_the_cms_carries_inline_script(world, who):
    browser = world.browser(who)
    for path in (
        "/cms/", "/cms/pages/", f"/cms/pages/{world.course_page.pk}/", f"/cms/pages/{world.lesson_page.pk}/edit/",
        f"/cms/pages/{world.course_page.pk}/edit/", f"/cms/courses/edit/{world.own.course.pk}/", "/cms/courses/",
        "/cms/courses/new/", "/cms/questions/", "/cms/images/",
        *(["/cms/runs/new/"] if who == "TR" else []),
    ):  # fmt: skip
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, path
        assert answer["Content-Security-Policy"] == csp.CMS
        html = answer.content.decode()
        inline = [tag for tag in SCRIPT.findall(html) if "src=" not in tag and "json" not in tag]
        assert inline == [], path
        assert not re.search(r"<[^>]+\son\w+=", html), path
