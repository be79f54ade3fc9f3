"""What stops a start is one clear line, not a traceback: each trouble is made for real, in a process of its own."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.processes import ROOT

INSTALL = "lms/operate/install.py"
OURS = {"DJANGO_SETTINGS_MODULE": "lms.settings"}
"""As an operator starts it, not as the tests do."""
ROOM = 600 * 1024
"""No file may grow beyond so many bytes: a database with our schema must."""


def line_of(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failed start says."""
    assert ended.returncode != 0
    said = ended.stderr.strip().splitlines()
    said = [
        line for line in said if not (line.startswith("make") and "***" in line)
    ]  # make's own word comes after ours
    assert len(said) == 1, ended.stderr
    return said[0]


def run(*command: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **OURS, **changes},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout without an environment: what the installation reads, no more."""
    (tmp_path / "lms/operate").mkdir(parents=True)
    shutil.copy(ROOT / INSTALL, tmp_path / INSTALL)
    for lock in ROOT.glob("requirements*.lock"):
        shutil.copy(lock, tmp_path / lock.name)
    return tmp_path


def installing(bare: Path, before: str) -> str:
    """The installation, in a Python to which something happened before."""
    start = f"sys.argv = ['{INSTALL}']\nrunpy.run_path({str(bare / INSTALL)!r}, run_name='__main__')"
    code = f"import runpy, sys\n{before}\n{start}"
    return line_of(run(sys.executable, "-c", code))


def test_an_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text(f"#!{sys.executable}\nimport sys\nsys.version_info = (3, 9, 2, 'final', 0)\nexec(sys.argv[2])\n")
    old.chmod(0o755)
    said = line_of(run("make", "-s", "venv", f"PYTHON={old}"))
    assert said == "Tap Huan needs Python 3.11 or newer; this one is 3.9."


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(bare: Path, module: str) -> None:
    assert "apt-get install python3-venv" in installing(bare, f"sys.modules[{module!r}] = None")
    assert not (bare / ".venv").exists()


def test_an_installation_that_cannot_fit_does_not_begin(bare: Path) -> None:
    less = "import collections, shutil\nshutil.disk_usage = lambda path: collections.namedtuple('u', 'free')(10 ** 8)"
    assert installing(bare, less) == "The disk is full: the installation needs 900 MB."
    assert not (bare / ".venv").exists()


def test_an_installation_that_fills_the_disk_says_so(bare: Path) -> None:
    full = (
        "sys.path.insert(0, 'lms/operate')\nimport install\ninstall.run(['sh', '-c', 'cat /dev/zero > /dev/full'], 'x')"
    )
    assert line_of(run(sys.executable, "-c", f"import sys\n{full}")) == (
        "The disk is full: free some space and start again."
    )


def test_a_disk_that_fills_while_the_database_is_made_is_one_line(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    ended = subprocess.run(
        [sys.executable, "manage.py", "setup"], cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=little_room,
        env={**os.environ, **OURS, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "STATIC_COLLECTED": "0"},
    )  # fmt: skip
    assert "The disk is full: free some space and start again." in line_of(ended)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = line_of(run(sys.executable, "manage.py", "serve", DATA_DIR=str(tmp_path / "file/data")))
    assert "Cannot write to" in said
    assert "DATA_DIR" in said
