"""A focal person's first sign-in: led to the authenticator app, shown the recovery codes once, and on to the agency."""

from __future__ import annotations

import sqlite3
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser

from tests.browser.visitor import Site, Visitor

pytestmark = pytest.mark.browser


def takes_away_the_authenticator(site: Site, username: str) -> None:
    """As if the account had just been opened."""
    with sqlite3.connect(site.data / "database.sqlite3", timeout=20) as database:
        whose = "user_id = (SELECT id FROM people_user WHERE username = ?)"
        database.execute(f"DELETE FROM mfa_authenticator WHERE {whose}", [username])


def test_a_first_sign_in_leads_through_the_set_up_to_the_page_that_was_asked_for(chromium: Browser, site: Site):
    takes_away_the_authenticator(site, "nam")
    site.codes.pop("nam")
    nam = Visitor.open(chromium, site, "nam")
    assert nam.page.url.endswith("/accounts/2fa/")
    nam.go("/agency/")
    assert "mật khẩu là chưa đủ" in nam.text()
    nam.press("main a[href*='totp/activate']")
    secret = nam.page.input_value("#authenticator_secret")
    nam.page.fill("input[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    nam.press("main form:has(input[name=code]) button[type=submit]")
    assert len(nam.page.input_value("#recovery_codes").split()) == 10
    nam.press("main a.button-primary")
    assert nam.page.url.startswith(f"{site.base}/agency/") or "/coverage/" in nam.page.url
    nam.go("/agencies/")
    nam.is_content()
