"""`manage.py words`: collect the message ids for the translators (docs/words.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.operate.words import Unreadable, collect, read, renewed, to_do

CATALOGUE = "locale/vi/LC_MESSAGES/django.po"


class Command(BaseCommand):
    """Keeps translations, adds new ids empty, drops what nobody says; --check changes nothing and exits with 1."""

    help = "Renew locale/vi from the code and the templates."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """--check."""
        parser.add_argument("--check", action="store_true", help="only say what is missing, fuzzy or stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Collect, renew, say what is left to translate."""
        path = settings.BASE_DIR / CATALOGUE
        try:
            words = collect(settings.BASE_DIR)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        catalogue = read(path)
        if not check:
            catalogue = renewed(catalogue, words)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
        lines = to_do(catalogue, words)
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{CATALOGUE}: {len(words.said)} messages, {len(lines)} to do")
        if check and lines:
            raise CommandError("The catalogue is not up to date: run make words, then translate.")
