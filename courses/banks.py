"""Where a question file goes or comes from: the drawers of a course, or of a shared path (docs/questions.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from courses.formats.ir import ImportedQuestion, category_path
from courses.models import Category, Course, QuestionVersion
from courses.models.bank import QuestionVersionQuerySet
from courses.models.categories import DEEPEST
from lms.refusal import Refused
from lms.vietnamese.text import fold

SHARED = "/"


@dataclass(frozen=True)
class Bank:
    """The bank of a course, or the shared drawers below `path`, all of them if it is empty."""

    course: Course | None
    path: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> Bank:
        """`TTCS-01` is the bank of that course, `/` are the shared drawers, `/Pháp luật/Báo chí` those below a path.

        Raises Refused: bank_unknown (404).
        """
        if name.startswith(SHARED):
            path = category_path(name)
            if len(path) < DEEPEST:
                return cls(None, path)
        course = Course.objects.filter(code=name).first()
        if course is None:
            raise Refused("bank_unknown", _("There is no question bank with this name."), status=404)
        return cls(course)

    @property
    def scope(self) -> str:
        """Its name, as `named` takes it."""
        if self.course:
            return self.course.code
        return SHARED + "/".join(name.replace("/", "//") for name in self.path)

    def place(self, question: ImportedQuestion) -> ImportedQuestion:
        """The question in a drawer of this bank; what names none lies in one that bears the code of the course."""
        default = (self.course.code,) if self.course else ()
        return replace(question, category=(*self.path, *(question.category or default)))

    def versions(self) -> QuestionVersionQuerySet:
        """The newest versions of its questions in use, in the order of their codes."""
        newest = QuestionVersion.objects.newest().filter(question__is_active=True).order_by("question__code")
        below = newest.filter(question__category__course=self.course)
        if not self.path:
            return below
        drawer = self._drawer()
        return below.filter(question__category__in=drawer.below()) if drawer else below.none()

    def _drawer(self) -> Category | None:
        """The drawer at the end of the path, if there is one."""
        drawer: Category | None = None
        for name in self.path:
            drawer = Category.objects.filter(parent=drawer, course=self.course, name_folded=fold(name)).first()
            if drawer is None:
                break
        return drawer

    def holds(self, version: QuestionVersion) -> bool:
        """Whether the question stands in this bank; see `with_content`."""
        category = version.question.category
        is_here = category.course_id == (self.course.pk if self.course else None)
        return is_here and tuple(map(fold, category.path[: len(self.path)])) == tuple(map(fold, self.path))

    def relative(self, question: ImportedQuestion) -> ImportedQuestion:
        """The question as a file of this bank holds it: its path begins where the bank does."""
        return replace(question, category=question.category[len(self.path) :])
