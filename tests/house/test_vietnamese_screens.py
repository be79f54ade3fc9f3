"""Every screen of the CMS speaks Vietnamese: no message id goes untranslated, no English word is left on a page.

What the packages could say is held against the catalogues in test_translations.py; here is what they do say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override, trans_real
from wagtail import admin as wagtail_admin
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Comment, GroupCollectionPermission

from cms.access import ADMINISTRATORS
from cms.models import LessonPage
from lms.operate.permission_table import addresses
from tests.english import Said, english, english_in
from tests.house.test_sweep import _objects, _path
from tests.house.world import MOMENT, Browser, untouched

LEFT_OUT = re.compile(r"/results/$|^cms/redirects/import/process/$")
"""The rows of a list, which its own page shows too; and what breaks in Wagtail unless a file was sent before, and is
open to no role of ours."""
ROUTES = [
    address.route
    for address in addresses()
    if address.route.startswith(("cms/", "documents/")) and not LEFT_OUT.search(address.route)
]
STAFF = ("TR", "AD")
"""Whoever passes the gate of the CMS."""
NEVER_SHOWN = {"exact"}
"""Asked for by django-filter when it makes a label that our filters do not show."""


class Heard(dict[Any, Any]):
    """A catalogue that remembers which ids it was asked for in vain."""

    def __init__(self, catalogue: Any) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.missing: set[str] = set()

    def get(self, key: Any, default: Any = None) -> Any:
        found = self.catalogue.get(key, default)
        if found is default and isinstance(key, str) and self.catalogue.get((key, 0)) is None:
            self.missing.add(key)
        return found

    def plural(self, key: str, number: int) -> str:
        try:
            return str(self.catalogue.plural(key, number))
        except KeyError:
            self.missing.add(key)
            raise


@contextmanager
def listening() -> Iterator[Heard]:
    """Whatever is said in Vietnamese inside is heard."""
    vietnamese: Any = trans_real.translation("vi")
    own = vietnamese._catalog
    vietnamese._catalog = heard = Heard(own)
    try:
        yield heard
    finally:
        vietnamese._catalog = own


@pytest.fixture(scope="module")
def busy(whole_world):
    """The world while people are at work in its CMS: a picture, a paper, a comment, a page that waits for approval.

    The administrator may open every screen of Wagtail that the gate leaves open.
    """
    with transaction.atomic(), time_machine.travel(MOMENT, tick=False):
        files = Collection.objects.get(name=whole_world.own.course.code)
        picture = get_image_model().objects.create(title="Ảnh mẫu", file=get_test_image_file(), collection=files)
        paper = get_document_model().objects.create(
            title="Giấy mẫu", file=ContentFile(b"%PDF-1.4", "mau.pdf"), collection=files
        )
        administrators = Group.objects.get(name=ADMINISTRATORS)
        rights = Permission.objects.filter(content_type__app_label__in=["wagtailcore", "wagtailredirects"])
        administrators.permissions.add(*rights)
        for right in Permission.objects.filter(content_type__model="collection"):
            GroupCollectionPermission.objects.create(
                group=administrators, permission=right, collection=Collection.get_first_root_node()
            )
        old = Redirect.objects.create(old_path="/cu", redirect_link="/moi")
        page = LessonPage.objects.get(pk=whole_world.lesson_page.pk)
        Comment.objects.create(
            page=page, user=whole_world.users["AD"], text="Xem lại số liệu", contentpath="title", position=""
        )
        page.save_revision(user=whole_world.users["TR"])
        workflow = page.get_workflow()
        workflow.start(page, whole_world.users["TR"])
        state = page.current_workflow_task_state
        yield _objects(whole_world.own, page) | {
            "the page": page,
            "parent_page_id": whole_world.course_page.pk,
            "redirect_id": old.pk,
            "collections pk": files.pk,
            "workflows pk": workflow.pk,
            "course_id": whole_world.own.course.pk,
            "image_id": picture.pk,
            "images pk": picture.pk,
            "chosen pk": picture.pk,
            "document_id": paper.pk,
            "task_state_id": state.pk,
            "revision_id": page.latest_revision.pk,
            "workflow_state_id": page.current_workflow_state.pk,
            "task_id": state.task.pk,
        }
        transaction.set_rollback(True)


def heard_in(browser: Browser, method: str, path: str) -> tuple[set[str], set[str]]:
    """What one request asked for in vain, and what is English in its answer."""
    with untouched(), listening() as heard:
        left = english(getattr(browser, method)(path))
    return heard.missing - NEVER_SHOWN, left


@pytest.mark.parametrize("route", ROUTES)
def test_a_screen_says_nothing_in_english(whole_world, busy, route):
    """Every address of the CMS, read by each role that may open it, and its form sent empty."""
    path = _path(route, busy)
    for who, method in (("TR", "get"), ("AD", "get"), ("AD", "post")):
        assert heard_in(whole_world.browser(who), method, path) == (set(), set()), f"{method} {path} as {who}"


LETTERS = sorted((Path(wagtail_admin.__file__).parent / "templates/wagtailadmin/notifications").glob("*.*"))


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.name)
def test_a_letter_of_the_editor_says_nothing_in_english(whole_world, busy, letter):
    """What it sends about approvals and comments, subjects too."""
    page, by = busy["the page"], whole_world.users["AD"]
    state = page.current_workflow_task_state
    comment = Comment.objects.get(page=page)
    context = {
        "page": page, "object": page, "model_name": page._meta.verbose_name, "editor": by, "user": by,
        "requested_by": by, "revision": page.latest_revision, "task": state.task, "task_state": state,
        "workflow": state.workflow_state.workflow, "workflow_state": state.workflow_state, "comment": "Đạt",
        "new_comments": [comment], "deleted_comments": [comment], "resolved_comments": [comment],
        "replied_comments": [{"comment": comment, "replies": [comment]}], "settings": settings,
        "base_url": settings.BASE_URL,
    }  # fmt: skip
    with listening() as heard, override("vi"):
        text = render_to_string(f"wagtailadmin/notifications/{letter.name}", context)
    assert heard.missing == set()
    assert english_in(Said(text).words) == set()


MAIN = (
    "", "pages/{page_id}/", "pages/{page_id}/edit/", "pages/{page_id}/history/", "pages/{page_id}/workflow_history/",
    "choose-page/", "images/", "images/{image_id}/", "images/chooser/", "images/chooser/{image_id}/select_format/",
    "documents/", "documents/edit/{document_id}/", "questions/", "courses/", "runs/",
    "pages/add/cms/lessonpage/{parent_page_id}/",
)  # fmt: skip


OF_ADMINISTRATORS = (
    "redirects/", "redirects/{redirect_id}/", "redirects/import/", "sites/", "sites/new/", "collections/",
    "workflows/list/", "workflows/add/", "workflows/tasks/index/", "reports/workflow/", "reports/site-history/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "screen"), [("TR", screen) for screen in MAIN] + [("AD", screen) for screen in OF_ADMINISTRATORS]
)
def test_the_screens_that_are_read_are_there(whole_world, busy, who, screen):
    """Or the tests above would read refusals."""
    with untouched():
        assert whole_world.browser(who).get("/cms/" + screen.format(**busy)).status_code == 200


def test_one_missing_translation_is_heard(whole_world, busy, monkeypatch):
    """The same ears, on a catalogue that lacks one id."""
    vietnamese: Any = trans_real.translation("vi")
    for part in vietnamese._catalog._catalogs:
        monkeypatch.delitem(part, "Newest", raising=False)
    missing, _left = heard_in(whole_world.browser("TR"), "get", "/cms/images/")
    assert "Newest" in missing
    monkeypatch.undo()
    assert heard_in(whole_world.browser("TR"), "get", "/cms/images/") == (set(), set())


@pytest.mark.parametrize(
    "page",
    [
        "<p>Edit this page</p>",
        '<nav aria-label="Actions"></nav>',
        '<input type="submit" value="Search">',
        '<div data-options=\'{"label": "Add a comment"}\'></div>',
        '<template><button title="Delete">×</button></template>',
    ],
)
def test_an_english_word_is_seen_wherever_it_is_read(page):
    assert english(HttpResponse(page))


@pytest.mark.parametrize(
    "text", ["In danh sách", "Tiêu đề: A đến Z", "<code>page</code>", "tep.pdf do an toan tiến độ"]
)
def test_vietnamese_is_not_taken_for_english(text):
    assert english(HttpResponse(f"<p>{text}</p>")) == set()
