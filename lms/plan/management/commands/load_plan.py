"""`manage.py load_plan FILE.json`: the plan, its tasks and their parties, word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lms.plan.loading import Loaded, load_plan
from lms.plan.plan_file import PlanFileError, read_plan


class Command(BaseCommand):
    """Twice is once. An error names its line or task, loads nothing and exits with 1."""

    help = "Load a plan file (JSON). Loading it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE and --dry-run."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, verbosity: int, **options: Any) -> None:
        """Read, load, report."""
        try:
            row = read_plan(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except PlanFileError as error:
            raise CommandError("\n".join(f"{file.name}: {line}" for line in error.errors)) from error
        with transaction.atomic():
            done = load_plan(row)
            transaction.set_rollback(dry_run)
        if verbosity:
            self.report(done, tasks=len(row.tasks), dry_run=dry_run)

    def report(self, done: Loaded, *, tasks: int, dry_run: bool) -> None:
        """What was done, and which parties name nobody yet."""
        self.stdout.write(
            f"{tasks} tasks: {done.added} rows new, {done.changed} changed, {done.unchanged} as they were"
            + (" (dry run: nothing was changed)" if dry_run else "")
        )
        for label in done.unresolved:
            self.stdout.write(f"  names no agency or unit group: {label}")
