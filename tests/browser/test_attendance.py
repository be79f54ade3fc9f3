"""A class without network: the list on the trainer's phone, the projector, a phone that scans before it signs in."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visitor import Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("site", [360], indirect=True, ids=["360px"])]
MARKS = 60
KEPT = "() => caches.open('scan-1').then((c) => c.match(location.href)).then(Boolean)"
"""The worker has the page, so that it opens without network."""
CLOCKS = {"right": timedelta(), "late": timedelta(days=1), "early": timedelta(days=-1)}


def in_session_now(site: Site, course_of: str = "tu") -> int:
    """Move a session of a course of the trainer to now, so that the room is open; its number."""
    query = """
        SELECT s.id FROM courses_session s JOIN courses_run r ON r.id = s.run_id
        JOIN courses_coursetrainer t ON t.course_id = r.course_id JOIN people_user u ON u.id = t.user_id
        WHERE u.username = ? AND s.cancelled_at IS NULL AND s.locked_at IS NULL AND r.state IN ('open', 'running')
        AND EXISTS (SELECT 1 FROM courses_sessionplace p WHERE p.session_id = s.id)
        ORDER BY (SELECT count(*) FROM courses_enrolment e JOIN people_user l ON l.person_id = e.person_id
                  WHERE e.run_id = r.id AND e.state = 'enrolled' AND l.username = 'lan') DESC, s.id LIMIT 1
    """
    with sqlite3.connect(site.data / "database.sqlite3", timeout=20) as database:
        (number,) = database.execute(query, [course_of]).fetchone()
        now = datetime.now(UTC)
        span = [(now + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S.%f") for minutes in (-20, 160)]
        database.execute("UPDATE courses_session SET starts_at = ?, ends_at = ? WHERE id = ?", [*span, number])
    return int(number)


def count(site: Site, query: str, *values: object) -> int:
    with sqlite3.connect(site.data / "database.sqlite3", timeout=20) as database:
        return int(database.execute(query, values).fetchone()[0])


def waits(page: Page) -> int:
    return int(page.inner_text("[data-count]"))


def test_sixty_marks_without_network_are_sent_when_it_is_back(chromium: Browser, site: Site):
    session = in_session_now(site)
    before = count(site, "SELECT count(*) FROM courses_attendanceevent")
    tu = Visitor.open(chromium, site, "tu")
    tu.go(f"/scan/{session}/")
    tu.press("main form button.button-primary")
    page = tu.page
    page.wait_for_selector("[data-list] li")
    page.wait_for_function(KEPT)
    page.context.set_offline(offline=True)
    page.goto(f"{site.base}/scan/{session}/")
    page.wait_for_selector("[data-list] li")
    buttons = page.locator("[data-list] [data-status]")
    for number in range(MARKS):
        buttons.nth(number % buttons.count()).click()
        page.wait_for_function("(n) => document.querySelector('[data-count]').textContent == n", arg=str(number + 1))
    assert waits(page) == MARKS
    page.fill("[data-find]", "khong co ai")
    assert page.locator("[data-list] li").count() == 0
    assert count(site, "SELECT count(*) FROM courses_attendanceevent") == before
    page.context.set_offline(offline=False)
    page.wait_for_function("() => document.querySelector('[data-count]').textContent == '0'", timeout=20_000)
    assert count(site, "SELECT count(*) FROM courses_attendanceevent") == before + MARKS
    assert count(site, "SELECT count(*) FROM courses_scandevice WHERE flags = '[]' AND last_seq = ?", MARKS) == 1


@pytest.mark.parametrize(
    "wrong_by", [timedelta(), timedelta(days=1), timedelta(days=-1)], ids=["right", "late", "early"]
)
def test_the_projector_survives_three_minutes_without_network_and_a_wrong_clock(
    chromium: Browser, site: Site, wrong_by
):
    session = in_session_now(site)
    tu = Visitor.open(chromium, site, "tu")
    page = tu.page
    page.clock.install(time=datetime.now(UTC) + wrong_by)
    with page.expect_response("**/codes/**") as answered:
        page.goto(f"{site.base}/sessions/{session}/code/")
    codes = answered.value.json()["codes"]
    page.wait_for_function("(code) => document.querySelector('[data-code]').textContent == code", arg=codes[0]["code"])
    page.context.set_offline(offline=True)
    page.clock.run_for(180_000)
    shown = page.inner_text("[data-code]")
    place = next(place for place, code in enumerate(codes) if code["code"] == shown)
    assert 11 <= place <= 13, "one code each quarter of a minute, never ahead of its time"
    assert codes[place]["after_ms"] <= 181_000
    assert page.locator("[data-qr]:not(.is-hidden)").count() == 1


def test_a_phone_scans_first_and_signs_in_after(chromium: Browser, site: Site):
    session = in_session_now(site)
    address = scanned_address(chromium, site, session)
    lan = Visitor.open(chromium, site)
    lan.page.goto(site.base + address)
    assert lan.page.url.endswith("/d/in/")
    lan.press("main a[href*='/accounts/login/']")
    lan.page.fill("input[name=login]", "lan")
    lan.page.fill("input[name=password]", site.passwords["lan"])
    lan.press("main form button[type=submit]")
    assert lan.page.url.endswith("/d/in/")
    lan.press("main form button.button-primary")
    assert lan.page.locator(".verdict").count() == 1
    lan.is_content()


def test_a_phone_without_javascript_checks_in(chromium: Browser, site: Site):
    session = in_session_now(site)
    address = scanned_address(chromium, site, session)
    page = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{site.base}/accounts/login/?next={address}")
    page.fill("input[name=login]", "lan")
    page.fill("input[name=password]", site.passwords["lan"])
    page.click("main form button[type=submit]")
    page.goto(site.base + address)
    page.click("main form button.button-primary")
    assert page.locator(".verdict").count() == 1


def scanned_address(chromium: Browser, site: Site, session: int) -> str:
    """What the QR code on the projector says now."""
    page = Visitor.open(chromium, site, "tu").page
    answer = page.request.get(f"{site.base}/sessions/{session}/codes/")
    return urlsplit(answer.json()["codes"][0]["url"]).path
