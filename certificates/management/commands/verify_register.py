"""`manage.py verify_register`: is the register still what was issued."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.proving import prove
from lms.audit.models import Seal


class Command(BaseCommand):
    """Ends with 1 and names the first bad row; with 0 and the newest anchor if all is well."""

    help = "Check numbers, papers, states, signed files and the chain of events, and name the first bad row."

    def add_arguments(self, parser: CommandParser) -> None:
        """The anchor stands at the foot of Table 04 and on the page of the chain."""
        parser.add_argument("--anchor", default="", metavar="SEAL:ROOT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        verdict = prove(anchor=options["anchor"])
        if verdict.fault:
            raise CommandError(f"NOT in order: {verdict.fault}.")
        self.stdout.write(
            f"In order: {verdict.certificates} certificates in {verdict.series} series, {verdict.files} files; "
            f"{verdict.unsealed} events of certificates wait for the next seal."
        )
        last = Seal.objects.order_by("-pk").first()
        if last is not None:
            self.stdout.write(f"Anchor: {last.anchor}")
