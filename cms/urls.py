"""The CMS under /cms/ behind its gate, files of pages, and the pages themselves."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms import media, printing, routing
from cms.gate import gate

urlpatterns: list[URLPattern | URLResolver] = [
    path("cms/", include(decorate_urlpatterns(list(wagtailadmin_urls.urlpatterns), gate))),
    path("documents/", include(decorate_urlpatterns(list(wagtaildocs_urls.urlpatterns), gate))),
    path("media/images/<str:name>", media.rendition, name="cms_rendition"),
    path("print/lessons/<int:pk>/", printing.lesson, name="cms_print_lesson"),
    path("print/courses/<int:pk>/", printing.course, name="cms_print_course"),
    path("media/files/<int:pk>/<str:name>", media.file, name="cms_file"),
]

page_urlpatterns: list[URLPattern | URLResolver] = [
    re_path(serve_pattern, routing.serve, name="wagtail_serve"),
]
"""Last of all: every other address is a page or a 404."""
