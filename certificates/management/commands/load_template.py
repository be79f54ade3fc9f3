"""The certificate design that every installation begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates.freezing import publish_default_template


class Command(BaseCommand):
    help = "Publish and freeze the default certificate template. Twice is once."

    def handle(self, *args: Any, **options: Any) -> None:
        publish_default_template(timezone.now())
