"""Coverage at full size: the pages over HTTP, and the count of the agencies that one page shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlencode

from django.urls import reverse

from lms.audit.models import Event
from lms.coverage.counting import answer
from lms.coverage.question import Question
from lms.days import HERE
from lms.operate.bench import budgets, cpu
from lms.operate.bench.budgets import Budget
from lms.operate.bench.requests import Visit
from lms.operate.bench.scale import ASKED, Province
from lms.operate.bench.server import database_processes
from lms.operate.bench.visits import cookies_of, signed_in
from lms.operate.bench.walks import Browser, Walk
from lms.people.models import Agency

TIMES = 5
SHOWN = 100


def visits(province: Province, now: datetime) -> list[Visit | Walk]:
    """As the department looks at it. What is remembered is forgotten before each of the dear ones."""
    asked = {"task": province.task.pk, "period": province.period.pk}
    query = urlencode(asked)
    page = reverse("coverage:overview")
    hers, cookies = signed_in(province.coordinator), cookies_of(province.coordinator)
    code = province.agency.code
    moments = count()

    def another_moment() -> str:
        at = datetime(ASKED, 8, 1, 12, tzinfo=HERE) + timedelta(minutes=next(moments))
        return f"{page}?{query}&known_at={at:%Y-%m-%dT%H:%M}"

    def after_a_change() -> str:
        Event.record("bench.changed", object_kind="province", object_id=1, actor="system", now=now)
        return f"{page}?{query}"

    return [
        Visit(budgets.FULL_SIZE, f"{page}?{query}", TIMES, hers),
        Visit(budgets.FULL_SIZE_NOW, f"{page}?{query}&view=now", TIMES, hers),
        _each(budgets.FULL_SIZE_STRICT, another_moment, cookies),
        _each(budgets.FULL_SIZE_FIRST, after_a_change, cookies),
        Visit(budgets.FULL_SIZE_AGENCY, f"{reverse('coverage:agency_figures', args=[code])}?{query}", TIMES, hers),
        Visit(budgets.FULL_SIZE_PEOPLE, f"{reverse('coverage:agency_people', args=[code])}?{query}", TIMES, hers),
    ]


def _each(budget: Budget, path: Callable[[], str], cookies: Mapping[str, str]) -> Walk:
    def steps(browser: Browser) -> None:
        browser.ask(path())

    return Walk(budget, TIMES, steps, cookies, warm_up=1)


def count_of_a_page(province: Province) -> float:
    """CPU milliseconds of counting the first hundred agencies by name, here and in the database."""
    shown = list(Agency.objects.reporting().in_order().values_list("pk", flat=True)[:SHOWN])
    question = Question.ask(province.task, province.period)
    answer(question, agencies=shown)
    before = _used()
    for _time in range(TIMES):
        answer(question, agencies=shown)
    return (_used() - before) * 1000 / TIMES


def _used() -> float:
    return time.process_time() + cpu.of_processes(database_processes())
