"""Taking a quiz: start, one question a page, saving, submitting, result (learning.md §8, §9)."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.asking import ask
from courses.models import Answer, Attempt, Enrolment, Option, QuizState, RunQuiz, Typed
from courses.models.answers import Saved, bad_value
from courses.models.overrides import Override
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.web.refusals import wants_json


@door("enrolment.view_status", "attempt.start")
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, enrolment_id: uuid.UUID, run_quiz_id: int) -> HttpResponse:
    """The rules of a quiz and one's attempts at it; POST starts, or goes on where one left off."""
    who = visit(request)
    seen = Enrolment.objects.visible_to(who.user, who.on).select_related("run__course", "person", "agency")
    enrolment = get_object_or_404(seen, public_id=enrolment_id)
    offered = RunQuiz.objects.filter(run=enrolment.run, quiz__state=QuizState.PUBLISHED)
    run_quiz = get_object_or_404(offered.select_related("quiz", "run"), pk=run_quiz_id)
    if request.method == "POST":
        refuse_others(who, enrolment)
        attempt = Attempt.start(enrolment, run_quiz, by=who.user, now=who.now)
        return to_attempt(attempt, tab=attempt.epoch if attempt.started_at == who.now else None)
    terms = Override.objects.terms_of(enrolment, run_quiz)
    attempts = list(enrolment.attempts.filter(quiz=run_quiz.quiz).order_by("number"))
    allowed = run_quiz.quiz.attempts_allowed and run_quiz.quiz.attempts_allowed + terms.extra_attempts
    used = sum(attempt.state != "voided" for attempt in attempts)
    context = {
        "run_quiz": run_quiz,
        "quiz": run_quiz.quiz,
        "enrolment": enrolment,
        "terms": terms,
        "minutes": run_quiz.quiz.limit_minutes and run_quiz.quiz.limit_minutes + terms.extra_minutes,
        "question_count": run_quiz.quiz.question_count(),
        "attempts": attempts,
        "open_attempt": next((attempt for attempt in attempts if attempt.is_open), None),
        "allowed": allowed,
        "left": max(0, allowed - used) if allowed else None,
        "has_opened": terms.has_opened(who.now),
        "has_closed": terms.has_closed(who.now),
        "is_own": enrolment.person_id == who.user.person_id,
    }
    return render(request, "courses/quiz/start.html", context)


@door("question.read_in_attempt")
@never_cache
@require_GET
def attempt(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """One question of one's open attempt (`?q=3`); a closed one has its receipt instead."""
    who = visit(request)
    mine = get_object_or_404(Attempt.objects.of(who.user).select_related("quiz"), public_id=attempt_id)
    if not is_going_on(mine, who.now):
        return redirect("courses:attempt_receipt", mine.public_id)
    places = [
        (position, value is not None)
        for position, value in mine.slots.in_order().values_list("position", "answer__value")
    ]
    place = min(max(number(request.GET.get("q"), 1), 1), len(places))
    slot = mine.slots.select_related("answer", "version").get(position=place)
    texts = {str(uid): text for uid, text in Option.objects.filter(version=slot.version_id).values_list("uid", "text")}
    held = slot.answer
    context = {
        "attempt": mine,
        "asked": ask(slot.version, slot.order, texts, held.value),
        "place": place,
        "places": places,
        "answered": sum(is_answered for _position, is_answered in places),
        "seq": held.seq + 1 if held.epoch == mine.epoch else 1,
        "held": held,
        "points": slot.points_possible,
        **timing(mine, who),
    }
    return render(request, "courses/quiz/attempt.html", context)


@door(
    "attempt.save_open",
    "attempt.save_after_submit",
    "attempt.save_late_kept_apart",
    "attempt.edit_answer_of_other",
)
@never_cache
@require_POST
def answers(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Save answers: JSON from the script, or the form of one question, which goes on to the next page.

    200 means committed; 202 that everything came after the clock had closed the attempt and was kept apart.
    """
    who = visit(request)
    try:
        if request.content_type == "application/json":
            return _answers_from_script(request, attempt_id, who)
        return _answer_from_form(request, attempt_id, who)
    except Attempt.DoesNotExist:
        refuse_others(who, _visible(who, attempt_id).enrolment)
        raise Http404 from None


def _answers_from_script(request: HttpRequest, attempt_id: uuid.UUID, who: Visit) -> JsonResponse:
    try:
        body = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text: PostgreSQL would stumble
        epoch = int(body["epoch"])
        typed = [_typed(item, epoch) for item in body["items"]]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise bad_value() from error
    saved = Answer.save_all(attempt_id, epoch=epoch, typed=typed, by=who.user, now=who.now)
    return JsonResponse(_as_json(saved, who.now), status=202 if saved.late and not saved.items else 200)


def _typed(item: dict[str, Any], epoch: int) -> Typed:
    is_form = "form" in item
    value = str(item["form"]) if is_form else item["value"]
    return Typed(int(item["slot"]), int(item["seq"]), value, int(item.get("epoch", epoch)), is_form=is_form)


def _as_json(saved: Saved, now: datetime) -> dict[str, Any]:
    return {
        "items": [
            {
                "slot": one.slot, "epoch": one.epoch, "seq": one.seq, "saved_at": one.saved_at,
                "understood": one.understood, "is_current": one.is_current,
            }
            for one in saved.items
        ],
        "late": saved.late,
        "server_now": milliseconds(now),
        "deadline_at": milliseconds(saved.deadline_at),
    }  # fmt: skip


def _answer_from_form(request: HttpRequest, attempt_id: uuid.UUID, who: Visit) -> HttpResponse:
    form = request.POST
    place, epoch, seq = number(form.get("slot"), 0), number(form.get("epoch"), 0), number(form.get("seq"), 0)
    typed = [Typed(place, seq, request.POST.urlencode(), epoch, is_form=True)]
    saved = Answer.save_all(attempt_id, epoch=epoch, typed=typed, by=who.user, now=who.now)
    if saved.late:
        messages.warning(request, _("The time was over. Your answer was kept apart for the trainer."))
        return redirect("courses:attempt_receipt", attempt_id)
    if not saved.items[0].is_current:
        messages.warning(request, _("A newer answer to this question was saved before. Please check it."))
        return HttpResponseRedirect(reverse("courses:attempt", args=[attempt_id]) + f"?q={place}")
    go = form.get("go", "")
    if go == "submit":
        return redirect("courses:attempt_submit", attempt_id)
    return HttpResponseRedirect(reverse("courses:attempt", args=[attempt_id]) + f"?q={number(go, place)}")


@door("attempt.take_over_in_second_tab")
@require_POST
def take_over(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Go on in this tab; the other one writes no more."""
    who = visit(request)
    mine = own_attempt(who, attempt_id)
    epoch = mine.take_over(epoch=number(request.POST.get("epoch"), 0), now=who.now)
    return to_attempt(mine, tab=epoch, place=number(request.POST.get("q"), 1))


@door("question.read_in_attempt")
@never_cache
@require_GET
def clock(request: HttpRequest, attempt_id: uuid.UUID) -> JsonResponse:
    """The heartbeat of an open page: the server's time, the deadline, who may write, and a fresh CSRF token."""
    who = visit(request)
    mine = get_object_or_404(Attempt.objects.of(who.user), public_id=attempt_id)
    return JsonResponse(
        {
            "server_now": milliseconds(who.now),
            "deadline_at": milliseconds(mine.deadline_at),
            "epoch": mine.epoch,
            "is_open": mine.is_open,
            "csrf": get_token(request),
        }
    )


@door("attempt.submit")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponseBase:
    """GET lists what is unanswered; POST hands in. Every repeat gives the same receipt."""
    who = visit(request)
    mine = own_attempt(who, attempt_id)
    if request.method == "POST":
        mine.submit(
            epoch=number(request.POST.get("epoch"), 0), have=_have(request.POST.get("have", "")), by=who.user,
            now=who.now,
        )  # fmt: skip
        return JsonResponse(_receipt(mine)) if wants_json(request) else redirect("courses:attempt_receipt", attempt_id)
    if not is_going_on(mine, who.now):
        return redirect("courses:attempt_receipt", mine.public_id)
    rows = mine.slots.in_order().values_list("position", "answer__value")
    empty = [position for position, value in rows if value is None]
    context = {
        "attempt": mine, "empty": empty, "total": len(rows), "answered": len(rows) - len(empty), **timing(mine, who),
    }  # fmt: skip
    return render(request, "courses/quiz/submit.html", context)


def _have(text: str) -> dict[int, tuple[int, int]]:
    """{"3": [epoch, seq]}: what the browser holds. Raises Refused "bad_value"."""
    try:
        return {int(slot): (int(epoch), int(seq)) for slot, (epoch, seq) in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise bad_value() from error


def _receipt(attempt: Attempt) -> dict[str, Any]:
    return {
        "receipt": attempt.receipt,
        "answered": attempt.answered_count,
        "closed_at": attempt.closed_at,
        "closed_by": attempt.closed_by,
        "state": attempt.state,
    }


# --- for all of them -------------------------------------------------------------------------------------------------


def refuse_others(who: Visit, enrolment: Enrolment) -> None:
    """Nobody takes a test for another. Raises Refused "wrong_person" (403)."""
    if enrolment.person_id != who.user.person_id:
        raise Refused("wrong_person", _("Only the person enrolled takes this test."), status=403)


def _visible(who: Visit, attempt_id: uuid.UUID) -> Attempt:
    return get_object_or_404(Attempt.objects.visible_to(who.user, who.on).with_context(), public_id=attempt_id)


def own_attempt(who: Visit, attempt_id: uuid.UUID) -> Attempt:
    """One's own attempt: 404 where it does not exist for the visitor, "wrong_person" where it does."""
    found = _visible(who, attempt_id)
    refuse_others(who, found.enrolment)
    return found


def is_going_on(attempt: Attempt, now: datetime) -> bool:
    """Open; one whose time is over is closed first."""
    if attempt.is_expired(now):
        attempt.close_by_clock(now)
    return attempt.is_open


def to_attempt(attempt: Attempt, *, tab: int | None = None, place: int = 1) -> HttpResponseRedirect:
    """On to a question; `#e2` tells the script that this tab holds epoch 2."""
    mark = f"#e{tab}" if tab else ""
    return HttpResponseRedirect(reverse("courses:attempt", args=[attempt.public_id]) + f"?q={place}{mark}")


def timing(attempt: Attempt, who: Visit) -> dict[str, Any]:
    """What the script needs to count down by the server's clock and to keep its journal by account."""
    return {
        "account": who.user.public_id,
        "now_ms": milliseconds(who.now),
        "deadline_ms": milliseconds(attempt.deadline_at),
    }


def number(text: str | None, default: int) -> int:
    """A whole number of a form or address, else `default`."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def milliseconds(at: datetime | None) -> int | None:
    """Since 1970, as a browser counts."""
    return None if at is None else int(at.timestamp() * 1000)
