"""Load the demonstration: invented people on the real plan and the real agencies. Idempotent."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from lms.days import local_day
from lms.operate.demo import classes, rosters, teaching
from lms.operate.demo.cast import Cast, give_second_steps, known_accounts, save
from lms.people.models import RosterEntry, User


class Command(BaseCommand):
    help = (
        "Load the demonstration («DỮ LIỆU MINH HỌA») into an installation that is set up; a second time does nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self.stdout.write("The demonstration is already loaded.")
        else:
            with transaction.atomic():
                self.load()
        give_second_steps()
        self.print_accounts()

    def load(self) -> None:
        """Everything, in one transaction: a demonstration is whole or not there."""
        now = timezone.now()
        cast = Cast(now, date(2026, 1, 1))
        cast.make()
        call_command("import_roster", teaching.data_folder() / "roster-sample.csv", stdout=StringIO())
        officers = rosters.commune_officers(local_day(now), cast.users["admin"], now)
        courses = teaching.load(cast.users["tu"], now)
        classes.open_register(now)
        trained = [entry for entry in officers if entry.group == "information_officer"]
        classes.past_class(courses["TTCS-03"], trained, cast)
        classes.running_class(courses["TTCS-04"], cast)
        classes.coming_class(courses["TTCS-03"], cast)
        save(cast.accounts)
        self.stdout.write(f"{RosterEntry.objects.count()} people on rosters, {len(courses)} courses.")

    def print_accounts(self) -> None:
        """The list of who may sign in, with addresses and passwords."""
        for account in known_accounts():
            who = f"{account.role}: {account.name}"
            self.stdout.write(f"  {account.username:8} {account.password} {account.code:6}  {who}  {account.url}")
