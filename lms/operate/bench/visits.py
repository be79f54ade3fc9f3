"""The requests that are measured, on the demonstration's data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from certificates.models import Certificate
from cms.models import CoursePage
from courses.models import Answer, Attempt, Enrolment
from courses.panels import lesson_urls
from lms.operate.bench import budgets, weights
from lms.operate.bench.budgets import Budget
from lms.operate.bench.requests import Visit
from lms.operate.bench.walks import Walk, checking_in, signing_in, whole_quiz
from lms.operate.demo.answers import values_for
from lms.operate.demo.cast import known_accounts
from lms.people import second_factor
from lms.people.models import User

PAGES = 120
SAVES = 400


def visits(now: datetime) -> list[Visit | Walk]:
    """All of them; Lan begins her final test at `now`, and takes it again and again."""
    lan, sau = (User.objects.get(username=name) for name in ("lan", "sau"))
    enrolment = Enrolment.objects.select_related("run__course", "person").get(person=lan.person, run__number=1)
    certificate = Certificate.objects.valid().select_related("person").in_register_order()[0]
    holder = User.objects.get(person=certificate.person)
    course = enrolment.run.course
    (lesson,) = lesson_urls(list(course.lessons.live().in_order()[:1])).values()
    hers, cookies = signed_in(lan), cookies_of(lan)
    walks = [
        signing_in(lan.username, password_of(lan)),
        whole_quiz(enrolment, lan, cookies, now),
        checking_in(enrolment, cookies, now),
    ]
    return [
        Visit(budgets.HOME, "/", PAGES),
        Visit(budgets.COURSE, CoursePage.objects.get(course=course).url, PAGES, hers),
        Visit(budgets.CLASS, reverse("courses:course", args=[enrolment.public_id]), PAGES, hers),
        Visit(budgets.LESSON, lesson, PAGES, hers),
        Visit(budgets.MY, reverse("courses:my"), PAGES, hers),
        saving(enrolment, lan, now),
        *(walk for walk in walks if walk is not None),
        Visit(budgets.VERIFY, reverse("certificates:certificate", args=[certificate.public_code]), PAGES),
        Visit(budgets.COVERAGE, reverse("coverage:overview"), PAGES // 4, signed_in(sau)),
        Visit(budgets.PDF, reverse("certificates:pdf", args=[certificate.public_code]), PAGES, signed_in(holder)),
    ]


def first_views(port: int, now: datetime) -> Iterator[tuple[Budget, float]]:
    """What pages weigh with all they need, by the same people. Lan's test of `visits` is over or open, as it fell."""
    lan = User.objects.get(username="lan")
    enrolment = Enrolment.objects.select_related("run__course", "person").get(person=lan.person, run__number=1)
    course, hers = enrolment.run.course, signed_in(lan)
    (lesson,) = lesson_urls(list(course.lessons.live().in_order()[:1])).values()
    run_quiz = enrolment.run.run_quizzes.select_related("quiz", "run").get()
    attempt = Attempt.start(enrolment, run_quiz, by=lan, now=now)
    certificate = Certificate.objects.valid().in_register_order()[0]
    for name, path, headers, kilobytes in (
        ("course page", CoursePage.objects.get(course=course).url, hers, budgets.FIRST_VIEW),
        ("lesson page", lesson, hers, budgets.FIRST_VIEW),
        ("quiz page", reverse("courses:attempt", args=[attempt.public_id]), hers, budgets.QUIZ_VIEW),
        ("verify page", reverse("certificates:certificate", args=[certificate.public_code]), {}, budgets.VERIFY_VIEW),
    ):
        yield from weights.rows_of(name, weights.weigh(port, path, headers), kilobytes=kilobytes)


def saving(enrolment: Enrolment, user: User, now: datetime) -> Visit:
    """One answer after the other to the same question, each newer than the one before."""
    run_quiz = enrolment.run.run_quizzes.select_related("quiz", "run").get()
    attempt = Attempt.start(enrolment, run_quiz, by=user, now=now)
    slot, value = next(iter(values_for(attempt).items()))
    held = Answer.objects.get(slot__attempt=attempt, slot__position=slot).seq

    def body(number: int) -> Any:
        return {"epoch": attempt.epoch, "items": [{"slot": slot, "seq": held + number, "value": value}]}

    path = reverse("courses:attempt_answers", args=[attempt.public_id])
    return Visit(budgets.SAVE, path, SAVES, signed_in(user), body)


def cookies_of(user: User) -> dict[str, str]:
    """The cookies of a browser that is signed in."""
    browser = Client()
    browser.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    passed = browser.session
    second_factor.note_passed(passed, user)
    passed.save()
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: _get_new_csrf_string()}


def signed_in(user: User) -> dict[str, str]:
    """The headers of a browser that is signed in."""
    cookies = cookies_of(user)
    line = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": line, "X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME]}


def password_of(user: User) -> str:
    """As the demonstration wrote it down."""
    return next(account.password for account in known_accounts() if account.username == user.username)
