"""Who asks for the sweep: beat where the roles are apart, the worker itself under `serve`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.celery import SWEEP_SECONDS, Clock, app, ask_for_sweep


class Timer:
    def __init__(self) -> None:
        self.repeated: list[tuple[float, object]] = []
        self.timer = self

    def call_repeatedly(self, seconds, call):
        self.repeated.append((seconds, call))


def test_the_worker_asks_every_thirty_seconds(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append((name, options)))
    worker = Timer()
    Clock(worker).start(worker)
    assert worker.repeated == [(SWEEP_SECONDS, ask_for_sweep)]
    ask_for_sweep()
    assert sent == [("lms.operate.sweep", {"expires": 30.0})]


def test_beat_asks_for_the_same():
    assert app.conf.beat_schedule["sweep"]["task"] == "lms.operate.sweep"
    assert app.conf.beat_schedule["sweep"]["schedule"] == SWEEP_SECONDS


@pytest.mark.parametrize(("alone", "has_clock"), [("1", "True"), ("", "False")])
def test_only_the_worker_of_serve_has_a_clock(alone, has_clock):
    script = "from lms.celery import Clock, app; print(Clock in app.steps['worker'])"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "WORKER_IS_ALONE": alone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == has_clock
