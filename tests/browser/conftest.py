"""A site of its own, with the demonstration, and a Chromium that tells on every page.

The demonstration is loaded once; each width gets a copy of its folder. The tests speak HTTP only.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import CHROMIUM_ARGUMENTS, Site

ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, port: int) -> dict[str, str]:
    """Only what the site needs: a database of its own, and the printed code of the demonstration."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL", "CACHE_URL")
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "DATA_DIR": str(data),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "DEMO": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Path:
    """A folder with everything set up and the demonstration in it."""
    data = tmp_path_factory.mktemp("demo")
    for command in ("setup", "demo"):
        subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env=environment(data, 8000),
            check=True,
            capture_output=True,
        )
    return data


@pytest.fixture(params=[1280, 360], ids=["1280px", "360px"])
def site(request, loaded, tmp_path) -> Iterator[Site]:
    """The demonstration, served on a port of its own with its worker, seen at one width."""
    data, port = tmp_path / "data", free_port()
    shutil.copytree(loaded, data)
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=environment(data, port),
        start_new_session=True,
        stdout=(tmp_path / "serve.log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(port, server)
        accounts = json.loads((data / "demo-accounts.json").read_text(encoding="utf-8"))
        passwords = {row["username"]: row["password"] for row in accounts}
        codes = {row["username"]: row["code"] for row in accounts if row["code"]}
        yield Site(f"http://127.0.0.1:{port}", passwords, codes, request.param, data)
    finally:
        server.kill()  # its children end by themselves (tests/faults/test_serve.py), and nobody needs the folder again
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within a minute")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. A missing one is an error, not a reason to pass."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
