"""The screens of requirements and of the ties of courses, at a steady cost."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from courses.models import CourseTask, RequiredCourse
from lms.people.models import Group
from lms.plan.models import Enough, PeriodLock, Requirement
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make
from tests.make import plan as make_plan

NOW = make.at(9, on=date(2026, 7, 1))
ASKED = {"group": "reporter", "period_kind": "year", "enough": "certificates", "needed": "1", "starts_on": "2026-07-02"}


@pytest.fixture(autouse=True)
def summer():
    """1/7/2026, in Vietnamese."""
    with time_machine.travel(NOW, tick=False), translation.override("vi"):
        yield


@pytest.fixture
def task(db):
    return make_plan.task()


def listed(task):
    return reverse("courses:requirements", args=[task.pk])


def test_the_coordinator_adds_a_requirement_with_the_courses_it_names(task):
    course = make.course()
    asked = ASKED | {"enough": "named_courses", "courses": [course.pk]}
    answer = account("coordinator").post(reverse("courses:requirement_add", args=[task.pk]), asked)
    assert answer.headers["Location"] == listed(task)
    made = Requirement.objects.get()
    assert (made.enough, made.starts_on) == (Enough.NAMED_COURSES, date(2026, 7, 2))
    assert [tie.course for tie in RequiredCourse.objects.known()] == [course]


def test_a_refused_requirement_leaves_nothing_behind(task):
    asked = ASKED | {"enough": "named_courses"}
    answer = account("coordinator").post(reverse("courses:requirement_add", args=[task.pk]), asked)
    assert answer.status_code == 422
    assert not Requirement.objects.exists()


def test_a_change_keeps_what_held_before(task):
    before = make_plan.requirement(task)
    path = reverse("courses:requirement_change", args=[before.pk])
    browser = account("coordinator")
    assert 'value="2026-07-02"' in browser.get(path).content.decode()
    assert browser.post(path, ASKED | {"needed": "2"}).headers["Location"] == listed(task)
    before.refresh_from_db()
    assert before.ends_on == date(2026, 7, 2)
    assert Requirement.objects.exclude(pk=before.pk).get().needed == 2


def test_a_change_that_touches_a_closed_period_is_refused_in_words(task):
    before = make_plan.requirement(task)
    PeriodLock.lock(task, make_plan.period(2026), now=NOW)
    answer = account("coordinator").post(reverse("courses:requirement_change", args=[before.pk]), ASKED)
    assert answer.status_code == 422
    assert "Số liệu của kỳ này đã chốt" in answer.content.decode()


def test_an_end_is_recorded(task):
    requirement = make_plan.requirement(task)
    path = reverse("courses:requirement_end", args=[requirement.pk])
    assert account("coordinator").post(path, {"ends_on": "2026-08-01"}).headers["Location"] == listed(task)
    assert Requirement.objects.get().ends_on == date(2026, 8, 1)


def test_a_course_is_tied_to_a_task_on_its_page(task):
    course, browser = make.course(), account("coordinator")
    path = reverse("courses:served", args=[course.pk])
    assert browser.post(path, {"tasks": [task.pk], "groups": ["reporter"]}).headers["Location"] == reverse(
        "courses:ties"
    )
    assert [tie.task for tie in CourseTask.objects.known()] == [task]
    page = browser.get(reverse("courses:ties")).content.decode()
    assert "Nhiệm vụ 5" in page
    assert browser.post(path, {"tasks": [task.pk], "groups": ["reporter"]}).status_code == 302
    assert CourseTask.objects.count() == 1


def test_the_lists_cost_the_same_for_more_rows(task):
    browser = account("coordinator")
    paths = [listed(task), reverse("courses:ties"), reverse("plan:task", args=[task.pk])]

    def fill(groups):
        for group in groups:
            requirement = make_plan.requirement(task, group, enough=Enough.NAMED_COURSES)
            course = make.course()
            RequiredCourse.set_named(requirement, [course], now=NOW)
            CourseTask.objects.create(course=course, task=task)

    fill([Group.REPORTER])
    for path in paths:
        browser.get(path)
    few = [queries_of(browser, path) for path in paths]
    fill([Group.EDITOR, Group.SPOKESPERSON, Group.COMMUNICATION_OFFICER])
    assert [queries_of(browser, path) for path in paths] == few
    assert max(few) <= 20


def test_trainees_see_the_task_without_what_is_required(task):
    make_plan.requirement(task)
    page = account().get(reverse("plan:task", args=[task.pk]))
    assert page.status_code == 200
    assert 'id="required"' not in page.content.decode()
    assert account().get(listed(task)).status_code == 404
