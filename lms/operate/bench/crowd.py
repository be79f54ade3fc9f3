"""500 people at a test at the same time, typed for by a process of its own: what one of them waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from lms.operate.bench.requests import NotAnswered
from lms.operate.prove.crowd import QUESTIONS, Crowd, class_at_a_test, percentile
from lms.operate.prove.typists import Orders
from lms.operate.prove.world import World

PEOPLE = 500
SAVES_EACH = 8
THINK_SECONDS = 3.0
"""Between two answers of one person: 170 saves a second in all."""
PATIENCE = 180.0


@dataclass(frozen=True)
class Wait:
    """Wall milliseconds of a save at the middle and for 95 and 99 of a hundred, how many there were, what failed."""

    p50: float
    p95: float
    p99: float
    saves: int
    failures: int

    def __str__(self) -> str:
        return (
            f"{self.saves} saves of {PEOPLE} people: p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms, "
            f"p99 {self.p99:.0f} ms (wall); {self.failures} errors"
        )


def wait_of_a_crowd(port: int, now: datetime) -> Wait:
    """Let them begin and wait for the last. Raises NotAnswered if a single save failed."""
    browsers = class_at_a_test(World(now), PEOPLE)
    crowd = Crowd(Orders(port, browsers, SAVES_EACH, QUESTIONS, 0, THINK_SECONDS), settings.DATA_DIR / "run")
    crowd.start()
    outcome = crowd.outcome(PATIENCE)
    seconds = [took for _at, took in outcome.times]
    p50, p95, p99 = (percentile(seconds, part) * 1000 for part in (50, 95, 99))
    wait = Wait(p50, p95, p99, outcome.done, outcome.failures)
    if wait.failures or wait.saves != PEOPLE * SAVES_EACH:
        raise NotAnswered(str(wait))
    return wait
