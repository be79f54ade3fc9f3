"""Whom a regrade touches: people, passes, completions, certificates; looked at before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from courses.completing import Done, Programme, facts_of
from courses.evaluation import evaluate
from courses.models import Attempt, Completion, Enrolment, EnrolmentState, RegradePlan, Slot
from courses.panels import touched_by_results
from courses.regrading import Change
from lms.people.touching import Touched


@dataclass(frozen=True)
class PreviewLine:
    """An attempt and what changes for it."""

    attempt: Attempt
    change: Change


@dataclass(frozen=True)
class RegradePreview:
    """Everything that the plan would do, and what hangs on it; by given name."""

    plan: RegradePlan
    lines: tuple[PreviewLine, ...]
    completions: tuple[Enrolment, ...]
    """Enrolments that would be complete."""
    undermined: tuple[Enrolment, ...]
    """Completions that stand and would no longer be met; a person decides on them."""
    touched: tuple[Touched, ...]

    @property
    def newly_passed(self) -> list[PreviewLine]:
        """Who passes because of it."""
        return [line for line in self.lines if line.change.passed_after and not line.change.passed_before]

    @property
    def no_longer_passed(self) -> list[PreviewLine]:
        """Who passed and would not."""
        return [line for line in self.lines if line.change.passed_before and not line.change.passed_after]


def preview(plan: RegradePlan, now: datetime) -> RegradePreview:
    """The plan with names; a constant number of queries."""
    by_slot = {one.slot_id: one for one in plan.changes}
    slots = Slot.objects.filter(pk__in=by_slot).select_related(
        "attempt__quiz", "attempt__enrolment__run__course", "attempt__enrolment__person", "attempt__enrolment__agency"
    )
    rows = slots.order_by("attempt__enrolment__person__sort_key", "attempt__enrolment", "attempt__number", "pk")
    lines = tuple(PreviewLine(slot.attempt, by_slot[slot.pk]) for slot in rows)
    enrolments = {line.attempt.enrolment_id: line.attempt.enrolment for line in lines}
    arises, undermined = _completions(enrolments, {line.attempt.pk: line.change for line in lines}, now)
    return RegradePreview(plan, lines, arises, undermined, tuple(touched_by_results(list(enrolments))))


def _completions(
    enrolments: Mapping[int, Enrolment], changes: Mapping[int, Change], now: datetime
) -> tuple[tuple[Enrolment, ...], tuple[Enrolment, ...]]:
    """The evaluator asked with the results as they would be: who would complete, whose completion would not hold."""
    people = [row for row in enrolments.values() if row.state == EnrolmentState.ENROLLED]
    programme, done = Programme.of({row.run_id: row.run for row in people}.values()), Done.of(people)
    for tries in done.attempts.values():
        _as_it_would_be(tries, changes)
    facts = facts_of(people, programme, done, now)
    kept = Completion.objects.filter(enrolment__in=people)
    standing = {row.enrolment_id for row in kept if row.voided_at is None}
    voided = {(row.enrolment_id, str(row.facts)) for row in kept if row.voided_at is not None}
    arises, undermined = [], []
    for row in people:
        is_done = evaluate(programme.rule(row.run), facts[row.pk]).done
        if is_done and row.pk not in standing and (row.pk, str(facts[row.pk].as_dict())) not in voided:
            arises.append(row)
        if not is_done and row.pk in standing:
            undermined.append(row)
    return tuple(arises), tuple(undermined)


def _as_it_would_be(tries: Collection[Attempt], changes: Mapping[int, Change]) -> None:
    """In memory alone: these instances are never saved."""
    for attempt in tries:
        if attempt.pk in changes:
            attempt.points = changes[attempt.pk].total_after
            attempt.points_possible = changes[attempt.pk].total_possible_after
