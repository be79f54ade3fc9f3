"""`manage.py import_questions FILE --bank CODE --format gift|aiken|moodle-xml|xlsx|csv [--dry-run]`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.banks import Bank
from courses.formats.files import FORMATS
from courses.importing import TO_WRITE, check, confirm, make_ready
from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.refusal import Refused
from lms.uploads.checks import FileError


class Command(BaseCommand):
    """Twice is once. With refused questions nothing is loaded (exit code 1), unless --only-sound."""

    help = "Import questions into a bank, as drafts. Importing a file twice changes nothing. See docs/questions.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, where to, how to read it, and what to do with bad questions."""
        parser.add_argument("file", type=Path)
        bank = "code of a course, or / and a path for the shared categories: /Law/Press"
        parser.add_argument("--bank", metavar="CODE", required=True, help=bank)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--encoding", choices=["windows-1258"], default="", help="agree to this encoding")
        parser.add_argument("--only-sound", action="store_true", help="leave out what is refused")
        parser.add_argument("--ready", action="store_true", help="make ready what has no errors")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, file: Path, verbosity: int, **options: Any) -> None:
        """Check, report, confirm."""
        now = timezone.now()
        try:
            bank = Bank.named(options["bank"])
            run = check(
                file.read_bytes(), kept=FORMATS[options["format"]], bank=bank, by=None, now=now,
                confirmed=options["encoding"],
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except FileError as error:
            raise CommandError(f"{file.name}: {error.code}: {error}") from error
        except Refused as error:
            raise CommandError(
                "\n".join([f"{error.code}: {error.message}", *error.details.get("samples", [])])
            ) from error
        if verbosity:
            self.report(run)
        try:
            if not options["dry_run"] and any(run.counts.get(verdict) for verdict in (*TO_WRITE, Verdict.REFUSED)):
                self.confirm(run, bank, now, only_sound=options["only_sound"])
                if options["ready"]:
                    ready, left = make_ready(run, by=None, now=now)
                    self.stdout.write(f"Ready: {ready}. Still drafts: {left}.")
        finally:
            ImportRun.objects.filter(pk=run.pk, state=ImportState.DRY).delete()

    def confirm(self, run: ImportRun, bank: Bank, now: datetime, *, only_sound: bool) -> None:
        """Write, or say why not. Raises CommandError."""
        try:
            done = confirm(run, bank=bank, by=None, now=now, only_sound=only_sound)
        except Refused as error:
            raise CommandError(f"{error.code}: {error.message}") from error
        self.stdout.write("Imported." if done else "This file was imported before: nothing has changed.")

    def report(self, run: ImportRun) -> None:
        """Every question with its verdict and why, and the counts."""
        for line in run.lines.order_by("row", "pk").iterator(chunk_size=1000):
            parts = (line.verdict, line.target, line.code, line.message)
            self.stdout.write(f"line {line.row}: " + ": ".join(part for part in parts if part))
        counts = ", ".join(f"{verdict}: {count}" for verdict, count in sorted(run.counts.items()))
        self.stdout.write(counts or "no questions")
