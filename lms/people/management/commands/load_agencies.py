"""`manage.py load_agencies FILE.csv`: the dated agencies, what became of them, and the plan's unit groups."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from lms.people.agencies_file import AgenciesFileError, read_agencies
from lms.people.loading import Loaded, load_agencies, split_scopes


class Command(BaseCommand):
    """Twice is once. An error names its line, loads nothing and exits with 1."""

    help = "Load the list of agencies (CSV). Loading it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE and --dry-run."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, verbosity: int, **options: Any) -> None:
        """Read, load, report."""
        try:
            content = file.read_bytes()
            rows = read_agencies(content, split_scopes())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except AgenciesFileError as error:
            raise CommandError("\n".join(f"{file.name}: {line}" for line in error.errors)) from error
        with transaction.atomic():
            sha256 = hashlib.sha256(content).hexdigest()
            done = load_agencies(rows, actor="system", now=timezone.now(), file_sha256=sha256)
            transaction.set_rollback(dry_run)
        if verbosity:
            self.report(done, rows=len(rows), dry_run=dry_run)

    def report(self, done: Loaded, *, rows: int, dry_run: bool) -> None:
        """What was done."""
        self.stdout.write(
            f"{rows} agencies: {done.added} new, {done.changed} changed, {done.unchanged} as they were, "
            f"{done.kept} kept as corrected on the site; {done.successions_added} successions new, "
            f"{done.successions_removed} removed; {done.groups_added} unit groups new"
        )
        if not done.is_change:
            self.stdout.write("Nothing has changed.")
        elif dry_run:
            self.stdout.write("Dry run: nothing was changed.")
