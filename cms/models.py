"""Pages: what is written and rewritten. What is remembered stands in `courses` (house.md §2)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail.search import index

from cms import serving
from cms.blocks import LESSON_BLOCKS
from cms.judging import require_publishable
from cms.reviewing import ReviewTask as ReviewTask  # registers its table
from cms.reviewing import require_other_editor, was_approved_by
from cms.weight_panel import WeightPanel
from courses.models import Course, Lesson
from lms.people.models import User
from lms.vietnamese.text import fold


class FoldedSearchPage(Page):
    """A page that search finds without marks: «truyen thong» finds «Truyền thông» (stack.md §6)."""

    class Meta:
        abstract = True

    private_page_options: list[str] = []
    """Nobody hides a page behind Wagtail's own sign-in or password, which are closed here: who may read a lesson is
    asked of its course."""

    search_fields = [
        *Page.search_fields,
        index.SearchField("search_folded", boost=1),
        index.AutocompleteField("search_folded"),
    ]

    def search_folded(self) -> str:
        """The folded words of the page: its title and whatever `search_text` adds."""
        return fold(f"{self.title} {self.search_text()}")

    def search_text(self) -> str:
        """The text of the page, for search."""
        return ""

    #: Found by the door of this request (cms.wagtail_hooks), so that nobody asks twice.
    restrictions_found: models.QuerySet[Any] | None = None

    def get_view_restrictions(self) -> models.QuerySet[Any]:
        """As Wagtail finds them; where neither the page nor one above it has any or is an alias, in one short query."""
        if self.restrictions_found is not None:
            return self.restrictions_found
        if serving.is_unrestricted(self):
            return PageViewRestriction.objects.none()
        restrictions: models.QuerySet[Any] = super().get_view_restrictions()
        return restrictions


class ReviewedPage(FoldedSearchPage):
    """A page that is published by somebody else than its last editor (cms/reviewing.py)."""

    class Meta:
        abstract = True

    def require_publishable(self) -> None:
        """Raises Refused where something is missing."""

    def publish(self, revision: Revision, user: User | None = None, **kwargs: Any) -> None:
        """Wagtail's, for workflow, schedule and command alike. Raises Refused: self_approval, and what
        `require_publishable` raises; without a user (set-up, schedule) nobody approves anything."""
        require_other_editor(revision, user)
        revision.as_object().require_publishable()
        if user is not None and was_approved_by(self, user):
            kwargs["skip_permission_checks"] = True  # the workflow publishes; its people have no right to do so alone
        super().publish(revision, user=user, **kwargs)


class HomePage(FoldedSearchPage):
    """The front page."""

    lead = models.CharField(_("lead"), max_length=300, blank=True)
    body = RichTextField(_("text"), blank=True, features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.CatalogPage", "cms.InfoPage"]
    template = "cms/home_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **serving.home_context(request)}


class InfoPage(FoldedSearchPage):
    """A plain page: help, privacy notice."""

    body = RichTextField(_("text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/info_page.html"

    class Meta:
        verbose_name = _("information page")


class CatalogPage(FoldedSearchPage):
    """The catalogue: all courses."""

    lead = models.CharField(_("lead"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CoursePage"]
    template = "cms/catalog_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("catalogue")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **serving.catalog_context(request)}


class CoursePage(ReviewedPage):
    """The public face of a course; the record behind it is `course`."""

    course = models.OneToOneField(Course, models.PROTECT, related_name="page", verbose_name=_("course"))
    intro = RichTextField(_("introduction"), blank=True, features=["h2", "h3", "bold", "italic", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("course"), FieldPanel("intro")]
    parent_page_types = ["cms.CatalogPage"]
    subpage_types = ["cms.LessonPage"]
    template = "cms/course_page.html"

    class Meta:
        verbose_name = _("course page")

    def search_text(self) -> str:
        return self.course.summary

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **serving.course_context(self, request)}


class LessonPage(ReviewedPage):
    """A lesson as it is read. Publishing it writes its `Lesson` row (cms/publishing.py)."""

    lesson = models.OneToOneField(Lesson, models.PROTECT, related_name="page", null=True, blank=True, editable=False)
    minutes = models.PositiveIntegerField(_("minutes"), default=45)
    is_required = models.BooleanField(_("required"), default=True)
    is_heavy_on_purpose = models.BooleanField(
        _("heavy on purpose"),
        default=False,
        help_text=_("Tick it for a lesson above 300 kB: people on a weak network wait for it."),
    )
    body = StreamField(LESSON_BLOCKS, verbose_name=_("text"), blank=True)

    content_panels = [
        WeightPanel(heading=_("Size and readiness")),
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("is_required"),
        FieldPanel("body"),
        FieldPanel("is_heavy_on_purpose"),
    ]
    parent_page_types = ["cms.CoursePage"]
    subpage_types: list[str] = []
    template = "cms/lesson_page.html"
    exclude_fields_in_copy = ["lesson"]
    default_preview_size = "mobile"
    preview_sizes = [
        {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("Phone, 360 px")},
        {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("Desktop")},
    ]

    class Meta:
        verbose_name = _("lesson page")

    def require_publishable(self) -> None:
        require_publishable(self)

    def search_text(self) -> str:
        return " ".join(str(part) for part in self.body.stream_block.get_searchable_content(self.body))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For people enrolled in the course, its trainers, coordinators and administrators; opening is remembered."""
        enrolment, answer = serving.lesson_gate(self, request)
        if answer is not None:
            return answer
        if enrolment is not None and self.lesson is not None:
            serving.opened(enrolment, self.lesson)
        request.enrolment = enrolment  # type: ignore[attr-defined]
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """In a preview nobody is enrolled and nothing is remembered."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        if getattr(request, "is_preview", False) or self.lesson_id is None:
            return {**context, **serving.preview_context(self)}
        return {**context, **serving.lesson_context(self, request, getattr(request, "enrolment", None))}
