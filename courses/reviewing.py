"""What a trainee may see of an attempt, and when (learning.md §9): one function says it, pages show no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from courses.models import (
    Attempt,
    Override,
    Question,
    Quiz,
    QuizKind,
    QuizSection,
    RunQuiz,
)
from courses.models.attempts import GRACE
from courses.models.categories import under_q
from courses.models.overrides import OverrideQuerySet

FIELDS = ("own_answers", "right_wrong", "score", "key", "explanation", "comment")
AFTER_SUBMIT, AFTER_CLOSING = "after_submit", "after_closing"
DEFAULTS = {
    QuizKind.GRADED: dict.fromkeys(FIELDS, AFTER_SUBMIT) | {"key": AFTER_CLOSING, "explanation": AFTER_CLOSING},
    QuizKind.PRACTICE: dict.fromkeys(FIELDS, AFTER_SUBMIT),
}
"""A moment that is neither of the two is never."""


def review_fields(attempt: Attempt, at: datetime) -> frozenset[str]:
    """The fields that the person of the attempt may see at `at`; nothing while it is open. Needs quiz and run in hand.

    "key" and "explanation" hold for the attempt; which of its questions they hold for says `released`.
    """
    if attempt.is_open:
        return frozenset()
    reached = {AFTER_SUBMIT}
    if is_closed_for_all(attempt, at):
        reached.add(AFTER_CLOSING)
    policy = DEFAULTS[QuizKind(attempt.quiz.kind)] | attempt.quiz.review
    return frozenset(field for field in FIELDS if policy[field] in reached)


def is_closed_for_all(attempt: Attempt, at: datetime) -> bool:
    """Nobody of the run can still take the quiz, exceptions and the seconds of grace included."""
    run_id = attempt.enrolment.run_id
    own = RunQuiz.objects.filter(run_id=run_id, quiz=attempt.quiz)
    if own.filter(pk__in=RunQuiz.objects.still_to_be_taken(at - GRACE)).exists():
        return False
    return not _longer(at).filter(run_id=run_id, quiz=attempt.quiz).exists()


def released(attempt: Attempt, questions: Collection[int], at: datetime) -> set[int]:
    """Those of the questions whose key gives nobody an advantage: no graded quiz that is still to be taken, in whatever
    class, may ask them. For practice all of them, at once. One query."""
    if attempt.quiz.kind == QuizKind.PRACTICE:
        return set(questions)
    open_quizzes = Quiz.objects.filter(
        Q(run_quizzes__in=RunQuiz.objects.still_to_be_taken(at - GRACE)) | Q(overrides__in=_longer(at)),
        kind=QuizKind.GRADED,
    )
    drawn_from = QuizSection.objects.filter(quiz__in=open_quizzes, category__isnull=False).values("category")
    may_be_asked = Q(quiz_places__section__quiz__in=open_quizzes) | under_q(drawn_from, "category")
    still_asked = Question.objects.filter(may_be_asked, pk__in=questions)
    return set(questions) - set(still_asked.values_list("pk", flat=True))


def _longer(at: datetime) -> OverrideQuerySet:
    """Exceptions that let somebody go on beyond `at`."""
    return Override.objects.filter(closes_at__gt=at - GRACE, voided_at__isnull=True)
