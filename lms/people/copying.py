"""Last year's roster again: who stood on it on a past day and stands nowhere now is entered anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.people.models import Agency, RosterEntry, User
from lms.people.models.roster import RosterEntryQuerySet
from lms.people.roster_writing import hold
from lms.refusal import Refused


def gone_since(agency: Agency, day: date, starts_on: date) -> RosterEntryQuerySet:
    """Entries that held on `day`, of people who from `starts_on` on stand neither in that group nor elsewhere."""
    since = RosterEntry.objects.known().during(starts_on, None).filter(person=OuterRef("person"))
    still = since.filter(~Q(agency=agency) | Q(group=OuterRef("group")))
    held = RosterEntry.objects.known().on(day).filter(agency=agency, person__merged_into__isnull=True)
    return held.filter(~Exists(still))


def enter_again(
    agency: Agency, entries: Collection[int], *, day: date, starts_on: date, by: User, now: datetime
) -> int:
    """Enter these again from `starts_on`, with one event; how many. Whoever stands somewhere by now is left out.

    Raises Refused: nobody_chosen, outside_agency_life, ends_before_it_starts.
    """
    with transaction.atomic():
        hold(set(RosterEntry.objects.filter(pk__in=entries, agency=agency).values_list("person_id", flat=True)))
        found = gone_since(agency, day, starts_on).filter(pk__in=entries).select_related("agency")
        again = [entry.copy(starts_on=starts_on, ends_on=None) for entry in found]
        if not again:
            raise Refused("nobody_chosen", _("Choose at least one person."), status=422)
        for entry in again:
            entry.check_span()
            entry.recorded_at, entry.recorded_by = now, by
        RosterEntry.objects.bulk_create(again, batch_size=500)
        Event.record(
            "roster.add_or_end_entry", object_kind="agency", object_id=agency.code, actor=str(by.public_id), now=now,
            agency=agency.code, data={"copied_from": day, "starts_on": starts_on, "count": len(again)},
        )  # fmt: skip
    return len(again)
