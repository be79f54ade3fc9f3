"""What the rosters know of the people of a file, read in a few queries however long the file is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from lms.people.models import Agency, AgencyKind, Person, RosterEntry, Succession
from lms.people.models.agencies import AgencyQuerySet
from lms.people.roster_files import Directory, Member, Unit
from lms.people.roster_matching import Known, KnownEntry, KnownPerson
from lms.vietnamese.text import fold, name_key

AT_A_TIME = 500
"""Values of one IN (…): SQLite takes no statement of any length."""


def chunks(values: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The values, AT_A_TIME together."""
    found = list(values)
    return (found[start : start + AT_A_TIME] for start in range(0, len(found), AT_A_TIME))


def directory_of(
    writable: AgencyQuerySet, default: Agency | None = None, reach: AgencyQuerySet | None = None
) -> Directory:
    """What rows are judged against: every agency, those that may be written to (`writable`), and those from which
    people may be moved there (`reach`; by default the same)."""
    heirs: dict[int, list[str]] = {}
    passed_on = Succession.objects.known().filter(successor__isnull=False).order_by("on", "pk")
    for predecessor, code in passed_on.values_list("predecessor_id", "successor__code"):
        heirs.setdefault(predecessor, []).append(code)
    units = {
        row.code: Unit(
            row.code, row.name, row.established_on, row.closed_on, row.stat_code,
            tuple(heirs.get(row.pk, ())), row.kind != AgencyKind.PROVINCE,
        )
        for row in Agency.objects.standing()
    }  # fmt: skip
    codes = frozenset(writable.values_list("code", flat=True))
    within = codes if reach is None else frozenset(reach.values_list("code", flat=True))
    return Directory(units, codes, default.code if default else "", codes | within)


def known_of(members: Collection[Member], directory: Directory) -> Known:
    """The people these rows may speak of, and where they stand."""
    keys: dict[str, set[Any]] = {}
    for member in members:
        keys.setdefault(name_key(member.full_name), set()).add(member.birth_date)
    people: dict[str, list[KnownPerson]] = {}
    columns = ("pk", "full_name", "birth_date", "email", "phone", "sex", "user__pk")
    for names in chunks(sorted({fold(member.full_name) for member in members})):
        for row in Person.objects.living().filter(name_folded__in=names).order_by("pk").values_list(*columns):
            person = KnownPerson._make((*row[:6], row[6] is not None))
            asked = keys.get(key := name_key(person.full_name), set())
            if person.birth_date in asked or None in asked or (asked and person.birth_date is None):
                people.setdefault(key, []).append(person)
    entries: dict[int, list[KnownEntry]] = {}
    facts = ("person_id", "pk", "agency__code", "group", "starts_on", "ends_on", "position", "staff_type")
    for pks in chunks(person.pk for found in people.values() for person in found):
        rows = RosterEntry.objects.known().filter(Q(person__in=pks)).order_by("starts_on", "pk")
        for person_pk, *entry in rows.values_list(*facts):
            entries.setdefault(person_pk, []).append(KnownEntry(*entry))
    names_of = {unit.code: unit.name for unit in directory.units.values()}
    return Known(people, entries, names_of, directory.reach)
