"""The pages of a new edition: the published words of the old one, as drafts. The old pages stay for their classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cms.access import sync_groups
from cms.course_file import draft_page
from cms.models import CoursePage, LessonPage
from courses.copying import new_edition
from courses.models import Citation, Course
from lms.days import local_day
from lms.people.models import User


def copy_course(course: Course, *, code: str, by: User, now: datetime) -> Course:
    """A new edition with its pages, all drafts. Raises Refused "code_taken" (422)."""
    with transaction.atomic():
        new, renamed = new_edition(course, code=code, by=by, now=now)
        old_page = CoursePage.objects.filter(course=course).first()
        page = draft_page(new)
        if old_page is not None:
            page.intro = old_page.intro
            page.save()
            page.save_revision(user=by)
            for lesson in LessonPage.objects.child_of(old_page).live().order_by("path"):
                _copy_lesson(lesson, page, renamed, by)
        sync_groups(by, local_day(now))
    return new


def _copy_lesson(lesson: LessonPage, parent: CoursePage, renamed: Mapping[str, str], by: User) -> None:
    days = dict(Citation.objects.filter(lesson=lesson.lesson_id).values_list("source_key", "check_by"))
    new = LessonPage(
        title=lesson.title, slug=lesson.slug, minutes=lesson.minutes, is_required=lesson.is_required, live=False,
        is_heavy_on_purpose=lesson.is_heavy_on_purpose, search_description=lesson.search_description,
    )  # fmt: skip
    new.body = [(block.block_type, _carried(block, renamed, days)) for block in lesson.body]
    parent.add_child(instance=new)
    new.save_revision(user=by)


def _carried(block: Any, renamed: Mapping[str, str], days: Mapping[str, date]) -> Any:
    """The value of a block, with the codes of the new tests and the days on which sources were confirmed."""
    value = block.value
    if block.block_type == "self_check":
        value["code"] = renamed.get(value["code"], value["code"])
    if block.block_type == "citation":
        value["check_by"] = days.get(value.source_key(), value["check_by"])
    return value
