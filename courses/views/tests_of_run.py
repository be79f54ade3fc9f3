"""The tests of a class: results, exceptions, release; how the questions behaved (learning.md §8, §9)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.analysing import analysis_of, overview
from courses.forms.marking import ExceptionForm
from courses.models import Override, QuestionVersion, Quiz, RunQuiz
from courses.models.extending import grant, take_back
from courses.reviewing import is_closed_for_run
from courses.run_results import export, results_of
from courses.views.seen import seen_run
from lms.audit.models import Event
from lms.days import local_day
from lms.papers.files import Kind, content
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.web.downloads import attachment


@door("run.view_or_export_results")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def results(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The result of everybody in the class at each test; POST gives the same as a spreadsheet. Both leave an event."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("run.view_or_export_results", who.user, run, at=who.now)
    found = results_of(run)
    Event.record(
        "run.view_or_export_results", object_kind="run", object_id=run.public_id, actor=str(who.user.public_id),
        now=who.now, data={"kind": "xlsx" if request.method == "POST" else "page", "rows": len(found.rows)},
    )  # fmt: skip
    if request.method == "POST":
        body = content(export(found, is_demo=settings.DEMO), Kind.XLSX)
        return attachment(
            body, name=f"ket-qua-{run.course.code}-{run.number}-{run.year}.xlsx", content_type=Kind.XLSX.content_type
        )
    teaches = [one for one in found.tests if allow("quiz.release_results", who.user, one, at=who.now)]
    return render(request, "courses/marking/results.html", {"run": run, "found": found, "teaches": bool(teaches)})


def _offered(who: Visit, run_quiz_id: int, action: str) -> RunQuiz:
    """404 for whoever does not teach the course nor administers, 403 for an administrator."""
    rows = RunQuiz.objects.filter(quiz__in=Quiz.objects.visible_to(who.user, who.on))
    run_quiz = get_object_or_404(rows.select_related("quiz", "run__course"), pk=run_quiz_id)
    require(action, who.user, run_quiz, at=who.now)
    return run_quiz


@door("quiz.release_results")
@require_POST
def release(request: HttpRequest, run_quiz_id: int) -> HttpResponse:
    """Show trainees what the review policy keeps until the release."""
    who = visit(request)
    run_quiz = _offered(who, run_quiz_id, "quiz.release_results")
    run_quiz.release_results(is_closed=is_closed_for_run(run_quiz, who.now), by=who.user, now=who.now)
    messages.success(request, _("The results are released."))
    return redirect("courses:run_results", run_quiz.run.public_id)


@door("quiz.grant_override_with_reason")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exceptions(request: HttpRequest, run_quiz_id: int) -> HttpResponse:
    """Other times or more attempts for a person, an agency or the whole class, each with its reason."""
    who = visit(request)
    run_quiz = _offered(who, run_quiz_id, "quiz.grant_override_with_reason")
    form = ExceptionForm(request.POST or None, run=run_quiz.run)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        grant(
            run_quiz, form.granted(), enrolment=data["enrolment"], agency=data["agency"], reason=data["reason"],
            document_no=data["document_no"], by=who.user, now=who.now,
        )  # fmt: skip
        messages.success(request, _("The exception is granted."))
        return redirect("courses:exceptions", run_quiz_id)
    rows = Override.objects.filter(quiz=run_quiz.quiz, run=run_quiz.run)
    rows = rows.select_related("enrolment__person", "agency").order_by("-granted_at", "-pk")
    context = {"run_quiz": run_quiz, "form": form, "rows": rows}
    return render(request, "courses/marking/exceptions.html", context, status=422 if form.errors else 200)


@door("quiz.grant_override_with_reason")
@require_POST
def end_exception(request: HttpRequest, run_quiz_id: int, override_id: int) -> HttpResponse:
    """The exception counts no more."""
    who = visit(request)
    run_quiz = _offered(who, run_quiz_id, "quiz.grant_override_with_reason")
    here = Override.objects.filter(quiz=run_quiz.quiz, run=run_quiz.run).select_related("enrolment__person", "agency")
    take_back(get_object_or_404(here, pk=override_id), by=who.user, now=who.now)
    return redirect("courses:exceptions", run_quiz_id)


@door("question.view_item_analysis")
@never_cache
@require_GET
def analysis(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """Every question of a test: how hard it is, and whether it tells the strong from the weak."""
    who = visit(request)
    quiz = get_object_or_404(Quiz.objects.visible_to(who.user, who.on).select_related("course"), pk=quiz_id)
    people, lines = overview(quiz)
    return render(request, "courses/marking/analysis.html", {"quiz": quiz, "people": people, "lines": lines})


@door("question.view_item_analysis")
@never_cache
@require_GET
def analysis_of_version(request: HttpRequest, quiz_id: int, version_id: int) -> HttpResponse:
    """One question with its options, by thirds of the class."""
    who = visit(request)
    quiz = get_object_or_404(Quiz.objects.visible_to(who.user, who.on).select_related("course"), pk=quiz_id)
    asked = QuestionVersion.objects.filter(slots__attempt__quiz=quiz).distinct()
    version = get_object_or_404(asked.select_related("question"), pk=version_id)
    line, texts = analysis_of(quiz, version)
    context: dict[str, Any] = {"quiz": quiz, "version": version, "line": line, "today": local_day(who.now)}
    if line is not None:
        options = [(texts[one.uid], one) for one in line.analysis.options]
        teaches = not who.user.holds("administrator", on=who.on) or quiz.course.trainers.filter(user=who.user).exists()
        context |= {"analysis": line.analysis, "options": options, "may_regrade": teaches}
    return render(request, "courses/marking/analysis_question.html", context)
