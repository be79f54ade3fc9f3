"""Where a question is asked, how often it was, and how many answered it rightly (learning.md §3).

Small numbers are said, not computed: below `ENOUGH` answers there is no share. The deeper analysis stands with marking.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects

from courses.models import AttemptState, Category, Question, QuestionVersion, Quiz, QuizSection, Slot
from courses.models.categories import DEEPEST
from lms.people.models import User

ENOUGH = 20


@dataclass(frozen=True)
class Asked:
    """How often something was asked, how many of the answers are marked, and what they earned of what they could."""

    times: int = 0
    marked: int = 0
    earned: int = 0
    possible: int = 0

    @property
    def facility(self) -> int | None:
        """The mean share of the points in percent, half up; None while fewer than 20 answers are marked."""
        if self.marked < ENOUGH or not self.possible:
            return None
        return (200 * self.earned + self.possible) // (2 * self.possible)


@dataclass(frozen=True)
class Place:
    """A quiz that asks a question always (`is_fixed`), or may draw it."""

    quiz: Quiz
    is_fixed: bool


def asked(questions: Collection[int]) -> dict[int, Asked]:
    """By question. One query."""
    return _counted(Slot.objects.filter(question__in=questions), "question_id")


def asked_by_version(question: Question) -> dict[int, Asked]:
    """By version. One query."""
    return _counted(Slot.objects.filter(question=question), "version_id")


def _counted(slots: QuerySet[Slot], by: str) -> dict[int, Asked]:
    marked = Q(attempt__state=AttemptState.GRADED, points__isnull=False)
    rows = (
        slots.order_by()
        .values_list(by)
        .annotate(
            times=Count("pk"),
            marked=Count("pk", filter=marked),
            earned=Sum("points", filter=marked),
            most=Sum("points_possible", filter=marked),
        )
    )
    return {key: Asked(times, of, earned or 0, possible or 0) for key, times, of, earned, possible in rows}


def places(question: Question, user: User, on: date) -> tuple[list[Place], int]:
    """The quizzes that ask the question or may draw it: those `user` may see, and how many others.

    A constant number of queries.
    """
    drawers = _drawers_above(question.category)
    fixed = Q(sections__questions__question=question)
    drawing = QuizSection.objects.filter(category__in=drawers)
    prefetch_related_objects([question], "versions", "tags")
    fitting = [section.quiz_id for section in drawing if _may_draw(section, question)]
    asking = Quiz.objects.filter(fixed | Q(pk__in=fitting)).select_related("course")
    rows = list(asking.order_by("code").distinct())
    always = set(Quiz.objects.filter(fixed).values_list("pk", flat=True))
    seen = set(Quiz.objects.visible_to(user, on).values_list("pk", flat=True))
    mine = [Place(quiz, quiz.pk in always) for quiz in rows if quiz.pk in seen]
    return mine, len(rows) - len(mine)


def _may_draw(section: QuizSection, question: Question) -> bool:
    """Whether the newest version and the tags of a question suit the rule of a section."""
    newest = max(question.versions.all(), key=lambda version: version.number)
    tags = {tag.name for tag in question.tags.all()}
    return (section.easiest or 1) <= newest.difficulty <= (section.hardest or 5) and tags.issuperset(section.tags)


def _drawers_above(category: Category) -> list[int]:
    """The drawer and everything it lies in; a quiz that draws from one of them may draw the question."""
    above: list[int] = []
    here: Category | None = category
    while here is not None and len(above) < DEEPEST:
        above.append(here.pk)
        here = here.parent
    return above


def stems(versions: QuerySet[QuestionVersion]) -> dict[int, str]:
    """The folded stems by question. One query."""
    return dict(versions.values_list("question_id", "stem_folded"))
