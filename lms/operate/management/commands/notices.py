"""`manage.py notices`: whose work we build on, and under which licences."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

HEAD = """# Third-party packages

What an installation fetches (`requirements.lock`), with the licence each package states. Nothing of it is in this tree.
Written by `make notices`.

| package | version | licence |
| --- | --- | --- |
"""


class Command(BaseCommand):
    """Writes THIRD_PARTY.md from the metadata of the installed packages."""

    help = "Write THIRD_PARTY.md."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """One row per locked package."""
        lock = (settings.BASE_DIR / "requirements.lock").read_text(encoding="utf-8")
        names = re.findall(r"^([A-Za-z0-9._-]+)==", lock, flags=re.MULTILINE)
        rows = [row for row in map(describe, names) if row]
        Path(settings.BASE_DIR / "THIRD_PARTY.md").write_text(HEAD + "".join(rows), encoding="utf-8")
        self.stdout.write(f"THIRD_PARTY.md: {len(rows)} packages")


def describe(name: str) -> str:
    """One row; empty for a package that another platform needs."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    return f"| {package['Name']} | {package['Version']} | {licence_of(package)} |\n"


def licence_of(package: Any) -> str:
    """The SPDX expression, else the classifiers, else the first line of the licence field."""
    classifiers = [
        line.rpartition(" :: ")[2] for line in package.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    stated = (package["License"] or "").strip().splitlines()
    return package["License-Expression"] or ", ".join(classifiers) or (stated[0] if stated else "not stated")
