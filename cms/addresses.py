"""Where lessons are read: for the storeys below, which know lessons but no pages."""

from __future__ import annotations

from collections.abc import Sequence

from wagtail.models import Site

from cms.models import LessonPage
from courses.models import Lesson
from courses.panels import register_lesson_urls


def connect() -> None:
    """Tell the courses; called once, when the app is ready."""
    register_lesson_urls(lesson_paths)


def lesson_paths(lessons: Sequence[Lesson]) -> dict[int, str]:
    """The path of the page of each lesson, by primary key of the lesson; two queries, whatever their number."""
    root = Site.objects.values_list("root_page__url_path", flat=True).get(is_default_site=True)
    pages = LessonPage.objects.live().filter(lesson__in=[lesson.pk for lesson in lessons])
    return {key: f"/{path.removeprefix(root)}" for key, path in pages.values_list("lesson_id", "url_path")}
