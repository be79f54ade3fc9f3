"""Seats: counters that are taken and given back by one conditional UPDATE each (learning.md §5, R14).

Always in this order, so that two people never wait for each other: the agency's quota, the seats open to all, the
place.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import models, transaction
from django.db.models import Count, F, Q

from courses.models.runs import Place, Quota, Run
from courses.models.states import SEATED, Seat

if TYPE_CHECKING:
    from courses.models.enrolments import Enrolment


class NoSeat(Exception):
    """Nothing is free; whatever was taken on the way is rolled back."""


def take(run: Run, agency_id: int | None, place_id: int | None, now: datetime) -> Seat | None:
    """A seat in `run` for somebody of the agency, and one in the place; None when there is none. Within a transaction.

    A quota is used first, then the seats open to all. A quota whose time is over has given its free seats to all.
    """
    release_due(run, now)
    try:
        with transaction.atomic():
            seat = _from_quota(run, agency_id, now) or _from_pool(run)
            if place_id is not None and not _one_more(Place.objects.filter(pk=place_id)):
                raise NoSeat
    except NoSeat:
        return None
    return seat


def _from_quota(run: Run, agency_id: int | None, now: datetime) -> Seat | None:
    if agency_id is None:
        return None
    quota = Quota.objects.filter(Q(until__isnull=True) | Q(until__gt=now), run=run, agency_id=agency_id)
    return Seat.QUOTA if quota.filter(taken__lt=F("seats")).update(taken=F("taken") + 1) else None


def _from_pool(run: Run) -> Seat:
    if Run.objects.filter(pk=run.pk, pool_taken__lt=F("pool_seats")).update(pool_taken=F("pool_taken") + 1):
        return Seat.POOL
    if Run.objects.filter(pk=run.pk, pool_seats__isnull=True).exists():
        return Seat.UNLIMITED
    raise NoSeat


def _one_more(place: models.QuerySet[Place]) -> bool:
    return bool(place.filter(Q(seats__isnull=True) | Q(taken__lt=F("seats"))).update(taken=F("taken") + 1))


def give_back(enrolment: Enrolment) -> None:
    """Return the seat where it came from. Call it before the row changes: `seat` says where. Within a transaction."""
    if enrolment.seat == Seat.NONE:
        return
    if enrolment.seat == Seat.QUOTA and enrolment.agency_id is not None:
        Quota.objects.filter(run_id=enrolment.run_id, agency_id=enrolment.agency_id).update(taken=F("taken") - 1)
    if enrolment.seat == Seat.POOL:
        Run.objects.filter(pk=enrolment.run_id).update(pool_taken=F("pool_taken") - 1)
    if enrolment.place_id is not None:
        Place.objects.filter(pk=enrolment.place_id).update(taken=F("taken") - 1)


def release_due(run: Run, now: datetime) -> int:
    """Seats of quotas whose time is over join the seats open to all; how many did. Within a transaction."""
    released = 0
    for quota in Quota.objects.filter(run=run, until__lte=now, seats__gt=F("taken")).order_by("pk"):
        free = quota.seats - quota.taken
        if Quota.objects.filter(pk=quota.pk, seats=quota.seats, taken=quota.taken).update(seats=F("taken")):
            Run.objects.filter(pk=run.pk, pool_seats__isnull=False).update(pool_seats=F("pool_seats") + free)
            released += free
    return released


class Miscount(NamedTuple):
    """A counter that does not say how many people have a seat: which row, what it says, what is true."""

    table: str
    pk: int
    says: int
    counted: int


def miscounts() -> list[Miscount]:
    """Every counter that differs from the rows: 0, always (the nightly recount; learning.md §5). Three queries."""
    seated = Q(enrolments__state__in=SEATED)
    pools = Run.objects.annotate(counted=Count("enrolments", filter=seated & Q(enrolments__seat=Seat.POOL)))
    quota_people = Q(run__enrolments__state__in=SEATED, run__enrolments__seat=Seat.QUOTA)
    quotas = Quota.objects.annotate(
        counted=Count("run__enrolments", filter=quota_people & Q(run__enrolments__agency=F("agency")))
    )
    places = Place.objects.annotate(counted=Count("enrolments", filter=seated))
    asked = (("run", pools, "pool_taken"), ("quota", quotas, "taken"), ("place", places, "taken"))
    return [
        Miscount(table, *row)
        for table, rows, column in asked
        for row in rows.exclude(**{column: F("counted")}).order_by("pk").values_list("pk", column, "counted")
    ]
