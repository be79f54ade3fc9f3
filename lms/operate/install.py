"""Makes `.venv` from the locks: `python3 lms/operate/install.py [dev] [scale]`. Standard library only.

A stamp in `.venv`, named by the locks and the Python, says that all is done. Every file is checked against the hash in
its lock, and nothing is compiled. uv is eight times as fast as pip; pip takes over where uv reaches no index (it reads
neither pip.conf nor PIP_*).
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_LOCK = ROOT / "requirements-uv.lock"
NEEDED_MB = 900
ONLY_LOCKED = ["--require-hashes", "--only-binary", ":all:"]


def main(extras: list[str]) -> None:
    """Install what is missing, with the locks named in `extras`; ends the process with one line where it cannot."""
    base = ROOT / "requirements.lock"
    if not stamp_of([base]).exists():
        make_venv()
        install(base)
        stamp_of([base]).touch()
    for extra in extras:
        lock = ROOT / f"requirements-{extra}.lock"
        if not stamp_of([base, lock]).exists():
            install(lock)
            stamp_of([base, lock]).touch()


def stamp_of(locks: list[Path]) -> Path:
    """Another Python or another lock is another stamp."""
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix}".encode())
    for lock in [*locks, UV_LOCK]:
        digest.update(lock.read_bytes())
    return VENV / f".ok-{digest.hexdigest()[:16]}"


def make_venv() -> None:
    """An empty environment; says what to install where Debian has split it off."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv module is missing. Debian, Ubuntu: apt-get install python3-venv")
    if shutil.disk_usage(ROOT).free < NEEDED_MB * 1024 * 1024:
        sys.exit(f"The disk is full: the installation needs {NEEDED_MB} MB.")
    say("Making .venv …")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, *ONLY_LOCKED, "-r", str(UV_LOCK)], "The packages could not be fetched")


def install(lock: Path) -> None:
    """One lock, with uv or else with pip."""
    say(f"Installing {lock.name} …")
    options = [*ONLY_LOCKED, "--quiet", "-r", str(lock)]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), "--compile-bytecode", *options]
    if subprocess.run(uv, capture_output=True, check=False).returncode == 0:  # noqa: S603 - our own command line
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *options]
    run(pip, "The packages could not be fetched")


def run(command: list[str], failure: str) -> None:
    """Run it, or end with what failed and the last words of the command."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command line
    if done.returncode == 0:
        return
    if "No space left" in done.stderr + done.stdout:
        sys.exit("The disk is full: free some space and start again.")
    last_words = (done.stderr or done.stdout).strip().splitlines()[-3:]
    sys.exit("\n".join([f"{failure}:", *last_words]))


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
