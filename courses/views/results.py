"""After a quiz: the receipt, the result, and the answers, as far as the review policy goes (learning.md §9)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.asking import Shown, in_words, pictures_of, stem_html
from courses.grading import Revealed, reveal
from courses.models import AnswerFile, Appeal, Attempt, LateAnswer, Mark, Option, QuizKind, RegradeRun, Slot
from courses.models.answer_files import files_of
from courses.review import FIELDS
from courses.reviewing import released, review_fields
from courses.views.quiz import bank_picture, picture_address, visible_attempt
from lms.people.permissions import allow, door
from lms.people.views.visit import Visit, visit
from lms.prepared import prepared


@door("attempt.view_result")
@never_cache
@require_GET
def receipt(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """What was handed in, when, and the code that proves it."""
    who = visit(request)
    shown = visible_attempt(who, attempt_id)
    if shown.is_open:
        return redirect("courses:attempt", shown.public_id)
    return render(request, "courses/quiz/receipt.html", _context(shown, who))


@door("attempt.view_result")
@never_cache
@require_GET
def result(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Points, percent, passed or not; never an answer."""
    who = visit(request)
    shown = visible_attempt(who, attempt_id)
    context = _context(shown, who)
    context["may_read_answers"] = not shown.is_open and (
        context["is_own"] or Attempt.objects.answers_visible_to(who.user, who.on).filter(pk=shown.pk).exists()
    )
    if context["is_own"] and context["is_marked"] and shown.state == "graded":
        context |= _appeal(shown, who)
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
    if shown.is_open and is_own and shown.quiz.kind != QuizKind.PRACTICE:
        return redirect("courses:attempt", shown.public_id)
    if not is_own and who.user.holds("administrator", on=who.on):
        shown.tell("attempt.view_answers", actor=str(who.user.public_id), now=who.now)
    slots = list(shown.slots.in_order().select_related("answer", "version"))
    fields = review_fields(shown, who.now) if is_own else frozenset(FIELDS)
    open_keys = {slot.question_id for slot in slots}
    if is_own:
        open_keys = released(shown, open_keys, who.now) if fields & {"key", "explanation"} else set()
    context = _context(shown, who) | {"fields": fields, "lines": _lines(shown, slots, fields, open_keys, is_own=is_own)}
    if not is_own:
        context |= _for_trainer(shown, who)
    return render(request, "courses/quiz/review.html", context)


def _appeal(shown: Attempt, who: Visit) -> dict[str, Any]:
    """Until when the essays may be looked at again, and whether that was asked for."""
    appealed = Appeal.objects.filter(attempt=shown).first()
    last_day = Appeal.last_day(shown)
    return {
        "appealed": appealed,
        "appeal_until": last_day,
        "may_appeal": appealed is None and last_day is not None and who.on <= last_day,
    }


def _for_trainer(shown: Attempt, who: Visit) -> dict[str, Any]:
    """What a trainer of the course may do about the attempt: the late answers, the score, a regrade."""
    teaches = allow("attempt.regrade_never_lower", who.user, shown, at=who.now)
    late = LateAnswer.objects.filter(slot__attempt=shown, accepted_by__isnull=True).order_by("slot__position", "seq")
    return {"teaches": teaches, "late": late.select_related("slot") if teaches else []}


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
    comments: tuple[str, ...] = ()
    is_dropped: bool = False
    is_essay: bool = False
    pictures: Sequence[Shown] = ()
    files: Sequence[AnswerFile] = ()


def _lines(
    shown: Attempt, slots: list[Slot], fields: frozenset[str], open_keys: set[int], *, is_own: bool
) -> list[ReviewLine]:
    """The key shown is the one in force: after a regrade with a new key, that of the newer version."""
    versions = [slot.version_id for slot in slots]
    rows = Option.objects.filter(version__in=versions).values_list("uid", "text")
    texts = {str(uid): text for uid, text in rows}
    in_force = RegradeRun.objects.versions_in_force(shown.quiz.course_id, versions) if open_keys else {}
    held = {slot.version_id: in_force.get(slot.version_id, slot.version_id) for slot in slots}
    revealed = reveal([held[slot.version_id] for slot in slots if slot.question_id in open_keys])
    comments = _comments(slots) if "comment" in fields and shown.state == "graded" else {}
    pictures = pictures_of(versions, picture_address(shown.public_id) if is_own else bank_picture)
    essays = [slot.pk for slot in slots if slot.version.settings.get("files")] if "own_answers" in fields else []
    files = files_of(essays) if essays else {}
    lines = [
        _line(slot, fields, texts, revealed.get(held[slot.version_id]), tuple(comments.get(slot.pk, ())))
        for slot in slots
    ]
    return [
        replace(line, pictures=pictures.get(slot.version_id, {}).get("", ()), files=files.get(slot.pk, ()))
        for line, slot in zip(lines, slots, strict=True)
    ]


def _comments(slots: list[Slot]) -> dict[int, list[str]]:
    """What markers wrote, round by round; who they are stays hidden."""
    essays = [slot.pk for slot in slots if slot.version.type == "essay"]
    found: dict[int, list[str]] = {}
    if essays:
        rows = Mark.objects.given().filter(slot__in=essays).exclude(comment="").order_by("slot", "round")
        for slot, comment in rows.values_list("slot", "comment"):
            found.setdefault(slot, []).append(comment)
    return found


def _line(
    slot: Slot, fields: frozenset[str], texts: dict[str, str], key: Revealed | None, comments: tuple[str, ...]
) -> ReviewLine:
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
        comments=comments,
        is_dropped=not slot.points_possible,
        is_essay=slot.version.type == "essay",
    )


@prepared
def _counts(attempt_id: int) -> QuerySet[Attempt, tuple[int, int]]:
    marked = Count("slots__marks", filter=Q(slots__marks__marked_at__isnull=False))
    rows = Attempt.objects.filter(pk=attempt_id).annotate(total=Count("slots", distinct=True), marked=marked)
    return rows.values_list("total", "marked")


def _context(shown: Attempt, who: Visit) -> dict[str, Any]:
    is_own = shown.enrolment.person_id == who.user.person_id
    fields = review_fields(shown, who.now) if is_own else frozenset(FIELDS)
    [(total, marked)] = _counts(shown.pk)
    return {
        "attempt": shown,
        "quiz": shown.quiz,
        "enrolment": shown.enrolment,
        "total": total,
        "is_marked": bool(marked),
        "is_own": is_own,
        "shows_score": "score" in fields and shown.points is not None,
    }
