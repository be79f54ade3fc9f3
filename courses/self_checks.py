"""Exercises inside a lesson, by their codes: a practice quiz, or a question without its key (learning.md §2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from courses.models import (
    Enrolment,
    Question,
    QuestionVersion,
    Quiz,
    QuizKind,
    QuizQuestion,
    QuizSection,
    QuizState,
    RunQuiz,
)
from courses.models.categories import under_q


@dataclass(frozen=True)
class SelfCheck:
    """What a reader sees: the quiz and the row that offers it to the class, or the words of a question."""

    code: str
    quiz: Quiz | None = None
    run_quiz: int | None = None
    stem: str = ""
    options: list[str] = field(default_factory=list)


def graded_among(codes: Collection[str]) -> set[str]:
    """The codes of questions that a graded quiz asks or may draw: nobody meets them before the test."""
    graded = QuizSection.objects.filter(quiz__kind=QuizKind.GRADED)
    fixed = QuizQuestion.objects.filter(section__in=graded).values("question")
    drawn = graded.filter(category__isnull=False).values("category")
    asked = Question.objects.filter(code__in=codes).filter(Q(pk__in=fixed) | under_q(drawn, "category"))
    return set(asked.values_list("code", flat=True))


def self_checks(course_id: int, codes: Collection[str], enrolment: Enrolment | None = None) -> dict[str, SelfCheck]:
    """By code; what is unknown, not ready, of another course (but the one
    it is an edition of) or part of a graded quiz is left out. Five queries at most, however many codes."""
    found = {
        quiz.code: SelfCheck(quiz.code, quiz=quiz)
        for quiz in Quiz.objects.filter(
            course_id=course_id, code__in=codes, kind=QuizKind.PRACTICE, state=QuizState.PUBLISHED
        )
    }
    if found and enrolment is not None:
        offered = RunQuiz.objects.filter(run_id=enrolment.run_id, quiz__code__in=found)
        for code, pk in offered.values_list("quiz__code", "pk"):
            found[code] = SelfCheck(code, quiz=found[code].quiz, run_quiz=pk)
    rest = set(codes) - set(found)
    rest -= graded_among(rest) if rest else set()
    own = Q(question__category__course_id=course_id) | Q(question__category__course__editions=course_id)
    versions = QuestionVersion.objects.current().filter(own, question__code__in=rest)
    for version in versions.select_related("question").prefetch_related("options") if rest else []:
        shown = [option.text for option in sorted(version.options.all(), key=lambda option: option.text)]
        code = version.question.code
        found[code] = SelfCheck(code, stem=version.stem, options=shown)
    return found
