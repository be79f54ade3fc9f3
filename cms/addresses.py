"""Where lessons are read: for the storeys below, which know lessons but no pages."""

from __future__ import annotations

from collections.abc import Sequence

from cms.models import LessonPage
from courses.models import Lesson
from courses.panels import register_lesson_urls


def connect() -> None:
    """Tell the courses; called once, when the app is ready."""
    register_lesson_urls(lesson_paths)


def lesson_paths(lessons: Sequence[Lesson]) -> dict[int, str]:
    """The path of the page of each lesson, by primary key of the lesson; one query, and Wagtail's cached site root."""
    pages = LessonPage.objects.live().filter(lesson__in=[lesson.pk for lesson in lessons])
    found = {page.lesson_id: page.get_url() for page in pages}
    return {key: url for key, url in found.items() if key is not None and url}
