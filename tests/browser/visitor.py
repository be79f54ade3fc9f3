"""Somebody with a browser, who notices console errors, foreign requests, policy violations and barriers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where the site is, who may sign in, how wide the screen is."""

    base: str
    passwords: dict[str, str]
    codes: dict[str, str]
    width: int
    data: Path


@dataclass
class Visitor:
    """One person's browser on the site."""

    site: Site
    page: Page
    complaints: list[str] = field(default_factory=list)
    expects_missing: bool = False

    @classmethod
    def open(cls, browser: Browser, site: Site, username: str = "") -> Visitor:
        """A fresh browser; signed in when a user name is given."""
        context = browser.new_context(
            viewport={"width": site.width, "height": 800}, locale="vi-VN", accept_downloads=True
        )
        visitor = cls(site, context.new_page())
        visitor.page.on("console", visitor.heard)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(f"script: {error}"))
        visitor.page.on("request", visitor.asked)
        visitor.page.on("response", visitor.answered)
        if username:
            visitor.sign_in(username)
        return visitor

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not (self.expects_missing and "404" in message.text):
            self.complaints.append(f"console at {self.page.url}: {message.text}")

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.site.base, "data:", "blob:")):
            self.complaints.append(f"foreign request: {request.url}")

    def answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} from {response.url}")

    def sign_in(self, username: str) -> None:
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", self.site.passwords[username])
        self.press("main form button[type=submit]")
        if username in self.site.codes:
            self.page.fill("input[name=code]", self.site.codes[username])
            self.press("main form:has(input[name=code]) button[type=submit]")

    def go(self, path: str, *, status: int = 200) -> None:
        """Open a page, and look at it."""
        answer = self.page.goto(self.site.base + path)
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}"
        self.look()

    def press(self, selector: str, *, looks: bool = True) -> None:
        """Click what leads to another page, and look at that, unless it is one of many alike."""
        with self.page.expect_navigation():
            self.page.click(selector)
        if looks:
            self.look()

    def look(self) -> None:
        """No barrier for axe, nothing wider than the screen."""
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 1, f"{self.page.url} is {overflow} px too wide at {self.site.width} px"
        if "/cms/" not in self.page.url:
            violations = Axe().run(self.page).response["violations"]
            assert not violations, f"{self.page.url}: {_in_short(violations)}"

    def text(self, selector: str = "main") -> str:
        return self.page.inner_text(selector)

    def is_content(self) -> None:
        """Nothing went wrong that a person would not have seen."""
        assert not self.complaints, "\n".join(self.complaints)


def _in_short(violations: list[dict[str, Any]]) -> str:
    return "; ".join(f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in violations)
