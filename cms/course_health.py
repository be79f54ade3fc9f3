"""How the courses of a list stand: published or not, and what needs a hand. So many queries, however many courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import CoursePage, LessonPage
from cms.weighing import WARN_ABOVE
from courses.lint import lint
from courses.models import Citation, Course, Lesson, QuestionVersion, Quiz, QuizKind, QuizState, Run, RunState


@dataclass
class Health:
    """A course in the list of the CMS. `version` is the highest version of its lessons, 0 while none is published."""

    page: CoursePage | None = None
    is_live: bool = False
    version: int = 0
    lessons: int = 0
    runs: int = 0
    running: int = 0
    drafts: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """In a word or two."""
        if not self.is_live:
            return _("Draft")
        return _("Published, with changes") if self.drafts else _("Published")


def health(courses: Sequence[Course], on: date) -> dict[int, Health]:
    """By primary key of the course."""
    keys = [course.pk for course in courses]
    found = {key: Health() for key in keys}
    _read_pages(found, keys)
    heavy = _read_lessons(found, keys)
    _read_runs(found, keys)
    past = Counter(Citation.objects.in_use().past(on).filter(course__in=keys).values_list("course", flat=True))
    tested = set(
        Quiz.objects.filter(course__in=keys, kind=QuizKind.GRADED, state=QuizState.PUBLISHED)
        .values_list("course", flat=True)
    )  # fmt: skip
    faulty = _faulty_questions(keys, on)
    for key, one in found.items():
        one.problems = list(_sentences(one, heavy[key], past[key], faulty[key], has_test=key in tested))
    return found


def _read_pages(found: dict[int, Health], keys: list[int]) -> None:
    above: dict[str, int] = {}
    for page in CoursePage.objects.filter(course__in=keys):
        one = found[page.course_id]
        one.page, one.is_live, one.drafts = page, page.live, int(page.live and page.has_unpublished_changes)
        above[page.path] = page.course_id
    if not above:
        return
    below = reduce(or_, (Q(path__startswith=path) for path in above))
    rows = LessonPage.objects.filter(below).filter(Q(live=False) | Q(has_unpublished_changes=True))
    for path in rows.values_list("path", flat=True):
        found[above[path[: -LessonPage.steplen]]].drafts += 1


def _read_lessons(found: dict[int, Health], keys: list[int]) -> dict[int, int]:
    """Course → lessons that are heavier than a weak network bears."""
    heavy = Q(bytes_page__gt=WARN_ABOVE - F("bytes_images"))
    rows = Lesson.objects.live().filter(course__in=keys).order_by().values_list("course")
    counted = rows.annotate(count=Count("pk"), version=Max("content_version"), heavy=Count("pk", filter=heavy))
    answer = dict.fromkeys(keys, 0)
    for key, count, version, too_heavy in counted:
        found[key].lessons, found[key].version, answer[key] = count, version, too_heavy
    return answer


def _read_runs(found: dict[int, Health], keys: list[int]) -> None:
    going_on = Q(state__in=[RunState.OPEN, RunState.RUNNING])
    rows = Run.objects.filter(course__in=keys).order_by().values_list("course")
    for key, count, running in rows.annotate(count=Count("pk"), running=Count("pk", filter=going_on)):
        found[key].runs, found[key].running = count, running


def _faulty_questions(keys: list[int], on: date) -> Counter[int]:
    """Course → questions in use whose newest version lint finds an error in."""
    rows = QuestionVersion.objects.newest().filter(question__is_active=True, question__category__course__in=keys)
    counted: Counter[int] = Counter()
    for version in rows.with_content():
        if any(finding.is_error for finding in lint(version.content(), on)):
            counted[version.question.category.course_id or 0] += 1
    return counted


def _sentences(one: Health, heavy: int, past: int, faulty: int, *, has_test: bool) -> list[str]:
    said = []
    if heavy:
        said.append(ngettext("%(n)s heavy lesson", "%(n)s heavy lessons", heavy) % {"n": heavy})
    if past:
        said.append(ngettext("%(n)s source to be checked", "%(n)s sources to be checked", past) % {"n": past})
    if faulty:
        said.append(ngettext("%(n)s question with an error", "%(n)s questions with errors", faulty) % {"n": faulty})
    if not has_test:
        said.append(_("no published test"))
    if one.is_live and one.drafts:
        said.append(ngettext("%(n)s unpublished change", "%(n)s unpublished changes", one.drafts) % {"n": one.drafts})
    return said
