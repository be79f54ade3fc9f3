"""A roster file on its way in: checked and kept as a dry run, then confirmed, once (learning.md §4)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.jobs.models import ImportLine, ImportRun, ImportState, Verdict
from lms.people.known import chunks, directory_of, known_of
from lms.people.models import Agency, Person, User
from lms.people.models.agencies import AgencyQuerySet
from lms.people.models.roster import SYSTEM
from lms.people.roster_files import Directory, JudgedRow, Member, Plan, RowVerdict, judge
from lms.people.roster_matching import Choice, compare
from lms.people.roster_tables import Pasted
from lms.people.roster_writing import Change, hold, write
from lms.refusal import Refused

KIND = "roster"
TO_WRITE = (Verdict.NEW, Verdict.CHANGED, Verdict.MOVED, Verdict.ENDED)


def check(  # noqa: PLR0913 - who asks, when, and what, all by name
    content: bytes | Pasted,
    *,
    writable: AgencyQuerySet,
    agency: Agency | None,
    by: User | None,
    now: datetime,
    on: date,
    name: str = "roster.csv",
    reach: AgencyQuerySet | None = None,
) -> ImportRun:
    """Judge a file and keep the report as a dry run; nothing on the roster changes.

    `agency` is where rows without a code belong; `name` is the file's, its ending says what it is; `reach` are the
    agencies from which people may be moved here. A file that was applied here before gives that first report. Raises
    FileError for a file that cannot be judged as a whole.
    """
    scope = agency.code if agency else ""
    raw = content if isinstance(content, bytes) else content.text.encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(raw).hexdigest()
    earlier = ImportRun.objects.applied(KIND, scope, sha256).first()
    if earlier:
        return earlier
    directory = directory_of(writable, agency, reach)
    rows = judge(content, directory, on, name=name)
    known = known_of([row.member for row in rows if row.member], directory)
    for number, row in enumerate(rows):
        rows[number] = compare(row, known)
    with transaction.atomic():
        _forget_dry_runs(scope, _actor(by))
        run = ImportRun.objects.create(
            kind=KIND, scope=scope, sha256=sha256, plan_hash=_plan_hash(rows), actor=_actor(by), created_at=now,
            counts=Counter(row.change.value for row in rows),
        )  # fmt: skip
        for some in chunks(rows):
            ImportLine.objects.bulk_create(_line(run, row) for row in some)
    return run


def choose(
    run: ImportRun, choices: Mapping[int, Choice], *, writable: AgencyQuerySet, reach: AgencyQuerySet | None = None
) -> int:
    """The importer tells namesakes apart: line → person or NEW_PERSON. How many rows were decided.

    Raises Refused: import_is_over.
    """
    directory = directory_of(writable, None, reach)
    dry = ImportRun.objects.filter(pk=run.pk, state=ImportState.DRY)
    with transaction.atomic():
        if not dry.update(plan_hash=F("plan_hash")):
            raise Refused("import_is_over", _("This check is over. Check the file again."))
        waiting = run.lines.filter(pk__in=list(choices), code="choose_person")
        lines = [line for line in waiting if line.data.get("member")]
        rows = {line.pk: _row(line) for line in lines}
        known = known_of([row.member for row in rows.values() if row.member], directory)
        for line in lines:
            _rewrite(line, compare(rows[line.pk], known, choices[line.pk]), choices[line.pk])
        ImportLine.objects.bulk_update(lines, ["verdict", "code", "message", "data"], batch_size=100)
        dry.update(counts=Counter(run.lines.values_list("verdict", flat=True)))
    return sum(line.code != "choose_person" for line in lines)


def confirm(
    run: ImportRun,
    *,
    writable: AgencyQuerySet,
    by: User | None,
    now: datetime,
    only_sound: bool = False,
    reach: AgencyQuerySet | None = None,
) -> bool:
    """Write the sound rows of a dry run, all or none, with one event; False if that was done before. What somebody else
    wrote in the meantime just as the file says is left as it is.

    Raises Refused: rows_refused (there are refused rows and `only_sound` is not set), nothing_to_import,
    preview_stale (the rosters say something else now), already_imported (the same file, by another run), import_is_over
    (another file was checked since).
    """
    if run.state == ImportState.APPLIED:
        return False
    if not only_sound and run.lines.filter(verdict=Verdict.REFUSED).exists():
        raise Refused("rows_refused", _("Some rows were refused. Mend them, or import the sound rows only."))
    with transaction.atomic():
        _one_import_at_a_time()
        if not _claimed(run, now):
            return False
        planned = _planned(run)
        if not planned:
            raise Refused("nothing_to_import", _("There is nothing to import in this file."))
        write(_still_to_do(planned, directory_of(writable, None, reach)), by=by, now=now)
        Event.record(
            "roster.import_confirm", object_kind="import_run", object_id=run.pk, actor=_actor(by), now=now,
            agency=run.scope, data={"sha256": run.sha256, "counts": run.counts},
        )  # fmt: skip
    return True


def people_for(members: Iterable[Member]) -> dict[Member, Person]:
    """Who each row speaks of, where that is beyond doubt (`Known.whom`)."""
    members = list(members)
    known = known_of(members, Directory({}, frozenset()))
    found = {member: person.pk for member in members if (person := known.whom(member))}
    people = Person.objects.in_bulk(found.values())
    return {member: people[pk] for member, pk in found.items()}


def _one_import_at_a_time() -> None:
    """Hold the first agency's row until the end of the transaction: two files may name the same new person."""
    first = Agency.objects.order_by("pk").values("pk")[:1]
    Agency.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(name=F("name"))


def _claimed(run: ImportRun, now: datetime) -> bool:
    try:
        with transaction.atomic():
            claimed = run.mark_applied(now)
    except IntegrityError as error:
        raise Refused("already_imported", _("This file has been loaded here before.")) from error
    if not claimed and run.state != ImportState.APPLIED:
        raise Refused("import_is_over", _("This check is over. Check the file again."))
    return claimed


class Planned(NamedTuple):
    """A sound line of a dry run: what it says, what it would change, whom the importer named."""

    member: Member
    plan: Plan
    choice: Choice


def _planned(run: ImportRun) -> list[Planned]:
    """The sound lines. Raises Refused: preview_stale for a check that an earlier release made."""
    sound = run.lines.filter(verdict__in=TO_WRITE)
    if sound.exclude(data__has_key="plan").exists():
        raise Refused("preview_stale", _("The roster has changed since the file was checked. Check it again."))
    lines = sound.order_by("row", "pk").values_list("data", flat=True)
    return [
        Planned(_member(data["member"]), _plan(data["plan"]), data.get("choice"))
        for data in lines.iterator(chunk_size=500)
    ]


def _still_to_do(planned: Sequence[Planned], directory: Directory) -> list[Change]:
    """What the rows change now. Raises Refused: preview_stale, same_person_twice."""
    hold({one.plan.person for one in planned if one.plan.person})
    known = known_of([one.member for one in planned], directory)
    changes = []
    for member, plan, choice in planned:
        again = compare(JudgedRow(0, 0, RowVerdict.ACCEPT, member=member), known, choice)
        if again.change == Verdict.UNCHANGED:
            continue
        if again.plan != plan or member.agency not in directory.writable:
            raise Refused("preview_stale", _("The roster has changed since the file was checked. Check it again."))
        changes.append(Change(member, plan))
    _check_once(changes)
    return changes


def _check_once(changes: Iterable[Change]) -> None:
    """Two rows may have been said to be the same person: then they cannot be about the same roster and group."""
    seen = Counter((plan.person, member.agency, member.group) for member, plan in changes if plan.person)
    if any(count > 1 for count in seen.values()):
        raise Refused("same_person_twice", _("Two rows are about the same person in the same group. Keep one of them."))


def _forget_dry_runs(scope: str, actor: str) -> None:
    """Earlier dry runs of the same person lapse, and what they hold about people goes."""
    old = ImportRun.objects.filter(kind=KIND, scope=scope, actor=actor, state=ImportState.DRY)
    ImportLine.objects.filter(run__in=old).delete()
    old.update(state=ImportState.LAPSED)


def _line(run: ImportRun, row: JudgedRow) -> ImportLine:
    return ImportLine(
        run=run, row=row.record, verdict=row.change, code=row.defect, message=row.message[:500],
        target=row.member.agency if row.member else "", data=_data(row),
    )  # fmt: skip


def _data(row: JudgedRow) -> dict[str, Any]:
    """What the line has to keep: the plan of a sound row, the cells of a refused one, to be mended and sent again."""
    if row.change == Verdict.REFUSED:
        kept: dict[str, Any] = {"cells": row.cells, "raw": _said(row)}
        if row.suggestions:
            kept |= {"member": asdict(row.member) if row.member else None}
            kept |= {"suggestions": [asdict(one) for one in row.suggestions]}
        return kept
    if row.change in TO_WRITE and row.member and row.plan:
        return {"member": asdict(row.member), "plan": asdict(row.plan)}
    return {}


def _said(row: JudgedRow) -> dict[str, str]:
    """The cells as they were sent; stand-ins for foreign bytes, and what no database takes, are replaced."""
    cells = row.raw.cells if row.raw else {}
    sound = {name: value[:500].encode("utf-8", "replace").decode() for name, value in cells.items() if value}
    return {name: value.replace("\0", "") for name, value in sound.items()}


def _row(line: ImportLine) -> JudgedRow:
    """The row of a line that waits for a choice, as sound as it was."""
    return JudgedRow(0, 0, RowVerdict.ACCEPT, member=_member(line.data["member"]))


def _rewrite(line: ImportLine, judged: JudgedRow, choice: Choice) -> None:
    before = line.data
    line.verdict, line.code, line.message = judged.change, judged.defect, judged.message[:500]
    line.data = _data(judged) | {"choice": choice}
    if judged.change == Verdict.REFUSED:
        line.data |= {"cells": before["cells"], "raw": before["raw"]}


_DAYS = ("birth_date", "starts_on", "ends_on")


def _member(data: dict[str, Any]) -> Member:
    days = {name: date.fromisoformat(data[name]) if data[name] else None for name in _DAYS}
    return Member(**(data | days))


def _plan(data: dict[str, Any]) -> Plan:
    values = data | {"change": Verdict(data["change"]), "ends": tuple(data["ends"]), "columns": tuple(data["columns"])}
    return Plan(**values)


def _plan_hash(rows: Iterable[JudgedRow]) -> str:
    plan = [[asdict(row.member), asdict(row.plan)] for row in rows if row.member and row.plan]
    return hashlib.sha256(json.dumps(plan, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def _actor(by: User | None) -> str:
    return str(by.public_id) if by else SYSTEM
