"""Taking a quiz: start, its pages of questions, saving, submitting, result (learning.md §8, §9)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.asking import Asked, Pictures, ask, pictures_of
from courses.models import (
    Answer,
    AnswerFile,
    Attempt,
    Enrolment,
    Option,
    Quiz,
    QuizKind,
    QuizState,
    RunQuiz,
    Slot,
    Typed,
)
from courses.models.answer_files import files_of
from courses.models.answers import Saved, SlotQuerySet, bad_value
from courses.models.attempts import AttemptQuerySet
from courses.models.enrolments import EnrolmentQuerySet
from courses.models.overrides import Override
from courses.sending_files import send_files
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.prepared import prepared
from lms.refusal import Refused
from lms.web.refusals import wants_json


@door("enrolment.view_status", "attempt.start")
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, enrolment_id: uuid.UUID, run_quiz_id: int) -> HttpResponse:
    """The rules of a quiz and one's attempts at it; POST starts, or goes on where one left off."""
    who = visit(request)
    enrolment = _enrolment(who, enrolment_id)
    offered = _offered(run_quiz_id, enrolment.run_id)
    if not offered:
        raise Http404
    run_quiz = offered[0]
    return _started(request, who, enrolment, run_quiz)


@door("enrolment.view_status", "attempt.start")
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, enrolment_id: uuid.UUID, code: str) -> HttpResponse:
    """The same for a practice quiz of the course by its code: no class has to name it."""
    who = visit(request)
    enrolment = _enrolment(who, enrolment_id)
    published = Quiz.objects.filter(kind=QuizKind.PRACTICE, state=QuizState.PUBLISHED, course=enrolment.run.course_id)
    asked = get_object_or_404(published, code=code)
    offered = RunQuiz.objects.filter(run=enrolment.run, quiz=asked).select_related("quiz", "run").first()
    return _started(request, who, enrolment, offered or RunQuiz(run=enrolment.run, quiz=asked, is_required=False))


def _started(request: HttpRequest, who: Visit, enrolment: Enrolment, run_quiz: RunQuiz) -> HttpResponse:
    """The page before a quiz; POST starts it, or goes on."""
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


@prepared
def _own_enrolment(public_id: uuid.UUID, person_id: int) -> EnrolmentQuerySet:
    rows = Enrolment.objects.filter(public_id=public_id, person_id=person_id)
    return rows.select_related("run__course", "person", "agency")


@prepared
def _offered(run_quiz_id: int, run_id: int) -> QuerySet[RunQuiz]:
    rows = RunQuiz.objects.filter(pk=run_quiz_id, run_id=run_id, quiz__state=QuizState.PUBLISHED)
    return rows.select_related("quiz", "run")


def _enrolment(who: Visit, public_id: uuid.UUID) -> Enrolment:
    """One's own, else whatever exists for the visitor. Raises Http404."""
    own = _own_enrolment(public_id, who.user.person_id) if who.user.person_id is not None else []
    if own:
        return own[0]
    seen = Enrolment.objects.visible_to(who.user, who.on).select_related("run__course", "person", "agency")
    return get_object_or_404(seen, public_id=public_id)


@prepared
def _own(public_id: uuid.UUID, person_id: int) -> AttemptQuerySet:
    return Attempt.objects.filter(public_id=public_id, enrolment__person_id=person_id).select_related("quiz")


def _mine(who: Visit, attempt_id: uuid.UUID) -> Attempt:
    """One's own attempt with its quiz. Raises Http404 for whatever is not."""
    found = _own(attempt_id, who.user.person_id) if who.user.person_id is not None else []
    if not found:
        raise Http404
    return found[0]


@prepared
def _own_with_context(public_id: uuid.UUID, person_id: int) -> AttemptQuerySet:
    return Attempt.objects.filter(public_id=public_id, enrolment__person_id=person_id).with_context()


@prepared
def _places(attempt_id: int) -> QuerySet[Slot, tuple[int, bool]]:
    has_files = Exists(AnswerFile.objects.filter(slot=OuterRef("pk")))
    is_answered = ExpressionWrapper(Q(answer__value__isnull=False) | Q(has_files), output_field=BooleanField())
    rows = Slot.objects.filter(attempt_id=attempt_id).in_order()
    return rows.annotate(is_answered=is_answered).values_list("position", "is_answered")


@prepared
def _asked(attempt_id: int, first: int, last: int) -> SlotQuerySet:
    rows = Slot.objects.filter(attempt_id=attempt_id, position__gte=first, position__lte=last).in_order()
    return rows.select_related("answer", "version")


@prepared
def _texts(versions: list[int]) -> QuerySet[Option, tuple[uuid.UUID, str]]:
    return Option.objects.filter(version__in=versions).values_list("uid", "text")


@door("question.read_in_attempt")
@never_cache
@require_GET
def attempt(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """The page of one's open attempt on which a question stands (`?q=3`); a closed one has its receipt instead."""
    who = visit(request)
    mine = _mine(who, attempt_id)
    if not is_going_on(mine, who.now):
        return redirect("courses:attempt_receipt", mine.public_id)
    places = _places(mine.pk)
    place = min(max(number(request.GET.get("q"), 1), 1), len(places))
    size = mine.quiz.questions_per_page
    first = (place - 1) // size * size + 1
    last = min(first + size - 1, len(places))
    questions = _questions(mine, first, last)
    context = {
        "attempt": mine,
        "questions": questions,
        "takes_files": any(one.asked.most_files for one in questions),
        "place": place,
        "first": first,
        "last": last,
        "next": last + 1,
        "previous": max(1, first - size),
        "places": places,
        "answered": sum(is_answered for _position, is_answered in places),
        **timing(mine, who),
    }
    return render(request, "courses/quiz/attempt.html", context)


@dataclass(frozen=True)
class OnPage:
    """A question on the page. `seq` is the number its next answer carries; `saved_at` None: nothing is saved."""

    place: int
    asked: Asked
    seq: int
    saved_at: datetime | None
    files: Sequence[AnswerFile] = ()

    @property
    def files_left(self) -> int:
        """How many more files may go with it."""
        return max(0, self.asked.most_files - len(self.files))

    @property
    def mark(self) -> str:
        """What the names of its fields begin with: the other questions of the page have fields of the same names."""
        return f"s{self.place}-"


def _questions(mine: Attempt, first: int, last: int) -> list[OnPage]:
    slots = _asked(mine.pk, first, last)
    versions = [slot.version_id for slot in slots]
    texts = {str(uid): text for uid, text in _texts(versions)}
    pictures = pictures_of(versions, picture_address(mine.public_id))
    with_files = [slot.pk for slot in slots if slot.version.settings.get("files")]
    files = files_of(with_files) if with_files else {}
    return [
        _on_page(slot, texts, mine.epoch, pictures.get(slot.version_id, {}), files.get(slot.pk, ())) for slot in slots
    ]


def picture_address(attempt_id: uuid.UUID) -> Callable[[int, int], str]:
    """Where the pictures of one's own attempt are."""
    return lambda picture, width: reverse("courses:attempt_picture", args=[attempt_id, picture, width])


def bank_picture(picture: int, width: int) -> str:
    """Where pictures are for whoever may open the bank."""
    return reverse("courses:question_picture", args=[picture, width])


def _on_page(
    slot: Slot, texts: Mapping[str, str], epoch: int, pictures: Pictures, files: Sequence[AnswerFile]
) -> OnPage:  # fmt: skip
    held = slot.answer
    return OnPage(
        place=slot.position,
        asked=ask(slot.version, slot.order, texts, held.value, pictures),
        seq=held.seq + 1 if held.epoch == epoch else 1,
        saved_at=held.saved_at if held.value is not None else None,
        files=files,
    )


@door(
    "attempt.save_open",
    "attempt.save_after_submit",
    "attempt.save_late_kept_apart",
    "attempt.edit_answer_of_other",
)
@never_cache
@require_POST
def answers(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Save answers: JSON from the script, or the form of a page, which goes on to the next one.

    200 means committed; 202 that everything came after the clock had closed the attempt and was kept apart.
    """
    who = visit(request)
    try:
        if request.content_type == "application/json":
            return _answers_from_script(request, attempt_id, who)
        return _answers_from_form(request, attempt_id, who)
    except Attempt.DoesNotExist:
        refuse_others(who, visible_attempt(who, attempt_id).enrolment)
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


def _answers_from_form(request: HttpRequest, attempt_id: uuid.UUID, who: Visit) -> HttpResponse:
    """The page's form. An answer that does not fit keeps the others from nothing: they are saved."""
    form, epoch = request.POST, number(request.POST.get("epoch"), 0)
    typed = [_typed_in(form, number(place, 0), epoch) for place in form.getlist("slot")]
    unfit: list[int] = []
    try:
        saves = [Answer.save_all(attempt_id, epoch=epoch, typed=typed, by=who.user, now=who.now)]
    except Refused as refusal:
        if refusal.code != "bad_value" or len(typed) < 2:
            raise
        saves, unfit = _saved_one_by_one(attempt_id, epoch, typed, who)
    if any(saved.late for saved in saves):
        messages.warning(request, _("The time was over. Your answer was kept apart for the trainer."))
        return redirect("courses:attempt_receipt", attempt_id)
    outdated = [item.slot for saved in saves for item in saved.items if not item.is_current]
    for place in outdated:
        text = _("A newer answer to question %(place)d was saved before. Please check it.")
        messages.warning(request, text % {"place": place})
    for place in unfit:
        text = _("The answer to question %(place)d does not fit and was not saved. Please check it.")
        messages.warning(request, text % {"place": place})
    files_at = send_files(request, attempt_id, [one.slot for one in typed], epoch, who)
    return _going_on(form.get("go", ""), attempt_id, stays_at=min([*outdated, *unfit, *files_at], default=None))


def _typed_in(form: QueryDict, place: int, epoch: int) -> Typed:
    """The fields of one question: their names begin with its place."""
    mark = f"s{place}-"
    own = QueryDict(mutable=True)
    for name, values in form.lists():
        if name.startswith(mark):
            own.setlist(name.removeprefix(mark), values)
    return Typed(place, number(own.get("seq"), 0), own.urlencode(), epoch, is_form=True)


def _saved_one_by_one(
    attempt_id: uuid.UUID, epoch: int, typed: Sequence[Typed], who: Visit
) -> tuple[list[Saved], list[int]]:
    """What was saved, and the places of what did not fit."""
    saves, unfit = [], []
    for item in typed:
        try:
            saves.append(Answer.save_all(attempt_id, epoch=epoch, typed=[item], by=who.user, now=who.now))
        except Refused as refusal:
            if refusal.code != "bad_value":
                raise
            unfit.append(item.slot)
    if not saves:
        raise bad_value()
    return saves, unfit


def _going_on(go: str, attempt_id: uuid.UUID, *, stays_at: int | None) -> HttpResponse:
    """To the page that the pressed button names, or back to the question that needs a look."""
    if stays_at is None and go == "submit":
        return redirect("courses:attempt_submit", attempt_id)
    return HttpResponseRedirect(address_of(attempt_id, number(go, 1) if stays_at is None else stays_at))


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
    mine = _mine(who, attempt_id)
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
    places = _places(mine.pk)
    empty = [position for position, is_answered in places if not is_answered]
    context = {
        "attempt": mine, "empty": empty, "total": len(places), "answered": len(places) - len(empty),
        **timing(mine, who),
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


def visible_attempt(who: Visit, attempt_id: uuid.UUID) -> Attempt:
    """One's own, which everybody sees, else whatever exists for the visitor; with its context. Raises Http404."""
    own = _own_with_context(attempt_id, who.user.person_id) if who.user.person_id is not None else []
    if own:
        return own[0]
    return get_object_or_404(Attempt.objects.visible_to(who.user, who.on).with_context(), public_id=attempt_id)


def own_attempt(who: Visit, attempt_id: uuid.UUID) -> Attempt:
    """One's own attempt: 404 where it does not exist for the visitor, "wrong_person" where it does."""
    found = visible_attempt(who, attempt_id)
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
    return HttpResponseRedirect(address_of(attempt.public_id, place) + mark)


def address_of(attempt_id: uuid.UUID, place: int) -> str:
    """The page on which a question stands."""
    return reverse("courses:attempt", args=[attempt_id]) + f"?q={place}"


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
