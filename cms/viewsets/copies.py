"""The next year in the CMS: a class with its days moved, a new edition of a course; and a draft that goes again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from cms.discarding import discard_course
from cms.editions import copy_course
from cms.viewsets.screen import screen
from courses.copying import copy_run, propose
from courses.forms.copying import DaysForm, EditionForm, FirstDayForm
from courses.models import Citation, Course, Run
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

ACTION = "course.copy_for_new_year"


def _course(who: Visit, pk: int, action: str = ACTION) -> Course:
    """The catalogue is public, so a course of others is refused, not denied."""
    course = get_object_or_404(Course, pk=pk)
    require(action, who.user, course, at=who.now)
    return course


def _above() -> list[tuple[str, str]]:
    return [(reverse("cms_courses:index"), _("Courses"))]


@door(ACTION)
@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What can be copied: a class, or the whole course as a new edition."""
    who = visit(request)
    found = _course(who, pk)
    return _choices(request, found, EditionForm(initial={"code": f"{found.code}-{who.on.year + 1}"}), who)


def _choices(request: HttpRequest, course: Course, form: EditionForm, who: Visit) -> HttpResponseBase:
    context = {
        "course": course, "form": form, "runs": course.runs.order_by("-starts_on", "-pk")[:20], "today": who.on,
        "stale": Citation.objects.in_use().past(who.on).filter(course=course).in_order(),
    }  # fmt: skip
    title = _("Copy for the next year")
    return screen(request, "copy", title, context, above=_above(), status=422 if form.errors else 200)


@door(ACTION)
@require_POST
def edition(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new edition: record, pages and tests as drafts."""
    who = visit(request)
    old = _course(who, pk)
    form = EditionForm(request.POST)
    if form.is_valid():
        try:
            new = copy_course(old, code=form.cleaned_data["code"], by=who.user, now=who.now)
        except Refused as refusal:
            form.add_error("code", str(refusal.message))
        else:
            messages.success(request, _("The new edition %(code)s is a draft now.") % {"code": new.code})
            return redirect("cms_courses:index")
    return _choices(request, old, form, who)


@door(ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Old and new days side by side, to be changed; a POST makes the class, as a draft."""
    who = visit(request)
    old = get_object_or_404(Run.objects.select_related("course", "issuer"), pk=pk)
    require(ACTION, who.user, old.course, at=who.now)
    asked = request.POST if request.method == "POST" else request.GET
    first = FirstDayForm(asked) if "first_day" in asked else FirstDayForm()
    form, refusal = None, ""
    if first.is_valid():
        first_day = first.cleaned_data["first_day"]
        try:
            moves = propose(old, first_day)
            form = DaysForm(asked if request.method == "POST" else None, moves=moves, initial={"first_day": first_day})
            if form.is_valid():
                new = copy_run(old, first_day=first_day, days=form.days(), by=who.user, now=who.now)
                messages.success(request, _("%(run)s is a draft now.") % {"run": new})
                return redirect("cms_runs:edit", new.pk)
        except Refused as error:
            refusal = str(error.message)
    context = {
        "run": old, "first": first, "form": form, "refusal": refusal, "today": who.on,
        "stale": Citation.objects.in_use().past(who.on).filter(course=old.course).in_order(),
    }  # fmt: skip
    above = [*_above(), (reverse("cms_copies:course", args=[old.course_id]), old.course.code)]
    is_wrong = bool(refusal or first.errors or (form and form.errors))
    return screen(request, "copy_run", _("A class once more"), context, above=above, status=422 if is_wrong else 200)


@door("course.delete_unused_draft", "course.delete_with_runs")
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete a draft that came to nothing, once the page has asked."""
    who = visit(request)
    found = _course(who, pk, "course.delete_unused_draft")
    if request.method == "POST":
        discard_course(found, by=who.user, now=who.now)
        messages.success(request, _("The draft %(code)s is deleted.") % {"code": found.code})
        return redirect("cms_courses:index")
    return screen(request, "discard", _("Delete a draft"), {"course": found}, above=_above())


class CopiesViewSet(ViewSet):
    """Reached from the list of courses."""

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("course/<int:pk>/", course, name="course"),
            path("course/<int:pk>/edition/", edition, name="edition"),
            path("course/<int:pk>/discard/", discard, name="discard"),
            path("run/<int:pk>/", run, name="run"),
        ]
