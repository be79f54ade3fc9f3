"""`manage.py verify_audit`: is what happened still what is written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.audit.models import Seal
from lms.audit.verifying import verify


class Command(BaseCommand):
    """Ends with 1 and names the first bad row; with 0 and the newest anchor if all is well."""

    help = "Recompute the chain of seals and compare it with an anchor that was kept outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """The anchor stands in the daily mail, at the foot of registers and in every back-up."""
        parser.add_argument("--anchor", default="", metavar="SEAL:ROOT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        verdict = verify(anchor=options["anchor"])
        if verdict.fault:
            raise CommandError(f"NOT in order: {verdict.fault}.")
        self.stdout.write(
            f"In order: {verdict.seals} seals hold {verdict.events} events, {verdict.late} of them late; "
            f"{verdict.unsealed} wait for the next seal."
        )
        last = Seal.objects.order_by("-pk").first()
        if last is not None:
            self.stdout.write(f"Anchor: {last.anchor}")
