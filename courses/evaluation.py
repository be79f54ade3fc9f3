"""The one evaluator of completion: it decides, and it answers «vì sao chưa» (learning.md §10). Pure, integers only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Rule:
    """What a run asks: its required lessons and quizzes, and attendance in percent of the planned required tiết.

    `quizzes` maps a quiz id (as text) to its pass mark in percent. Frozen at the first completion.
    """

    lessons: tuple[int, ...] = ()
    quizzes: dict[str, int] = field(default_factory=dict)
    attendance_percent: int = 0

    def as_dict(self) -> dict[str, Any]:
        """JSON of the rule."""
        return {**asdict(self), "lessons": sorted(self.lessons)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Rule:
        """The rule of a frozen JSON."""
        return cls(tuple(data["lessons"]), dict(data["quizzes"]), int(data["attendance_percent"]))

    def sha256(self) -> str:
        """The hash of the canonical JSON."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class QuizFact:
    """The result that counts at a quiz, in hundredths of a percent; None while nothing is graded.

    `on` is the day the pass mark was reached; `is_waiting` says that an essay waits to be marked;
    `attempts_left` None is as many as one likes.
    """

    percent_hundredths: int | None = None
    on: date | None = None
    is_waiting: bool = False
    attempts_left: int | None = None


@dataclass(frozen=True)
class SessionFact:
    """A required session that is not cancelled, in half tiết; `is_marked` is False while nobody has said."""

    planned_half: int
    earned_half: int = 0
    on: date | None = None
    is_marked: bool = False
    is_over: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of one enrolment. `lessons_done` maps a lesson id (as text) to the day."""

    lessons_done: dict[str, date] = field(default_factory=dict)
    quizzes: dict[str, QuizFact] = field(default_factory=dict)
    sessions: tuple[SessionFact, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON of the facts, to be kept with the completion."""
        return json.loads(json.dumps(asdict(self), default=str))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Facts:
        """The facts of a kept JSON, so that an auditor may ask the evaluator again."""
        return cls(
            {lesson: date.fromisoformat(on) for lesson, on in data["lessons_done"].items()},
            {quiz: QuizFact(**{**fact, "on": _day(fact["on"])}) for quiz, fact in data["quizzes"].items()},
            tuple(SessionFact(**{**session, "on": _day(session["on"])}) for session in data["sessions"]),
        )


@dataclass(frozen=True)
class Item:
    """One condition: `have` of `need`, met on `on`; `still_possible` says whether it can be met at all."""

    code: str
    ok: bool
    have: int
    need: int
    on: date | None = None
    still_possible: bool = True
    subject: str = ""


@dataclass(frozen=True)
class Verdict:
    """Done or not, the day the last condition was met, and every condition with its figures."""

    done: bool
    on: date | None
    items: tuple[Item, ...]

    @property
    def missing(self) -> tuple[Item, ...]:
        """What is still asked, in the order of the rule."""
        return tuple(item for item in self.items if not item.ok)


def _lessons(rule: Rule, facts: Facts) -> Iterable[Item]:
    if not rule.lessons:
        return
    days = [facts.lessons_done[str(lesson)] for lesson in rule.lessons if str(lesson) in facts.lessons_done]
    done = len(days) == len(rule.lessons)
    yield Item("lessons_left", done, len(days), len(rule.lessons), max(days) if done else None)


def _quiz(quiz: str, percent: int, fact: QuizFact) -> Item:
    have, need = fact.percent_hundredths, percent * 100
    if have is not None and have >= need:
        return Item("quiz_failed", True, have, need, fact.on, subject=quiz)
    if fact.is_waiting:
        return Item("waiting_marking", False, have or 0, need, subject=quiz)
    possible = fact.attempts_left is None or fact.attempts_left > 0
    return Item("quiz_not_taken" if have is None else "quiz_failed", False, have or 0, need, None, possible, quiz)


def _reached_on(sessions: Sequence[SessionFact], percent: int, planned: int) -> date | None:
    """The day on which the earned tiết first reached the share."""
    earned = 0
    for session in sorted(sessions, key=lambda one: one.on or date.max):
        earned += session.earned_half
        if earned * 100 >= percent * planned:
            return session.on
    return None


def _attendance(rule: Rule, facts: Facts) -> Iterable[Item]:
    planned = sum(session.planned_half for session in facts.sessions)
    if not planned or not rule.attendance_percent:
        return
    earned = sum(session.earned_half for session in facts.sessions)
    ok = earned * 100 >= rule.attendance_percent * planned
    to_come = sum(one.planned_half - one.earned_half for one in facts.sessions if not one.is_marked)
    possible = (earned + to_come) * 100 >= rule.attendance_percent * planned
    unmarked = any(session.is_over and not session.is_marked for session in facts.sessions)
    code = "attendance_unmarked" if unmarked and not ok and possible else "attendance_low"
    need = -(-rule.attendance_percent * planned // 100)
    yield Item(code, ok, earned, need, _reached_on(facts.sessions, rule.attendance_percent, planned) if ok else None,
               possible)  # fmt: skip


def evaluate(rule: Rule, facts: Facts) -> Verdict:
    """Whether the rule is met, on which day, and why not. Codes: lessons_left, quiz_not_taken, quiz_failed,
    waiting_marking, attendance_low, attendance_unmarked; an item that can no longer be met says so by `still_possible`,
    and `cannot_reach` stands at the end. Unmarked is not present; percent of planned, not of held; no rounding up."""
    quizzes = (
        _quiz(quiz, percent, facts.quizzes.get(quiz, QuizFact())) for quiz, percent in sorted(rule.quizzes.items())
    )
    items = [*_lessons(rule, facts), *quizzes, *_attendance(rule, facts)]
    if any(not item.still_possible for item in items):
        items.append(Item("cannot_reach", False, 0, 1, None, still_possible=False))
    done = bool(items) and all(item.ok for item in items)
    days = [item.on for item in items if item.on]
    return Verdict(done, max(days) if done and days else None, tuple(items))
