"""Courses: the facts behind the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column

from cms.course_file import draft_page
from cms.course_health import health
from cms.viewsets.base import CreateView, EditView, IndexView, RoleViewSet
from courses.models import Course, CourseTrainer
from lms.days import local_day
from lms.people.models import Role, User


class CourseCreateView(CreateView):
    """A new course belongs to its maker, and gets a draft page in the catalogue."""

    event = "course.create_draft"

    def make(self, instance: Course, user: User, now: datetime) -> None:
        instance.created_at = now

    def after(self, instance: Course, user: User, now: datetime) -> None:
        if user.holds(Role.TRAINER, on=local_day(now)):
            CourseTrainer.objects.create(course=instance, user=user, starts_on=local_day(now))
        draft_page(instance)


class CourseEditView(EditView):
    event = "course.edit"


class HealthColumn(Column):
    """How the course stands, what needs a hand, and what one can do from here."""

    cell_template_name = "cms/courses/_health.html"

    def get_value(self, instance: Any) -> Any:
        return instance.health


class CourseIndexView(IndexView):
    """The courses of a page of the list, each with its health."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        paginator, page, rows, is_paginated = super().paginate_queryset(queryset, page_size)
        courses = list(rows)
        found = health(courses, local_day(timezone.now()))
        for course in courses:
            course.health = found[course.pk]
        page.object_list = courses
        return paginator, page, courses, is_paginated


class CourseViewSet(RoleViewSet):
    model = Course
    icon = "book"
    menu_label = _("Courses")
    menu_order = 110
    add_to_admin_menu = True
    offers = frozenset({"add", "change"})
    add_view_class = CourseCreateView
    edit_view_class = CourseEditView
    index_view_class = CourseIndexView
    list_display = ("code", "title", HealthColumn("health", label=_("How it stands")))
    ordering = ("code", "pk")
    search_fields = ("code", "title_folded")
    panels = (
        FieldRowPanel([FieldPanel("code"), FieldPanel("mode")]),
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("study_periods"), FieldPanel("pass_percent"), FieldPanel("attendance_percent")]),
    )

    def visible(self, user: User, on: date) -> models.QuerySet[Any]:
        """Administrators see all, trainers what they teach."""
        return Course.objects.all() if user.holds(Role.ADMINISTRATOR, on=on) else Course.objects.taught_by(user, on)
