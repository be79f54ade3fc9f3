"""What the CMS adds to Wagtail. Registration only."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from cms.viewsets.courses import CourseViewSet
from cms.viewsets.question_files import QuestionFilesViewSet
from cms.viewsets.questions import QuestionViewSet
from cms.viewsets.quizzes import QuizViewSet
from cms.viewsets.runs import RunViewSet


@hooks.register("insert_global_admin_js")
def start_widgets() -> str:
    """The module that starts widgets which announce themselves without inline script (cms/csp.py)."""
    return format_html('<script type="module" src="{}"></script>', static("cms/start.js"))


@hooks.register("register_admin_viewset")
def our_screens() -> list[object]:
    """Courses, runs, quizzes and questions: records of ours, on screens of the CMS."""
    return [
        CourseViewSet("cms_courses", url_prefix="courses"),
        RunViewSet("cms_runs", url_prefix="runs"),
        QuizViewSet("cms_quizzes", url_prefix="quizzes"),
        QuestionViewSet("cms_questions", url_prefix="questions"),
        QuestionFilesViewSet("cms_question_files", url_prefix="question-files"),
    ]
