"""`manage.py setup`: everything that must stand before the first request."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lms.operate.preparing import prepare


class Command(BaseCommand):
    """Once per release when several processes serve; `serve` does it by itself."""

    help = "Prepare database, translations, static files and the real data. Twice is once."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and say what was done."""
        prepare(self.stdout.write)
