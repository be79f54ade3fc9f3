"""Measure what requests cost on this machine, against the budgets."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from lms.operate.bench import big_files, budgets, coverage, cpu, crowd, memory, papers, scale
from lms.operate.bench.requests import NotAnswered
from lms.operate.bench.server import Server
from lms.operate.bench.visits import first_views, visits
from lms.operate.prove.processes import environment_for, has_accounts


class Command(BaseCommand):
    help = "CPU milliseconds per request and certificates per CPU second, on a new demonstration, against the budgets."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", action="store_true", help="measure on the demonstration that DATA_DIR holds")
        parser.add_argument(
            "--scale", action="store_true", help="coverage of 5,000 agencies and 1,000,000 certificates"
        )
        parser.add_argument("--quick", action="store_true", help="with --scale: a small province, to see that it runs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Without --here: a new DATA_DIR with the demonstration; exit code 1 if a row is above 1.5x its budget.

        Raises CommandError where there is no /proc, and for a PostgreSQL database that holds accounts.
        """
        if not (cpu.PROC / "self/stat").exists():
            raise CommandError("CPU time is read from /proc: measure on Linux.")
        if options["here"]:
            self.measure(self.at_full_size(quick=options["quick"]) if options["scale"] else found())
            return
        if connection.vendor == "postgresql" and has_accounts():
            raise CommandError("This database has accounts: measure on a new one only.")
        with tempfile.TemporaryDirectory(prefix="tap-huan-bench-") as folder:
            asked = [name for name in ("scale", "quick") if options[name]]
            self.in_new_folder(Path(folder), [f"--{name}" for name in asked])

    def in_new_folder(self, folder: Path, asked: list[str]) -> None:
        """Set up an installation of its own, load the demonstration or make the province, and measure there."""
        environment = environment_for(folder)
        filled = [] if asked else [["demo"]]
        for command in (["setup"], *filled, ["bench", "--here", *asked]):
            self.stdout.flush()
            outcome = subprocess.run(  # noqa: S603 — our own interpreter and arguments
                [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=False,
                stdout=None if command[0] == "bench" else subprocess.DEVNULL,
            )  # fmt: skip
            if outcome.returncode:
                raise SystemExit(outcome.returncode)

    def at_full_size(self, *, quick: bool) -> Iterator[budgets.Row]:
        """Make the province, then a row each. It must be alone in its database."""
        began = time.monotonic()
        province = scale.build(scale.QUICK if quick else scale.FULL)
        self.say(f"Made in {time.monotonic() - began:.0f} s")
        with Server() as server:
            for visit in coverage.visits(province, timezone.now()):
                yield budgets.Row(visit.budget, visit.cost(server.port, server.cpu_seconds), connection.vendor)
        yield budgets.Row(budgets.FULL_SIZE_QUERY, coverage.count_of_a_page(province), connection.vendor)
        yield from files()

    def measure(self, measured: Iterator[budgets.Row]) -> None:
        """A line per row as it is found, between two calibrations, and one line that sums up."""
        self.say(
            f"Tập Huấn on Python {platform.python_version()}, Django {django.get_version()}, {connection.vendor}, "
            f"{platform.machine()}, {os.cpu_count()} processors"
        )
        self.calibrate("before")
        self.say(budgets.HEADING)
        rows = []
        try:
            for row in measured:
                rows.append(row)
                self.say(str(row))
        except NotAnswered as error:
            raise CommandError(str(error)) from error
        self.calibrate("after")
        self.say(budgets.summary(rows))
        if any(row.fails for row in rows):
            raise SystemExit(1)

    def calibrate(self, when: str) -> None:
        """How fast the machine is: figures of two runs compare only where these do."""
        hashing, churning = cpu.calibration()
        self.say(f"Calibration {when}: hash {hashing:.0f} ms, Python {churning:.0f} ms (CPU)")

    def say(self, line: str) -> None:
        """At once, even into a file."""
        self.stdout.write(line)
        self.stdout.flush()


def files() -> Iterator[budgets.Row]:
    """The large files, in processes of their own; the workbook counted as if 200,000 people stood in it."""
    written = big_files.in_a_process("workbook")
    seconds = written.seconds * big_files.WORKBOOK_ROWS / written.rows
    yield budgets.Row(budgets.WORKBOOK, seconds, connection.vendor)
    yield budgets.Row(budgets.WORKBOOK_MEMORY, written.megabytes, connection.vendor)
    read = big_files.in_a_process("roster")
    yield budgets.Row(budgets.IMPORT, read.seconds, connection.vendor)
    yield budgets.Row(budgets.IMPORT_MEMORY, read.megabytes, connection.vendor)


def found() -> Iterator[budgets.Row]:
    """Every row, measured one after the other."""
    asked = visits(timezone.now())
    with Server() as server:
        for visit in asked:
            yield budgets.Row(visit.budget, visit.cost(server.port, server.cpu_seconds), connection.vendor)
        for budget, figure in first_views(server.port, timezone.now()):
            yield budgets.Row(budget, figure, connection.vendor)
        yield budgets.Row(budgets.CROWD, crowd.wait_of_a_crowd(server.port, timezone.now()).p95, connection.vendor)
        yield budgets.Row(budgets.WEB_MEMORY, memory.peak_of_group(server.group), connection.vendor)
    yield budgets.Row(budgets.WORKER_MEMORY, memory.peak_of_a_worker(), connection.vendor)
    yield budgets.Row(budgets.BATCH, papers.per_cpu_second(), connection.vendor)
