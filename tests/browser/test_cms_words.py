"""The editor in a real browser, as a trainer: what its scripts write is Vietnamese too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Site, Visitor
from tests.english import english_in

pytestmark = pytest.mark.browser
NAMED = """() => [...document.querySelectorAll('[aria-label],[title],[placeholder],[alt]')]
    .filter((one) => one.checkVisibility())
    .flatMap((one) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name)))
    .filter(Boolean)"""
"""Labels and hints of what can be seen."""
PICTURE = ".image-chooser [data-chooser-action-choose]:visible"


def reads(tu: Visitor, screen: str) -> None:
    """Every line and every label in sight."""
    said = [*tu.page.inner_text("body").splitlines(), *tu.page.evaluate(NAMED)]
    assert len(said) > 10, screen
    assert english_in(said) == set(), f"{screen} at {tu.site.width} px"


def opens(tu: Visitor, screen: str, button: str, shown: str) -> None:
    """Press a button, wait for what it brings, read it."""
    tu.page.locator(button).first.click()
    tu.page.locator(shown).first.wait_for()
    reads(tu, screen)


def test_a_trainer_meets_no_english(chromium: Browser, site: Site) -> None:
    tu = Visitor.open(chromium, site, "tu")
    for path in ("/cms/", "/cms/questions/", "/cms/images/", "/cms/courses/", "/cms/documents/"):
        tu.page.goto(site.base + path)
        reads(tu, path)
    tu.page.goto(site.base + "/cms/pages/")
    reads(tu, "the explorer")
    with tu.page.expect_navigation():
        tu.page.locator("#listing-results a[href*='/cms/pages/'][href$='/edit/']").first.click()
    reads(tu, "a course")
    edits_a_lesson(tu)
    tu.page.goto(site.base + "/cms/runs/new/")
    opens(tu, "the calendar", "input[name=starts_on]", ".xdsoft_calendar table")
    tu.is_content()


def edits_a_lesson(tu: Visitor) -> None:
    """The blocks, the image chooser, the actions, the panels at the side, the history of one lesson."""
    tu.page.goto(tu.site.base + "/cms/pages/8/edit/")
    tu.page.locator(".Draftail-Editor").first.wait_for()
    reads(tu, "a lesson")
    opens(tu, "the block chooser", "button.c-sf-add-button", "[role=listbox] [role=option]")
    opens(tu, "a new picture", "[role=option]:has-text('Hình ảnh')", PICTURE)
    opens(tu, "the image chooser", PICTURE, ".modal-body #tab-search")
    opens(tu, "an upload", ".modal-body [role=tab][href='#tab-upload']", ".modal-body #tab-upload input[type=file]")
    tu.page.locator(".modal-content [data-dismiss=modal]").first.click()
    tu.page.locator(".modal-body").wait_for(state="hidden")
    opens(tu, "what can be done", "footer button[aria-expanded]", "footer button[name=action-submit], .tippy-content")
    tu.page.keyboard.press("Escape")
    for panel in ("status", "checks", "comments"):
        opens(tu, panel, f"[data-side-panel-toggle={panel}]", f"[data-side-panel={panel}]")
    tu.page.goto(tu.site.base + "/cms/pages/8/history/")
    reads(tu, "the history")
