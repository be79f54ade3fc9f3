"""What the public pages show, read at the door: the day, the visitor, the records behind the pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from wagtail.models import Page, Site

from courses.models import Citation, Course, CourseGroup, Enrolment, Lesson, Mode, Progress, Run
from courses.self_checks import SelfCheck, self_checks
from lms.days import local_day
from lms.people.models import Role, User
from lms.prepared import prepared
from lms.vietnamese.text import fold

if TYPE_CHECKING:
    from cms.models import CoursePage, LessonPage


@prepared
def _restrictions(paths: list[str]) -> QuerySet[Any, Any]:
    special = Q(view_restrictions__isnull=False) | Q(alias_of__isnull=False)
    return Page.objects.filter(special, path__in=paths).values_list("pk", flat=True)[:1]


def is_unrestricted(page: Page) -> bool:
    """No restriction of view stands on the page or on one above it, and none of them is an alias of another page."""
    ends = range(page.steplen, len(page.path) + 1, page.steplen)
    return not _restrictions([page.path[:end] for end in ends])


def today() -> date:
    """The local day of the request."""
    return local_day(timezone.now())


def address(url_path: str, request: HttpRequest) -> str:
    """The path of a page of the site that is asked, from Wagtail's path below the root of all sites."""
    return get_script_prefix() + url_path.removeprefix(Site.find_for_request(request).root_page.url_path)


class Card(NamedTuple):
    """A published course in a list; `starts_on` and `ends_on` are those of its next run, if one is planned."""

    pk: int
    url: str
    course_id: int
    code: str
    title: str
    summary: str
    mode: str
    study_periods: int
    lesson_count: int
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def mode_label(self) -> str:
        """The form of learning in words."""
        return str(Mode(self.mode).label)


def _published() -> QuerySet[Any, Any]:
    """Course pages in order of their codes: the first columns of `Card`."""
    from cms.models import CoursePage  # noqa: PLC0415 — pages are served by what stands here

    lessons = Count("course__lessons", filter=Q(course__lessons__is_live=True))
    rows = CoursePage.objects.live().annotate(lesson_count=lessons).order_by("course__code")
    return rows.values_list(
        "pk", "url_path", "course_id", "course__code", "course__title", "course__summary", "course__mode",
        "course__study_periods", "lesson_count",
    )  # fmt: skip


_all_published = prepared(_published)


@prepared
def _runs_on_offer(on: date) -> QuerySet[Run, tuple[int, date, date]]:
    return Run.objects.on_offer(on).in_order().values_list("course_id", "starts_on", "ends_on")


def course_cards(request: HttpRequest, text: str = "") -> list[Card]:
    """Published course pages in order of their codes, each with its course, lesson count and next run. Two queries."""
    rows: list[Any]
    if text.strip():
        found = Q(course__title_folded__contains=fold(text)) | Q(course__code__icontains=text.strip())
        rows = list(_published().filter(found))
    else:
        rows = _all_published()
    days: dict[int, tuple[date, date]] = {}
    for course_id, starts_on, ends_on in _runs_on_offer(today()):
        days.setdefault(course_id, (starts_on, ends_on))
    return [
        Card(pk, address(url_path, request), course_id, *rest, *days.get(course_id, ()))
        for pk, url_path, course_id, *rest in rows
    ]


def home_context(request: HttpRequest) -> dict[str, Any]:
    """The front page: the courses, and the way in."""
    return {"cards": course_cards(request)}


def catalog_context(request: HttpRequest) -> dict[str, Any]:
    """The catalogue, narrowed by the words in `q`, whatever their marks and case."""
    text = request.GET.get("q", "")[:100]
    return {"cards": course_cards(request, text), "q": text}


@prepared
def _enrolments(person_id: int, course_id: int) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.enrolled().filter(person_id=person_id, run__course_id=course_id)
    return rows.select_related("run").order_by("-run__starts_on", "-pk")[:1]


def newest_enrolment(user: Any, course: Course) -> Enrolment | None:
    """The enrolment of this account in the latest run of the course, if it is enrolled."""
    if not isinstance(user, User) or user.person_id is None:
        return None
    return next(iter(_enrolments(user.person_id, course.pk)), None)


@prepared
def _live_lessons(course_id: int) -> QuerySet[Lesson]:
    return Lesson.objects.live().filter(course_id=course_id).in_order()


@prepared
def _groups(course_id: int) -> QuerySet[CourseGroup]:
    return CourseGroup.objects.filter(course_id=course_id)


@prepared
def _citations(course_id: int) -> QuerySet[Citation]:
    return Citation.objects.filter(course_id=course_id, lesson__isnull=True)


@prepared
def _offered(course_id: int, on: date) -> QuerySet[Run]:
    return Run.objects.on_offer(on).filter(course_id=course_id).select_related("issuer").in_order()


def course_context(page: CoursePage, request: HttpRequest) -> dict[str, Any]:
    """The public face of a course: what, for whom, when; and for whom is enrolled, the way on."""
    course, on = page.course, today()
    lessons = _live_lessons(course.pk)
    return {
        "course": course,
        "groups": _groups(course.pk),
        "lessons": lessons,
        "minutes": sum(lesson.minutes for lesson in lessons),
        "citations": _citations(course.pk),
        "runs": _offered(course.pk, on),
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


class Exercise(NamedTuple):
    """A self-check in a lesson, and where its quiz is taken."""

    check: SelfCheck
    url: str = ""

    @property
    def quiz(self) -> Any:
        """The practice quiz, if the code is that of one."""
        return self.check.quiz

    @property
    def stem(self) -> str:
        """The words of the question."""
        return self.check.stem

    @property
    def options(self) -> list[str]:
        """Its options, in an order that says nothing."""
        return self.check.options


class Step(NamedTuple):
    """A lesson among its neighbours, with the address of its page."""

    pk: int
    lesson_id: int
    title: str
    url: str


@prepared
def _siblings(first: str, last: str, depth: int) -> QuerySet[Any, Any]:
    from cms.models import LessonPage  # noqa: PLC0415 — pages are served by what stands here

    rows = LessonPage.objects.live().filter(path__gte=first, path__lte=last, depth=depth, lesson__isnull=False)
    return rows.order_by("path").values_list("pk", "lesson_id", "title", "url_path")


@prepared
def _progress(enrolment_id: int) -> QuerySet[Progress]:
    return Progress.objects.filter(enrolment_id=enrolment_id)


@prepared
def _page_at(path: str) -> QuerySet[Any, Any]:
    return Page.objects.filter(path=path)


def lesson_context(page: LessonPage, request: HttpRequest, enrolment: Enrolment | None) -> dict[str, Any]:
    """The lesson among its neighbours, and how far the reader is."""
    above = page.path[: -page.steplen]
    page._cached_parent_obj = _page_at(above)[0]
    first, last = page._get_children_path_interval(above)
    rows = _siblings(first, last, page.depth)
    siblings = [Step(pk, lesson_id, title, address(url_path, request)) for pk, lesson_id, title, url_path in rows]
    place = next(index for index, sibling in enumerate(siblings) if sibling.pk == page.pk)
    done: set[int] = set()
    progress = None
    if enrolment is not None:
        kept = {row.lesson_id: row for row in _progress(enrolment.pk)}
        done = {lesson_id for lesson_id, row in kept.items() if row.done_at}
        progress = kept.get(page.lesson_id or 0)
    return {
        "lesson": page.lesson,
        "citations": _citations_of(page.lesson_id or 0),
        "self_checks": exercises(page, enrolment, page.lesson.course_id if page.lesson else 0),
        "today": today(),
        "enrolment": enrolment,
        "progress": progress,
        "siblings": siblings,
        "done": done,
        "number": place + 1,
        "total": len(siblings),
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place + 1 < len(siblings) else None,
    }


@prepared
def _citations_of(lesson_id: int) -> QuerySet[Citation]:
    return Citation.objects.filter(lesson_id=lesson_id).order_by("document", "article", "pk")


def exercises(page: LessonPage, enrolment: Enrolment | None, course_id: int) -> dict[str, Exercise]:
    """What stands behind the codes of the page, with the address of a quiz for whoever is enrolled."""
    codes = {block.value.get("code") or "" for block in page.body if block.block_type == "self_check"}
    return {
        code: Exercise(found, _address_of(found, enrolment))
        for code, found in (self_checks(course_id, codes, enrolment) if codes else {}).items()
    }


def _address_of(found: SelfCheck, enrolment: Enrolment | None) -> str:
    if found.run_quiz is None or enrolment is None:
        return ""
    return reverse("courses:quiz", args=[enrolment.public_id, found.run_quiz])


def preview_context(page: LessonPage) -> dict[str, Any]:
    """A draft as a trainee would see it: nobody is enrolled, nothing is remembered."""
    from cms.models import CoursePage  # noqa: PLC0415 — pages are served by what stands here

    above = CoursePage.objects.ancestor_of(page).first() if page.path else None
    course_id = above.course_id if above else 0
    return {
        "lesson": None, "siblings": [], "done": set(), "number": 1, "total": 1, "today": today(),
        "self_checks": exercises(page, None, course_id),
    }  # fmt: skip


def opened(enrolment: Enrolment, lesson: Lesson) -> None:
    """Remember that the lesson was opened, now."""
    Progress.open(enrolment, lesson, now=timezone.now())
