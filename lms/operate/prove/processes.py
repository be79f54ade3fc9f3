"""Our own processes, started and killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from lms.people.models import User

DATABASE = ("DATABASE_URL", "DATABASE_URL_FILE")
"""What names a database: taken over for PostgreSQL alone, for a file would be somebody's own."""


def has_accounts() -> bool:
    """Whether somebody lives in this database; one without our tables is new."""
    return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()


def environment_for(folder: Path) -> dict[str, str]:
    """Of an installation of its own in `folder`, on PostgreSQL in the database that is named."""
    dropped = () if connection.vendor == "postgresql" else DATABASE
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    return environment | {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "DEBUG": "0"}


def free_port() -> int:
    """A port on the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """A process of ours in a group of its own, so that `kill` takes its children along."""

    def __init__(self, *arguments: str, log: Path) -> None:
        self.arguments = arguments
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says goes to the log."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 — our own interpreter and arguments
                [sys.executable, *self.arguments],
                cwd=settings.BASE_DIR,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, "DATA_DIR": str(settings.DATA_DIR), "REMAP_SIGTERM": "SIGQUIT"},
            )

    def kill(self) -> None:
        """kill -9, the whole group, in the middle of whatever it does."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def wait_until(holds: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    """Ask again and again; False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(every)
    return holds()


def answers(port: int) -> bool:
    """Whether a server of ours answers on the port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False
