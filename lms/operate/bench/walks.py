"""Several requests that belong together, as somebody makes them: signing in, a whole test, checking in."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from courses.live_codes import live_code, room_key, slot_at
from courses.models import Attempt, Enrolment, Override, SessionPlace
from lms.operate.bench import budgets
from lms.operate.bench.budgets import Budget
from lms.operate.bench.requests import NotAnswered
from lms.operate.demo.answers import values_for
from lms.people.models import User

SAVES = 20


class Browser:
    """One connection that keeps its cookies. It follows nothing by itself."""

    def __init__(self, port: int, cookies: Mapping[str, str]) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies)

    def ask(self, path: str, body: str | None = None, *, as_json: bool = False) -> http.client.HTTPResponse:
        """GET, or POST of `body`. Raises NotAnswered for what is neither a page nor a way on."""
        headers = {
            "Accept": "application/json" if as_json else "text/html",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get(settings.CSRF_COOKIE_NAME, ""),
        }
        if body is not None:
            headers["Content-Type"] = "application/json" if as_json else "application/x-www-form-urlencoded"
        self.link.request("GET" if body is None else "POST", path, body, headers)
        answer = self.link.getresponse()
        answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        if answer.status not in (200, 302, 303):
            raise NotAnswered(f"{path} answered {answer.status}.")
        return answer

    def post(self, path: str, **fields: Any) -> str:
        """Send a form; where it leads, empty if it leads nowhere."""
        return self.ask(path, urlencode(fields)).headers.get("Location", "")


@dataclass(frozen=True)
class Walk:
    """What is done `count` times, each time anew; the cost is divided by `requests`, where the budget is of one."""

    budget: Budget
    count: int
    steps: Callable[[Browser], None]
    cookies: Mapping[str, str]
    warm_up: int = 2
    requests: int = 1

    def cost(self, port: int, cpu_seconds: Callable[[], float]) -> float:
        """CPU milliseconds of the server. Raises NotAnswered."""
        for _time in range(self.warm_up):
            self.steps(Browser(port, self.cookies))
        before = cpu_seconds()
        for _time in range(self.count):
            self.steps(Browser(port, self.cookies))
        return (cpu_seconds() - before) * 1000 / self.count / self.requests


def signing_in(username: str, password: str) -> Walk:
    """The login page, the password, and the page it leads to."""

    def steps(browser: Browser) -> None:
        page = reverse("account_login")
        browser.ask(page)
        to = browser.post(page, login=username, password=password)
        if not to:
            raise NotAnswered("The password was not taken.")
        browser.ask(to)

    return Walk(budgets.SIGN_IN, 20, steps, {})


def whole_quiz(enrolment: Enrolment, user: User, cookies: Mapping[str, str], now: datetime) -> Walk:
    """Start, each page and each answer on it saved, a last look, hand in, receipt, result; again and again.

    The first time goes on with an attempt that is open.
    """
    run_quiz = enrolment.run.run_quizzes.select_related("quiz", "run").get()
    Override.objects.create(
        quiz=run_quiz.quiz, run=enrolment.run, enrolment=enrolment, extra_attempts=1000, reason="make bench",
        granted_by=user, granted_at=now,
    )  # fmt: skip
    start = reverse("courses:quiz", args=[enrolment.public_id, run_quiz.pk])

    def steps(browser: Browser) -> None:
        place = browser.post(start)
        attempt = Attempt.objects.select_related("quiz").get(public_id=place.split("/")[2])
        own = reverse("courses:attempt", args=[attempt.public_id])
        save, submit = (reverse(f"courses:attempt_{name}", args=[attempt.public_id]) for name in ("answers", "submit"))
        for slot, value in (dict.fromkeys(range(1, SAVES + 1)) | values_for(attempt)).items():
            if (slot - 1) % attempt.quiz.questions_per_page == 0:
                browser.ask(f"{own}?q={slot}")
            typed = {"epoch": attempt.epoch, "items": [{"slot": slot, "seq": 1, "value": value}]}
            browser.ask(save, json.dumps(typed), as_json=True)
        browser.ask(submit)
        browser.ask(browser.post(submit, epoch=attempt.epoch))
        browser.ask(reverse("courses:attempt_result", args=[attempt.public_id]))

    return Walk(budgets.QUIZ, 8, steps, cookies)


def checking_in(enrolment: Enrolment, cookies: Mapping[str, str], now: datetime) -> Walk | None:
    """The scanned code, the page it leads to, the tap. None if no session of the class is open for it now."""
    rooms = SessionPlace.objects.filter(session__run=enrolment.run).select_related("session")
    still_open = now + timedelta(minutes=5)
    room = next((one for one in rooms if one.session.opens_at <= now and still_open < one.session.closes_at), None)
    if room is None:
        return None

    def steps(browser: Browser) -> None:
        key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
        code = live_code(key, slot_at(timezone.now()))
        to = browser.ask(reverse("courses:scan", args=[room.code, code])).headers["Location"]
        browser.ask(to)
        browser.post(to, ticket=browser.cookies["check_in"], uid=uuid.uuid4())

    return Walk(budgets.CHECK_IN, 30, steps, cookies, warm_up=10, requests=3)
