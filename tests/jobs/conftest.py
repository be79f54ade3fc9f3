from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.jobs import waking
from tests.jobs.kinds import Clock


@pytest.fixture
def clock():
    return Clock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def now(clock):
    return clock.now


@pytest.fixture
def wakes(monkeypatch):
    """What would have been sent to the broker: (job id, queue)."""
    sent: list[tuple[int, str]] = []

    def send_task(name, args, queue, **options):
        assert name == "lms.jobs.wake"
        sent.append((args[0], queue))

    monkeypatch.setattr("lms.jobs.waking.current_app.send_task", send_task)
    monkeypatch.setattr(waking._Silence, "until", 0.0)
    return sent
