"""The question bank to read: the list, one question with its key, its preview, and what says nearly the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.viewsets.questions_page import newest, note_reading, screen, seen_question
from courses import usage
from courses.asking import Asked, Pictures, ask, pictures_of
from courses.forms.questions import SearchForm
from courses.grading import reveal
from courses.likeness import groups, like
from courses.lint import ERRORS, WARNINGS, Finding, lint, right_options
from courses.models import Category, Question, QuestionTag, QuestionVersion, VersionState
from courses.models.papers import shown_orders
from courses.views.quiz import bank_picture
from lms.people.permissions import allow, door
from lms.people.views.visit import Visit, visit

PER_PAGE = 50
LONGEST_LIST = 200
"""Groups of questions that say nearly the same, on one page."""


@dataclass(frozen=True)
class Line:
    """A question of the list."""

    version: QuestionVersion
    findings: list[Finding]
    asked: usage.Asked


def _visible(who: Visit) -> QuerySet[QuestionVersion]:
    questions = Question.objects.visible_to(who.user, who.on)
    return QuestionVersion.objects.newest().filter(question__in=questions).order_by("question__code", "pk")


@door("question.read_bank_with_keys", "question.read_shared_category_with_keys")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The questions of one's courses and the shared ones, narrowed by words and filters."""
    who = visit(request)
    form = SearchForm(
        request.GET,
        categories=Category.objects.visible_to(who.user, who.on).with_path(),
        tags=QuestionTag.objects.filter(questions__in=Question.objects.visible_to(who.user, who.on))
        .distinct().order_by("name").values_list("name", flat=True),
        lint=[*ERRORS.items(), *WARNINGS.items()],
    )  # fmt: skip
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    rows: Any = _narrowed(_visible(who), wanted)
    if wanted.get("lint"):
        rows = [version for version in rows.with_content() if _shows(version, wanted["lint"], who)]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    chosen: Any = page.object_list
    versions = list(chosen if wanted.get("lint") else chosen.with_content())
    counts = usage.asked([version.question_id for version in versions])
    lines = [
        Line(one, lint(one.content(), who.on), counts.get(one.question_id, usage.Asked())) for one in versions
    ]  # fmt: skip
    asked_for = request.GET.copy()
    asked_for.pop("page", None)
    context = {
        "form": form, "page": page, "lines": lines, "object_list": [line.version.question for line in lines],
        "query": asked_for.urlencode(), "is_narrowed": any(wanted.values()),
    }  # fmt: skip
    return screen(request, "list", _("Questions"), context)


def _narrowed(rows: Any, wanted: dict[str, Any]) -> Any:
    state = wanted.get("state")
    rows = rows.filter(question__is_active=state != "retired")
    if state in VersionState.values:
        rows = rows.filter(state=state)
    if category := wanted.get("category"):
        rows = rows.filter(question__in=Question.objects.below(category))
    if tag := wanted.get("tag"):
        rows = rows.filter(question__tags__name=tag)
    for name in ("type", "difficulty"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    return rows.saying(wanted.get("q", ""))


def _shows(version: QuestionVersion, what: str, who: Visit) -> bool:
    found = lint(version.content(), who.on)
    if what in ("errors", "warnings"):
        return any(finding.is_error == (what == "errors") for finding in found)
    return any(finding.code == what for finding in found)


@door("question.read_bank_with_keys", "question.read_shared_category_with_keys")
@require_safe
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """A question with its key, what is wrong with it, where it is asked. `?version=` shows an older one."""
    who = visit(request)
    question = seen_question(who, pk)
    version = _asked_version(question, request.GET.get("version", ""))
    note_reading(who, version)
    return detail(request, who, version)


def _asked_version(question: Question, number: str) -> QuestionVersion:
    if not number:
        return newest(question)
    found = question.versions.with_content().filter(number=int(number)) if number.isdecimal() else []
    for version in found:
        return version
    raise Http404


def detail(request: HttpRequest, who: Visit, version: QuestionVersion, *, status: int = 200) -> HttpResponse:
    """The page of a question; the editor shows it too where it refuses to make a version ready."""
    question = version.question
    versions = list(question.versions.order_by("-number"))
    counts = usage.asked_by_version(question)
    quizzes, others = usage.places(question, who.user, who.on)
    context = summary(version) | {
        "question": question, "category": question.category, "findings": lint(version.content(), who.on),
        "alike": alike(version, who), "versions": [(one, counts.get(one.pk, usage.Asked())) for one in versions],
        "quizzes": quizzes, "other_quizzes": others, "is_newest": version.pk == versions[0].pk,
        "has_draft": versions[0].state == VersionState.DRAFT, "enough": usage.ENOUGH,
        "may_write": allow("question.create_or_edit_draft", who.user, question.category, at=who.now),
    }  # fmt: skip
    return screen(request, "inspect", question.code, context, status=status)


def summary(version: QuestionVersion) -> dict[str, Any]:
    """The words of a version with its key and feedback, for `_summary.html`. Two queries."""
    content, revealed = version.content(), reveal([version.pk]).get(version.pk)
    right, told = right_options(content), content.feedback.get("options", {})
    asked = _shown(version)
    beside = {choice.uid: choice.picture for choice in asked.choices}
    options = [(one, one.uid in right, told.get(one.uid, ""), beside.get(one.uid)) for one in content.options]
    return {
        "version": version, "content": content, "options": options, "revealed": revealed,
        "is_choice": content.type in ("single", "multiple"), "asked": asked, "pictures": asked.pictures,
        "check_by": date.fromisoformat(content.check_by) if content.check_by else None,
    }  # fmt: skip


def shown_in(version: QuestionVersion) -> Pictures:
    """The pictures of a version, by option; "" is the stem. One query."""
    return pictures_of([version.pk], bank_picture).get(version.pk, {})


def _shown(version: QuestionVersion) -> Asked:
    """As an attempt shows it, nothing answered."""
    texts = {str(option.uid): option.text for option in version.options_in_order()}
    order = shown_orders([version], "preview", is_shuffled=False)[version.pk]
    pictures = shown_in(version)
    return ask(version, [(uid, side) for uid, side in order], texts, None, pictures)


@door("question.read_bank_with_keys", "question.read_shared_category_with_keys")
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version in the look of an attempt; no key is in it."""
    who = visit(request)
    version = newest(seen_question(who, pk))
    note_reading(who, version)
    return render(request, "cms/questions/preview.html", {"asked": _shown(version), "version": version})


def alike(version: QuestionVersion, who: Visit) -> list[QuestionVersion]:
    """Other questions, as far as the visitor may see them, whose stem says nearly the same; none for a ready one.

    One query for the stems, another where something was found.
    """
    if version.state != VersionState.DRAFT:
        return []
    others = _visible(who).filter(question__is_active=True).exclude(question=version.question_id)
    found = like(version.stem_folded, usage.stems(others))[:10]
    return list(others.filter(question__in=found).select_related("question")) if found else []


@door("question.read_bank_with_keys", "question.read_shared_category_with_keys")
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Groups of questions whose stems say nearly the same."""
    who = visit(request)
    rows = _visible(who).filter(question__is_active=True)
    found = groups(usage.stems(rows))
    names = {pk for group in found[:LONGEST_LIST] for pk in group[:PER_PAGE]}
    by_question = {row.question_id: row for row in rows.filter(question__in=names).select_related("question")}
    shown = [[by_question[pk] for pk in group if pk in by_question] for group in found[:LONGEST_LIST]]
    context = {"groups": shown, "count": len(found)}
    return screen(request, "duplicates", _("Questions that say nearly the same"), context)


def right_places(versions: Iterable[QuestionVersion]) -> list[tuple[int, int]]:
    """For `lint.skew`: where the right option of each single-choice question stands, of how many."""
    places = []
    for version in versions:
        content = version.content()
        right = right_options(content)
        places += [(at, len(content.options)) for at, one in enumerate(content.options) if one.uid in right][:1]
    return places
