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
from courses.models import Completion
from lms.coverage.freezing import rows_of
from lms.coverage.frozen import Difference, FrozenRow, differences
from lms.coverage.models import Adjustment, CauseKind, ClosedReport
from lms.people.models import RosterEntry
from lms.people.models.reorganisations import Reorganisation

Counts = tuple[int, int, int, int]
"""On the roster, trained, completions, certificates."""


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
        open_ = [one for one in changed if _rest(one, said) != (0, 0, 0, 0)]
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
    said: defaultdict[tuple[str, str, str], Counts] = defaultdict(lambda: (0, 0, 0, 0))
    for line in report.adjustments.order_by("number"):
        key = line.agency_code, line.group, str(line.evidence.get("person", ""))
        more = line.listed_delta, line.trained_delta, line.completion_delta, line.certificate_delta
        said[key] = _plus(said[key], more)
    return said


def _plus(first: Counts, second: Counts, sign: int = 1) -> Counts:
    listed, trained, completions, certificates = (old + sign * new for old, new in zip(first, second, strict=True))
    return listed, trained, completions, certificates


def _rest(one: Difference, said: dict[tuple[str, str, str], Counts]) -> Counts:
    return _plus(one.deltas, said.get(one.row.key, (0, 0, 0, 0)), -1)


def _line(report: ClosedReport, number: int, one: Difference, rest: Counts, cause: Cause, now: datetime) -> Adjustment:
    listed, trained, completions, certificates = rest
    return Adjustment(
        report=report, number=number, group=one.row.group, agency_code=one.row.agency,
        listed_delta=listed, trained_delta=trained, completion_delta=completions, certificate_delta=certificates,
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
    """The later events of the people whose rows changed: four queries."""

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
        self.completions = _by_person(
            Completion.objects.filter(later, enrolment__person__public_id__in=people)
            .annotate(who=F("enrolment__person__public_id"))
            .order_by("pk")
        )

    def of(self, one: Difference) -> Cause:
        """The cause that fits what changed; the rules themselves where no event of the person does."""
        listed, _trained, _completions, _certificates = one.deltas
        found = self._entry(one) if listed else None
        return (
            found or self._paper(one) or self._completion(one) or self._entry(one) or Cause(CauseKind.RULES_CHANGED, "")
        )

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


def _by_person(rows: Iterable[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[str(row.who)].append(row)
    return found
