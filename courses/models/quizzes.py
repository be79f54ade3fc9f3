"""Quizzes: sections of fixed questions, or a rule that draws them (learning.md §3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses import grading
from courses.drawing import Candidate, draw, shuffled
from courses.models.bank import Option, Question, QuestionType, QuestionVersion
from courses.models.catalogue import Course
from courses.models.categories import DEEPEST, Category, under_q
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, within
from lms.people.models import User
from lms.prepared import prepared
from lms.refusal import Refused

POINT = 10_000
"""Points are integers of 1/10,000: SQLite keeps decimals as floats (learning.md §1)."""
LEVELS = {f"level_{hop}": models.F("question__category" + "__parent" * hop) for hop in range(DEEPEST)}
"""The category of a question, that above it, and so on."""
MOST_ON_A_PAGE = 50
"""A page of questions is saved in one request, which takes so many answers."""


class QuizKind(models.TextChoices):
    PRACTICE = "practice", _("Practice")
    GRADED = "graded", pgettext_lazy("quiz", "Graded")


class QuizState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", pgettext_lazy("quiz", "Published")


class Counting(models.TextChoices):
    """Which attempt counts."""

    BEST = "best", _("The best attempt")
    LAST = "last", _("The last attempt")
    AVERAGE = "average", _("The average")


class QuizQuerySet(models.QuerySet["Quiz"]):
    def visible_to(self, user: User, on: date) -> QuizQuerySet:
        """Quizzes of the courses that `user` teaches on `on`; an administrator sees all."""
        if user.holds("administrator", on=on):
            return self.all()
        if not user.holds("trainer", on=on):
            return self.none()
        return self.filter(course__in=Course.objects.taught_by(user, on))


class Quiz(models.Model):
    """A test of a course. `limit_minutes` empty: no limit. `attempts_allowed` 0: as many as one likes.

    `review` says what is shown when: {"own_answers": "after_submit", "key": "after_closing", …} (learning.md §9).
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="quizzes")
    code = models.CharField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=QuizKind.choices)
    state = models.CharField(max_length=10, choices=QuizState.choices, default=QuizState.DRAFT)
    title = models.CharField(_("title"), max_length=300)
    limit_minutes = models.PositiveIntegerField(_("time limit in minutes"), null=True, blank=True)
    attempts_allowed = models.PositiveIntegerField(_("attempts allowed"), default=2)
    pass_percent = models.PositiveIntegerField(_("pass mark in percent"), default=50)
    counting = models.CharField(max_length=10, choices=Counting.choices, default=Counting.BEST)
    is_shuffled = models.BooleanField(_("shuffle the options"), default=True)
    #: How many questions stand on a page. It may change while attempts are open: an answer belongs to its question.
    questions_per_page = models.PositiveSmallIntegerField(_("questions on a page"), default=5)
    review = models.JSONField(default=dict, blank=True)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            one_of("kind", QuizKind, name="quiz_kind_is_known"),
            one_of("state", QuizState, name="quiz_state_is_known"),
            one_of("counting", Counting, name="quiz_counting_is_known"),
            within("pass_percent", 0, 100, name="quiz_pass_mark_is_a_percentage"),
            within("limit_minutes", 1, 600, name="quiz_limit_is_plausible"),
            within("questions_per_page", 1, MOST_ON_A_PAGE, name="quiz_page_holds_one_to_fifty_questions"),
        ]

    def __str__(self) -> str:
        return self.title

    def question_count(self) -> int:
        """How many questions an attempt asks."""
        drawn = self.sections.aggregate(drawn=Sum("draw_count"))["drawn"] or 0
        return drawn + QuizQuestion.objects.filter(section__quiz=self).count()

    def publish(self, *, by: User, now: datetime) -> bool:
        """Let runs take it. False if it was published before.

        Raises Refused: quiz_empty, pool_too_small (with the sections).
        """
        if not draw_paper(self, seen={}, seed="publish"):
            raise Refused("quiz_empty", _("The quiz asks nothing yet."), status=422)
        with transaction.atomic():
            if not Quiz.objects.filter(pk=self.pk, state=QuizState.DRAFT).update(state=QuizState.PUBLISHED):
                return False
            Event.record(
                "quiz.edit_before_first_attempt",
                object_kind="quiz",
                object_id=self.code,
                actor=str(by.public_id),
                now=now,
                data={"state": QuizState.PUBLISHED},
            )
        self.state = QuizState.PUBLISHED
        return True


class QuizSection(models.Model):
    """A part of a quiz: fixed questions (`draw_count` empty), or `draw_count` drawn from a category and below."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="quiz_sections")
    draw_count = models.PositiveIntegerField(null=True, blank=True)
    points = models.PositiveIntegerField(_("points per question, in 1/10,000"), default=POINT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "position"],
                name="quiz_section_position_once",
                violation_error_message=_("Two sections cannot stand in the same place."),
            ),
            both_or_neither(
                Q(category__isnull=False),
                Q(draw_count__isnull=False),
                name="quiz_section_draws_from_a_category",
                message=_("A drawn section names its category and how many questions it draws."),
            ),
            within("draw_count", 1, 500, name="quiz_section_draws_something"),
        ]


class QuizQuestion(models.Model):
    """A fixed question of a section."""

    section = models.ForeignKey(QuizSection, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="quiz_places")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "position"],
                name="quiz_question_position_once",
                violation_error_message=_("Two questions cannot stand in the same place."),
            ),
            models.UniqueConstraint(
                fields=["section", "question"],
                name="quiz_question_once",
                violation_error_message=_("The section already asks this question."),
            ),
        ]


@dataclass(frozen=True)
class Drawn:
    """A question of a paper: the version that is asked, its points (1/10,000), its options as [uid, side] in order."""

    question_id: int
    version_id: int
    points: int
    order: list[list[str]]


@dataclass
class _Part:
    """A section and the questions it may ask: question → current version; fixed ones in their order."""

    position: int
    category_id: int | None
    draw_count: int | None
    points: int
    fixed: list[int] = field(default_factory=list)
    versions: dict[int, QuestionVersion] = field(default_factory=dict)


def draw_paper(quiz: Quiz, *, seen: Mapping[int, int], seed: str) -> list[Drawn]:
    """A paper from the quiz's sections: questions never seen first, by `seen` (question → times); at most 4 queries.

    Raises Refused "pool_too_small" with the positions of the sections that cannot be filled. Pools of categories lie
    inside or beside each other, so filling the smallest first fills all of them whenever that is possible.
    """
    parts = _parts(quiz)
    chosen: dict[int, list[int]] = {}
    taken = {question for part in parts for question in part.fixed}
    for part in sorted(parts, key=lambda part: len(part.versions)):
        if part.draw_count is None:
            chosen[part.position] = part.fixed
            continue
        pool = [Candidate(question, seen.get(question, 0)) for question in part.versions if question not in taken]
        chosen[part.position] = draw(pool, part.draw_count, f"{seed}:{part.position}")
        taken.update(chosen[part.position])
    _refuse_short(parts, chosen)
    asked = [(part, question) for part in parts for question in chosen[part.position]]
    orders = shown_orders([part.versions[question] for part, question in asked], seed, is_shuffled=quiz.is_shuffled)
    return [
        Drawn(question, version.pk, part.points, orders[version.pk])
        for part, question in asked
        for version in [part.versions[question]]
    ]


def _parts(quiz: Quiz) -> list[_Part]:
    """The sections in order, each with its pool. Two queries."""
    by_position: dict[int, _Part] = {}
    for position, category_id, draw_count, points, question_id in _sections(quiz.pk):
        part = by_position.setdefault(position, _Part(position, category_id, draw_count, points))
        if question_id is not None:
            part.fixed.append(question_id)
    parts = list(by_position.values())
    current, in_category = _pools(parts)
    for part in parts:
        part.versions = current if part.category_id is None else in_category[part.category_id]
    return parts


def _pools(parts: list[_Part]) -> tuple[dict[int, QuestionVersion], dict[int, dict[int, QuestionVersion]]]:
    """Question → current version: of all questions that the parts may ask, and by category with all below it."""
    categories = [part.category_id for part in parts if part.category_id is not None]
    fixed = [question for part in parts for question in part.fixed]
    current: dict[int, QuestionVersion] = {}
    in_category: dict[int, dict[int, QuestionVersion]] = defaultdict(dict)
    for version in _candidates(categories, fixed):
        current[version.question_id] = version
        for level in LEVELS:
            in_category[getattr(version, level)][version.question_id] = version
    return current, in_category


@prepared
def _sections(quiz_id: int) -> models.QuerySet[QuizSection, tuple[Any, ...]]:
    rows = QuizSection.objects.filter(quiz_id=quiz_id).order_by("position", "questions__position")
    return rows.values_list("position", "category_id", "draw_count", "points", "questions__question_id")


@prepared
def _candidates(categories: list[int], fixed: list[int]) -> models.QuerySet[QuestionVersion]:
    reach = under_q(categories, "question__category") | Q(question__in=fixed)
    return QuestionVersion.objects.current().filter(reach).only("question_id", "type").annotate(**LEVELS)


@prepared
def _options(versions: list[int]) -> models.QuerySet[Option, tuple[int, UUID, str]]:
    rows = Option.objects.filter(version__in=versions).order_by("version", "position")
    return rows.values_list("version_id", "uid", "side")


def _refuse_short(parts: list[_Part], chosen: Mapping[int, list[int]]) -> None:
    """A section that draws too few, or names a question that is retired or was never ready."""
    short = [
        part.position
        for part in parts
        if len(chosen[part.position]) < (part.draw_count or 1)
        or any(question not in part.versions for question in chosen[part.position])
    ]
    if short:
        message = _("There are not enough ready questions for this quiz.")
        raise Refused("pool_too_small", message, sections=short)


def shown_orders(versions: list[QuestionVersion], seed: str, *, is_shuffled: bool) -> dict[int, list[list[str]]]:
    """The options of each version in the order shown. Right sides and orderings are always shuffled, and an ordering is
    never shown in the right order."""
    orders: dict[int, list[list[str]]] = {version.pk: [] for version in versions}
    for version_id, uid, side in _options(list(orders)):
        orders[version_id].append([str(uid), side])
    ordering = [version.pk for version in versions if version.type == QuestionType.ORDERING]
    for version_id, shown in orders.items():
        loose = is_shuffled or version_id in ordering
        kept = [pair for pair in shown if pair[1] != "right" and not loose]
        left = shuffled([pair for pair in shown if pair[1] != "right" and loose], f"{seed}:{version_id}")
        right = shuffled([pair for pair in shown if pair[1] == "right"], f"{seed}:{version_id}")
        orders[version_id] = [*kept, *left, *right]
    for version_id, right_order in grading.right_orders(ordering).items():
        if [uid for uid, _side in orders[version_id]] == right_order:
            orders[version_id].append(orders[version_id].pop(0))
    return orders
