"""Where somebody stands in a class: what is done, what comes next, what is missing. For /my/ and the class page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.completing import Done, Programme, facts_of
from courses.evaluation import Facts, Item, Verdict, evaluate
from courses.models import (
    Attendance,
    Completion,
    Enrolment,
    Lesson,
    Override,
    RunQuiz,
    Session,
)
from courses.models.overrides import terms
from courses.panels import lesson_urls
from lms.prepared import prepared


@dataclass(frozen=True)
class LessonStep:
    """A lesson of the class. `url` is empty without a published page; `is_updated`: changed since it was done."""

    lesson: Lesson
    url: str
    is_opened: bool
    is_done: bool
    is_updated: bool
    seen_at: datetime | None


def _when_seen(step: LessonStep) -> float:
    return step.seen_at.timestamp() if step.seen_at else 0.0


@dataclass(frozen=True)
class QuizStep:
    """A quiz of the class, exceptions included; `percent_hundredths` is the result that counts so far, if any."""

    run_quiz: RunQuiz
    is_open: bool
    closes_at: datetime | None
    is_passed: bool
    is_waiting: bool
    percent_hundredths: int | None
    attempts_left: int | None

    @property
    def may_be_taken(self) -> bool:
        """Open, not passed, and an attempt left."""
        return self.is_open and not self.is_passed and self.attempts_left != 0


@dataclass(frozen=True)
class SessionStep:
    """A session of the class with what the attendance says."""

    session: Session
    attendance: Attendance | None
    is_over: bool
    is_open_for_check_in: bool


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now. `kind`: lesson, quiz, session, wait or done; `minutes` of study it takes, if known."""

    kind: str
    title: str
    url: str = ""
    minutes: int | None = None
    quiz: QuizStep | None = None
    session: Session | None = None


@dataclass(frozen=True)
class Standing:
    """One enrolment with everything its pages show."""

    enrolment: Enrolment
    lessons: tuple[LessonStep, ...]
    quizzes: tuple[QuizStep, ...]
    sessions: tuple[SessionStep, ...]
    verdict: Verdict
    completion: Completion | None
    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @property
    def required_count(self) -> int:
        """Lessons that the bar counts: the required ones."""
        return sum(step.lesson.is_required for step in self.lessons)

    @property
    def done_count(self) -> int:
        """Required lessons that are done."""
        return sum(step.lesson.is_required and step.is_done for step in self.lessons)

    @property
    def coming_session(self) -> Session | None:
        """The next session, or the one that is being held."""
        return next((step.session for step in self.sessions if not step.is_over), None)

    @property
    def next_step(self) -> NextStep:
        """A lesson that was begun, else the first that is left, else a quiz, else the coming session."""
        left = [step for step in self.lessons if step.lesson.is_required and not step.is_done and step.url]
        begun = [step for step in left if step.seen_at is not None]
        step = max(begun, key=_when_seen, default=None) or next(iter(left), None)
        if step is not None:
            return NextStep("lesson", step.lesson.title, step.url, step.lesson.minutes)
        quiz = next((one for one in self.quizzes if one.run_quiz.is_required and one.may_be_taken), None)
        if quiz is not None:
            asked = quiz.run_quiz.quiz
            return NextStep("quiz", asked.title, minutes=asked.limit_minutes, quiz=quiz)
        if self.completion is not None:
            return NextStep("done", self.enrolment.run.course.title)
        if self.coming_session is not None:
            return NextStep("session", self.coming_session.title, session=self.coming_session)
        return NextStep("wait", self.enrolment.run.course.title)


@dataclass(frozen=True)
class Reason:
    """One condition of the rule in words, with its figures."""

    sentence: Promise | str
    is_met: bool
    is_possible: bool = True


_SENTENCES = {
    "lessons_left": _("Required lessons: %(have)s of %(need)s done."),
    "quiz_not_taken": _("Test %(subject)s: not taken yet; at least %(need)s%% is needed."),
    "quiz_failed": _("Test %(subject)s: %(have)s%%, at least %(need)s%% is needed."),
    "waiting_marking": _("Test %(subject)s: an essay waits to be marked."),
    "attendance_low": _("Attendance: %(have)s of the %(need)s study periods needed."),
    "attendance_unmarked": _("Attendance: %(have)s of the %(need)s study periods needed; a session is not marked yet."),
    "cannot_reach": _("One condition can no longer be met in this class. Please ask the department."),
}


def in_words(item: Item, titles: dict[str, str]) -> Reason:
    """A condition as a sentence; `titles` names the quizzes by their id as text."""
    figures: dict[str, str] = {"have": str(item.have), "need": str(item.need), "subject": ""}
    if item.code in ("quiz_not_taken", "quiz_failed", "waiting_marking"):
        figures = {"have": _plain(item.have, 100), "need": _plain(item.need, 100),
                   "subject": titles.get(item.subject, "")}  # fmt: skip
    elif item.code.startswith("attendance"):
        figures = {"have": _plain(item.have, 2), "need": _plain(item.need, 2), "subject": ""}
    return Reason(str(_SENTENCES[item.code]) % figures, item.ok, item.still_possible)


def _plain(value: int, unit: int) -> str:
    """A whole number, or one with a decimal comma: half tiết, hundredths of a percent rounded down to tenths."""
    tenths = value * 10 // unit
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else str(tenths // 10)


@prepared
def _completions(enrolments: list[int]) -> QuerySet[Completion]:
    return Completion.objects.standing().filter(enrolment__in=enrolments)


def standings(enrolments: Collection[Enrolment], now: datetime) -> list[Standing]:
    """Every enrolment with its steps; needs `run__course` in hand. A fixed number of queries, whatever their number."""
    programme = Programme.of({row.run_id: row.run for row in enrolments}.values())
    done = Done.of(enrolments)
    facts = facts_of(enrolments, programme, done, now)
    urls = lesson_urls([lesson for lessons in programme.lessons.values() for lesson in lessons])
    completions = {row.enrolment_id: row for row in _completions([row.pk for row in enrolments])}
    found = []
    for row in enrolments:
        verdict = evaluate(programme.rule(row.run), facts[row.pk])
        asked = programme.quizzes[row.run_id]
        titles = {str(one.quiz_id): one.quiz.title for one in asked}
        found.append(
            Standing(
                enrolment=row,
                lessons=tuple(_lesson_step(row, one, done, urls) for one in programme.lessons[row.run.course_id]),
                quizzes=tuple(_quiz_step(row, one, facts[row.pk], programme.overrides, now) for one in asked),
                sessions=tuple(_session_step(row, one, done, now) for one in programme.sessions[row.run_id]),
                verdict=verdict,
                completion=completions.get(row.pk),
                reasons=tuple(in_words(item, titles) for item in verdict.items),
            )
        )
    return found


def _lesson_step(enrolment: Enrolment, lesson: Lesson, done: Done, urls: dict[int, str]) -> LessonStep:
    progress = done.progress.get((enrolment.pk, lesson.pk))
    is_done = progress is not None and progress.done_at is not None
    return LessonStep(
        lesson=lesson,
        url=urls.get(lesson.pk, ""),
        is_opened=progress is not None,
        is_done=is_done,
        is_updated=is_done and progress is not None and progress.content_version < lesson.content_version,
        seen_at=progress.seen_at if progress else None,
    )


def _quiz_step(
    enrolment: Enrolment, run_quiz: RunQuiz, facts: Facts, overrides: list[Override], now: datetime
) -> QuizStep:
    fact = facts.quizzes.get(str(run_quiz.quiz_id))
    percent = fact.percent_hundredths if fact else None
    times = terms(enrolment, run_quiz, overrides)
    return QuizStep(
        run_quiz=run_quiz,
        is_open=times.has_opened(now) and not times.has_closed(now),
        closes_at=times.closes_at,
        is_passed=percent is not None and percent >= run_quiz.quiz.pass_percent * 100,
        is_waiting=bool(fact and fact.is_waiting),
        percent_hundredths=percent,
        attempts_left=fact.attempts_left if fact else None,
    )


def _session_step(enrolment: Enrolment, session: Session, done: Done, now: datetime) -> SessionStep:
    return SessionStep(
        session=session,
        attendance=done.attendance.get((enrolment.pk, session.pk)),
        is_over=session.ends_at <= now,
        is_open_for_check_in=session.opens_at <= now < session.closes_at,
    )
