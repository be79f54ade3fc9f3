"""`manage.py export_questions --bank CODE --format gift|aiken|moodle-xml|xlsx|csv --out FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.banks import Bank
from courses.exporting import contents, export, losses
from courses.formats.files import FORMATS
from lms.refusal import Refused


class Command(BaseCommand):
    """The file holds answer keys. What the format loses is said before."""

    help = "Export the questions of a bank, keys included. See docs/questions.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """The bank, the format, the file."""
        bank = "code of a course, or / and a path for the shared categories: /Law/Press"
        parser.add_argument("--bank", metavar="CODE", required=True, help=bank)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--out", type=Path, metavar="FILE", required=True)

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        """Say the losses, write the file."""
        kept = FORMATS[options["format"]]
        try:
            bank = Bank.named(options["bank"])
        except Refused as error:
            raise CommandError(f"{error.code}: {error.message}") from error
        found = losses(kept, contents(bank))
        for name, count in found.fields:
            self.stderr.write(f"lost: {name}: {count}")
        try:
            out.write_bytes(export(bank, kept, by=None, now=timezone.now()))
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from error
        out.chmod(0o600)
        self.stdout.write(f"{found.total} questions, {found.total - found.touched} of them without any loss.")
