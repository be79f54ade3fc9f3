"""What may not happen at the same time: a trainer in two classes, a room with two sessions (learning.md §6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.refusal import Refused

if TYPE_CHECKING:
    from courses.models.runs import Place, Run
    from courses.models.sessions import SessionQuerySet


def at_the_same_time(sessions: SessionQuerySet, starts_at: datetime, ends_at: datetime) -> SessionQuerySet:
    """Sessions not cancelled that share a moment with the half-open span: one may begin when another ends."""
    return sessions.held().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


def refuse_clashes(run: Run, places: Collection[Place], meanwhile: SessionQuerySet) -> None:
    """Raise Refused "clash_place" or "clash_trainer" if a session of `meanwhile` needs a room or a trainer of ours.

    A room of another class is the same room if both say the same name and the same address or link.
    """
    same = Q(session_places__place__in=places)
    for place in places:
        if place.address:
            same |= Q(session_places__place__name=place.name, session_places__place__address=place.address)
    taken = meanwhile.filter(same).select_related("run__course").order_by("pk").first()
    if taken is not None:
        sentence = _("The room is taken at that time: %(session)s, %(run)s.") % {"session": taken, "run": taken.run}
        raise Refused("clash_place", sentence)
    busy = meanwhile.exclude(run=run).filter(run__trainers__user__in=run.trainers.values("user"))
    elsewhere = busy.select_related("run__course").order_by("pk").first()
    if elsewhere is not None:
        words = {"session": elsewhere, "run": elsewhere.run}
        raise Refused("clash_trainer", _("A trainer of the class teaches then: %(session)s, %(run)s.") % words)
