"""Quizzes: sections of fixed questions, or a rule that draws them (learning.md §3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models.bank import Question
from courses.models.catalogue import Course, Lesson
from courses.models.categories import Category
from courses.models.papers import draw_paper
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, within
from lms.people.models import User
from lms.refusal import Refused

if TYPE_CHECKING:
    from courses.models.runs import Run

POINT = 10_000
"""Points are integers of 1/10,000: SQLite keeps decimals as floats (learning.md §1)."""
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

    def practice_of(self, run: Run) -> QuizQuerySet:
        """What a class may practise: the published practice of its lessons, in their order."""
        rows = self.filter(course=run.course_id, kind=QuizKind.PRACTICE, state=QuizState.PUBLISHED)
        return rows.filter(lesson__is_live=True).select_related("lesson").order_by("lesson__position", "code", "pk")


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
    #: A practice quiz belongs to a lesson or to the course as a whole; passing it is being done with the lesson.
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, null=True, blank=True, related_name="practice", verbose_name=_("lesson")
    )
    #: Grows with every change: a form that was opened before is told so.
    version = models.PositiveIntegerField(default=1, editable=False)

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
            models.CheckConstraint(
                condition=Q(lesson__isnull=True) | Q(kind="practice"),
                name="quiz_of_a_lesson_is_practice",
                violation_error_message=_("A graded test belongs to a class, not to a lesson."),
            ),
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
    """A part of a quiz: fixed questions (`draw_count` empty), or `draw_count` drawn from a category and below.

    What is drawn carries every tag named in `tags` and is from `easiest` to `hardest`, both inclusive; empty is open.
    """

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="quiz_sections")
    draw_count = models.PositiveIntegerField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)
    easiest = models.PositiveSmallIntegerField(null=True, blank=True)
    hardest = models.PositiveSmallIntegerField(null=True, blank=True)
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
            within("easiest", 1, 5, name="quiz_section_easiest_is_one_to_five"),
            within("hardest", 1, 5, name="quiz_section_hardest_is_one_to_five"),
            models.CheckConstraint(
                condition=Q(easiest__isnull=True) | Q(hardest__isnull=True) | Q(hardest__gte=models.F("easiest")),
                name="quiz_section_hardest_is_not_below_easiest",
                violation_error_message=_("The hardest level cannot lie below the easiest one."),
            ),
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
