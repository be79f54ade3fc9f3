"""The supervisor alone, with children that cost nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from lms.operate import supervise
from lms.operate.supervise import Child
from tests.faults.processes import wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(99)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(99)",
]


def test_a_child_that_keeps_ending_starts_more_and_more_slowly():
    child = Child("quick", [sys.executable, "-c", "raise SystemExit(3)"])
    now, pauses = 0.0, []
    for _life in range(9):
        child.tend(now)
        assert child.process is not None
        child.process.wait()
        child.tend(now)
        pauses.append(child.start_at - now)
        now = child.start_at
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_minute_of_life_forgives_earlier_failures():
    child = Child("slow", [sys.executable, "-c", "raise SystemExit(0)"])
    child.failures = 5
    child.tend(0.0)
    assert child.process is not None
    child.process.wait()
    child.tend(60.0)
    assert child.start_at == 60.5


@pytest.fixture
def supervisor():
    spec = {"children": [{"name": "a", "argv": SLEEP}, {"name": "b", "argv": STUBBORN}]}
    process = subprocess.Popen(
        [sys.executable, "-P", supervise.__file__, json.dumps(spec)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_second_signal_kills_who_does_not_listen(supervisor):
    children = children_of(supervisor.pid)
    assert len(children) == 2
    supervisor.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert supervisor.poll() is None
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=5) == 0
    assert all(is_gone(pid) for pid in children)


def test_a_killed_child_comes_back(supervisor):
    first = children_of(supervisor.pid)[0]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: is_gone(first) and len(children_of(supervisor.pid)) == 2, seconds=5)
