"""A draft of a course that never came to anything goes with its pages, its group and its shelf of files."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from cms.access import group_name
from cms.models import CoursePage
from courses.models import Course
from lms.people.models import User
from lms.refusal import Refused


def discard_course(course: Course, *, by: User, now: datetime) -> None:
    """Raises Refused "course_in_use" for whatever has classes, was published, or holds questions or files."""
    page = CoursePage.objects.filter(course=course).first()
    shelf = Collection.objects.filter(name=course.code, depth=2).first()
    if _was_published(page) or _holds_files(shelf):
        raise Refused(
            "course_in_use", _("The course has classes, published lessons, questions or a task, so it stays.")
        )
    with transaction.atomic():
        if page is not None:
            page.delete()
        course.discard(by=by, now=now)
        Group.objects.filter(name=group_name(course)).delete()
        if shelf is not None:
            shelf.delete()


def _was_published(page: CoursePage | None) -> bool:
    if page is None:
        return False
    return bool(page.get_descendants(inclusive=True).filter(first_published_at__isnull=False).exists())


def _holds_files(shelf: Collection | None) -> bool:
    if shelf is None:
        return False
    return Image.objects.filter(collection=shelf).exists() or Document.objects.filter(collection=shelf).exists()
