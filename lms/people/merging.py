"""Two rows that are one person become one: the entries go over to the row that stays (permissions.csv).

What upper storeys hold about the row that goes cannot follow (a certificate names its person for good), so they may say
no: they register a veto when their app is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people.models import Person, RosterEntry, User
from lms.people.roster_writing import hold, void
from lms.refusal import Refused

Veto = Callable[[Person], Any]
_VETOES: list[Veto] = []


def vetoes_merge(veto: Veto) -> Veto:
    """Register what keeps a person from being merged away: a sentence, or None if nothing does."""
    if veto not in _VETOES:
        _VETOES.append(veto)
    return veto


def merge(duplicate: Person, kept: Person, *, by: User, now: datetime) -> None:
    """`duplicate` was `kept` all along, with one event: its entries are voided, and added for `kept` for the days on
    which that one does not stand on the same roster anyway; an account goes over.

    Raises Refused: same_person, already_merged, both_have_accounts, merge_vetoed.
    """
    if duplicate.pk == kept.pk:
        raise Refused("same_person", _("Choose two different people."), status=422)
    with transaction.atomic():
        hold({duplicate.pk, kept.pk})
        _check(duplicate, kept)
        moved = list(RosterEntry.objects.known().filter(person=duplicate).select_related("agency"))
        void({entry.pk for entry in moved}, gettext("Entered twice: merged with the other row."), by=by, now=now)
        for entry in moved:
            _take_over(entry, kept, by=by, now=now)
        User.objects.filter(person=duplicate).update(person=kept)
        _fill_gaps(kept, duplicate)
        Person.objects.filter(pk=duplicate.pk).update(merged_into=kept)
        kept.record("person.merge_duplicates", by=by, now=now, merged=str(duplicate.public_id))
    duplicate.refresh_from_db()
    kept.refresh_from_db()


def _check(duplicate: Person, kept: Person) -> None:
    if Person.objects.living().filter(pk__in=[duplicate.pk, kept.pk]).count() != 2:
        raise Refused("already_merged", _("One of the two has been merged or erased before."))
    if duplicate.has_account() and kept.has_account():
        raise Refused("both_have_accounts", _("Both have an account. Close one of them first."))
    for veto in _VETOES:
        sentence = veto(duplicate)
        if sentence:
            raise Refused("merge_vetoed", sentence)


def _take_over(entry: RosterEntry, kept: Person, *, by: User, now: datetime) -> None:
    """The days of the entry on which `kept` does not stand on the same roster already."""
    same = RosterEntry.objects.known().filter(person=kept, agency=entry.agency, group=entry.group)
    taken = [(one.starts_on, one.ends_on) for one in same.during(entry.starts_on, entry.ends_on).order_by("starts_on")]
    for starts_on, ends_on in _gaps(entry.starts_on, entry.ends_on, taken):
        free = entry.copy(starts_on=starts_on, ends_on=ends_on)
        free.person = kept
        free.write(by=by, now=now)


def _gaps(
    starts_on: date, ends_on: date | None, taken: list[tuple[date, date | None]]
) -> list[tuple[date, date | None]]:
    """A half-open span without those that are taken, which stand in order and do not overlap."""
    free: list[tuple[date, date | None]] = []
    begin: date | None = starts_on
    for first, end in taken:
        if begin is not None and first > begin:
            free.append((begin, first))
        begin = end
        if begin is None:
            return free
    if begin is not None and (ends_on is None or begin < ends_on):
        free.append((begin, ends_on))
    return free


def _fill_gaps(kept: Person, duplicate: Person) -> None:
    """What only the other row knew."""
    kept.birth_date = kept.birth_date or duplicate.birth_date
    kept.email = kept.email or duplicate.email
    kept.phone = kept.phone or duplicate.phone
    kept.save(update_fields=["birth_date", "email", "phone"])
