"""`manage.py serve`: one of a kind per folder, one line when it cannot, nothing left behind when it ends."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.faults.processes import ROOT, environment, free_port, kill, start, wait_until

SERVE = ["manage.py", "serve", "--no-setup"]


def descendants(parent: int) -> list[int]:
    """Everything below a process, children first."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in found.splitlines()]
    children = [pid for pid, above in pairs if above == parent]
    return children + [below for child in children for below in descendants(child)]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def answers(port: int, path: str = "/healthz") -> int:
    """The status, or 0 while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def refused(arguments: list[str], **changes: str) -> str:
    """What a start that must fail says; it may say one line only."""
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(**changes), capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    return ended.stderr


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def server(committed, tmp_path, port):
    process = start([*SERVE, "--bind", f"127.0.0.1:{port}"], DATA_DIR=str(tmp_path))
    below: list[int] = []
    try:
        wait_until(lambda: answers(port) == 200)
        wait_until(lambda: len(descendants(process.pid)) >= 4)  # gunicorn, its worker, celery, its pool
        below = descendants(process.pid)
        yield process
    finally:
        kill(process)
        wait_until(lambda: not any(is_alive(pid) for pid in below))


def test_a_server_serves_heals_refuses_a_twin_and_ends_cleanly(server, tmp_path, port):
    assert answers(port, "/readyz") == 200
    assert "Another `serve`" in refused([*SERVE, "--bind", f"127.0.0.1:{free_port()}"], DATA_DIR=str(tmp_path))

    web = next(pid for pid in descendants(server.pid) if "gunicorn" in command_line(pid))
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not is_alive(web) and answers(port) == 200)

    below = descendants(server.pid)
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=35) == 0
    wait_until(lambda: not any(is_alive(pid) for pid in below), seconds=5)  # until the system has buried them


def test_a_killed_supervisor_leaves_nothing_running(server):
    below = descendants(server.pid)
    server.kill()
    server.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in below), seconds=35)


def command_line(pid: int) -> str:
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def test_a_busy_port_is_one_line(committed, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        said = refused([*SERVE, "--bind", f"127.0.0.1:{port}"], DATA_DIR=str(tmp_path))
    assert f"Port {port}" in said


def test_a_bind_that_is_none_is_one_line(committed, tmp_path):
    assert "HOST:PORT" in refused([*SERVE, "--bind", "nowhere"], DATA_DIR=str(tmp_path))
