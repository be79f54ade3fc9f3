"""Derive every projection of attendance again from its events; with --check, only tell what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.models.rebuilding import differences, mend


class Command(BaseCommand):
    help = "Derives the attendance of everybody again from the events behind it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if anything differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per difference, then how many there are."""
        count = 0
        for difference in differences():
            count += 1
            self.stdout.write(f"{difference.session_id} {difference.enrolment_id}: {', '.join(difference.columns)}")
            if not options["check"]:
                mend(difference)
        self.stdout.write(f"{count} differences")
        if count and options["check"]:
            raise SystemExit(1)
