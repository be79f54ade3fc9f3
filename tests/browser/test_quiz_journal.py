"""What a trainee typed is there, whatever happens to the network, the tab, the sign-in (learning.md §8)."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.visitor import Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("site", [360], indirect=True, ids=["360px"])]
MINUTE_AND_A_HALF = 90_000
SENT = "() => document.getElementById('quiz-state').classList.contains('is-saved')"


def starts(chromium: Browser, site: Site) -> Visitor:
    """Lan, on the first page of her test."""
    lan = Visitor.open(chromium, site, "lan")
    lan.go("/my/")
    lan.press("main .card-title a")
    lan.press("main a[href*='/quiz/']")
    lan.press("main form[method=post] button")
    return lan


def places(page: Page) -> list[int]:
    """The questions of this page."""
    return [int(box.get_attribute("data-slot") or 0) for box in page.locator(".question").all()]


def types(page: Page, place: int, *, second: bool = False) -> str:
    """Answer a question, right or wrong, with the first thing at hand or the second; what the browser would send."""
    box = page.locator(f"#q-{place}")
    if box.locator("label.choice").count():
        box.locator("label.choice").nth(int(second)).click()
    elif box.locator("select").count():
        box.locator("select").first.select_option(index=1 + int(second))
    else:
        numbers = box.locator("input[type=number]")
        for number, field in enumerate(numbers.all(), start=1):
            field.fill(str(numbers.count() + 1 - number if second else number))
        if not numbers.count():
            box.locator("input[type=text], textarea").fill("nghìn chín trăm" if second else "12,5")
    page.keyboard.press("Tab")
    return stands(page, place)


def stands(page: Page, place: int) -> str:
    """The answer that the page shows, as the browser would send it."""
    shown: str = page.evaluate(
        """place => {
            const fields = [...document.querySelectorAll(`#q-${place} [name]:not([type=hidden])`)];
            const filled = fields.filter((one) => /radio|checkbox/.test(one.type) ? one.checked : one.value);
            return String(new URLSearchParams(filled.map((one) => [one.name, one.value])));
        }""",
        place,
    )
    return shown


def attempt_of(page: Page) -> str:
    """The path of the test."""
    found = re.search(r"/attempts/[0-9a-f-]{36}/", page.url)
    assert found is not None
    return found.group()


def all_stand(page: Page, site: Site, path: str, typed: dict[int, str]) -> None:
    """Each page, loaded anew, shows what was typed."""
    for place, answer in typed.items():
        page.goto(f"{site.base}{path}?q={place}")
        assert stands(page, place) == answer, f"question {place}"


def takes_over(page: Page) -> None:
    """«Continue here»."""
    page.wait_for_selector("#quiz-takeover:not([hidden])")
    with page.expect_navigation():
        page.click("#quiz-takeover button")


def crash(page: Page) -> None:
    """The browser loses the tab: no event of the page runs."""
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()


def opens_tab(context: BrowserContext, site: Site, path: str) -> Page:
    page = context.new_page()
    page.goto(site.base + path)
    return page


def test_ninety_seconds_without_network_and_a_tab_that_dies_lose_nothing(chromium: Browser, site: Site):
    lan = starts(chromium, site)
    page, path = lan.page, attempt_of(lan.page)
    first, second, third = places(page)[:3]
    typed = {first: types(page, first)}
    page.wait_for_function(SENT)

    lan.page.clock.install()
    page.context.set_offline(True)
    typed[second] = types(page, second)
    page.clock.run_for(MINUTE_AND_A_HALF)
    page.wait_for_function("() => document.getElementById('quiz-state').classList.contains('is-waiting')")
    assert "1" in page.inner_text("#quiz-state"), "what is not sent is counted"
    page.context.set_offline(False)
    page.wait_for_function(SENT)

    page.context.set_offline(True)
    typed[third] = types(page, third)
    page.wait_for_timeout(300)
    context = page.context
    crash(page)
    context.set_offline(False)
    again = opens_tab(context, site, f"{path}?q={third}")
    takes_over(again)
    again.wait_for_function(SENT)
    all_stand(again, site, path, typed)


def test_the_older_of_two_tabs_writes_no_more_and_its_unsent_answer_is_offered(chromium: Browser, site: Site):
    lan = starts(chromium, site)
    page, path = lan.page, attempt_of(lan.page)
    place = places(page)[0]
    page.route("**/answers/", lambda route: route.abort())  # this tab's network stays away
    unsent = types(page, place)
    page.wait_for_selector("#quiz-state.is-waiting")

    other = opens_tab(page.context, site, f"{path}?q={place}")
    takes_over(other)
    other.wait_for_function(SENT)  # the journal is the account's, on this device: the new tab has sent it
    assert stands(other, place) == unsent
    newer = types(other, place, second=True)
    other.wait_for_function(SENT)

    page.unroute("**/answers/")
    page.wait_for_function(
        "() => { dispatchEvent(new Event('online')); return !document.getElementById('quiz-takeover').hidden; }"
    )
    assert page.locator(f"#q-{place}[disabled]").count() == 1
    all_stand(other, site, path, {place: newer})


def test_an_answer_typed_after_signing_out_elsewhere_waits_for_the_return(chromium: Browser, site: Site):
    lan = starts(chromium, site)
    page, path = lan.page, attempt_of(lan.page)
    place = places(page)[0]
    page.wait_for_timeout(500)
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{site.base}/accounts/logout/")
    with elsewhere.expect_navigation():
        elsewhere.click("main form button[type=submit]")
    typed = {place: types(page, place)}
    page.wait_for_selector("#note-account a")
    lan.complaints.clear()  # a refused request is no surprise here

    back = Visitor(site, elsewhere)
    back.sign_in("lan")
    page.wait_for_function(f"() => {{ dispatchEvent(new Event('focus')); return ({SENT})(); }}", polling=1000)
    all_stand(page, site, path, typed)


def test_handing_in_twice_and_going_back_changes_nothing(chromium: Browser, site: Site):
    lan = starts(chromium, site)
    page, path = lan.page, attempt_of(lan.page)
    typed = {place: types(page, place) for place in places(page)}
    lan.press("#quiz-form button.button-primary")
    page.go_back()
    for place, answer in typed.items():
        assert stands(page, place) == answer
    lan.go(f"{path}submit/")
    twin = opens_tab(page.context, site, f"{path}submit/")
    lan.press("#quiz-submit button.button-primary")
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", lan.text())
    assert receipt is not None
    twin.evaluate("() => document.getElementById('quiz-submit').submit()")
    twin.wait_for_load_state()
    twin.wait_for_url("**/receipt/")
    assert receipt.group() in twin.inner_text("main"), "the second time the receipt is the same"
    page.go_back()
    page.wait_for_url("**/receipt/")
    assert receipt.group() in page.inner_text("main")
