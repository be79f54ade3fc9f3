"""`manage.py import_roster FILE [--agency CODE] [--on DATE] [--dry-run]`: people onto the rosters of agencies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.days import local_day
from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.people.importing import TO_WRITE, check, confirm
from lms.people.models import Agency
from lms.refusal import Refused
from lms.uploads.checks import FileError


class Command(BaseCommand):
    """Twice is once. With refused rows nothing is loaded (exit code 1), unless --only-sound."""

    help = "Import a roster (XLSX or CSV). Importing it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, the agency, the day and what to do with bad rows."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", metavar="CODE", default="", help="the only agency that may be written to")
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="judge as of this day (today)")
        parser.add_argument("--only-sound", action="store_true", help="import the sound rows and leave out the others")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, file: Path, agency: str, verbosity: int, **options: Any) -> None:
        """Check, report, confirm."""
        now = timezone.now()
        one = Agency.objects.filter(code=agency).first() if agency else None
        if agency and one is None:
            raise CommandError(f"There is no agency with the code {agency}.")
        writable = Agency.objects.reporting().filter(**({"pk": one.pk} if one else {}))
        try:
            content = file.read_bytes()
            on = options["on"] or local_day(now)
            run = check(content, name=file.name, writable=writable, agency=one, by=None, now=now, on=on)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except FileError as error:
            raise CommandError(f"{file.name}: {error}") from error
        if verbosity:
            self.report(run)
        try:
            if not options["dry_run"] and any(run.counts.get(verdict) for verdict in (*TO_WRITE, Verdict.REFUSED)):
                self.confirm(run, writable, now, only_sound=options["only_sound"])
        finally:
            ImportRun.objects.filter(pk=run.pk, state=ImportState.DRY).delete()

    def confirm(self, run: ImportRun, writable: Any, now: Any, *, only_sound: bool) -> None:
        """Write, or say why not. Raises CommandError."""
        try:
            done = confirm(run, writable=writable, by=None, now=now, only_sound=only_sound)
        except Refused as error:
            raise CommandError(f"{error.code}: {error.message}") from error
        self.stdout.write("Imported." if done else "This file was imported before: nothing has changed.")

    def report(self, run: ImportRun) -> None:
        """Every row with its verdict, why and in which cell, and the counts."""
        for line in run.lines.order_by("row").iterator(chunk_size=1000):
            parts = (line.verdict, line.code, line.data.get("cells", ""), line.message)
            self.stdout.write(f"row {line.row}: " + ": ".join(part for part in parts if part))
        self.stdout.write(
            ", ".join(f"{verdict}: {count}" for verdict, count in sorted(run.counts.items())) or "no rows"
        )
