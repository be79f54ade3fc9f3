"""What the public pages show, read at the door: the day, the visitor, the records behind the pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from courses.models import Course, Enrolment, Lesson, Progress, Run
from lms.days import local_day
from lms.people.models import Role, User
from lms.vietnamese.text import fold

if TYPE_CHECKING:
    from cms.models import CoursePage, LessonPage


def today() -> date:
    """The local day of the request."""
    return local_day(timezone.now())


def course_cards(pages: Any, on: date, text: str = "") -> list[CoursePage]:
    """Published course pages in order of their codes, each with its course, lesson count and next run."""
    runs = Run.objects.on_offer(on).in_order()
    courses = Course.objects.annotate(
        lesson_count=Count("lessons", filter=Q(lessons__is_live=True), distinct=True)
    ).prefetch_related("groups", Prefetch("runs", queryset=runs, to_attr="runs_on_offer"))
    pages = pages.live().prefetch_related(Prefetch("course", queryset=courses)).order_by("course__code")
    if text.strip():
        pages = pages.filter(Q(course__title_folded__contains=fold(text)) | Q(course__code__icontains=text.strip()))
    return list(pages)


def home_context(course_pages: Any) -> dict[str, Any]:
    """The front page: the courses, and the way in."""
    return {"cards": course_cards(course_pages, today())}


def catalog_context(course_pages: Any, request: HttpRequest) -> dict[str, Any]:
    """The catalogue, narrowed by the words in `q`, whatever their marks and case."""
    text = request.GET.get("q", "")[:100]
    return {"cards": course_cards(course_pages, today(), text), "q": text}


def newest_enrolment(user: Any, course: Course) -> Enrolment | None:
    """The enrolment of this account in the latest run of the course, if it is enrolled."""
    if not isinstance(user, User) or user.person_id is None:
        return None
    enrolments = Enrolment.objects.enrolled().filter(person_id=user.person_id, run__course=course)
    return enrolments.select_related("run").order_by("-run__starts_on", "-pk").first()


def course_context(page: CoursePage, request: HttpRequest) -> dict[str, Any]:
    """The public face of a course: what, for whom, when; and for whom is enrolled, the way on."""
    course = Course.objects.prefetch_related("groups", "citations").get(pk=page.course_id)
    on = today()
    lessons = list(course.lessons.live().in_order())
    return {
        "course": course,
        "lessons": lessons,
        "minutes": sum(lesson.minutes for lesson in lessons),
        "citations": [row for row in course.citations.all() if row.lesson_id is None],
        "runs": list(course.runs.on_offer(on).select_related("issuer").in_order()),
        "enrolment": newest_enrolment(request.user, course),
        "today": on,
    }


def may_read(user: User, course: Course, on: date) -> bool:
    """Trainers of the course, coordinators and administrators read every lesson without being enrolled."""
    if user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=on):
        return True
    return user.holds(Role.TRAINER, on=on) and Course.objects.taught_by(user, on).filter(pk=course.pk).exists()


def lesson_gate(page: LessonPage, request: HttpRequest) -> tuple[Enrolment | None, HttpResponseBase | None]:
    """Who may read this lesson (permissions.csv, course.view_lesson_published): the enrolment, or an answer."""
    if not isinstance(request.user, User):
        return None, redirect_to_login(request.get_full_path())
    lesson = page.lesson
    if lesson is None:
        raise Http404
    enrolment = newest_enrolment(request.user, lesson.course)
    if enrolment is None and not may_read(request.user, lesson.course, today()):
        raise Http404
    return enrolment, None


def lesson_context(page: LessonPage, enrolment: Enrolment | None) -> dict[str, Any]:
    """The lesson among its neighbours, and how far the reader is."""
    pages = type(page).objects.sibling_of(page).live().exclude(lesson=None)
    siblings = list(pages.select_related("lesson").order_by("path"))
    place = next(index for index, sibling in enumerate(siblings) if sibling.pk == page.pk)
    done: set[int] = set()
    progress = None
    if enrolment is not None:
        rows = {row.lesson_id: row for row in Progress.objects.filter(enrolment=enrolment)}
        done = {lesson_id for lesson_id, row in rows.items() if row.done_at}
        progress = rows.get(page.lesson_id or 0)
    return {
        "lesson": page.lesson,
        "enrolment": enrolment,
        "progress": progress,
        "siblings": siblings,
        "done": done,
        "number": place + 1,
        "total": len(siblings),
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place + 1 < len(siblings) else None,
    }


def opened(enrolment: Enrolment, lesson: Lesson) -> None:
    """Remember that the lesson was opened, now."""
    Progress.open(enrolment, lesson, now=timezone.now())
