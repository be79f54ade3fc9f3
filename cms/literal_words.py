"""Words that Wagtail writes into its templates without gettext, said in the language of the reader.

Few enough to be named; whatever comes with a new version is found by tests/house/test_vietnamese_screens.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.admin.forms.workflows import TaskChooserSearchForm, WorkflowPageForm
from wagtail.sites.views import IndexView as SiteList

NO_FILE = b"Must upload a file"
"""All that Wagtail answers to a form of several uploads without one."""


def install() -> None:
    """Name the columns and fields that Wagtail names after their keys. Called once, when the apps are ready."""
    names = {"port": _lazy("Port"), "site_name": _lazy("Site name"), "root_page": _lazy("Root page")}
    for column in SiteList.columns:
        column.label = names.get(column.name, column.label)
    WorkflowPageForm.base_fields["page"].label = _lazy("Page")
    TaskChooserSearchForm.__init__ = _naming_the_type(TaskChooserSearchForm.__init__)


def _naming_the_type(begun: Callable[..., None]) -> Callable[..., None]:
    """The field that the form adds to itself when there are several types of task."""

    def begin(form: TaskChooserSearchForm, *args: Any, **options: Any) -> None:
        begun(form, *args, **options)
        if "task_type" in form.fields:
            form.fields["task_type"].label = _("Task type")

    return begin


def say(answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer; a page, or the JSON that holds a piece of one, is looked over once it is rendered."""
    if isinstance(answer, SimpleTemplateResponse):
        answer.add_post_render_callback(_look_over)
    elif isinstance(answer, HttpResponse):
        _look_over(answer)
    return answer


def _look_over(answer: HttpResponse) -> None:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind not in ("text/html", "application/json"):
        return
    content = answer.content
    if content == NO_FILE:
        content = _("Please choose a file.").encode()
    for literal, said in (
        ('<nav aria-label="Actions" ', f'<nav aria-label="{_("Actions")}" '),
        ('<input type="submit" value="Search" ', f'<input type="submit" value="{_("Search")}" '),
    ):
        for before, after in ((literal, said), (json.dumps(literal)[1:-1], json.dumps(said)[1:-1])):
            content = content.replace(before.encode(), after.encode())
    answer.content = content
