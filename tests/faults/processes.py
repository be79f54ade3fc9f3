"""Real processes for the tests: workers, servers, and how they end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests import database

ROOT = Path(__file__).resolve().parents[2]
WORKER = ["-m", "celery", "--quiet", "-A", "lms.celery", "worker", "-P", "prefork", "-c", "1", "-Q", "lms,lms-bulk"]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]


def environment(**changes: str) -> dict[str, str]:
    """Our settings, this process's database and folder; a broker of files unless told otherwise."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATABASE_URL": database.url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "BROKER_URL": "filesystem://",
        "PYTHONWARNINGS": "ignore:::celery.platforms",
        "REMAP_SIGTERM": "SIGQUIT",
        **changes,
    }


def start(arguments: list[str], **changes: str) -> subprocess.Popen[bytes]:
    """A Python of ours with these arguments, in a group of its own."""
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment(**changes), start_new_session=True)


@contextmanager
def worker(**changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process as `serve` starts it, without beat; killed with its pool at the end."""
    process = start([*WORKER, *QUIET], **changes)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """-9 to the process and to all it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def wait_until(holds: Callable[[], object], *, seconds: float = 40) -> None:
    """Look ten times a second; AssertionError if it never holds."""
    stop_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < stop_at, f"not within {seconds} s"
        time.sleep(0.1)


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
