"""Write docs/permissions.md from the tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lms.operate.permission_table import as_markdown


class Command(BaseCommand):
    help = "Write docs/permissions.md from docs/permissions.csv, docs/urls.csv and the addresses."

    def handle(self, *args: Any, **options: Any) -> None:
        target = settings.BASE_DIR / "docs/permissions.md"
        target.write_text(as_markdown(), encoding="utf-8")
        self.stdout.write(f"{target.relative_to(settings.BASE_DIR)} written")
