"""The drawers of the question bank: made, renamed, moved; and what a whole drawer shows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.viewsets.questions_page import screen
from cms.viewsets.questions_reading import right_places
from courses.forms.questions import CategoryForm, in_order
from courses.lint import SKEWED, skew
from courses.models import Category, Course, QuestionVersion
from lms.people.models import Role
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


@door("question.read_bank_with_keys", "question.read_shared_category_with_keys")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The drawers of one's courses and the shared ones, each below what it lies in."""
    who = visit(request)
    in_use = Count("questions", filter=Q(questions__is_active=True))
    rows = Category.objects.visible_to(who.user, who.on).with_path().annotate(question_count=in_use)
    mine = set(Category.objects.written_by(who.user, who.on).values_list("pk", flat=True))
    lines = [(row, range(len(row.path) - 1), row.pk in mine) for row in in_order(rows)]
    return screen(request, "categories", _("Categories"), {"lines": lines, "may_write": bool(_courses(who))})


def _courses(who: Visit) -> Any:
    if who.user.holds(Role.ADMINISTRATOR, on=who.on):
        return Course.objects.order_by("code")
    return Course.objects.taught_by(who.user, who.on).order_by("code")


def _show(request: HttpRequest, form: CategoryForm, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
    above = [(reverse("cms_questions:categories"), _("Categories"))]
    return screen(request, "category", title, {"form": form} | more, above=above, status=status)


@door("question.create_or_edit_draft")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new drawer. One that lies in another belongs to the same course."""
    who = visit(request)
    form = CategoryForm(
        request.POST if request.method == "POST" else None,
        categories=Category.objects.written_by(who.user, who.on).with_path(),
        courses=_courses(who), may_share=who.user.holds(Role.ADMINISTRATOR, on=who.on),
    )  # fmt: skip
    if not form.is_valid():
        return _show(request, form, _("New category"), status=422 if form.is_bound else 200)
    said = form.cleaned_data
    course = said["parent"].course if said["parent"] else said["course"]
    try:
        Category.open(said["name"], parent=said["parent"], course=course, by=who.user, now=who.now)
    except Refused as error:
        form.add_error(None, error.message)
        return _show(request, form, _("New category"), status=error.status)
    messages.success(request, _("The category is saved."))
    return redirect("cms_questions:categories")


@door("question.create_or_edit_draft")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, category_id: int) -> HttpResponse:
    """Another name or another place; below it, whether its right options stand in the same place too often."""
    who = visit(request)
    visible = Category.objects.visible_to(who.user, who.on).with_path()
    category = get_object_or_404(visible, pk=category_id)
    require("question.create_or_edit_draft", who.user, category, at=who.now)
    siblings = Category.objects.written_by(who.user, who.on).filter(course=category.course_id)
    places = siblings.exclude(pk__in=category.below()).with_path()
    form = CategoryForm(
        request.POST if request.method == "POST" else None,
        categories=places, initial={"name": category.name, "parent": category.parent_id},
    )  # fmt: skip
    if not form.is_valid():
        return _show(request, form, category.name, status=422 if form.is_bound else 200, **_whole(category))
    try:
        category.change(form.cleaned_data["name"], parent=form.cleaned_data["parent"], by=who.user, now=who.now)
    except Refused as error:
        form.add_error(None, error.message)
        return _show(request, form, category.name, status=error.status, **_whole(category))
    messages.success(request, _("The category is saved."))
    return redirect("cms_questions:categories")


def _whole(category: Category) -> dict[str, Any]:
    """How many questions lie in the drawer and below, and what they show together. Three queries."""
    versions = QuestionVersion.objects.newest().filter(
        question__is_active=True, question__category__in=category.below()
    )
    places = right_places(versions.filter(type="single").with_content())
    return {"category": category, "count": versions.count(), "skewed": SKEWED if skew(places) else None}
