"""The verbs of the quiz editor: settings, sections, classes that take it; one event each (learning.md §3, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from courses.models import (
    Category,
    Course,
    Lesson,
    Question,
    Quiz,
    QuizKind,
    QuizQuestion,
    QuizSection,
    QuizState,
    Run,
    RunQuiz,
)
from courses.models.papers import draw_paper, pool_sizes
from courses.models.quizzes import POINT
from courses.review import check_policy
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused

EDIT = "quiz.edit_before_first_attempt"
FREE = frozenset({"title", "questions_per_page", "review", "lesson"})
"""What may still change when somebody has taken the quiz: nothing of it touches a result."""


@dataclass(frozen=True)
class Settings:
    """What a quiz says of itself; the names are those of its columns. `limit_minutes` None: no limit."""

    title: str
    kind: str = QuizKind.GRADED
    limit_minutes: int | None = None
    attempts_allowed: int = 2
    pass_percent: int = 50
    counting: str = "best"
    is_shuffled: bool = True
    questions_per_page: int = 5
    review: dict[str, str] = field(default_factory=dict)
    lesson: Lesson | None = None

    def columns(self) -> dict[str, Any]:
        """By column."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class SectionPlan:
    """A section as it shall be: `questions` in their order, or `draw_count` from `category`."""

    title: str = ""
    points: int = POINT
    questions: tuple[Question, ...] = ()
    category: Category | None = None
    draw_count: int | None = None
    tags: tuple[str, ...] = ()
    easiest: int | None = None
    hardest: int | None = None


@dataclass(frozen=True)
class Pool:
    """A section with the number of questions it may ask today. `is_thin`: fewer than all attempts together draw."""

    section: QuizSection
    size: int
    wanted: int
    is_thin: bool

    @property
    def is_too_small(self) -> bool:
        return self.size < self.wanted


def free_code(course: Course) -> str:
    """A code that no quiz has: that of the course and the next number."""
    number = course.quizzes.count() + 1
    while Quiz.objects.filter(code=f"{course.code}-KT{number}").exists():
        number += 1
    return f"{course.code}-KT{number}"


def add_quiz(
    course: Course, code: str, wanted: Settings, sections: Sequence[SectionPlan], *, by: User, now: datetime
) -> Quiz:
    """A new draft with its sections; sent again, the one that was made.

    Raises Refused: code_taken (422) where another quiz has the code, key_too_early (422).
    """
    check_policy(wanted.kind, wanted.review)
    with transaction.atomic():
        quiz, is_new = Quiz.objects.get_or_create(code=code, defaults={"course": course, **wanted.columns()})
        if is_new:
            _write_sections(quiz, sections)
            _tell(quiz, by, now)
        elif (quiz.course_id, quiz.title) != (course.pk, wanted.title):
            raise Refused("code_taken", _("Another quiz has this code."), status=422)
    return quiz


def change_quiz(
    quiz: Quiz, wanted: Settings, sections: Sequence[SectionPlan], *, seen: int, by: User, now: datetime
) -> bool:
    """Other settings and sections. `seen` is the version that was edited. False if nothing changed.

    Raises Refused: edited_elsewhere; key_too_early (422); once somebody has taken the quiz pass_mark_frozen and
    quiz_attempted; for a published one quiz_empty and pool_too_small where it could not be asked any more.
    """
    check_policy(wanted.kind, wanted.review)
    stored = Quiz.objects.select_related("course", "lesson").get(pk=quiz.pk)
    changed = {name for name, value in wanted.columns().items() if getattr(stored, name) != value}
    if sections_of(stored) != list(sections):
        changed.add("sections")
    if not changed:
        return False
    if stored.version != seen:
        raise _edited_elsewhere()
    _refuse_frozen(stored, changed)
    with transaction.atomic():
        if not Quiz.objects.filter(pk=quiz.pk, version=seen).update(version=F("version") + 1, **wanted.columns()):
            raise _edited_elsewhere()
        _refuse_frozen(stored, changed)
        stored.refresh_from_db()
        if "sections" in changed:
            _write_sections(stored, sections)
        if stored.state == QuizState.PUBLISHED and not draw_paper(stored, seen={}, seed="change"):
            raise Refused("quiz_empty", _("The quiz asks nothing yet."), status=422)
        _tell(stored, by, now, changed=sorted(changed))
    return True


def _edited_elsewhere() -> Refused:
    return Refused("edited_elsewhere", _("Somebody else has changed this quiz since you opened it."))


def _refuse_frozen(quiz: Quiz, changed: set[str]) -> None:
    """Asked before the row is held, and again while it is: an attempt may have begun in between."""
    if changed - FREE and quiz.attempts.exists():
        raise _frozen(changed)


def _frozen(changed: set[str]) -> Refused:
    if "pass_percent" in changed:
        return Refused("pass_mark_frozen", _("People have taken this quiz: its pass mark does not change any more."))
    message = _(
        "People have taken this quiz: only its title, the questions on a page, the review and the lesson may change."
        " For more time or attempts grant an exception; for other questions make a new quiz."
    )
    return Refused("quiz_attempted", message)


def sections_of(quiz: Quiz) -> list[SectionPlan]:
    """The sections as they stand. Two queries."""
    rows = quiz.sections.order_by("position").select_related("category").prefetch_related("questions__question")
    return [
        SectionPlan(
            title=row.title, points=row.points, category=row.category, draw_count=row.draw_count, tags=tuple(row.tags),
            easiest=row.easiest, hardest=row.hardest,
            questions=tuple(one.question for one in sorted(row.questions.all(), key=lambda one: one.position)),
        )
        for row in rows
    ]  # fmt: skip


def _write_sections(quiz: Quiz, sections: Sequence[SectionPlan]) -> None:
    quiz.sections.all().delete()
    for position, plan in enumerate(sections, start=1):
        row = QuizSection.objects.create(
            quiz=quiz, position=position, title=plan.title, points=plan.points, category=plan.category,
            draw_count=plan.draw_count, tags=list(plan.tags), easiest=plan.easiest, hardest=plan.hardest,
        )  # fmt: skip
        QuizQuestion.objects.bulk_create(
            QuizQuestion(section=row, position=place, question=question)
            for place, question in enumerate(plan.questions, start=1)
        )


def pools(quiz: Quiz) -> list[Pool]:
    """How well each section is filled; a constant number of queries."""
    sizes = pool_sizes(quiz)
    found = []
    rows = quiz.sections.order_by("position").select_related("category__course")
    for section in rows.prefetch_related("questions__question"):
        wanted = section.draw_count or len(section.questions.all())
        is_drawn = section.draw_count is not None
        often = max(quiz.attempts_allowed, 1)
        size = sizes.get(section.position, 0)
        found.append(Pool(section, size, wanted, is_drawn and wanted <= size < wanted * often))
    return found


@dataclass(frozen=True)
class Window:
    """When a class takes a quiz, empty ends open, and whether completion asks for it."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    is_required: bool = True


def give_to_run(quiz: Quiz, run: Run, window: Window, *, by: User, now: datetime) -> bool:
    """Let a class take a published quiz, or change when it does. False if nothing changed.

    Raises Refused: quiz_not_published, quiz_of_another_course (422), run_over, ends_before_it_starts (422), and
    quiz_attempted where people of the class have begun: then an exception for the whole class is the way, with its
    reason.
    """
    if quiz.state != QuizState.PUBLISHED:
        raise Refused("quiz_not_published", _("Publish the quiz first."))
    if run.course_id != quiz.course_id:
        raise Refused("quiz_of_another_course", _("The quiz belongs to another course."), status=422)
    if run.is_over:
        raise Refused("run_over", _("The class is over."))
    if window.opens_at and window.closes_at and window.closes_at <= window.opens_at:
        raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
    wanted = asdict(window)
    with transaction.atomic():
        row, is_new = RunQuiz.objects.get_or_create(run=run, quiz=quiz, defaults=wanted)
        if not is_new:
            if all(getattr(row, name) == value for name, value in wanted.items()):
                return False
            _require_untaken(row)
            RunQuiz.objects.filter(pk=row.pk).update(**wanted)
        _tell(quiz, by, now, run=str(run.public_id), is_required=window.is_required)
    return True


def take_from_run(row: RunQuiz, *, by: User, now: datetime) -> bool:
    """The class takes the quiz no more; False if that was done before. Raises Refused "quiz_attempted"."""
    with transaction.atomic():
        _require_untaken(row)
        if not RunQuiz.objects.filter(pk=row.pk).delete()[0]:
            return False
        row.quiz.overrides.filter(run=row.run_id, voided_at__isnull=True).update(voided_at=now)
        _tell(row.quiz, by, now, taken_from=str(row.run.public_id))
    return True


def _require_untaken(row: RunQuiz) -> None:
    if row.quiz.attempts.filter(enrolment__run=row.run_id).exists():
        message = _("People of this class have begun this quiz. Grant an exception to the whole class instead.")
        raise Refused("quiz_attempted", message)


def _tell(quiz: Quiz, by: User, now: datetime, **data: Any) -> None:
    actor = str(by.public_id)
    Event.record(EDIT, object_kind="quiz", object_id=quiz.code, actor=actor, now=now, data=data)
