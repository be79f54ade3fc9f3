"""Somebody who has learnt the lessons takes the final test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from courses.models import Answer, Attempt, Enrolment, RunQuiz, Slot
from courses.models.answers import Typed
from lms.people.models import User

KNOWN = 4
"""Of five questions, the person knows four."""


def right_value(type_: str, key: dict[str, Any]) -> dict[str, Any] | None:
    """The right answer to a question, from its key (courses/scoring.py documents the shapes)."""
    match type_:
        case "single":
            return {"choice": max(key["weights"], key=key["weights"].get)}
        case "multiple":
            return {"choices": sorted(key["right"])}
        case "true_false":
            return {"answer": key["answer"]}
        case "matching":
            return {"pairs": key["pairs"]}
        case "ordering":
            return {"order": key["order"]}
        case "short_text":
            return {"text": max(key["accepted"], key=lambda row: row["weight"])["text"]}
        case "numeric":
            return {"text": max(key["intervals"], key=lambda row: row["weight"])["low"].replace(".", ",")}
        case _:
            return {"text": "Bài làm minh họa."}


def values_for(attempt: Attempt) -> dict[int, dict[str, Any] | None]:
    """Slot position → answer: four of five right, one of five left empty."""
    slots = Slot.objects.filter(attempt=attempt).select_related("version__answer_key").in_order()
    return {
        slot.position: right_value(slot.version.type, slot.version.answer_key.data)
        for slot in slots
        if slot.position % (KNOWN + 1)
    }


def take(enrolment: Enrolment, run_quiz: RunQuiz, user: User, when: datetime) -> Attempt:
    """Start, answer, submit: within a quarter of an hour."""
    attempt = Attempt.start(enrolment, run_quiz, by=user, now=when)
    for place, (position, value) in enumerate(values_for(attempt).items(), start=1):
        typed = Typed(slot=position, seq=1, value=value, epoch=attempt.epoch)
        then = when + timedelta(seconds=30 * place)
        Answer.save_all(attempt.public_id, epoch=attempt.epoch, typed=[typed], by=user, now=then)
    attempt.submit(epoch=attempt.epoch, by=user, now=when + timedelta(minutes=15))
    return attempt
