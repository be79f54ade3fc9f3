"""Prove the promises on this machine: kill processes, count what survived."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from lms.operate.prove import answers, certificates, seats
from lms.operate.prove.processes import environment_for, has_accounts
from lms.operate.prove.world import World


class Command(BaseCommand):
    help = "Kill workers and web processes in the middle of work, let 500 people save and 200 enrol at once, and count."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", action="store_true", help="prove on the database of DATA_DIR, which must be new")

    def handle(self, *args: Any, **options: Any) -> None:
        """Without --here: a new DATA_DIR, set up, and the proofs in it; exit code 1 if a figure falls short.

        On PostgreSQL in the database that DATABASE_URL names. Raises CommandError for one that holds accounts.
        """
        if not options["here"]:
            if connection.vendor == "postgresql" and has_accounts():
                raise CommandError("This database has accounts: proofs run on a new one only.")
            with tempfile.TemporaryDirectory(prefix="tap-huan-prove-") as folder:
                self.in_new_folder(Path(folder))
            return
        if has_accounts():
            raise CommandError("This database has accounts: proofs run on a new one only.")
        self.prove()

    def in_new_folder(self, folder: Path) -> None:
        """Set up an installation of its own and prove there."""
        environment = environment_for(folder)
        for command in (["setup"], ["prove", "--here"]):
            outcome = subprocess.run(  # noqa: S603 — our own interpreter and arguments
                [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=False,
                stdout=subprocess.DEVNULL if command == ["setup"] else None,
            )  # fmt: skip
            if outcome.returncode:
                raise SystemExit(outcome.returncode)

    def prove(self) -> None:
        """All proofs, their figures, and one line that sums up."""
        self.stdout.write(
            f"Tập Huấn on Python {platform.python_version()}, Django {django.get_version()}, {connection.vendor}, "
            f"{platform.machine()}, {os.cpu_count()} processors"
        )
        world = World(timezone.now())
        rows = [*seats.prove(world), *certificates.prove(world), *answers.prove(world)]
        short = 0
        for what, found, expected in rows:
            short += found != expected
            self.stdout.write(f"  {'ok   ' if found == expected else 'SHORT'} {what}: {found} (expected {expected})")
        self.stdout.write(f"{len(rows) - short} of {len(rows)} figures hold.")
        if short:
            raise SystemExit(1)
