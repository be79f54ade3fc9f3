"""Where lessons are read: for the storeys below, which know lessons but no pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Site

from cms.models import LessonPage
from courses.models import Lesson
from courses.panels import register_lesson_urls
from lms.prepared import prepared


def connect() -> None:
    """Tell the courses; called once, when the app is ready."""
    register_lesson_urls(lesson_paths)


@prepared
def _root() -> QuerySet[Any, Any]:
    return Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True)


@prepared
def _pages(lessons: list[int]) -> QuerySet[Any, Any]:
    return LessonPage.objects.live().filter(lesson__in=lessons).values_list("lesson_id", "url_path")


def lesson_paths(lessons: Sequence[Lesson]) -> dict[int, str]:
    """The path of the page of each lesson, by primary key of the lesson; two queries, whatever their number."""
    (root,) = _root()
    return {key: f"/{path.removeprefix(root)}" for key, path in _pages([lesson.pk for lesson in lessons])}
