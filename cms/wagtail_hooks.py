"""What the CMS adds to Wagtail. Registration only."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from cms import page_hooks as page_hooks  # registers what happens to pages
from cms.viewsets.copies import CopiesViewSet
from cms.viewsets.courses import CourseViewSet
from cms.viewsets.question_files import QuestionFilesViewSet
from cms.viewsets.questions import QuestionViewSet
from cms.viewsets.quizzes import QuizViewSet
from cms.viewsets.runs import RunViewSet
from cms.viewsets.sources import SourcesViewSet


@hooks.register("before_serve_page")
def hide_restricted(page: Page, request: HttpRequest, serve_args: object, serve_kwargs: object) -> None:
    """A restriction that an older installation left on a page: Wagtail's own doors for it are closed, so whoever does
    not meet it is told that there is no such page. Raises 404."""
    restrictions = page.get_view_restrictions()
    if any(not restriction.accept_request(request) for restriction in restrictions):
        raise Http404
    page.restrictions_found = restrictions


@hooks.register("insert_global_admin_js")
def start_widgets() -> str:
    """The module that starts widgets which announce themselves without inline script (cms/csp.py)."""
    return format_html('<script type="module" src="{}"></script>', static("cms/start.js"))


@hooks.register("insert_global_admin_css")
def narrow_screens() -> str:
    """What Wagtail's own style sheet leaves unreadable at 360 px."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/narrow.css"))


@hooks.register("register_admin_viewset")
def our_screens() -> list[object]:
    """Courses, runs, quizzes and questions: records of ours, on screens of the CMS."""
    return [
        CourseViewSet("cms_courses", url_prefix="courses"),
        RunViewSet("cms_runs", url_prefix="runs"),
        QuizViewSet("cms_quizzes", url_prefix="quizzes"),
        QuestionViewSet("cms_questions", url_prefix="questions"),
        SourcesViewSet("cms_sources", url_prefix="sources"),
        CopiesViewSet("cms_copies", url_prefix="copies"),
        QuestionFilesViewSet("cms_question_files", url_prefix="question-files"),
    ]


@hooks.register("construct_help_menu")
def help_in_vietnamese(request: HttpRequest, items: list[MenuItem]) -> None:
    """Without Wagtail's own guide and news: they are English, and on another host."""
    items[:] = [item for item in items if not item.url.startswith("http")]
