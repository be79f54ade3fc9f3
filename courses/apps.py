"""Courses, classes, enrolment, tests, attendance, completion."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        """Rules of access, our sections on the page of a task, and the entries in the menu."""
        from courses import access, course_access, merging, plan_panels, touching  # noqa: F401, PLC0415 - the registries must be ready first
        from courses.menu import has_lessons, my_outside, teaches  # noqa: PLC0415
        from courses.panels import register_panel  # noqa: PLC0415
        from lms.web.navigation import NavItem, register  # noqa: PLC0415

        plan_panels.connect()
        register(NavItem(label=_("My learning"), url_name="courses:my", shows=has_lessons, order=10))
        register(NavItem(label=_("Classes"), url_name="courses:runs", shows=lambda request: True, order=15))
        register(NavItem(label=_("Marking"), url_name="courses:marking", shows=teaches, order=20))
        register_panel("my", my_outside, order=85)
