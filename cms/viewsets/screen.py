"""A page of our own in the look of the CMS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def screen(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *,
    above: Sequence[tuple[str, str]] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The template of cms/authoring; `above` are addresses and labels that lead to it."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs += [{"url": url, "label": label} for url, label in above]
    crumbs.append({"url": "", "label": title})
    furniture = {"header_title": title, "page_title": title, "breadcrumbs_items": crumbs, "header_icon": "book"}
    return render(request, f"cms/authoring/{template}.html", furniture | context, status=status)
