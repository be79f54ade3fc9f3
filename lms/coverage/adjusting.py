"""What later events changed under a closed report: numbered lines with their cause, never a change (domain.md §7, C3).

The frozen rows are held against the same question as known now. A line says what one person's row lost or gained and
why; what earlier lines said already is not said again, so that looking twice adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from certificates.models import Certificate, State
from courses.models import Completion, OutsideState, OutsideTraining, Waiver
from lms.coverage.freezing import rows_of
from lms.coverage.frozen import NOTHING, Counts, Difference, FrozenRow, differences, plus
from lms.coverage.models import Adjustment, CauseKind, ClosedReport
from lms.people.models import RosterEntry
from lms.people.models.reorganisations import Reorganisation


@dataclass(frozen=True)
class Cause:
    """Why a row changed: the reason that somebody gave, and where to look it up."""

    kind: CauseKind
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)


def adjust(report: ClosedReport, *, now: datetime) -> list[Adjustment]:
    """Write a numbered line for everything that changed since the report was closed and has no line yet.

    Two at once number nothing twice: the report's row is held.
    """
    before, after = list(report.frozen_rows()), rows_of(report.question(None))
    with transaction.atomic():
        ClosedReport.objects.filter(pk=report.pk).update(adjusted_at=now)  # holds the row: one at a time numbers
        said = _said(report)
        changed = differences(before, after)
        settled = said.keys() - {one.row.key for one in changed}
        changed += [Difference(None, FrozenRow(*key)) for key in sorted(settled)]
        open_ = [one for one in changed if _rest(one, said) != NOTHING]
        causes = _Causes(report.known_at, open_)
        last = report.adjustments.aggregate(last=Max("number"))["last"] or 0
        lines = [
            _line(report, last + place, one, _rest(one, said), causes.of(one), now)
            for place, one in enumerate(open_, start=1)
        ]
        lines += _reorganised(report, last + len(lines), now)
        Adjustment.objects.bulk_create(lines, batch_size=500)
    return lines


def _said(report: ClosedReport) -> dict[tuple[str, str, str], Counts]:
    """What the lines so far add up to, row by row."""
    said: defaultdict[tuple[str, str, str], Counts] = defaultdict(lambda: NOTHING)
    for line in report.adjustments.order_by("number"):
        key = line.agency_code, line.group, str(line.evidence.get("person", ""))
        said[key] = plus(said[key], line.deltas)
    return said


def _rest(one: Difference, said: dict[tuple[str, str, str], Counts]) -> Counts:
    return plus(one.deltas, said.get(one.row.key, NOTHING), -1)


def _line(report: ClosedReport, number: int, one: Difference, rest: Counts, cause: Cause, now: datetime) -> Adjustment:
    listed, trained, completions, certificates, waived, outside = rest
    return Adjustment(
        report=report, number=number, group=one.row.group, agency_code=one.row.agency,
        listed_delta=listed, trained_delta=trained, completion_delta=completions, certificate_delta=certificates,
        waived_delta=waived, outside_delta=outside,
        reason=cause.reason[:300] or cause.kind.value, recorded_at=now,
        evidence={
            "cause": cause.kind.value, "person": one.row.person, "name": one.row.shown.get("name", ""),
            **cause.evidence,
        },
    )  # fmt: skip


def _reorganised(report: ClosedReport, last: int, now: datetime) -> list[Adjustment]:
    """A line without figures for every reorganisation, or its undoing, of agencies that the report names: from then on
    it reads otherwise «theo đơn vị hiện nay»."""
    said = {line.evidence.get("reorganisation") for line in report.adjustments.all()}
    named = set(report.parameters["agencies"])
    lines: list[Adjustment] = []
    later = Reorganisation.objects.filter(applied_at__gt=report.known_at).select_related("undoes")
    for found in later.order_by("applied_at", "pk"):
        touched = set((found.undoes or found).changes.values_list("predecessor", flat=True)) & named
        if touched and str(found.public_id) not in said:
            evidence = {
                "cause": CauseKind.REORGANISED.value, "reorganisation": str(found.public_id),
                "on": found.on.isoformat(), "agencies": sorted(touched), "decision_no": found.document_no,
            }  # fmt: skip
            number = last + len(lines) + 1
            lines.append(
                Adjustment(report=report, number=number, reason=found.title, evidence=evidence, recorded_at=now)
            )
    return lines


class _Causes:
    """The later events of the people whose rows changed: six queries."""

    def __init__(self, since: datetime, changed: Sequence[Difference]) -> None:
        people = sorted({one.row.person for one in changed})
        later = Q(recorded_at__gt=since) | Q(voided_at__gt=since)
        self.entries = _by_person(
            RosterEntry.objects.filter(later, person__public_id__in=people)
            .annotate(who=F("person__public_id"), code=F("agency__code"))
            .order_by("pk")
        )
        self.papers = _by_person(
            Certificate.objects.filter(Q(issued_at__gt=since) | Q(state_at__gt=since), person__public_id__in=people)
            .select_related("series")
            .annotate(who=F("person__public_id"))
            .order_by("state_at", "pk")
        )
        self.elsewhere = _by_person(
            OutsideTraining.objects.filter(
                Q(decided_at__gt=since) | Q(voided_at__gt=since),
                state=OutsideState.ACCEPTED, person__public_id__in=people,
            )
            .annotate(who=F("person__public_id"))
            .order_by("pk")
        )  # fmt: skip
        self.waivers = _by_person(
            Waiver.objects.filter(Q(granted_at__gt=since) | Q(voided_at__gt=since), person__public_id__in=people)
            .annotate(who=F("person__public_id"), group=F("requirement__group"))
            .order_by("pk")
        )
        self.completions = _by_person(
            Completion.objects.filter(later, person__public_id__in=people)
            .annotate(who=F("person__public_id"))
            .order_by("pk")
        )

    def of(self, one: Difference) -> Cause:
        """The cause that fits what changed; the rules themselves where no event of the person does."""
        listed, _trained, completions, certificates, waived, outside = one.deltas
        found = self._entry(one) if listed else None
        if found is None and not (completions or certificates):
            found = (self._elsewhere(one) if outside else None) or (self._waiver(one) if waived else None)
        for look in (self._paper, self._completion, self._entry, self._elsewhere, self._waiver):
            found = found or look(one)
        return found or Cause(CauseKind.RULES_CHANGED, "")

    def _entry(self, one: Difference) -> Cause | None:
        mine = [row for row in self.entries[one.row.person] if row.code == one.row.agency]
        if not mine:
            return None
        voided = [row for row in mine if row.void_reason]
        kind = CauseKind.ROSTER_CORRECTED if voided else CauseKind.ROSTER_ADDED
        return Cause(kind, voided[-1].void_reason if voided else "", {"entries": [row.pk for row in mine]})

    def _paper(self, one: Difference) -> Cause | None:
        mine = self.papers[one.row.person]
        if not mine:
            return None
        paper = next((row for row in reversed(mine) if row.state == State.REVOKED), mine[-1])
        evidence = {"certificate": paper.public_code, "number": paper.number_label}
        if paper.state == State.REVOKED:
            decided = paper.decision_on.isoformat() if paper.decision_on else ""
            evidence |= {"decision_no": paper.decision_no, "decision_on": decided}
            return Cause(CauseKind.CERTIFICATE_REVOKED, paper.reason, evidence)
        return Cause(CauseKind.CERTIFICATE_ISSUED, "", evidence)

    def _completion(self, one: Difference) -> Cause | None:
        mine = self.completions[one.row.person]
        if not mine:
            return None
        voided = [row for row in mine if row.void_reason]
        kind = CauseKind.COMPLETION_VOIDED if voided else CauseKind.COMPLETION_RECORDED
        return Cause(kind, voided[-1].void_reason if voided else "", {"completions": [row.pk for row in mine]})

    def _elsewhere(self, one: Difference) -> Cause | None:
        """Training elsewhere: what was taken back before what was accepted."""
        mine = self.elsewhere[one.row.person]
        if not mine:
            return None
        found = next((row for row in reversed(mine) if row.voided_at), mine[-1])
        kind = CauseKind.OUTSIDE_TAKEN_BACK if found.voided_at else CauseKind.OUTSIDE_ACCEPTED
        return Cause(kind, found.void_reason, {"outside": found.pk, "number": found.certificate_no})

    def _waiver(self, one: Difference) -> Cause | None:
        """A waiver of the group of the row: what was voided before what was granted."""
        mine = [row for row in self.waivers[one.row.person] if row.group == one.row.group]
        if not mine:
            return None
        found = next((row for row in reversed(mine) if row.voided_at), mine[-1])
        kind = CauseKind.WAIVER_VOIDED if found.voided_at else CauseKind.WAIVER_GRANTED
        reason = found.void_reason if found.voided_at else found.ground
        return Cause(kind, reason, {"waiver": found.pk, "decision_no": found.document_no})


def _by_person(rows: Iterable[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[str(row.who)].append(row)
    return found
