"""Quizzes in the CMS: settings and sections, a look as a trainee has it, the classes that take them. No script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from cms.viewsets.quizzes_page import bank_for, drawers_for, own_courses, screen, seen_quiz
from courses.asking import ask_all
from courses.composing import (
    Window,
    add_quiz,
    change_quiz,
    free_code,
    give_to_run,
    pools,
    sections_of,
    take_from_run,
)
from courses.forms.quizzes import NewQuizForm, QuizForm, RunQuizForm, Sections
from courses.models import Course, Quiz, QuizState, Run, RunQuiz, RunState
from courses.models.papers import draw_paper
from courses.review import LABELS, Moment, policy
from courses.views.quiz import bank_picture
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

FORM = ["GET", "HEAD", "POST"]
EDIT = "quiz.edit_before_first_attempt"
PER_PAGE = 50


def _to(quiz: Quiz) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("cms_quizzes:inspect", args=[quiz.pk]))


def _data(request: HttpRequest) -> Any:
    """What was sent; «add a section» makes the form longer by one."""
    data, count = request.POST.copy(), request.POST.get("rows-TOTAL_FORMS", "")
    if "add_row" in data and count.isdecimal():
        data["rows-TOTAL_FORMS"] = str(int(count[:4]) + 1)
    return data


@door(EDIT)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The quizzes of one's courses."""
    who = visit(request)
    rows = Quiz.objects.visible_to(who.user, who.on).select_related("course", "lesson")
    rows = rows.annotate(
        run_count=Count("run_quizzes", distinct=True),
        attempt_count=Count("attempts", filter=~Q(attempts__state="voided"), distinct=True),
    )
    page = Paginator(rows.order_by("course__code", "code", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return screen(request, "list", _("Quizzes"), {"page": page, "quizzes": page.object_list})


@door(EDIT)
@require_safe
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """A quiz with its sections, how well their pools are filled, and the classes that take it."""
    who = visit(request)
    return _detail(request, who, seen_quiz(who, pk))


def _detail(
    request: HttpRequest, who: Visit, quiz: Quiz, *, form: RunQuizForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    given = list(quiz.run_quizzes.select_related("run__course").order_by("-run__starts_on", "pk"))
    begun = set(quiz.attempts.values_list("enrolment__run_id", flat=True))
    over = (RunState.ENDED, RunState.CLOSED, RunState.CANCELLED)
    free = Run.objects.filter(course=quiz.course).exclude(state__in=over).exclude(run_quizzes__quiz=quiz)
    held = policy(quiz.kind, quiz.review)
    context = {
        "quiz": quiz, "pools": pools(quiz), "question_count": quiz.question_count(),
        "runs": [(row, row.run_id in begun) for row in given], "is_attempted": quiz.attempts.exists(),
        "form": form or RunQuizForm(runs=free.select_related("course").order_by("-starts_on", "pk")),
        "may_give": quiz.state == QuizState.PUBLISHED and free.exists(),
        "review": [(LABELS[name], Moment(moment).label) for name, moment in held.items()],
    }  # fmt: skip
    return screen(request, "inspect", quiz.title, context, quiz=quiz, status=status)


@door(EDIT)
@require_http_methods(FORM)
def add(request: HttpRequest) -> HttpResponse:
    """First the course, then the editor."""
    who = visit(request)
    courses = own_courses(who)
    chosen = request.GET.get("course", "")
    course = courses.filter(pk=chosen).first() if chosen.isdecimal() else None
    if course is None:
        context = {"form": NewQuizForm(courses=courses), "has_courses": courses.exists()}
        return screen(request, "new", _("New quiz"), context)
    require(EDIT, who.user, course, at=who.now)
    if request.method != "POST":
        initial = {
            "code": free_code(course), "attempts_allowed": 2, "pass_percent": course.pass_percent,
            "questions_per_page": 5, "is_shuffled": True, "kind": "graded",
        }  # fmt: skip
        form = QuizForm(course=course, initial=initial)
        return _show(request, form, _sections(who, course), _("New quiz"), course=course)
    form, sections = QuizForm(course=course, data=_data(request)), _sections(who, course, data=_data(request))
    if "add_row" in request.POST or not all([form.is_valid(), sections.is_valid()]):
        return _show(request, form, sections, _("New quiz"), course=course)
    try:
        quiz = add_quiz(course, form.cleaned_data["code"], form.wanted(), sections.plans(), by=who.user, now=who.now)
    except Refused as error:
        form.add_error("code", str(error.message))
        return _show(request, form, sections, _("New quiz"), course=course)
    messages.success(request, _("The quiz is saved as a draft."))
    return _to(quiz)


def _sections(who: Visit, course: Course, **fields: Any) -> Sections:
    return Sections(categories=drawers_for(who, course), bank=bank_for(who, course), **fields)


def _show(
    request: HttpRequest, form: QuizForm, sections: Sections, title: str, *, quiz: Quiz | None = None, **context: Any
) -> HttpResponse:
    is_longer = "add_row" in request.POST
    if is_longer:
        for one in (form, *sections.rows.forms):
            one.errors.clear()
    shows_errors = form.is_bound and not is_longer
    context |= {"form": form, "sections": sections, "quiz": quiz, "shows_errors": shows_errors}
    status = context.pop("status", 422 if shows_errors else 200)
    return screen(request, "edit", title, context, quiz=quiz, status=status)


@door(EDIT, "quiz.change_pass_mark_after_first_attempt")
@require_http_methods(FORM)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Settings and sections. What people have taken stays as it was promised to them."""
    who = visit(request)
    quiz = seen_quiz(who, pk)
    require(EDIT, who.user, quiz.course, at=who.now)
    context = {"course": quiz.course, "is_attempted": quiz.attempts.exists()}
    if request.method != "POST":
        form, sections = QuizForm(course=quiz.course, quiz=quiz), _sections(who, quiz.course, plans=sections_of(quiz))
        return _show(request, form, sections, quiz.title, quiz=quiz, **context)
    form = QuizForm(course=quiz.course, quiz=quiz, data=_data(request))
    sections = _sections(who, quiz.course, data=_data(request))
    if "add_row" in request.POST or not all([form.is_valid(), sections.is_valid()]):
        return _show(request, form, sections, quiz.title, quiz=quiz, **context)
    seen = form.cleaned_data["version"] or 0
    try:
        change_quiz(quiz, form.wanted(), sections.plans(), seen=seen, by=who.user, now=who.now)
    except Refused as error:
        form.add_error(None, str(error.message))
        if error.code == "edited_elsewhere":
            stored = Quiz.objects.get(pk=quiz.pk)
            context["stored"] = stored
            form.now_knows(stored.version)
        return _show(request, form, sections, quiz.title, quiz=quiz, status=error.status, **context)
    messages.success(request, _("The quiz is saved."))
    return _to(quiz)


def _asked(request: HttpRequest, pk: int) -> tuple[Visit, Quiz]:
    who = visit(request)
    quiz = seen_quiz(who, pk)
    require(EDIT, who.user, quiz.course, at=who.now)
    return who, quiz


@door(EDIT)
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on classes may take it."""
    who, quiz = _asked(request, pk)
    try:
        quiz.publish(by=who.user, now=who.now)
    except Refused as error:
        messages.error(request, str(error.message))
        return _detail(request, who, quiz, status=error.status)
    messages.success(request, _("The quiz is published. Now give it to classes."))
    return _to(quiz)


@door(EDIT)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper as a trainee might get it; nothing is sent, no key is on the page. `?seed=` draws another one."""
    who = visit(request)
    quiz = seen_quiz(who, pk)
    seed = request.GET.get("seed", "1")[:20]
    try:
        paper = draw_paper(quiz, seen={}, seed=f"preview:{seed}")
    except Refused as error:
        messages.error(request, str(error.message))
        return _to(quiz)
    pages = Paginator(paper, quiz.questions_per_page)
    page = pages.get_page(request.GET.get("page"))
    asked = [(one.version_id, [(uid, side) for uid, side in one.order]) for one in page.object_list]
    shown = ask_all(asked, bank_picture)
    questions = [(place, f"s{place}-", one) for place, one in enumerate(shown, page.start_index())]
    another = int(seed) + 1 if seed.isdecimal() else 1
    context = {"quiz": quiz, "page": page, "questions": questions, "seed": seed, "another": another}
    return render(request, "cms/quizzes/preview.html", context)


@door(EDIT)
@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """A class takes the quiz."""
    who, quiz = _asked(request, pk)
    form = RunQuizForm(request.POST, runs=Run.objects.filter(course=quiz.course).select_related("course"))
    if form.is_valid() and _gives(form, quiz, form.cleaned_data["run"], who):
        messages.success(request, _("The class takes this quiz."))
        return _to(quiz)
    return _detail(request, who, quiz, form=form, status=422)


def _gives(form: RunQuizForm, quiz: Quiz, run: Run, who: Visit) -> bool:
    """The class takes the quiz in the window of the form; False with the refusal on the form."""
    said = form.cleaned_data
    window = Window(said["opens_at"], said["closes_at"], said["is_required"])
    try:
        give_to_run(quiz, run, window, by=who.user, now=who.now)
    except Refused as error:
        form.add_error(None, str(error.message))
        return False
    return True


@door(EDIT)
@require_http_methods(FORM)
def times(request: HttpRequest, run_quiz_id: int) -> HttpResponse:
    """When a class takes the quiz; POST with `drop` takes it away."""
    who = visit(request)
    rows = RunQuiz.objects.filter(quiz__in=Quiz.objects.visible_to(who.user, who.on))
    row = get_object_or_404(rows.select_related("quiz__course", "run__course"), pk=run_quiz_id)
    require(EDIT, who.user, row.quiz.course, at=who.now)
    if request.method == "POST" and "drop" in request.POST:
        take_from_run(row, by=who.user, now=who.now)
        messages.success(request, _("The class takes this quiz no more."))
        return _to(row.quiz)
    initial = {"opens_at": row.opens_at, "closes_at": row.closes_at, "is_required": row.is_required}
    form = RunQuizForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _gives(form, row.quiz, row.run, who):
        messages.success(request, _("The times are kept."))
        return _to(row.quiz)
    status = 422 if form.errors else 200
    return screen(request, "times", str(row.run), {"row": row, "form": form}, quiz=row.quiz, status=status)


class QuizViewSet(ViewSet):
    """Their addresses, and the entry of the menu."""

    icon = "form"
    menu_label = gettext_lazy("Quizzes")
    menu_order = 128
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", index, name="index"),
            path("new/", add, name="add"),
            path("inspect/<int:pk>/", inspect, name="inspect"),
            path("edit/<int:pk>/", edit, name="edit"),
            path("publish/<int:pk>/", publish, name="publish"),
            path("preview/<int:pk>/", preview, name="preview"),
            path("give/<int:pk>/", give, name="give"),
            path("times/<int:run_quiz_id>/", times, name="times"),
        ]
