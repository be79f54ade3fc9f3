"""What a trainee may see of an attempt, and when (learning.md §9): one function says it, pages show no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

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
from courses.review import Moment, policy, visible_fields
from lms.prepared import prepared


def review_fields(attempt: Attempt, at: datetime) -> frozenset[str]:
    """The fields that the person of the attempt may see at `at`. Needs quiz and run in hand.

    "key" and "explanation" hold for the attempt; which of its questions they hold for says `released`.
    """
    waited_for = set(policy(attempt.quiz.kind, attempt.quiz.review).values())
    return visible_fields(attempt.quiz.kind, attempt.quiz.review, set(_reached(attempt, waited_for, at)))


def _reached(attempt: Attempt, waited_for: Collection[str], at: datetime) -> Iterator[Moment]:
    """Those of the moments waited for that have come; a graded quiz shows nothing while it is open."""
    if attempt.is_open:
        if attempt.quiz.kind == QuizKind.PRACTICE:
            yield Moment.DURING
        return
    yield Moment.DURING
    yield Moment.AFTER_SUBMIT
    if Moment.AFTER_CLOSING in waited_for and is_closed_for_all(attempt, at):
        yield Moment.AFTER_CLOSING
    if Moment.AFTER_RELEASE in waited_for and _released(attempt.enrolment.run_id, attempt.quiz_id, at):
        yield Moment.AFTER_RELEASE


def is_closed_for_all(attempt: Attempt, at: datetime) -> bool:
    """Nobody of the run can still take the quiz, exceptions and the seconds of grace included."""
    if _still_open(attempt.enrolment.run_id, attempt.quiz_id, at - GRACE):
        return False
    return not _longer(at).filter(run_id=attempt.enrolment.run_id, quiz=attempt.quiz).exists()


@prepared
def _released(run_id: int, quiz_id: int, at: datetime) -> QuerySet[RunQuiz, int]:
    offered = RunQuiz.objects.filter(run_id=run_id, quiz_id=quiz_id, results_released_at__lte=at)
    return offered.values_list("pk", flat=True)


@prepared
def _still_open(run_id: int, quiz_id: int, since: datetime) -> QuerySet[RunQuiz, int]:
    rows = RunQuiz.objects.still_to_be_taken(since).filter(run_id=run_id, quiz_id=quiz_id)
    return rows.values_list("pk", flat=True)


def is_closed_for_run(run_quiz: RunQuiz, at: datetime) -> bool:
    """The same of a quiz of a run; needs the run in hand."""
    longer = _longer(at).filter(run=run_quiz.run_id, quiz=run_quiz.quiz_id)
    return not run_quiz.is_still_open(at - GRACE) and not longer.exists()


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
