"""After a quiz: the receipt, the result, and the answers, as far as the review policy goes (learning.md §9)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.asking import in_words, stem_html
from courses.grading import Revealed, reveal
from courses.models import Attempt, Option, Slot
from courses.reviewing import FIELDS, released, review_fields
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit


@door("attempt.view_result")
@never_cache
@require_GET
def receipt(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """What was handed in, when, and the code that proves it."""
    who = visit(request)
    shown = get_object_or_404(Attempt.objects.visible_to(who.user, who.on).with_context(), public_id=attempt_id)
    if shown.is_open:
        return redirect("courses:attempt", shown.public_id)
    return render(request, "courses/quiz/receipt.html", _context(shown, who))


@door("attempt.view_result")
@never_cache
@require_GET
def result(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Points, percent, passed or not; never an answer."""
    who = visit(request)
    shown = get_object_or_404(Attempt.objects.visible_to(who.user, who.on).with_context(), public_id=attempt_id)
    context = _context(shown, who)
    context["may_read_answers"] = (
        not shown.is_open and Attempt.objects.answers_visible_to(who.user, who.on).filter(pk=shown.pk).exists()
    )
    return render(request, "courses/quiz/result.html", context)


@door("attempt.view_answers", "question.read_key_after_release", "question.read_key_or_feedback_before_release")
@never_cache
@require_GET
def review(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Every question with what was answered, and what the policy lets the reader see beside it."""
    who = visit(request)
    readable = Attempt.objects.answers_visible_to(who.user, who.on).with_context()
    shown = get_object_or_404(readable, public_id=attempt_id)
    is_own = shown.enrolment.person_id == who.user.person_id
    if shown.is_open and is_own:
        return redirect("courses:attempt", shown.public_id)
    if not is_own and who.user.holds("administrator", on=who.on):
        shown.tell("attempt.view_answers", actor=str(who.user.public_id), now=who.now)
    slots = list(shown.slots.in_order().select_related("answer", "version"))
    fields = review_fields(shown, who.now) if is_own else frozenset(FIELDS)
    open_keys = {slot.question_id for slot in slots}
    if is_own:
        open_keys = released(shown, open_keys, who.now) if fields & {"key", "explanation"} else set()
    context = _context(shown, who) | {"fields": fields, "lines": _lines(slots, fields, open_keys)}
    return render(request, "courses/quiz/review.html", context)


@dataclass(frozen=True)
class ReviewLine:
    """A question with what the reader may see; what they may not is empty."""

    position: int
    stem: str
    stem_html: str
    given: list[Any]
    points: int | None
    points_possible: int
    right: tuple[str, ...] = ()
    explanation: str = ""
    remarks: tuple[str, ...] = ()


def _lines(slots: list[Slot], fields: frozenset[str], open_keys: set[int]) -> list[ReviewLine]:
    versions = [slot.version_id for slot in slots]
    rows = Option.objects.filter(version__in=versions).values_list("uid", "text")
    texts = {str(uid): text for uid, text in rows}
    revealed = reveal([slot.version_id for slot in slots if slot.question_id in open_keys])
    return [_line(slot, fields, texts, revealed.get(slot.version_id)) for slot in slots]


def _line(slot: Slot, fields: frozenset[str], texts: dict[str, str], key: Revealed | None) -> ReviewLine:
    value = slot.answer.value
    chosen = [value["choice"]] if value and "choice" in value else (value or {}).get("choices", [])
    explains = key is not None and "explanation" in fields
    return ReviewLine(
        position=slot.position,
        stem=slot.version.stem,
        stem_html=stem_html(slot.version.stem, slot.version.stem_format),
        given=in_words(slot.version.type, value, texts) if "own_answers" in fields else [],
        points=slot.points if "right_wrong" in fields else None,
        points_possible=slot.points_possible,
        right=key.right if key is not None and "key" in fields else (),
        explanation=key.general if key is not None and explains else "",
        remarks=tuple(filter(None, (key.options.get(uid) for uid in chosen))) if key is not None and explains else (),
    )


def _context(shown: Attempt, who: Visit) -> dict[str, Any]:
    is_own = shown.enrolment.person_id == who.user.person_id
    fields = review_fields(shown, who.now) if is_own else frozenset(FIELDS)
    total = shown.slots.count()
    return {
        "attempt": shown,
        "quiz": shown.quiz,
        "enrolment": shown.enrolment,
        "total": total,
        "is_own": is_own,
        "shows_score": "score" in fields and shown.points is not None,
    }
