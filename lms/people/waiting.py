"""«Chờ phân về đơn vị mới»: people whose agency was split or dissolved, and where an official sends them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.days import local_day
from lms.people import moving
from lms.people.models import Agency, AgencyKind, RosterEntry, Succession, User
from lms.people.models.agencies import MOST_CHANGES, AgencyQuerySet
from lms.people.rollup import WHOLE
from lms.refusal import Refused
from lms.vietnamese.text import clean


def agencies_with_waiting(among: AgencyQuerySet, on: date) -> AgencyQuerySet:
    """Closed agencies on whose rosters people still stand; `waiting_count` says how many people."""
    entries = RosterEntry.objects.known().waiting(on)
    counted = Count("roster_entries__person", distinct=True, filter=Q(roster_entries__in=entries))
    return among.annotate(waiting_count=counted).filter(waiting_count__gt=0)


def heirs_of(agency: Agency) -> AgencyQuerySet:
    """To whom the agency passed on itself or a part: the places one would think of first."""
    steps = Succession.objects.known().filter(predecessor=agency, successor__isnull=False)
    return Agency.objects.standing().filter(pk__in=steps.values("successor_id"))


def move_after_split(
    agency: Agency, entries: Collection[int], heir: Agency, *, reason: str, by: User, now: datetime
) -> int:
    """Entries of a closed agency end with it and go on at `heir`; how many people that were. One event.

    Where the heir has been closed since and passed on everything, they go along at once. Any other agency that existed
    on that day will do with a reason. Raises Refused: nobody_chosen, not_waiting, outside_agency_life, no_roster_here,
    reason_required, roster_moved.
    """
    if not entries:
        raise Refused("nobody_chosen", _("Choose at least one person."), status=422)
    on = agency.closed_on
    if on is None or on > local_day(now):
        raise Refused("not_waiting", _("The agency has not ended: nobody waits there."))
    _check_heir(agency, heir, on, reason)
    with transaction.atomic():
        mine = RosterEntry.objects.known().waiting(local_day(now)).filter(agency=agency, pk__in=entries)
        found = list(mine.order_by("pk"))
        if len(found) != len(set(entries)):
            raise Refused("not_waiting", _("Somebody does not wait here any more. Look at the list again."))
        people = {entry.person_id for entry in found}
        here: Agency | None = heir
        for _step in range(MOST_CHANGES + 1):
            if here is None:
                break
            found = _onward(found, here, on, by=by, now=now)
            on, here = here.closed_on or on, _whole_heir(here, local_day(now))
        Event.record(
            "roster.move_after_split", object_kind="agency", object_id=agency.code, actor=str(by.public_id), now=now,
            agency=agency.code, data={"heir": heir.code, "people": len(people), "entries": sorted(entries)},
        )  # fmt: skip
    return len(people)


def _check_heir(agency: Agency, heir: Agency, on: date, reason: str) -> None:
    if heir.kind == AgencyKind.PROVINCE:
        raise Refused("no_roster_here", _("A province is territory; its agencies keep the rosters."))
    if not heir.is_on(on) or heir.pk == agency.pk:
        raise Refused("outside_agency_life", _("The agency did not exist on these days."), status=422)
    if not clean(reason) and not heirs_of(agency).filter(pk=heir.pk).exists():
        raise Refused("reason_required", _("This agency is not a successor. Say why."), status=422)


def _onward(entries: list[RosterEntry], heir: Agency, on: date, *, by: User, now: datetime) -> list[RosterEntry]:
    """Move to `heir` and give the entries that hold there afterwards."""
    people = {entry.person_id for entry in entries}
    standing = list(RosterEntry.objects.known().filter(agency=heir, person__in=people).order_by("pk"))
    move = moving.plan_move(entries, {entry.agency_id: heir for entry in entries}, standing, on)
    moving.carry_out(move, gettext("Moved to the successor: %(code)s") % {"code": heir.code}, by=by, now=now)
    there = RosterEntry.objects.known().filter(agency=heir, person__in=people)
    return list(there.still_on(heir.closed_on).order_by("pk")) if heir.closed_on else []


def _whole_heir(agency: Agency, on: date) -> Agency | None:
    """Who took over everything, if the agency has ended by `on`."""
    if agency.closed_on is None or agency.closed_on > on:
        return None
    step = Succession.objects.known().filter(predecessor=agency, scope=WHOLE, successor__isnull=False)
    found = step.select_related("successor").order_by("on", "pk").first()
    return found.successor if found else None
