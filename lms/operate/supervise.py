"""Keeps the processes of one installation alive. Standard library only: it runs for months in 12 MB.

Called by `serve` as `python -P lms/operate/supervise.py SPEC`, SPEC being JSON:
{"children": [{"name", "argv"}], "ready": {"host", "port", "text"}}.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
import time

POLL_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SOUND_AFTER_SECONDS = 60.0
GRACE_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


def say(text: str) -> None:
    """One line to the terminal or the journal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def die_with_parent() -> None:
    """In the child, before it starts: when the supervisor is killed -9, nothing is left running (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process and its group; starts again when it ends, the more slowly the more often."""

    def __init__(self, name: str, argv: list[str]) -> None:
        self.name = name
        self.argv = argv
        self.failures = 0
        self.start_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def tend(self, now: float) -> None:
        """Start it if it is time, notice if it has ended. `now` is monotonic."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self.kill_group()
        self.failures = 0 if now - self.started_at >= SOUND_AFTER_SECONDS else self.failures
        pause = min(FIRST_PAUSE_SECONDS * 2**self.failures, LONGEST_PAUSE_SECONDS)
        self.failures += 1
        self.start_at = now + pause
        self.process = None
        say(f"{self.name} ended with {code}; it starts again in {pause:g} s")

    def start(self, now: float) -> None:
        """In a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(self.argv, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603 - one thread so far, our own argv
        self.started_at = now

    def terminate(self) -> None:
        """Ask it to finish what it does."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()

    def is_over(self) -> bool:
        """Nothing runs any more."""
        return self.process is None or self.process.poll() is not None

    def kill_group(self) -> None:
        """Pool processes and beat must not outlive the process that started them."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Tends its children until it is told to stop; a second signal stops at once."""

    def __init__(self, children: list[Child], ready: dict[str, str] | None = None) -> None:
        self.children = children
        self.ready = ready
        self.signals = 0

    def note_signal(self, number: int, frame: object) -> None:
        """Handler of SIGTERM and SIGINT."""
        self.signals += 1

    def run(self) -> None:
        """Until a signal; returns when no child is left."""
        signal.signal(signal.SIGTERM, self.note_signal)
        signal.signal(signal.SIGINT, self.note_signal)
        while not self.signals:
            for child in self.children:
                child.tend(time.monotonic())
            if self.ready and answers(self.ready["host"], int(self.ready["port"])):
                say(self.ready["text"])
                self.ready = None
            time.sleep(POLL_SECONDS)
        self.stop()

    def stop(self) -> None:
        """TERM to all, 30 s, then KILL to the groups; leases and the sweep mend the rest."""
        say("Stopping …")
        for child in self.children:
            child.terminate()
        stop_at = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < stop_at and self.signals < 2 and not all(child.is_over() for child in self.children):
            time.sleep(POLL_SECONDS)
        for child in self.children:
            child.kill_group()


def answers(host: str, port: int) -> bool:
    """Whether the site gives any answer at all, within a second."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def main(spec: str) -> None:
    """Read what to keep alive, and do so."""
    plan = json.loads(spec)
    Supervisor([Child(child["name"], child["argv"]) for child in plan["children"]], plan.get("ready")).run()


if __name__ == "__main__":
    main(sys.argv[1])
