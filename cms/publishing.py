"""Publishing a lesson page writes its `Lesson` row, so that progress outlives the page (house.md §2)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.models import CoursePage, LessonPage
from courses.models import Citation, Lesson
from courses.models.citations import Source
from lms.jobs.models import Job
from lms.vietnamese.text import clean


def connect() -> None:
    """Listen to Wagtail. Called once, when the app is ready."""
    page_published.connect(published, sender=LessonPage, dispatch_uid="lesson_published")
    page_unpublished.connect(unpublished, sender=LessonPage, dispatch_uid="lesson_unpublished")
    post_page_move.connect(moved, sender=LessonPage, dispatch_uid="lesson_moved")


def published(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """Write or renew the record; the version counts changes of the words, not of settings."""
    course_page = instance.get_parent().specific
    if not isinstance(course_page, CoursePage):
        return
    digest = body_hash(instance)
    lesson = instance.lesson or Lesson(course=course_page.course, key=instance.slug, position=0, content_hash=digest)
    if lesson.content_hash != digest:
        lesson.content_version += 1
    lesson.content_hash = digest
    lesson.title = instance.title
    lesson.minutes = instance.minutes
    lesson.is_required = instance.is_required
    lesson.is_live = True
    lesson.save()
    if instance.lesson_id != lesson.pk:
        instance.lesson = lesson
        LessonPage.objects.filter(pk=instance.pk).update(lesson=lesson)
    number_lessons(course_page)
    Citation.sync(lesson, sources(instance))
    Job.ask(
        "cms.measure", key=f"lesson:{lesson.pk}:{digest[:16]}", payload={"page": instance.pk},
        now=instance.last_published_at or instance.first_published_at,
    )  # fmt: skip


def sources(page: LessonPage) -> list[Source]:
    """The legal sources that the page names, each once."""
    found = {}
    for block in page.body:
        if block.block_type == "citation":
            value = block.value
            found[value.source_key()] = Source(
                value.source_key(), clean(value["document"]), clean(value.get("article") or ""),
                clean(value.get("title") or ""), value.get("url") or "", value["check_by"],
            )  # fmt: skip
    return list(found.values())


def unpublished(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """The row stays: whoever has read the lesson keeps the progress."""
    Lesson.objects.filter(pk=instance.lesson_id).update(is_live=False)


def moved(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """Another order of pages is another order of lessons."""
    course_page = instance.get_parent().specific
    if isinstance(course_page, CoursePage):
        number_lessons(course_page)


def body_hash(page: LessonPage) -> str:
    """SHA-256 of the words of the page, in their canonical form."""
    words = [{"type": block["type"], "value": block["value"]} for block in page.body.get_prep_value()]
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def number_lessons(course_page: CoursePage) -> None:
    """Give the lessons of a course the order of their pages: 1, 2, 3 …"""
    pages = LessonPage.objects.child_of(course_page).exclude(lesson=None).order_by("path")
    for position, lesson_id in enumerate(pages.values_list("lesson_id", flat=True), start=1):
        Lesson.objects.filter(pk=lesson_id).exclude(position=position).update(position=position)
