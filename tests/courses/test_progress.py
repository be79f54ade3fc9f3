"""Progress through lessons (learning.md §7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Lesson, Progress
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture
def enrolment():
    return make.enrolment()


@pytest.fixture
def lesson(enrolment):
    return enrolment.run.course.lessons.get(position=1)


def test_opening_keeps_the_first_time_and_moves_the_last(enrolment, lesson):
    Progress.open(enrolment, lesson, NOW)
    again = Progress.open(enrolment, lesson, NOW + timedelta(hours=1))
    again.refresh_from_db()
    assert (again.opened_at, again.seen_at) == (NOW, NOW + timedelta(hours=1))
    assert Progress.objects.count() == 1


def test_a_lesson_is_done_once_and_each_fact_asks_one_evaluation(enrolment, lesson):
    progress = Progress.open(enrolment, lesson, NOW)
    stale = Progress.objects.get(pk=progress.pk)
    before = Event.objects.count()
    assert progress.mark_done(NOW) is True
    assert progress.mark_done(NOW + timedelta(hours=1)) is False
    assert stale.mark_done(NOW + timedelta(hours=1)) is False
    assert stale.done_at == NOW
    job = Job.objects.get(kind="courses.evaluate")
    assert job.key == f"enrolment:{enrolment.pk}:lesson:{lesson.pk}"
    assert Event.objects.count() == before


def test_a_changed_lesson_stays_done(enrolment, lesson):
    progress = make.done(enrolment, lesson, NOW)
    Lesson.objects.filter(pk=lesson.pk).update(content_version=2)
    lesson.refresh_from_db()
    again = Progress.open(enrolment, lesson, NOW)
    again.refresh_from_db()
    assert (again.done_at, again.content_version) == (progress.done_at, 1)


def test_lessons_of_another_course_and_of_people_without_a_seat_are_not_opened(enrolment, lesson):
    with pytest.raises(Refused, match="not_enrolled") as caught:
        Progress.open(enrolment, make.course().lessons.get(position=1), NOW)
    assert caught.value.status == 404
    enrolment.withdraw("Bận", by=make.account(), now=NOW)
    with pytest.raises(Refused, match="not_enrolled"):
        Progress.open(enrolment, lesson, NOW)


def test_nothing_is_ticked_off_after_the_class(enrolment, lesson):
    progress = Progress.open(enrolment, lesson, NOW)
    enrolment.run.end(by=make.account(), now=NOW)
    with pytest.raises(Refused, match="closed"):
        progress.mark_done(NOW)
