"""The last way in for somebody who lost phone and codes, when no administrator can help."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.people.models import User
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Take an account's authenticators and recovery codes away: its owner sets up new ones at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for an account that is not there, or has no authenticator."""
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError("There is no such account.")
        try:
            user.reset_second_factor(by=None, now=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        self.stdout.write("Done: the password alone leads to the set-up of a new second step.")
