"""`manage.py load_calendar [YEAR …]`: reporting periods, holidays, dated settings, the requirements of task 5."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lms.plan.calendar_data import load_calendar

YEARS = range(2023, 2028)
EARLIEST, LATEST = 2001, 2199


class Command(BaseCommand):
    """Twice is once; rows that stand are left as they are."""

    help = "Load default reporting periods of the years given (2023 to 2027), holidays, settings and requirements."

    def add_arguments(self, parser: CommandParser) -> None:
        """Years and --dry-run."""
        parser.add_argument("years", nargs="*", type=int, metavar="YEAR")
        parser.add_argument("--dry-run", action="store_true", help="say what would be new, and change nothing")

    def handle(self, *args: Any, years: list[int], dry_run: bool, verbosity: int, **options: Any) -> None:
        """Load and report."""
        wrong = [year for year in years if not EARLIEST <= year <= LATEST]
        if wrong:
            raise CommandError(f"{wrong[0]} is not a reporting year between {EARLIEST} and {LATEST}.")
        with transaction.atomic():
            new = load_calendar(years or YEARS)
            transaction.set_rollback(dry_run)
        if verbosity:
            counts = ", ".join(f"{count} {kind}" for kind, count in new.items())
            self.stdout.write(f"New: {counts}" + (" (dry run: nothing was changed)" if dry_run else ""))
