"""How far somebody's role reaches on a day, as conditions on runs: shallow, for SQLite parses no deep ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from courses.models.catalogue import Course
from lms.people.models import Agency, User

NOBODY = Q(pk__in=())


def led_agencies(user: User, on: date) -> Collection[int]:
    """The agencies whose focal person `user` is on `on`, and those that these succeeded: one query per account and day,
    none for people who are no focal persons."""
    held: dict[date, list[int]] = user.__dict__.setdefault("_led_agencies", {})
    if on not in held:
        leads = user.holds("focal", on=on)
        held[on] = list(Agency.objects.led_by(user, on).values_list("pk", flat=True)) if leads else []
    return held[on]


def staff_q(user: User, on: date, run: str = "") -> Q:
    """Runs that `user` sees as staff: coordinators and administrators all, trainers those of their courses.

    `run` is the way from the model asked to its run ("run__", "round__run__"), empty for runs themselves.
    """
    if user.holds("coordinator", "administrator", on=on):
        return ~NOBODY
    if user.holds("trainer", on=on):
        return Q(**{f"{run}course__in": Course.objects.taught_by(user, on).values("pk")})
    return NOBODY
