"""Loading a course file again does not bring back a tie that the department has undone."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from cms.course_file import load_course
from cms.site import make_site
from courses.models import CourseTask
from tests.make import courses as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


def test_what_the_department_untied_stays_untied():
    make_site("localhost", 80)
    task = make_plan.task()
    data = json.loads((settings.BASE_DIR / "courses/data/ttcs-01.json").read_text(encoding="utf-8"))
    course = load_course(data, tasks=[task], now=make.at(8)).course
    CourseTask.set_served(course, tasks=[], groups=[], by=make.account(None, "coordinator"), now=make.at(9))
    load_course(data, tasks=[task], now=make.at(10))
    assert not CourseTask.objects.known().filter(course=course).exists()
