"""What the CMS adds to editing pages: nobody publishes own words, each change is one event, what is missing is said."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from cms.judging import problems
from cms.models import CatalogPage, CoursePage, LessonPage, ReviewedPage
from cms.telling import tell
from lms.audit.models import Event
from lms.people.views.visit import visit


@hooks.register("construct_page_action_menu")
def without_publishing(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Pages of courses are submitted; the workflow publishes them."""
    page, parent = context.get("page"), context.get("parent_page")
    is_new_below_courses = page is None and parent is not None and isinstance(parent.specific, CatalogPage | CoursePage)
    if isinstance(page, ReviewedPage) or is_new_below_courses:
        items[:] = [item for item in items if item.name != "action-publish"]


@hooks.register("before_publish_page")
def by_somebody_else(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """Whoever presses the button edited last, so the draft is kept and somebody else has to approve it."""
    if not isinstance(page.specific, ReviewedPage):
        return None
    messages.error(request, _("Your draft is saved. You edited it last, so submit it: somebody else approves it."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def one_event(request: HttpRequest, page: Page) -> None:
    """Which page was edited, by whom; and what still keeps a lesson from being published.

    A draft that saves itself again and again is one revision, and one event."""
    who = visit(request)
    action = "course.edit" if isinstance(page.specific, ReviewedPage) else "page.edit_or_publish_site_page"
    saves_itself, revision = not request.accepts("text/html"), page.latest_revision_id
    told = Event.objects.filter(action=action, object_kind="page", object_id=str(page.pk), data__revision=revision)
    if not (saves_itself and told.exists()):
        tell(action, page, who.user, who.now, revision=revision)
    newest = page.get_latest_revision_as_object()
    if isinstance(newest, LessonPage) and not saves_itself:
        for problem in problems(newest):
            if problem.is_error:
                messages.warning(request, problem.message)


@hooks.register("after_unpublish_page")
def taken_back(request: HttpRequest, page: Page) -> None:
    """One event."""
    who = visit(request)
    tell("course.unpublish_or_archive", page, who.user, who.now)


@hooks.register("before_copy_page")
def by_edition(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """The page of a course belongs to its record: both are copied together, as a new edition."""
    found = page.specific
    return redirect("cms_copies:course", found.course_id) if isinstance(found, CoursePage) else None
