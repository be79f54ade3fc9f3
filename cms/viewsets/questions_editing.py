"""The question editor: a draft is written, becomes ready, gets successors, is retired. Works without a script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.viewsets.questions_page import newest, note_reading, screen, seen_question
from cms.viewsets.questions_reading import detail, shown_in, summary
from courses.authoring import add_question, edit_draft, edition, free_code, new_draft
from courses.forms.questions import NewQuestionForm, QuestionForm, known_uids
from courses.models import Category, Question, QuestionType, QuestionVersion
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

FORM = ["GET", "HEAD", "POST"]


def _drawers(who: Visit) -> Any:
    return Category.objects.written_by(who.user, who.on).with_path()


def _of(question: Question) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("cms_questions:inspect", args=[question.pk]))


def _data(request: HttpRequest) -> Any:
    """What was sent; «add a row» makes the form longer by one."""
    data, count = request.POST.copy(), request.POST.get("rows-TOTAL_FORMS", "")
    if "add_row" in data and count.isdecimal():
        data["rows-TOTAL_FORMS"] = str(int(count[:4]) + 1)
    return data


def _show(
    request: HttpRequest, form: QuestionForm, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:  # fmt: skip
    is_longer = "add_row" in request.POST
    if is_longer:
        form.look_away()
    question = context.get("question")
    if question is not None:
        form.show(shown_in(newest(question)))
    context |= {"form": form, "answers": form.answers, "shows_errors": form.is_bound and not is_longer}
    return screen(request, "edit", title, context | {"is_longer": is_longer}, status=status)


@door("question.create_or_edit_draft")
@require_http_methods(FORM)
def add(request: HttpRequest) -> HttpResponse:
    """First the type, then the editor."""
    who = visit(request)
    drawers = _drawers(who)
    type_ = request.GET.get("type", "")
    if not drawers or type_ not in QuestionType.values:
        context = {"form": NewQuestionForm(), "has_drawers": bool(drawers)}
        return screen(request, "new", _("New question"), context)
    title = _("New question: %(type)s") % {"type": QuestionType(type_).label}
    if request.method != "POST":
        first = (
            drawers.filter(pk=request.GET["category"]).first() if request.GET.get("category", "").isdecimal() else None
        )
        first = first or drawers.order_by("pk").first()
        initial = {"code": free_code(first.course), "category": first.pk, "difficulty": 2}
        return _show(request, QuestionForm(type_=type_, categories=drawers, initial=initial), title)
    form = QuestionForm(type_=type_, categories=drawers, data=_data(request), files=request.FILES)
    if "add_row" in request.POST or not form.is_valid():
        return _show(request, form, title, status=200 if "add_row" in request.POST else 422)
    try:
        question = add_question(form.question(()), form.cleaned_data["category"], by=who.user, now=who.now)
    except Refused as error:
        form.add_error("code", error.message)
        return _show(request, form, title, status=error.status)
    messages.success(request, _("The draft is saved."))
    return _of(question)


@door("question.create_or_edit_draft", "question.edit_ready_in_place")
@require_http_methods(FORM)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a question. A ready version is refused: a new version is the way."""
    who = visit(request)
    question = seen_question(who, pk)
    require("question.create_or_edit_draft", who.user, question.category, at=who.now)
    version = newest(question)
    version.require_draft()
    content, drawers = version.content(), _drawers(who)
    if request.method != "POST":
        note_reading(who, version)
        initial = {"category": question.category_id, "version": edition(version)}
        form = QuestionForm(type_=version.type, categories=drawers, content=content, initial=initial)
        return _show(request, form, question.code, question=question)
    form = QuestionForm(
        type_=version.type, categories=drawers, content=content, data=_data(request), files=request.FILES
    )
    if "add_row" in request.POST or not form.is_valid():
        return _show(request, form, question.code, question=question, status=200 if "add_row" in request.POST else 422)
    return _save(request, who, version, form)


def _save(request: HttpRequest, who: Visit, version: QuestionVersion, form: QuestionForm) -> HttpResponse:
    """Write the draft; where somebody else was faster, both texts stand on one page, and the typed one may be sent
    again."""
    question, typed = version.question, form.cleaned_data
    words = form.question(known_uids(version))
    try:
        edit_draft(version, words, typed["category"], seen=typed["version"], by=who.user, now=who.now)
    except Refused as error:
        if error.code != "edited_elsewhere":
            raise
        stored = newest(question)
        form.now_knows(edition(stored))
        context = {"question": question, "stored": summary(stored), "refusal": error.message}
        return _show(request, form, question.code, status=error.status, **context)
    messages.success(request, _("The draft is saved."))
    if "preview" in request.POST:
        return HttpResponseRedirect(reverse("cms_questions:preview", args=[question.pk]))
    return _of(question)


def _asked(request: HttpRequest, action: str, pk: int) -> tuple[Visit, Question]:
    """Who wants `action`, and of which question. Raises Http404 for one that does not exist for them, Refused
    "not_permitted" where they only read."""
    who = visit(request)
    question = seen_question(who, pk)
    require(action, who.user, question.category, at=who.now)
    return who, question


@door("question.make_ready")
@require_POST
def make_ready(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on quizzes ask it. What is wrong is shown on the page of the question."""
    who, question = _asked(request, "question.make_ready", pk)
    version = newest(question)
    try:
        version.make_ready(by=who.user, now=who.now)
    except Refused as error:
        messages.error(request, str(error.message))
        return detail(request, who, newest(question), status=error.status)
    messages.success(request, _("Version %(number)s is ready.") % {"number": version.number})
    return _of(question)


@door("question.make_new_version")
@require_POST
def make_new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with the words of the ready version, open in the editor."""
    who, question = _asked(request, "question.make_new_version", pk)
    new_draft(question, by=who.user, now=who.now)
    return redirect("cms_questions:edit", question.pk)


@door("question.retire")
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw it no more."""
    who, question = _asked(request, "question.retire", pk)
    question.retire(by=who.user, now=who.now)
    messages.success(request, _("The question is retired. Attempts that ask it keep it."))
    return _of(question)


@door("question.delete_used", "question.create_or_edit_draft")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away what was never more than a draft."""
    who, question = _asked(request, "question.create_or_edit_draft", pk)
    question.drop(by=who.user, now=who.now)
    messages.success(request, _("The draft is deleted."))
    return redirect("cms_questions:index")
