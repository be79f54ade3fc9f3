"""Which tasks a course serves, and which courses a requirement names: changed from now on, kept for what was known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.models import CourseTask, RequiredCourse
from lms.audit.models import Event
from lms.people.models import Group
from lms.plan.models import Enough
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import plan as make_plan

ACTION = "course.set_task_served_and_groups"
NOW = make.at(9)
LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make.account(None, "coordinator")


def served(course, at=None):
    """The codes of the tasks that the course was known to serve."""
    return sorted(tie.task.code for tie in CourseTask.objects.known(at).filter(course=course))


def test_a_course_is_tied_and_untied_with_one_event_each_and_the_past_stays(coordinator):
    course, five, six = make.course(), make_plan.task("5"), make_plan.task("6")
    said = {"groups": [Group.REPORTER], "by": coordinator}
    assert CourseTask.set_served(course, tasks=[five], now=NOW, **said)
    assert CourseTask.set_served(course, tasks=[six], now=LATER, **said)
    assert served(course) == ["6"]
    assert served(course, NOW) == ["5"]
    assert served(course, NOW - timedelta(seconds=1)) == []
    assert Event.objects.filter(action=ACTION).count() == 2
    assert Event.objects.filter(action=ACTION).latest("pk").data["untied"] == ["5"]


def test_a_task_may_be_tied_again_after_it_was_untied(coordinator):
    course, task = make.course(), make_plan.task()
    for moment, tasks in ((NOW, [task]), (LATER, []), (LATER + timedelta(days=1), [task])):
        CourseTask.set_served(course, tasks=tasks, groups=[], by=coordinator, now=moment)
    assert served(course) == ["5"]
    assert served(course, LATER) == []


def test_saying_the_same_again_changes_nothing(coordinator):
    course, task = make.course(), make_plan.task()
    said = {"tasks": [task], "groups": [Group.EDITOR], "by": coordinator}
    assert CourseTask.set_served(course, now=NOW, **said)
    assert not CourseTask.set_served(course, now=LATER, **said)
    assert Event.objects.filter(action=ACTION).count() == 1


def test_a_course_is_for_the_groups_that_were_set(coordinator):
    course = make.course()
    for groups in ([Group.EDITOR, Group.REPORTER], [Group.REPORTER]):
        CourseTask.set_served(course, tasks=[], groups=groups, by=coordinator, now=NOW)
    assert list(course.groups.values_list("group", flat=True)) == [Group.REPORTER]


def test_a_group_that_does_not_exist_is_refused(coordinator):
    with pytest.raises(Refused) as refusal:
        CourseTask.set_served(make.course(), tasks=[], groups=["pilots"], by=coordinator, now=NOW)
    assert refusal.value.code == "group_unknown"


def test_a_tie_from_before_was_known_for_ever():
    course, task = make.course(), make_plan.task()
    tie = CourseTask.objects.create(course=course, task=task)
    assert served(course, NOW - timedelta(days=9000)) == ["5"]
    CourseTask.objects.filter(pk=tie.pk).update(voided_at=NOW)
    assert served(course, NOW - timedelta(seconds=1)) == ["5"]
    assert served(course, NOW) == []


def test_a_live_tie_stands_once():
    course, task = make.course(), make_plan.task()
    CourseTask.objects.create(course=course, task=task)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseTask.objects.create(course=course, task=task)
    CourseTask.objects.update(recorded_at=NOW, voided_at=NOW)
    CourseTask.objects.create(course=course, task=task)


@pytest.mark.parametrize("row", [CourseTask, RequiredCourse])
def test_a_tie_is_not_voided_before_it_was_recorded(row):
    course, task = make.course(), make_plan.task()
    ends = {"task": task} if row is CourseTask else {"requirement": make_plan.requirement(task)}
    with pytest.raises(IntegrityError), transaction.atomic():
        row.objects.create(course=course, recorded_at=LATER, voided_at=NOW, **ends)


def test_named_courses_are_replaced_and_the_past_stays():
    requirement = make_plan.requirement(make_plan.task(), enough=Enough.NAMED_COURSES)
    first, second = make.course(), make.course()
    RequiredCourse.set_named(requirement, [first], now=NOW)
    RequiredCourse.set_named(requirement, [second], now=LATER)
    assert [tie.course for tie in RequiredCourse.objects.known()] == [second]
    assert [tie.course for tie in RequiredCourse.objects.known(NOW)] == [first]


@pytest.mark.parametrize(
    ("enough", "is_named", "code"),
    [(Enough.NAMED_COURSES, False, "no_course_named"), (Enough.CERTIFICATES, True, "names_no_courses")],
)
def test_courses_are_named_where_they_are_what_is_enough(enough, is_named, code):
    requirement = make_plan.requirement(make_plan.task(), enough=enough)
    with pytest.raises(Refused) as refusal:
        RequiredCourse.set_named(requirement, [make.course()] if is_named else [], now=NOW)
    assert refusal.value.code == code
