"""Many changes to rosters in a handful of statements: what an import or a copy writes, without an event of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F
from django.utils.translation import gettext

from lms.days import day_after
from lms.jobs.models import Verdict
from lms.people.known import chunks
from lms.people.models import Agency, Person, RosterEntry, User
from lms.people.roster_files import Member, PersonKey, Plan
from lms.refusal import Refused

ENTRY_COLUMNS = frozenset({"position", "staff_type", "starts_on", "ends_on"})
CONTACT_COLUMNS = ("email", "phone", "sex")


class Change(NamedTuple):
    """A row and what it does."""

    member: Member
    plan: Plan


def hold(people: Collection[int]) -> None:
    """Hold these people's rows until the transaction ends, always in the same order."""
    for pks in chunks(sorted(people)):
        Person.objects.filter(pk__in=pks).update(full_name=F("full_name"))


def new_person(member: Member, now: datetime) -> Person:
    """An unsaved person as the row describes it."""
    return Person(
        full_name=member.full_name, birth_date=member.birth_date, sex=member.sex,
        email=member.email, phone=member.phone, created_at=now,
    )  # fmt: skip


def write(changes: Sequence[Change], *, by: User | None, now: datetime) -> None:
    """Void, add, end and correct as planned. Call it in the transaction that made the plans, people held.

    Raises Refused: outside_agency_life, no_roster_here, already_voided.
    """
    _correct_people(changes)
    for added in (*_replacements(changes, by=by, now=now), *_ends(changes, by=by, now=now)):
        _add(added, by=by, now=now)
    for added in _arrivals(changes, now):
        _add(added, by=by, now=now)


def _add(entries: Iterable[RosterEntry], *, by: User | None, now: datetime) -> None:
    entries = list(entries)
    for entry in entries:
        entry.check_span()
        entry.recorded_at, entry.recorded_by = now, by
    RosterEntry.objects.bulk_create(entries)


def void(entries: Collection[int], reason: str, *, by: User | None, now: datetime) -> None:
    """Take entries out, all of them. Raises Refused: already_voided."""
    for pks in chunks(sorted(entries)):
        live = RosterEntry.objects.filter(pk__in=pks, voided_at__isnull=True)
        if live.update(voided_at=now, voided_by=by, void_reason=reason) != len(pks):
            raise Refused("already_voided", gettext("This entry has been voided before."))


def _correct_people(changes: Iterable[Change]) -> None:
    """Contacts and sex of people who are known and have no account."""
    wanted = {change.plan.person: change for change in changes if set(change.plan.columns) & set(CONTACT_COLUMNS)}
    for pks in chunks(pk for pk in wanted if pk):
        people = list(Person.objects.filter(pk__in=pks))
        for person in people:
            member, plan = wanted[person.pk]
            for column in CONTACT_COLUMNS:
                if column in plan.columns:
                    setattr(person, column, getattr(member, column))
        Person.objects.bulk_update(people, CONTACT_COLUMNS, batch_size=100)


def _replacements(changes: Iterable[Change], *, by: User | None, now: datetime) -> Iterator[list[RosterEntry]]:
    """Entries as they should have been from the start, or with the end that is known now."""
    wanted = {change.plan.entry: change for change in changes if change.plan.entry}
    ended = {pk for pk, change in wanted.items() if pk and change.plan.columns == ("ends_on",)}
    void(ended, gettext("The end was recorded."), by=by, now=now)
    void({pk for pk in wanted if pk} - ended, gettext("Corrected by an imported list."), by=by, now=now)
    for pks in chunks(pk for pk in wanted if pk):
        added = []
        for entry in RosterEntry.objects.filter(pk__in=pks).select_related("agency"):
            member, plan = wanted[entry.pk]
            said = {column: getattr(member, column) for column in ENTRY_COLUMNS & set(plan.columns)}
            added.append(entry.copy(**said))
        yield added


def _ends(changes: Iterable[Change], *, by: User | None, now: datetime) -> Iterator[list[RosterEntry]]:
    """Entries at the agencies that people left: they end there the day they start here, or with the agency."""
    ends: dict[int, date] = {}
    for member, plan in changes:
        for pk in plan.ends:
            ends[pk] = min(ends.get(pk, member.starts_on), member.starts_on)
    void(ends, gettext("The end was recorded."), by=by, now=now)
    for pks in chunks(ends):
        added = []
        for entry in RosterEntry.objects.filter(pk__in=pks).select_related("agency"):
            closed_on = entry.agency.closed_on or date.max
            added.append(entry.copy(ends_on=max(min(ends[entry.pk], closed_on), day_after(entry.starts_on))))
        yield added


def _arrivals(changes: Iterable[Change], now: datetime) -> Iterator[list[RosterEntry]]:
    """New entries, and the people nobody knew: some at a time, so that memory does not grow with the file."""
    coming = [change for change in changes if change.plan.change in (Verdict.NEW, Verdict.MOVED)]
    agencies = {row.code: row for row in Agency.objects.filter(code__in={member.agency for member, _plan in coming})}
    fresh: dict[PersonKey, int] = {}
    for some in chunks(coming):
        unknown = {member.key: member for member, plan in some if plan.person is None and member.key not in fresh}
        people = Person.objects.bulk_create(new_person(member, now) for member in unknown.values())
        fresh |= zip(unknown, (person.pk for person in people), strict=True)
        yield [
            RosterEntry(
                person_id=plan.person or fresh[member.key], agency=agencies[member.agency], group=member.group,
                position=member.position, staff_type=member.staff_type, starts_on=member.starts_on,
                ends_on=member.ends_on,
            )
            for member, plan in some
        ]  # fmt: skip
