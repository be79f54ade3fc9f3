"""The legal sources of one's courses in the CMS: what is to be checked, and confirming it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from cms.viewsets.screen import screen
from courses.course_access import written_by
from courses.forms.copying import NextCheckForm
from courses.models import Citation
from courses.models.citations import NOTICE_DAYS
from lms.people.permissions import door, require
from lms.people.views.visit import visit

PER_PAGE = 50
A_YEAR = timedelta(days=365)


@door("course.confirm_citation")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Sources past their day first, then those of the next 30 days; `?all=1` shows every one."""
    who = visit(request)
    rows = Citation.objects.in_use().filter(course__in=written_by(who.user, who.on))
    shows_all = request.GET.get("all") == "1"
    if not shows_all:
        rows = rows.due_within(NOTICE_DAYS, who.on)
    page = Paginator(rows.select_related("course", "lesson", "checked_by").in_order(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "today": who.on, "next": who.on + A_YEAR, "shows_all": shows_all}
    return screen(request, "sources", _("Legal sources"), context)


@door("course.confirm_citation")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The source still stands; look again by the day given."""
    who = visit(request)
    citation = get_object_or_404(Citation.objects.select_related("course"), pk=pk)
    require("course.confirm_citation", who.user, citation.course, at=who.now)
    form = NextCheckForm(request.POST)
    if form.is_valid():
        citation.confirm(by=who.user, until=form.cleaned_data["until"], now=who.now)
        messages.success(request, _("Confirmed: %(source)s.") % {"source": citation})
    else:
        messages.error(request, _("Choose a day after today for the next check."))
    return redirect("cms_sources:index")


class SourcesViewSet(ViewSet):
    """List and confirmation."""

    icon = "clipboard-list"
    menu_label = gettext_lazy("Legal sources")
    menu_order = 140
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [path("", index, name="index"), path("<int:pk>/confirm/", confirm, name="confirm")]
