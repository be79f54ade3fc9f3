"""Builders of agencies, people, rosters and accounts: plain functions that call verbs, with valid defaults."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from functools import cache

from lms.days import HERE
from lms.people.agencies_file import AgencyRow, read_agencies
from lms.people.loading import DATA, FIELDS, load_agencies, split_scopes
from lms.people.models import (
    Agency,
    AgencyKind,
    Group,
    Person,
    RoleGrant,
    RosterEntry,
    Succession,
    SuccessionKind,
    User,
)

LONG_AGO = date(2025, 7, 1)
"""The day on which the agencies of today began, and with them the entries and roles made here."""
_numbers = itertools.count(1)


def noon(day: date) -> datetime:
    """Midday in Vietnam."""
    return datetime.combine(day, time(12), tzinfo=HERE)


@cache
def real_list() -> tuple[AgencyRow, ...]:
    """The real agencies, read once."""
    return tuple(read_agencies((DATA / "agencies.csv").read_bytes(), split_scopes()))


def all_agencies() -> None:
    """The whole real list with successions and unit groups: a quarter of a second."""
    load_agencies(list(real_list()), actor="system", now=noon(LONG_AGO), file_sha256="0" * 64)


def real_agency(code: str) -> Agency:
    """One agency of the real list, with those above it; made at the first call."""
    found = Agency.objects.filter(code=code).first()
    if found:
        return found
    row = next(row for row in real_list() if row.code == code)
    parent = real_agency(row.parent) if row.parent else None
    return Agency.objects.create(code=code, parent=parent, **{name: getattr(row, name) for name in FIELDS})


def agency(name: str = "", *, kind: str = AgencyKind.PC_COMMUNE, **fields: object) -> Agency:
    """An open commune, unless told otherwise; any two have different codes."""
    number = next(_numbers)
    values = {"code": f"XA-{number}", "name": name or f"UBND xã Mẫu {number}", "kind": kind} | fields
    return Agency.objects.create(**values)


def succession(
    old: Agency, new: Agency | None, *, on: date, kind: str = SuccessionKind.MERGE, scope: str = "all"
) -> Succession:
    """`old` passed to `new` on that day; without `new` it was dissolved."""
    kind = kind if new else SuccessionKind.DISSOLUTION
    return Succession.objects.create(predecessor=old, successor=new, kind=kind, scope=scope, on=on)


def person(name: str = "", **fields: object) -> Person:
    """Somebody on no roster yet."""
    values = {"full_name": name or f"Nguyễn Mẫu {next(_numbers)}", "created_at": noon(LONG_AGO)} | fields
    return Person.objects.create(**values)


def entry(
    who: Person | None = None,
    at: Agency | None = None,
    group: str = Group.COMMUNICATION_OFFICER,
    *,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> RosterEntry:
    """On the roster since LONG_AGO, and known since then, unless told otherwise."""
    return RosterEntry.enter(
        person=who or person(), agency=at or agency(), group=group, starts_on=starts_on, ends_on=ends_on,
        by=None, now=now or noon(starts_on),
    )  # fmt: skip


def user(name: str = "", *, of: Person | None = None, **fields: object) -> User:
    """An account without roles; of that person, if given."""
    number = next(_numbers)
    values = {"name": name or (of.full_name if of else f"Tài khoản {number}"), "created_at": noon(LONG_AGO)} | fields
    made: User = User.objects.create_user(f"tk{number}", f"tk{number}@example.test", None, person=of, **values)
    return made


def role(who: User, role_: str, at: Agency | None = None, *, starts_on: date = LONG_AGO) -> RoleGrant:
    """A role since LONG_AGO; a focal person's at an agency."""
    return RoleGrant.give(who, role_, agency=at, starts_on=starts_on, by=None, now=noon(starts_on))
