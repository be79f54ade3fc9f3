"""What a sound row of a file changes on the rosters as they stand: new, changed, moved, ended, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from lms.jobs.models import Verdict
from lms.people.models.persons import Sex
from lms.people.models.roster import StaffType
from lms.people.roster_cells import LABELS, Problem
from lms.people.roster_files import JudgedRow, Member, Plan, RowVerdict, Suggestion
from lms.vietnamese.text import name_key

MOST_SUGGESTIONS = 8
"""A common name without a date of birth may be that of hundreds: nobody chooses among those."""
NEW_PERSON = "new"
Choice = int | str | None
"""What the importer said of a row: the person it is about, NEW_PERSON, or nothing yet."""


class KnownPerson(NamedTuple):
    """Somebody the rosters know, without the name: that is the key."""

    pk: int
    full_name: str
    birth_date: date | None
    email: str = ""
    phone: str = ""
    sex: str = Sex.UNKNOWN
    has_account: bool = False


class KnownEntry(NamedTuple):
    """An entry that is not void; `ends_on` is half-open."""

    pk: int
    agency: str
    group: str
    starts_on: date
    ends_on: date | None = None
    position: str = ""
    staff_type: str = StaffType.UNKNOWN

    def shares_a_day(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether the entry holds on some day of a half-open span."""
        return (self.ends_on is None or self.ends_on > starts_on) and (ends_on is None or self.starts_on < ends_on)


@dataclass(frozen=True)
class Known:
    """What the rosters say of the people of a file: by `name_key`, and their entries everywhere."""

    people: Mapping[str, Sequence[KnownPerson]] = field(default_factory=dict)
    entries: Mapping[int, Sequence[KnownEntry]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Code → name of the agencies."""
    reach: frozenset[str] = frozenset()
    """Codes of the agencies whose entries the importer may end."""

    def entries_of(self, person: KnownPerson) -> Sequence[KnownEntry]:
        """The person's entries, wherever."""
        return self.entries.get(person.pk, ())

    def whom(self, member: Member) -> KnownPerson | None:
        """Who a row speaks of beyond doubt: the same name and date of birth on the same roster, or anywhere with the
        same e-mail address or telephone. A name alone ties nobody to a row."""
        same = [one for one in self._namesakes(member) if one.birth_date == member.birth_date]
        for one in same:
            if any(entry.agency == member.agency for entry in self.entries_of(one)):
                return one
        for one in same:
            if (member.email and one.email.lower() == member.email) or (member.phone and one.phone == member.phone):
                return one
        return None

    def perhaps(self, member: Member) -> list[KnownPerson]:
        """Who a row may speak of: the same name, and no two dates of birth that differ."""
        return [
            one for one in self._namesakes(member)
            if one.birth_date == member.birth_date or one.birth_date is None or member.birth_date is None
        ]  # fmt: skip

    def likeliest(self, people: Sequence[KnownPerson], member: Member) -> Sequence[KnownPerson]:
        """The few to be shown: those of the same date of birth first, then those of the same agency."""

        def distance(one: KnownPerson) -> tuple[bool, bool, int]:
            stands_here = any(entry.agency == member.agency for entry in self.entries_of(one))
            return one.birth_date != member.birth_date or one.birth_date is None, not stands_here, one.pk

        return sorted(people, key=distance)[:MOST_SUGGESTIONS]

    def _namesakes(self, member: Member) -> Sequence[KnownPerson]:
        return self.people.get(name_key(member.full_name), ())

    def suggestion(self, person: KnownPerson) -> Suggestion:
        """How a person is shown to whoever has to tell namesakes apart."""
        entries = sorted(self.entries_of(person), key=lambda entry: (entry.ends_on or date.max, entry.starts_on))
        last = entries[-1] if entries else None
        return Suggestion(
            person.pk, person.full_name, person.birth_date.year if person.birth_date else None,
            self.names.get(last.agency, last.agency) if last else "", last.position if last else "",
        )  # fmt: skip


def compare(row: JudgedRow, known: Known, choice: Choice = None) -> JudgedRow:
    """A sound row against the rosters as they stand; others stay as they are."""
    if row.member is None or row.verdict == RowVerdict.SKIP:
        return row
    member = row.member
    person = known.whom(member)
    if person is None and choice != NEW_PERSON:
        maybe = known.perhaps(member)
        person = next((one for one in maybe if one.pk == choice), None)
        if maybe and person is None:
            return _choose(row, [known.suggestion(one) for one in known.likeliest(maybe, member)])
    if person is None:
        return replace(row, plan=Plan(Verdict.NEW))
    mine = [
        entry for entry in known.entries_of(person)
        if entry.agency == member.agency and entry.group == member.group
        and (entry.shares_a_day(member.starts_on, member.ends_on) or entry.starts_on == member.starts_on)
    ]  # fmt: skip
    return _against(row, member, person, mine, known) if mine else _arriving(row, member, person, known)


def _choose(row: JudgedRow, suggestions: Sequence[Suggestion]) -> JudgedRow:
    sentence = _("Somebody of this name is known already. Say whether the row is about that person or a new one.")
    refused = _refused(row, "full_name", "choose_person", sentence)
    return replace(refused, suggestions=tuple(suggestions))


def _refused(row: JudgedRow, column: str, defect: str, sentence: str) -> JudgedRow:
    return replace(row, verdict=RowVerdict.REJECT, problems=(Problem(column, defect, sentence),))


def _against(
    row: JudgedRow, member: Member, person: KnownPerson, mine: Sequence[KnownEntry], known: Known
) -> JudgedRow:
    """The person stands here in this group: what does the row change?"""
    exact = [entry for entry in mine if entry.starts_on == member.starts_on] if len(mine) > 1 else mine
    if len(exact) != 1:
        sentence = _("This person stands here several times on these days. Correct the entries on the roster.")
        return _refused(row, "starts_on", "several_entries", sentence)
    entry = exact[0]
    ends_on = member.ends_on or entry.ends_on
    if ends_on and ends_on <= member.starts_on:
        return _refused(row, "starts_on", "ends_before_it_starts", _("The end must come after the start."))
    others = [one for one in mine if one is not entry and one.shares_a_day(member.starts_on, ends_on)]
    if others:
        sentence = _("This person stands here several times on these days. Correct the entries on the roster.")
        return _refused(row, "starts_on", "several_entries", sentence)
    columns = _differing(member, entry)
    contacts = _contacts(member, person)
    row = _kept(row, person, contacts)
    contacts = () if person.has_account else contacts
    if not columns and not contacts:
        words = {"agency": known.names[member.agency], "day": f"{entry.starts_on:%d/%m/%Y}"}
        sentence = _("Already on the roster of %(agency)s in this group since %(day)s; nothing changes.") % words
        problems = (Problem("", "already_on_roster", sentence),)
        return replace(row, verdict=RowVerdict.SKIP, problems=problems, plan=Plan(Verdict.UNCHANGED, person.pk))
    change = Verdict.ENDED if columns == ("ends_on",) and not contacts else Verdict.CHANGED
    plan = Plan(change, person.pk, entry.pk if columns else None, (), columns + contacts)
    words = {"columns": ", ".join(str(LABELS[column]) for column in columns + contacts)}
    note = Problem("", "", _("Changes: %(columns)s.") % words, is_warning=True)
    return replace(row, plan=plan, problems=(*row.problems, note))


def _differing(member: Member, entry: KnownEntry) -> tuple[str, ...]:
    """The columns of the entry that the row says otherwise; what it leaves out stays."""
    said = {
        "position": member.position or entry.position,
        "staff_type": entry.staff_type if member.staff_type == StaffType.UNKNOWN else member.staff_type,
        "starts_on": member.starts_on,
        "ends_on": member.ends_on or entry.ends_on,
    }
    return tuple(column for column, value in said.items() if value != getattr(entry, column))


def _contacts(member: Member, person: KnownPerson) -> tuple[str, ...]:
    """What the row tells of the person that is not known yet, or is known otherwise."""
    found = [
        column for column in ("email", "phone")
        if getattr(member, column) and getattr(member, column) != getattr(person, column).lower()
    ]  # fmt: skip
    if member.sex != Sex.UNKNOWN and person.sex == Sex.UNKNOWN:
        found.append("sex")
    return tuple(found)


def _kept(row: JudgedRow, person: KnownPerson, contacts: Sequence[str]) -> JudgedRow:
    """Who has an account keeps the contacts: only the owner changes them (permissions.csv, person.edit_contacts)."""
    if not person.has_account or not contacts:
        return row
    sentence = _("This person has an account and changes the contacts there; those of the file are left out.")
    return replace(row, problems=(*row.problems, Problem("email", "contacts_kept", sentence, is_warning=True)))


def _arriving(row: JudgedRow, member: Member, person: KnownPerson, known: Known) -> JudgedRow:
    """The person does not stand here in this group: new here, or moved from where the person stands in those days."""
    contacts = _contacts(member, person)
    row = _kept(row, person, contacts)
    contacts = () if person.has_account else contacts
    away = [
        entry for entry in known.entries_of(person)
        if entry.agency != member.agency and entry.shares_a_day(member.starts_on, member.ends_on)
    ]  # fmt: skip
    if not away:
        return replace(row, plan=Plan(Verdict.NEW, person.pk, columns=contacts))
    first = away[0]
    words = {
        "name": person.full_name, "agency": known.names.get(first.agency, first.agency),
        "since": f"{first.starts_on:%d/%m/%Y}", "day": f"{member.starts_on:%d/%m/%Y}",
    }  # fmt: skip
    if any(entry.agency not in known.reach for entry in away):
        sentence = _(
            "This person stands on the roster of %(agency)s since %(since)s. Ask that agency to record the end there, "
            "or the department to move the person, and send the row again."
        )
        return _refused(row, "agency_code", "moved_not_yours", sentence % words)
    if any(entry.starts_on >= member.starts_on for entry in away):
        sentence = _("This person stands on the roster of %(agency)s only since %(since)s, not before %(day)s.")
        return _refused(row, "starts_on", "moved_too_early", sentence % words)
    sentence = _("%(name)s stands on the roster of %(agency)s since %(since)s; that ends on %(day)s.") % words
    note = Problem("", "", sentence, is_warning=True)
    plan = Plan(Verdict.MOVED, person.pk, ends=tuple(entry.pk for entry in away), columns=contacts)
    return replace(row, plan=plan, problems=(*row.problems, note))
