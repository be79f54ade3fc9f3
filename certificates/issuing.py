"""Issuing certificates in one transaction (Part 2.2). Nothing else issues: no view, sweep or upgrade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from certificates.codes import new_code
from certificates.freezing import artefact_for
from certificates.models import Artefact, Certificate, Series, Signing, State
from certificates.previewing import Candidate, Decision, Preview, preview, refuse_unprintable, stale
from certificates.snapshot import SigningWay, Snapshot
from courses.models import Completion, Enrolment, Run
from lms.people.models import User
from lms.refusal import Refused


def carry_out(payload: dict[str, Any], now: datetime) -> list[Certificate]:
    """Issue what was confirmed, inside the caller's transaction. Raises Refused "preview_stale" if the world moved."""
    run = Run.objects.select_related("course", "issuer__parent").get(pk=payload["run"])
    decision = Decision(**{**payload["decision"], "on": date.fromisoformat(payload["decision"]["on"])})
    plan = preview(run, decision, date.fromisoformat(payload["issued_on"]))
    if plan.plan_hash != payload["plan_hash"]:
        raise stale()
    return issue(plan, by=User.objects.get(pk=payload["by"]), now=now)


def plan_for_one(enrolment: Enrolment, decision: Decision, on: date) -> Preview:
    """The dry run for one person, a late case. Raises Refused: already_certified, not_completed, and as `preview`."""
    if Certificate.objects.valid().filter(enrolment=enrolment).exists():
        raise Refused("already_certified", _("This person already has a valid certificate for this class."))
    if not Completion.objects.standing().filter(enrolment=enrolment).exists():
        raise Refused("not_completed", _("This person has not completed the class: there is nothing to certify."))
    run = Run.objects.select_related("course", "issuer__parent").get(pk=enrolment.run_id)
    return preview(run, decision, on, only=enrolment)


def issue_one(plan: Preview, *, by: User, now: datetime) -> Certificate:
    """Issue what `plan_for_one` found. Raises Refused as `issue`, and already_certified if somebody was faster."""
    issued = issue(plan, by=by, now=now)
    if not issued:
        raise stale()
    return issued[0]


def issue(plan: Preview, *, by: User, now: datetime) -> list[Certificate]:
    """Take the numbers and insert the rows: consecutive, all or none. Raises Refused: glyph_missing, too_long,
    year_mismatch, series_closed, already_certified."""
    refuse_unprintable(plan.blocked)
    papers = {extra: artefact_for(plan.template, extra) for extra in {one.extra_characters for one in plan.ready}}
    before = _voided_replacements(plan)
    try:
        with transaction.atomic():
            numbers = plan.series.take(len(plan.ready), plan.issued_on)
            rows = [
                _row(plan, candidate, number, papers[candidate.extra_characters], by, now)
                for candidate, number in zip(plan.ready, numbers, strict=True)
            ]
            for row in rows:
                _go_on(row, before.get(row.enrolment_id))
            Certificate.objects.bulk_create(rows)
            for row in rows:
                row.record("certificate.issued", by=by, now=now)
    except IntegrityError as error:
        raise Refused("already_certified", _("Somebody of this list was certified meanwhile.")) from error
    return rows


def _voided_replacements(plan: Preview) -> dict[int, Certificate]:
    """By enrolment: a replacement that was void before it was handed over. What comes now goes on in its place."""
    people = [candidate.completion.enrolment_id for candidate in plan.ready]
    rows = Certificate.objects.filter(enrolment__in=people, state=State.VOID, replaces__isnull=False, replaced_by=None)
    return {row.enrolment_id: row for row in rows.order_by("pk")}


def _go_on(row: Certificate, void: Certificate | None) -> None:
    if void is not None:
        row.replaces, row.counts_on = void, void.counts_on


def _row(plan: Preview, candidate: Candidate, number: int, artefact: Artefact, by: User, now: datetime) -> Certificate:
    completion = candidate.completion
    printed = Snapshot.of(replace(candidate.facts, number=number, code=new_code(), signing=signing_way(plan.series)))
    return Certificate(
        public_code=printed.code, series=plan.series, number=number, enrolment=completion.enrolment,
        completion=completion, person=completion.enrolment.person, course=plan.run.course, agency=completion.agency,
        study_periods=plan.run.study_periods, snapshot=printed.to_dict(), snapshot_sha256=printed.sha256(),
        artefact=artefact, issued_on=plan.issued_on, issued_at=now, issued_by=by, counts_on=plan.issued_on,
    )  # fmt: skip


def signing_way(series: Series) -> SigningWay:
    """How papers of the series are signed, in the words of the snapshot."""
    ways: dict[str, SigningWay] = {Signing.PAPER: "paper", Signing.EXTERNAL: "external", Signing.TEST: "test"}
    return ways[series.signing]
