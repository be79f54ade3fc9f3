"""500 people save answers over HTTP while the web process is killed with -9: what was acknowledged is there."""

from __future__ import annotations

import time

from django.conf import settings

from courses.models import Answer
from lms.operate.prove.crowd import QUESTIONS, Crowd, class_at_a_test, percentile
from lms.operate.prove.processes import Running, answers, free_port, wait_until
from lms.operate.prove.typists import Orders, Outcome
from lms.operate.prove.world import World

PEOPLE = 500
SAVES_EACH = 12
STALE_PERCENT = 20
THINK_SECONDS = 1.5
KILLS = 2
SETTLED_SECONDS = 3.0
"""So long after the server is back, those who waited for it come all at once."""


def prove(world: World) -> list[tuple[str, int, int]]:
    """Rows of (what, found, expected)."""
    port = free_port()
    browsers = class_at_a_test(world, PEOPLE)
    crowd = Crowd(
        Orders(port, browsers, SAVES_EACH, QUESTIONS, STALE_PERCENT, THINK_SECONDS), settings.DATA_DIR / "run"
    )
    web = Running(
        "manage.py", "serve", "--role", "web", "--no-setup", "--bind", f"127.0.0.1:{port}",
        log=settings.DATA_DIR / "run/prove-web.log",
    )  # fmt: skip
    outages: list[tuple[float, float]] = []
    kills_in_the_middle = 0
    try:
        web.start()
        wait_until(lambda: answers(port), 60)
        crowd.start()
        for kill in range(1, KILLS + 1):
            goal = kill * PEOPLE * SAVES_EACH // (KILLS + 1)
            wait_until(lambda goal=goal: crowd.done >= goal, 60)  # type: ignore[misc]
            killed_at = time.time()
            web.kill()
            kills_in_the_middle += crowd.is_at_work
            web.start()
            wait_until(lambda: answers(port), 30)
            outages.append((killed_at, time.time() + SETTLED_SECONDS))
        outcome = crowd.outcome(90)
    finally:
        web.kill()
        if crowd.process is not None:
            crowd.process.kill()
    quiet = [took for at, took in outcome.times if not any(start <= at + took and at <= end for start, end in outages)]
    p99 = int(percentile(quiet, 99) * 1000)
    return [
        *_compared(outcome),
        (f"answers: kills in the middle (p99 of a save outside of them {p99} ms)", kills_in_the_middle, KILLS),
    ]


def _compared(outcome: Outcome) -> list[tuple[str, int, int]]:
    lost = overwritten = 0
    rows = Answer.objects.filter(slot__attempt__public_id__in=outcome.acknowledged)
    stored: dict[tuple[str, str], tuple[int, str | None]] = {}
    for attempt, position, seq, value in rows.values_list(
        "slot__attempt__public_id", "slot__position", "seq", "value"
    ).iterator():
        stored[str(attempt), str(position)] = (seq, (value or {}).get("text"))
    for attempt_id, held in outcome.acknowledged.items():
        for slot, (seq, text) in held.items():
            there = stored[attempt_id, slot]
            lost += there[0] < seq
            overwritten += there[0] >= seq and there != (seq, text)
    return [
        (f"answers: acknowledged, beside {outcome.stale} stale ones", outcome.done, PEOPLE * SAVES_EACH),
        ("answers: acknowledged and lost", lost, 0),
        ("answers: overwritten by stale ones", overwritten, 0),
    ]
