"""What the screens of the question bank have in common: the furniture of the CMS, and who may see what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Question, QuestionVersion
from lms.audit.models import Event
from lms.people.models import Role
from lms.people.views.visit import Visit

Crumb = tuple[str, str]
"""Name of the address and its label."""


def screen(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, above: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page in the look of the CMS; `above` leads from the bank to it."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if template != "list":
        crumbs.append({"url": reverse("cms_questions:index"), "label": _("Questions")})
    crumbs += [{"url": url, "label": label} for url, label in above]
    crumbs.append({"url": "", "label": title})
    furniture = {"header_title": title, "page_title": title, "breadcrumbs_items": crumbs, "header_icon": "help"}
    return render(request, f"cms/questions/{template}.html", furniture | context, status=status)


def seen_question(who: Visit, pk: int) -> Question:
    """A question that the visitor may see. Raises Http404 for any other: it does not exist."""
    rows = Question.objects.visible_to(who.user, who.on).select_related("category")
    question = rows.filter(pk=pk).first()
    if question is None:
        raise Http404
    return question


def newest(question: Question) -> QuestionVersion:
    """The newest version, with everything that belongs to it."""
    return question.versions.with_content().latest("number")


def note_reading(who: Visit, version: QuestionVersion) -> None:
    """An administrator's look at a key leaves an event; a trainer's is everyday work."""
    if who.user.holds(Role.ADMINISTRATOR, on=who.on):
        is_shared = version.question.category.course_id is None
        action = "question.read_shared_category_with_keys" if is_shared else "question.read_bank_with_keys"
        actor = str(who.user.public_id)
        Event.record(action, object_kind="question", object_id=version.question.code, actor=actor, now=who.now)
