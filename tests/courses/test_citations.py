"""Legal sources: written by publishing, confirmed without it, never forgotten (learning.md §2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.citing import ask_for_reminders, plan_reminders
from courses.models import Citation
from courses.models.citations import Source
from lms.audit.models import Event
from lms.jobs.models import Job, Notification
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
TODAY = make.DAY


def source(key: str = "a", check_by: date = date(2026, 6, 1), **fields: str) -> Source:
    words = {"document": "07/CT-TTg", "article": "", "title": "", "url": ""} | fields
    return Source(key=key, check_by=check_by, **words)


@pytest.fixture
def lesson():
    return make.course(lessons=1).lessons.get()


def cited(lesson, check_by: date = date(2026, 6, 1)) -> Citation:
    Citation.sync(lesson, [source(check_by=check_by)])
    return lesson.citations.get()


def test_publishing_again_renews_the_words_and_keeps_the_day(lesson):
    first = cited(lesson)
    first.confirm(by=make.account(), until=date(2027, 1, 1), now=make.at(9))
    Citation.sync(lesson, [source(title="Tên mới"), source("b")])
    first.refresh_from_db()
    assert (first.title, first.check_by) == ("Tên mới", date(2027, 1, 1))
    assert lesson.citations.count() == 2


def test_what_the_page_names_no_more_is_gone(lesson):
    cited(lesson)
    Citation.sync(lesson, [])
    assert not lesson.citations.exists()


def test_a_source_stands_once_in_a_lesson(lesson):
    one = cited(lesson)
    Citation.sync(lesson, [source(), source()])
    assert lesson.citations.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(
            course=lesson.course, lesson=lesson, source_key=one.source_key, document="x", check_by=TODAY
        )


def test_a_day_of_checking_names_somebody(lesson):
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.filter(pk=cited(lesson).pk).update(checked_on=TODAY)


def test_confirming_says_who_when_and_until_when_with_one_event(lesson):
    citation, by = cited(lesson), make.account()
    assert citation.confirm(by=by, until=date(2027, 1, 1), now=make.at(9))
    assert not citation.confirm(by=by, until=date(2027, 1, 1), now=make.at(10))
    assert (citation.checked_by, citation.checked_on, citation.check_by) == (by, TODAY, date(2027, 1, 1))
    assert Event.objects.filter(action="course.confirm_citation").count() == 1


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1)])
def test_the_next_check_lies_ahead(lesson, until):
    citation = cited(lesson)
    with pytest.raises(Refused) as refusal:
        citation.confirm(by=make.account(), until=until, now=make.at(9))
    assert refusal.value.code == "check_by_not_ahead"
    citation.refresh_from_db()
    assert citation.checked_on is None


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_past_means_the_same_in_sql_and_python(lesson, days):
    citation = cited(lesson, TODAY + timedelta(days=days))
    assert Citation.objects.past(TODAY).filter(pk=citation.pk).exists() == citation.is_past(TODAY)


@pytest.mark.parametrize(
    ("days_left", "slot"), [(31, None), (30, "check-30d"), (1, "check-30d"), (0, "check-0d"), (-5, "check-0d")]
)
def test_trainers_hear_of_it_thirty_days_before_and_on_the_day_once(lesson, days_left, slot):
    trainer = make.trainer(lesson.course)
    check_by = TODAY + timedelta(days=days_left)
    cited(lesson, check_by)
    for _twice in range(2):
        plan_reminders(TODAY, make.at(9))
    told = list(Notification.objects.values_list("recipient", "slot"))
    assert told == ([(trainer.public_id, f"{slot}@{check_by}")] if slot else [])


def test_a_source_of_a_lesson_that_is_taken_back_reminds_nobody(lesson):
    make.trainer(lesson.course)
    cited(lesson, TODAY)
    lesson.is_live = False
    lesson.save()
    assert plan_reminders(TODAY, make.at(9)) == 0


def test_the_sweep_asks_once_a_day_and_only_where_something_is_due(lesson):
    ask_for_reminders(make.at(9))
    assert not Job.objects.exists()
    cited(lesson, TODAY)
    ask_for_reminders(make.at(9))
    ask_for_reminders(make.at(10))
    assert Job.objects.filter(kind="courses.remind_citations").count() == 1
