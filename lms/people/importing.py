"""A roster file on its way in: checked and kept as a dry run, then confirmed, once (learning.md §4)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.jobs.models import ImportLine, ImportRun, ImportState, Verdict
from lms.people.models import Agency, AgencyKind, Person, RosterEntry, Succession, User
from lms.people.models.agencies import AgencyQuerySet
from lms.people.models.roster import SYSTEM
from lms.people.roster_files import Directory, JudgedRow, Member, RowVerdict, Standing, Unit, judge, standing_entry
from lms.refusal import Refused
from lms.vietnamese.text import name_key

KIND = "roster"
VERDICTS = {
    RowVerdict.ACCEPT: Verdict.NEW,
    RowVerdict.ACCEPT_WITH_WARNING: Verdict.NEW,
    RowVerdict.REJECT: Verdict.REFUSED,
}


def directory_of(writable: AgencyQuerySet, default: Agency | None) -> Directory:
    """What rows are judged against: every agency, those that may be written to, and who stands on their rosters."""
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
    standing: dict[tuple[str, str, date | None], list[Standing]] = {}
    entries = RosterEntry.objects.known().filter(agency__in=writable)
    columns = ("agency__code", "person__full_name", "person__birth_date", "group", "starts_on", "ends_on")
    for code, name, birth_date, *entry in entries.values_list(*columns):
        standing.setdefault((code, name_key(name), birth_date), []).append(Standing(*entry))
    codes = frozenset(writable.values_list("code", flat=True))
    return Directory(units, codes, default.code if default else "", standing)


def check(
    content: bytes, *, writable: AgencyQuerySet, agency: Agency | None, by: User | None, now: datetime, on: date
) -> ImportRun:
    """Judge a file and keep the report as a dry run; nothing on the roster changes.

    `agency` is where rows without a code belong. A file that was applied here before gives that first report. Raises
    RosterFileError for a file that cannot be judged as a whole.
    """
    scope, sha256 = agency.code if agency else "", hashlib.sha256(content).hexdigest()
    earlier = ImportRun.objects.applied(KIND, scope, sha256).first()
    if earlier:
        return earlier
    rows = judge(content, directory_of(writable, agency), on)
    with transaction.atomic():
        _forget_dry_runs(scope, _actor(by))
        run = ImportRun.objects.create(
            kind=KIND, scope=scope, sha256=sha256, plan_hash=_plan_hash(rows), actor=_actor(by), created_at=now,
            counts=Counter(row.verdict.value for row in rows),
        )  # fmt: skip
        ImportLine.objects.bulk_create((_line(run, row) for row in rows), batch_size=500)
    return run


def confirm(
    run: ImportRun, *, writable: AgencyQuerySet, by: User | None, now: datetime, only_sound: bool = False
) -> bool:
    """Write the sound rows of a dry run, all or none, with one event; False if that was done before.

    Raises Refused: rows_refused (there are refused rows and `only_sound` is not set), nothing_to_import,
    preview_stale (the roster has changed since), already_imported (the same file, by another run).
    """
    if run.state == ImportState.APPLIED:
        return False
    lines = run.lines.order_by("row")
    members = [_member(line.data) for line in lines.filter(verdict=Verdict.NEW)]
    if run.counts.get(RowVerdict.REJECT) and not only_sound:
        raise Refused("rows_refused", _("Some rows were refused. Mend them, or import the sound rows only."))
    if not members:
        raise Refused("nothing_to_import", _("There is nothing to import in this file."))
    try:
        with transaction.atomic():
            if not run.mark_applied(now):
                return False
            _write(members, directory_of(writable, None), by, now)
            Event.record(
                "roster.import_confirm", object_kind="import_run", object_id=run.pk, actor=_actor(by), now=now,
                agency=run.scope, data={"sha256": run.sha256, "counts": run.counts},
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("already_imported", _("This file has been loaded here before.")) from error
    return True


def people_for(members: Iterable[Member]) -> dict[Member, Person]:
    """Who each row speaks of, where that person is known: the same name and date of birth on the same roster, or
    anywhere with the same e-mail address or telephone. A name alone ties nobody to a row."""
    members = list(members)
    dates = sorted({member.birth_date for member in members if member.birth_date})
    codes = sorted({member.agency for member in members})
    by_key: dict[tuple[str, str, date | None], Person] = {}
    by_contact: dict[tuple[str, date | None, str], Person] = {}
    for start in range(0, len(dates), 500):
        for person in Person.objects.living().filter(birth_date__in=dates[start : start + 500]).order_by("pk"):
            for contact in filter(None, (person.email.lower(), person.phone)):
                by_contact.setdefault((name_key(person.full_name), person.birth_date, contact), person)
    entries = RosterEntry.objects.known().filter(agency__code__in=codes, person__merged_into__isnull=True)
    for entry in entries.select_related("person", "agency").order_by("pk"):
        by_key.setdefault((entry.agency.code, name_key(entry.person.full_name), entry.person.birth_date), entry.person)
    found = {}
    for member in members:
        contacts = [(*member.key[1:], contact) for contact in (member.email, member.phone) if contact]
        whom = by_key.get(member.key) or next((by_contact[key] for key in contacts if key in by_contact), None)
        if whom:
            found[member] = whom
    return found


def new_person(member: Member, now: datetime) -> Person:
    """An unsaved person as the row describes it."""
    return Person(
        full_name=member.full_name, birth_date=member.birth_date, sex=member.sex,
        email=member.email, phone=member.phone, created_at=now,
    )  # fmt: skip


def _write(members: list[Member], directory: Directory, by: User | None, now: datetime) -> None:
    """Entries for people we know one by one, for new people in bulk: nothing of theirs can overlap."""
    if any(standing_entry(member, directory) or member.agency not in directory.writable for member in members):
        raise Refused("preview_stale", _("The roster has changed since the file was checked. Check it again."))
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in={member.agency for member in members})}
    known = people_for(members)
    fresh: dict[tuple[str, str, date | None], Person] = {}
    entries = []
    for member in members:
        whom = known.get(member) or fresh.setdefault(member.key, new_person(member, now))
        entry = RosterEntry(
            person=whom, agency=agencies[member.agency], group=member.group, position=member.position,
            starts_on=member.starts_on,
        )  # fmt: skip
        if member in known:
            entry.write(by=by, now=now)
        else:
            entry.check_span()
            entry.recorded_at, entry.recorded_by = now, by
            entries.append(entry)
    Person.objects.bulk_create(fresh.values(), batch_size=500)
    RosterEntry.objects.bulk_create(entries, batch_size=500)


def _forget_dry_runs(scope: str, actor: str) -> None:
    """Earlier dry runs of the same person lapse, and what they hold about people goes."""
    old = ImportRun.objects.filter(kind=KIND, scope=scope, actor=actor, state=ImportState.DRY)
    ImportLine.objects.filter(run__in=old).delete()
    old.update(state=ImportState.LAPSED)


def _line(run: ImportRun, row: JudgedRow) -> ImportLine:
    if row.verdict == RowVerdict.SKIP:
        verdict = Verdict.DUPLICATE_IN_FILE if row.defect == "duplicate_in_file" else Verdict.UNCHANGED
    else:
        verdict = VERDICTS[row.verdict]
    return ImportLine(
        run=run, row=row.row + 1, verdict=verdict, code=row.defect, message=row.message[:500],
        target=row.member.agency if row.member else "",
        data=asdict(row.member) if row.member and verdict == Verdict.NEW else {},
    )  # fmt: skip


def _member(data: dict[str, str | None]) -> Member:
    values = {name: value for name, value in data.items() if name not in ("birth_date", "starts_on")}
    born = data["birth_date"]
    return Member(
        **{name: str(value) for name, value in values.items()},
        birth_date=date.fromisoformat(born) if born else None,
        starts_on=date.fromisoformat(str(data["starts_on"])),
    )


def _plan_hash(rows: Iterable[JudgedRow]) -> str:
    plan = [asdict(row.member) for row in rows if row.member and row.verdict != RowVerdict.SKIP]
    return hashlib.sha256(json.dumps(plan, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def _actor(by: User | None) -> str:
    return str(by.public_id) if by else SYSTEM
