"""Lessons on paper: one, or a whole course. Addresses spelled out, sources dated, no keys; works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cms import serving
from cms.models import LessonPage
from courses.models import Citation, Course, Lesson
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit


@door("course.view_lesson_published")
@require_safe
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """One lesson, for whoever may read it."""
    who = visit(request)
    found = get_object_or_404(Lesson.objects.live().select_related("course"), pk=pk)
    return _paper(request, who, found.course, LessonPage.objects.live().filter(lesson=found))


@door("course.view_lesson_published")
@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """All published lessons of a course, in order, each from the top of a sheet."""
    who = visit(request)
    found = get_object_or_404(Course, pk=pk)
    return _paper(request, who, found, LessonPage.objects.live().filter(lesson__course=found, lesson__is_live=True))


def _paper(request: HttpRequest, who: Visit, course: Course, pages: Any) -> HttpResponse:
    """Raises Http404 for whoever may not read the course, and where nothing is published."""
    if serving.newest_enrolment(who.user, course) is None and not serving.may_read(who.user, course, who.on):
        raise Http404
    rows = list(pages.select_related("lesson").order_by("path"))
    if not rows:
        raise Http404
    sources = Citation.objects.filter(lesson__in=[page.lesson_id for page in rows]).order_by(
        "document", "article", "pk"
    )
    by_lesson: dict[int | None, list[Citation]] = {}
    for source in sources:
        by_lesson.setdefault(source.lesson_id, []).append(source)
    parts = [
        {
            "page": page, "citations": by_lesson.get(page.lesson_id, []),
            "self_checks": serving.exercises(page, None, course.pk),
        }
        for page in rows
    ]  # fmt: skip
    return render(request, "cms/print.html", {"course": course, "parts": parts, "today": who.on, "on_paper": True})
