"""The marking desk: an essay after the other, names hidden; appeals (learning.md §9)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import grading
from courses.asking import pictures_of, stem_html
from courses.forms.marking import MarkForm
from courses.models import Appeal, Attempt, Course, Mark
from courses.models.answer_files import files_of
from courses.models.marking import waiting_essays
from courses.views.quiz import bank_picture, own_attempt
from lms.people.models import Role
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit


@door("attempt.mark_essay")
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """How many essays wait, and the way to the next one."""
    who = _trainer(request)
    mine = Mark.objects.of_courses_of(who.user, who.on)
    free = mine.free(who.now)
    open_to_me = free.open_to(who.user).count()
    fresh = waiting_essays().filter(
        attempt__quiz__course__in=Course.objects.taught_by(who.user, who.on), marks__isnull=True
    )
    context = {
        "waiting": open_to_me + fresh.count(),
        "for_others": free.count() - open_to_me,
        "held": mine.filter(marker=who.user, lease_until__gte=who.now).in_turn().first(),
        "given": mine.given().filter(marker=who.user).select_related("slot__attempt__quiz").order_by("-marked_at")[:10],
    }
    return render(request, "courses/marking/desk.html", context)


@door("attempt.mark_essay")
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the essay that waits longest; it is kept for half an hour."""
    who = _trainer(request)
    return _to_next(request, who)


def _to_next(request: HttpRequest, who: Visit) -> HttpResponse:
    mark = Mark.take_next(who.user, now=who.now)
    if mark is None:
        messages.success(request, _("No essay waits for you."))
        return redirect("courses:marking")
    return redirect("courses:mark_essay", mark.pk)


@door("attempt.mark_essay", "attempt.mark_essay_twice")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def essay(request: HttpRequest, mark_id: int) -> HttpResponse:
    """One essay with its rubric; whose it is stays hidden."""
    who = visit(request)
    mark = _mark(who, mark_id)
    version = mark.slot.version
    rubric = grading.rubrics([version.pk])[version.pk]
    form = MarkForm(request.POST or None, rubric=rubric)
    if request.method == "POST" and form.is_valid():
        mark.give(form.points(), form.cleaned_data["comment"], by=who.user, now=who.now)
        messages.success(request, _("The mark is kept."))
        return _to_next(request, who) if request.POST.get("go") == "next" else redirect("courses:marking")
    text = (mark.slot.answer.value or {}).get("text", "")
    context = {
        "mark": mark, "form": form, "quiz": mark.slot.attempt.quiz, "text": text, "words": len(text.split()),
        "stem": version.stem, "stem_html": stem_html(version.stem, version.stem_format),
        "pictures": pictures_of([version.pk], bank_picture).get(version.pk, {}).get("", ()),
        "files": files_of([mark.slot_id]).get(mark.slot_id, ()), "notes": grading.notes(version.pk),
        "is_mine": mark.marker_id == who.user.pk and not mark.is_free(who.now),
    }  # fmt: skip
    return render(request, "courses/marking/essay.html", context, status=422 if form.errors else 200)


@door("attempt.mark_essay")
@require_POST
def put_back(request: HttpRequest, mark_id: int) -> HttpResponse:
    """Leave the essay to others."""
    who = visit(request)
    _mark(who, mark_id).put_back(who.user)
    return redirect("courses:marking")


@door("attempt.appeal")
@require_POST
def appeal(request: HttpRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Ask that one's essays be looked at again."""
    who = visit(request)
    mine = own_attempt(who, attempt_id)
    Appeal.make(mine, request.POST.get("reason", ""), by=who.user, now=who.now)
    messages.success(request, _("Another trainer will look at your answers. Your result stands until then."))
    return redirect("courses:attempt_result", attempt_id)


def _trainer(request: HttpRequest) -> Visit:
    """Raises 404 for everybody who teaches nothing."""
    who = visit(request)
    if not who.user.holds(Role.TRAINER, on=who.on):
        raise Http404
    return who


def _mark(who: Visit, mark_id: int) -> Mark:
    """404 where the attempt does not exist for the visitor, 403 where it is not theirs to mark."""
    attempts = Attempt.objects.visible_to(who.user, who.on)
    rows = Mark.objects.filter(slot__attempt__in=attempts)
    rows = rows.select_related("slot__version", "slot__answer", "slot__attempt__quiz", "slot__attempt__enrolment")
    mark = get_object_or_404(rows, pk=mark_id)
    require("attempt.mark_essay", who.user, mark.slot.attempt, at=who.now)
    return mark
