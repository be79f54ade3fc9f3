"""Builders of questions, quizzes, attempts: plain functions that call verbs, with valid defaults."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.test import Client

from courses.formats.ir import ImportedOption, ImportedQuestion, option_uid
from courses.loading import load_questions
from courses.models import (
    Answer,
    Attempt,
    Category,
    Course,
    Enrolment,
    Question,
    QuestionVersion,
    Quiz,
    QuizKind,
    QuizQuestion,
    QuizSection,
    Run,
    RunQuiz,
    Typed,
)
from lms.people.models import User
from tests.make import courses as make

_numbers = itertools.count(1)
CANARY = "CHIM-HOANG-YEN"
"""Stands in keys, feedback and weights of every question made here, and nowhere else."""
DEFAULT_PATH = ("Ngân hàng",)


def _options(code: str, texts: Sequence[str], side: str = "") -> tuple[ImportedOption, ...]:
    return tuple(ImportedOption(option_uid(code, place, text, side), text, side) for place, text in enumerate(texts))


def imported(
    type_: str = "single", *, code: str = "", path: Sequence[str] = DEFAULT_PATH, **fields: Any
) -> ImportedQuestion:
    """A question of each type, as a file would hold it; the feedback carries a canary."""
    code = code or f"CH-{next(_numbers)}"
    options, key = _CONTENT[type_](code)
    feedback = {"general": f"{CANARY} chung", "options": {option.uid: f"{CANARY} riêng" for option in options}}
    values: dict[str, Any] = {
        "code": code, "name": code, "type": type_, "stem": f"Nội dung câu {code}?", "options": options, "key": key,
        "feedback": feedback, "category": tuple(path),
    }  # fmt: skip
    return ImportedQuestion(**values | fields)


def _single(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    options = _options(code, ["Phương án A", "Phương án B", "Phương án C"])
    return options, {"weights": {options[1].uid: 10000, options[2].uid: 3333}}


def _multiple(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    options = _options(code, ["Một", "Hai", "Ba", "Bốn"])
    return options, {"right": [options[0].uid, options[2].uid], "rule": "balanced", "wrong_count": 2}


def _true_false(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    return (), {"answer": True}


def _matching(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    left, right = _options(code, ["Trái 1", "Trái 2"], "left"), _options(code, ["Phải 1", "Phải 2", "Phải 3"], "right")
    pairs = {one.uid: other.uid for one, other in zip(left, right, strict=False)}
    return (*left, *right), {"pairs": pairs}


def _ordering(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    options = _options(code, ["Bước 1", "Bước 2", "Bước 3"])
    return options, {"order": [option.uid for option in options], "rule": "pairs"}


def _short_text(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    return (), {"accepted": [{"text": f"{CANARY} đáp án", "weight": 10000}], "ignore_marks": False, "i_y": False}


def _numeric(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    return (), {"intervals": [{"low": "1733.5", "high": "1734.5", "weight": 10000}]}


def _essay(code: str) -> tuple[tuple[ImportedOption, ...], dict[str, Any]]:
    return (), {"rubric": [CANARY]}


_CONTENT = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "essay": _essay,
}
TYPES = tuple(_CONTENT)


def right(question: ImportedQuestion) -> dict[str, Any]:
    """The value that earns all the points of a question made here."""
    key = question.key
    return {
        "single": lambda: {"choice": max(key["weights"], key=key["weights"].get)},
        "multiple": lambda: {"choices": sorted(key["right"])},
        "true_false": lambda: {"answer": key["answer"]},
        "matching": lambda: {"pairs": dict(key["pairs"])},
        "ordering": lambda: {"order": list(key["order"])},
        "short_text": lambda: {"text": key["accepted"][0]["text"]},
        "numeric": lambda: {"text": "1.734"},
        "essay": lambda: {"text": "Bài làm"},
    }[question.type]()


def bank(of: Course, *questions: ImportedQuestion) -> list[Question]:
    """Ready questions in the drawers of a course, in the order given."""
    load_questions(questions, course=of, by=None, now=make.at(8))
    rows = {row.code: row for row in Question.objects.filter(code__in=[question.code for question in questions])}
    return [rows[question.code] for question in questions]


def quiz(
    of: Course, questions: Sequence[Question] = (), *, draws: Mapping[Category, int] | None = None, **fields: Any
) -> Quiz:
    """A published graded quiz: a section of fixed questions, then one for each category that is drawn from."""
    number = next(_numbers)
    values = {"code": f"KT-{number}", "kind": QuizKind.GRADED, "title": f"Bài kiểm tra {number}"} | fields
    made = Quiz.objects.create(course=of, **values)
    if questions:
        section = QuizSection.objects.create(quiz=made, position=1)
        QuizQuestion.objects.bulk_create(
            QuizQuestion(section=section, position=place, question=question)
            for place, question in enumerate(questions, start=1)
        )
    for place, (category, count) in enumerate((draws or {}).items(), start=2):
        QuizSection.objects.create(quiz=made, position=place, category=category, draw_count=count)
    if questions or draws:
        made.publish(by=make.account(None, "trainer"), now=make.at(8))
    return made


def offered(of: Quiz, run: Run | None = None, **fields: Any) -> RunQuiz:
    """The quiz in a running class, open without end unless `fields` say otherwise."""
    return RunQuiz.objects.create(run=run or make.run(of.course, state="running"), quiz=of, **fields)


class Sitting:
    """Somebody in front of a quiz: the course, the questions as imported, the enrolment, the account."""

    def __init__(self, *types: str, run_quiz: Mapping[str, Any] | None = None, **fields: Any) -> None:
        self.course = make.course()
        self.questions = [imported(type_) for type_ in types or ("single", "single", "true_false")]
        self.rows = bank(self.course, *self.questions)
        self.quiz = quiz(self.course, self.rows, **fields)
        self.run_quiz = offered(self.quiz, **(run_quiz or {}))
        self.enrolment: Enrolment = make.enrolment(self.run_quiz.run)
        self.user: User = make.account(self.enrolment.person)

    def start(self, now: datetime) -> Attempt:
        """The open attempt."""
        return Attempt.start(self.enrolment, self.run_quiz, by=self.user, now=now)

    def save(
        self, attempt: Attempt, slot: int, value: Any, *, seq: int = 1, epoch: int | None = None, now: datetime
    ) -> Any:
        """One answer."""
        tab = attempt.epoch if epoch is None else epoch
        return Answer.save_all(
            attempt.public_id, epoch=tab, typed=[Typed(slot, seq, value, tab)], by=self.user, now=now
        )

    def answer_rightly(self, attempt: Attempt, now: datetime) -> None:
        """Every question, all points."""
        for slot, question in enumerate(self.questions, start=1):
            self.save(attempt, slot, right(question), now=now)

    def submit(self, attempt: Attempt, now: datetime) -> Attempt:
        """Handed in and graded."""
        attempt.submit(epoch=attempt.epoch, by=self.user, now=now)
        return attempt


def held(attempt: Attempt, slot: int) -> Answer:
    """What stands in the row of a slot."""
    return Answer.objects.get(slot__attempt=attempt, slot__position=slot)


def version_of(question: Question) -> QuestionVersion:
    """The newest version."""
    return question.versions.order_by("-number")[0]


def browser(user: User) -> Client:
    """Somebody signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
