"""Regrading a question, and what else a trainer decides about an attempt (learning.md §8, §9)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms.marking import RegradeForm
from courses.models import (
    Attempt,
    Policy,
    RegradeKind,
    RegradePlan,
    RegradeRun,
    Slot,
    accept_late_answers,
    ask_to_override,
)
from courses.models.regrading import ask_to_lower
from courses.regrade_preview import preview
from courses.views.quiz import number
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit


def _attempt(who: Visit, attempt_id: uuid.UUID, action: str) -> Attempt:
    """404 where it does not exist for the visitor, 403 where they may not."""
    rows = Attempt.objects.visible_to(who.user, who.on).select_related("quiz__course")
    attempt = get_object_or_404(rows.with_context(), public_id=attempt_id)
    require(action, who.user, attempt, at=who.now)
    return attempt


def _slot(attempt: Attempt, position: int) -> Slot:
    return get_object_or_404(attempt.slots.select_related("version__question"), position=position)


@door("attempt.regrade_never_lower")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, attempt_id: uuid.UUID, position: int) -> HttpResponse:
    """GET shows exactly who changes, in all attempts of the course at this version; POST applies what was shown."""
    who = visit(request)
    attempt = _attempt(who, attempt_id, "attempt.regrade_never_lower")
    slot = _slot(attempt, position)
    if request.method == "POST":
        plan = RegradePlan.make(attempt.quiz.course, slot.version, _kind(request.POST.get("kind")))
        run = RegradeRun.apply(
            plan, request.POST.get("plan", ""), reason=request.POST.get("reason", ""), by=who.user, now=who.now
        )
        count = run.lines.count()
        sentence = ngettext("%(count)d result was changed.", "%(count)d results were changed.", count)
        messages.success(request, sentence % {"count": count})
        return redirect("courses:attempt_review", attempt_id)
    form = RegradeForm(request.GET if "kind" in request.GET else None)
    context = {"attempt": attempt, "slot": slot, "form": form, "past": _past(attempt, slot)}
    if form.is_bound and form.is_valid():
        kind, policy = _kind(form.cleaned_data["kind"]), Policy(form.cleaned_data["policy"])
        context["preview"] = preview(RegradePlan.make(attempt.quiz.course, slot.version, kind, policy), who.now)
    return render(request, "courses/marking/regrade.html", context)


def _past(attempt: Attempt, slot: Slot) -> list[RegradeRun]:
    return list(RegradeRun.objects.filter(course=attempt.quiz.course, version=slot.version).in_order())


def _kind(text: str | None) -> RegradeKind:
    return RegradeKind(text) if text in RegradeKind.values else RegradeKind.NEW_KEY


@door("attempt.regrade_lowering", fresh=True)
@require_POST
def lower(request: HttpRequest, attempt_id: uuid.UUID, position: int) -> HttpResponseBase:
    """Ask for a second person's yes to a regrade by which results may fall."""
    who = visit(request)
    attempt = _attempt(who, attempt_id, "attempt.regrade_lowering")
    slot = _slot(attempt, position)
    kind = _kind(request.POST.get("kind"))
    plan = RegradePlan.make(attempt.quiz.course, slot.version, kind, Policy.AS_COMPUTED)
    ask_to_lower(
        plan, request.POST.get("plan", ""), reason=request.POST.get("reason", ""),
        document_no=request.POST.get("document_no", ""), by=who.user, now=who.now,
    )  # fmt: skip
    messages.success(request, _("Another person must confirm. Nothing has changed yet."))
    return redirect("courses:attempt_review", attempt_id)


@door("attempt.accept_late_answers")
@require_POST
def accept_late(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Count what came after the clock had closed the attempt."""
    who = visit(request)
    attempt = _attempt(who, attempt_id, "attempt.accept_late_answers")
    count = accept_late_answers(attempt, request.POST.get("reason", ""), by=who.user, now=who.now)
    sentence = ngettext("%(count)d late answer counts now.", "%(count)d late answers count now.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("courses:attempt_review", attempt_id)


@door("attempt.override_score_or_void_after_grading", fresh=True)
@require_POST
def override(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponseBase:
    """Ask that a result be another one, or void."""
    who = visit(request)
    attempt = _attempt(who, attempt_id, "attempt.override_score_or_void_after_grading")
    form = request.POST
    what = "void" if form.get("what") == "void" else "score"
    ask_to_override(
        attempt, what, percent=number(form.get("percent"), -1), reason=form.get("reason", ""),
        document_no=form.get("document_no", ""), by=who.user, now=who.now,
    )  # fmt: skip
    messages.success(request, _("Another person must confirm. Nothing has changed yet."))
    return redirect("courses:attempt_review", attempt_id)
