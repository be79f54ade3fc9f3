"""Quizzes: sections of fixed questions, or a rule that draws them (learning.md §3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.bank import Category, Question
from courses.models.catalogue import Course
from lms.constraints import both_or_neither, one_of, within

POINT = 10_000
"""Points are integers of 1/10,000: SQLite keeps decimals as floats (learning.md §1)."""


class QuizKind(models.TextChoices):
    PRACTICE = "practice", _("Practice")
    GRADED = "graded", _("Graded")


class QuizState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Counting(models.TextChoices):
    """Which attempt counts."""

    BEST = "best", _("The best attempt")
    LAST = "last", _("The last attempt")
    AVERAGE = "average", _("The average")


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
    review = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            one_of("kind", QuizKind, name="quiz_kind_is_known"),
            one_of("state", QuizState, name="quiz_state_is_known"),
            one_of("counting", Counting, name="quiz_counting_is_known"),
            within("pass_percent", 0, 100, name="quiz_pass_mark_is_a_percentage"),
            within("limit_minutes", 1, 600, name="quiz_limit_is_plausible"),
        ]

    def __str__(self) -> str:
        return self.title


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
