"""The pages and groups that every installation begins with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.site import make_site


class Command(BaseCommand):
    help = "Make the front page, the catalogue, help and privacy pages, and the groups of the CMS. Twice is once."

    def handle(self, *args: Any, **options: Any) -> None:
        address = urlsplit(settings.BASE_URL)
        make_site(address.hostname or "localhost", address.port or (443 if address.scheme == "https" else 80))
