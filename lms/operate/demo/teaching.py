"""The three courses: pages, questions, quizzes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.course_file import load_course
from courses.formats.gift import parse
from courses.formats.ir import ImportedQuestion
from courses.loading import load_questions
from courses.models import Category, Course, CourseTrainer, Quiz, QuizKind, QuizSection
from lms.people.models import User
from lms.plan.models import PlanTask
from lms.refusal import Refused

FILES = ("ttcs-01", "ttcs-03", "ttcs-04")


def data_folder() -> Path:
    """Where the files of the demonstration stand."""
    folder: Path = settings.BASE_DIR / "courses/data"
    return folder


def load(trainer: User, now: datetime) -> dict[str, Course]:
    """All courses with their questions and final tests, published; taught by `trainer`."""
    task = PlanTask.objects.get(code="5", plan__code="KH-CT07-BTH-2023")
    courses = {}
    for name in FILES:
        data = json.loads((data_folder() / f"{name}.json").read_text(encoding="utf-8"))
        course = load_course(data, tasks=[task], now=now).course
        questions, problems = parse((data_folder() / f"{name}.gift").read_text(encoding="utf-8"))
        if problems:
            raise Refused("not_this_format", f"{name}.gift: {problems[0].message}")
        load_questions([in_its_drawer(one) for one in questions], course=course, by=trainer, now=now)
        final_test(course, data["final_test"], trainer, now)
        CourseTrainer.objects.get_or_create(course=course, user=trainer, defaults={"starts_on": now.date()})
        courses[course.code] = course
    return courses


def in_its_drawer(question: ImportedQuestion) -> ImportedQuestion:
    """Essays stand in a drawer of their own: the final test draws what the server can grade."""
    if question.type != "essay":
        return question
    return replace(question, category=(f"{question.category[0]} – bài thu hoạch",))


def final_test(course: Course, data: dict[str, Any], by: User, now: datetime) -> Quiz:
    """The final test: so many questions drawn from the course's whole bank, but for essays, which people mark."""
    quiz, created = Quiz.objects.get_or_create(
        code=f"{course.code}-CK",
        defaults={
            "course": course,
            "kind": QuizKind.GRADED,
            "title": data["title_vi"],
            "limit_minutes": data["minutes"],
            "attempts_allowed": data["attempts"],
            "pass_percent": course.pass_percent,
        },
    )
    if created:
        root = Category.objects.get(course=course, parent=None, name=course.code)
        QuizSection.objects.create(quiz=quiz, position=1, category=root, draw_count=data["questions"])
        quiz.publish(by=by, now=now)
    return quiz
