"""What the screens of quizzes have in common: the furniture of the CMS, and who may see which quiz."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Category, Course, Question, Quiz
from lms.people.models import Role
from lms.people.views.visit import Visit


def screen(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, quiz: Quiz | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page in the look of the CMS."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if template != "list":
        crumbs.append({"url": reverse("cms_quizzes:index"), "label": _("Quizzes")})
    if quiz is not None and template != "inspect":
        crumbs.append({"url": reverse("cms_quizzes:inspect", args=[quiz.pk]), "label": quiz.code})
    crumbs.append({"url": "", "label": title})
    furniture = {"header_title": title, "page_title": title, "breadcrumbs_items": crumbs, "header_icon": "form"}
    return render(request, f"cms/quizzes/{template}.html", furniture | context, status=status)


def seen_quiz(who: Visit, pk: int) -> Quiz:
    """A quiz of the courses one teaches; an administrator sees all. Raises Http404 for any other."""
    return get_object_or_404(Quiz.objects.visible_to(who.user, who.on).select_related("course", "lesson"), pk=pk)


def own_courses(who: Visit) -> Any:
    """Courses whose quizzes one may set up."""
    if who.user.holds(Role.ADMINISTRATOR, on=who.on):
        return Course.objects.in_order()
    return Course.objects.taught_by(who.user, who.on).in_order()


def drawers_for(who: Visit, course: Course) -> Any:
    """The drawers that a quiz of the course may draw from: its own and the shared ones."""
    visible = Category.objects.visible_to(who.user, who.on).with_path()
    return visible.filter(course=course) | visible.filter(course=None)


def bank_for(who: Visit, course: Course) -> Any:
    """The questions that it may name."""
    visible = Question.objects.visible_to(who.user, who.on)
    return visible.filter(category__course=course) | visible.filter(category__course=None)
