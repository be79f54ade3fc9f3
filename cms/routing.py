"""From an address to its page in three prepared queries, however deep it lies; Wagtail asks two for each level.

Only the way is shorter: what may be seen, and how it is served, is decided by Wagtail's own view and hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from wagtail import views as wagtail_views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from cms.models import CatalogPage, CoursePage, HomePage, InfoPage, LessonPage
from lms.prepared import prepared


@login_not_required
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """The page at `path`, found first and served by Wagtail."""
    find_site(request)
    find_page(request, path)
    answer: HttpResponseBase = wagtail_views.serve(request, path)
    return answer


@prepared
def _sites() -> QuerySet[Any, Any]:
    return Site.objects.select_related("root_page").order_by("pk")


def find_site(request: HttpRequest) -> Site | None:
    """The site of an installation that has one, for whatever host name; with several, Wagtail decides."""
    if not hasattr(request, "_wagtail_site"):
        sites = _sites()
        if len(sites) == 1 and sites[0].is_default_site:
            request._wagtail_site = sites[0]  # type: ignore[attr-defined]
    return Site.find_for_request(request)


@prepared
def _place(slug: str, url_path: str) -> QuerySet[Any, Any]:
    return Page.objects.filter(slug=slug, url_path=url_path).values_list("pk", "content_type_id", "live")


@prepared
def _home(pk: int) -> QuerySet[Any, Any]:
    return HomePage.objects.filter(pk=pk)


@prepared
def _info(pk: int) -> QuerySet[Any, Any]:
    return InfoPage.objects.filter(pk=pk)


@prepared
def _catalog(pk: int) -> QuerySet[Any, Any]:
    return CatalogPage.objects.filter(pk=pk)


@prepared
def _course(pk: int) -> QuerySet[Any, Any]:
    return CoursePage.objects.filter(pk=pk).select_related("course")


@prepared
def _lesson(pk: int) -> QuerySet[Any, Any]:
    return LessonPage.objects.filter(pk=pk).select_related("lesson__course")


BY_KEY: dict[Any, Callable[[int], list[Any]]] = {
    HomePage: _home, InfoPage: _info, CatalogPage: _catalog, CoursePage: _course, LessonPage: _lesson,
}  # fmt: skip


def find_page(request: HttpRequest, path: str) -> None:
    """Leave the page (None: there is none) where Wagtail looks first; types that are not ours it finds itself."""
    site = find_site(request)
    if site is None or hasattr(request, "_wagtail_route_for_request"):
        return
    slugs = [part for part in path.split("/") if part]
    if slugs:
        places = _place(slugs[-1], f"{site.root_page.url_path}{'/'.join(slugs)}/")
    else:
        places = [(site.root_page_id, site.root_page.content_type_id, site.root_page.live)]
    route = None
    for key, content_type_id, is_live in places:
        load = BY_KEY.get(ContentType.objects.get_for_id(content_type_id).model_class())
        if load is None:
            return
        found = load(key) if is_live else []
        route = RouteResult(found[0]) if found else None
    request._wagtail_route_for_request = route  # type: ignore[attr-defined]
