"""A whole course from one file: its record, its legal basis, and its pages, published."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cms.access import make_course_group
from cms.lesson_blocks import blocks
from cms.models import CatalogPage, CoursePage, LessonPage
from courses.models import Citation, Course, CourseGroup, CourseTask
from lms.plan.models import PlanTask
from lms.vietnamese.text import clean, fold


@dataclass(frozen=True)
class Loaded:
    """What loading a course file did: the record, its page, and how many lesson pages were new or rewritten."""

    course: Course
    page: CoursePage
    lessons_written: int


def load_course(data: dict[str, Any], *, tasks: Sequence[PlanTask], now: datetime) -> Loaded:
    """Write or renew the course of a file (its keys: courses/data/README.md). The same file twice changes nothing."""
    with transaction.atomic():
        course = _course(data, now)
        for group in data["audience"]:
            CourseGroup.objects.get_or_create(course=course, group=group)
        for task in tasks:
            if not course.tasks_served.filter(task=task).exists():  # what the department untied stays untied
                CourseTask.objects.create(course=course, task=task)
        for source in data["legal_basis"]:
            _citation(course, source)
        page = _course_page(course)
        written = sum(_lesson_page(page, lesson) for lesson in data["lessons"])
    return Loaded(course, page, written)


def _course(data: dict[str, Any], now: datetime) -> Course:
    fields = {
        "title": clean(data["title_vi"]),
        "title_en": data["title_en"],
        "summary": clean(data["summary_vi"]),
        "mode": {"online": "online", "blended": "blended"}.get(data["mode"], "room"),
        "study_periods": data["periods"],
        "pass_percent": data["pass_percent"],
        "attendance_percent": data.get("attendance_percent", 0),
        "objectives": [clean(objective) for objective in data["objectives"]],
        "is_demo": bool(data.get("data_notice")),
    }
    course, _created = Course.objects.update_or_create(
        code=data["code"], defaults=fields, create_defaults={**fields, "created_at": now}
    )
    return course


def _citation(course: Course, source: dict[str, Any]) -> None:
    """`check_by` of a source that is known already stays: somebody may have confirmed it since."""
    document = clean(source["ref"])
    Citation.objects.get_or_create(
        course=course,
        lesson=None,
        source_key=hashlib.sha256(fold(document).encode()).hexdigest()[:24],
        defaults={
            "document": document,
            "title": clean(source["title"]),
            "note": clean(source.get("note", "")),
            "check_by": date.fromisoformat(str(source["check_by"])),
        },
    )


def draft_page(course: Course) -> CoursePage:
    """The page of a course in the catalogue, not yet published, and the group that edits it. Idempotent."""
    page = CoursePage.objects.filter(course=course).first()
    if page is None:
        page = CoursePage(title=course.title, slug=slugify(fold(course.code)), course=course, live=False)
        CatalogPage.objects.get().add_child(instance=page)
        page.save_revision()
    make_course_group(course, page)
    return page


def _course_page(course: Course) -> CoursePage:
    page = draft_page(course)
    if not page.live:
        page.get_latest_revision().publish()
        page.refresh_from_db()
    return page


def _lesson_page(parent: CoursePage, lesson: dict[str, Any]) -> bool:
    """Write a lesson page unless it exists: what trainers rewrote stays. Says whether it wrote."""
    if LessonPage.objects.child_of(parent).filter(slug=lesson["slug"]).exists():
        return False
    page = LessonPage(
        title=clean(lesson["title_vi"]),
        slug=lesson["slug"],
        minutes=lesson["minutes"],
        body=blocks(lesson["body"], lesson.get("key_points", [])),
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return True
