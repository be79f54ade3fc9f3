"""Issuing the certificates of a run in one transaction (Part 2.2). Nothing else issues: no view, sweep or upgrade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.codes import new_code
from certificates.freezing import artefact_for
from certificates.models import Artefact, Certificate, Series, Signing
from certificates.previewing import Candidate, Decision, Preview, preview, refuse_blocked
from certificates.snapshot import SigningWay, Snapshot
from courses.models import Run
from lms.people.models import User
from lms.refusal import Refused


def carry_out(payload: dict[str, Any], now: datetime) -> list[Certificate]:
    """Issue what was confirmed, inside the caller's transaction. Raises Refused "preview_stale" if the world moved."""
    run = Run.objects.select_related("course", "issuer__parent").get(pk=payload["run"])
    decision = Decision(**{**payload["decision"], "on": date.fromisoformat(payload["decision"]["on"])})
    plan = preview(run, decision, date.fromisoformat(payload["issued_on"]))
    if plan.plan_hash != payload["plan_hash"]:
        raise Refused("preview_stale", _("The list has changed since you looked at it. Look at it again."))
    return issue(plan, by=User.objects.get(pk=payload["by"]), now=now)


def issue(plan: Preview, *, by: User, now: datetime) -> list[Certificate]:
    """Take the numbers and insert the rows: consecutive, all or none. Raises Refused: glyph_missing, too_long,
    series_closed."""
    refuse_blocked(plan)
    papers = {extra: artefact_for(plan.template, extra) for extra in {one.extra_characters for one in plan.ready}}
    numbers = plan.series.take(len(plan.ready))
    rows = [
        _row(plan, candidate, number, papers[candidate.extra_characters], by, now)
        for candidate, number in zip(plan.ready, numbers, strict=True)
    ]
    Certificate.objects.bulk_create(rows)
    for row in rows:
        row.record("certificate.issued", by=by, now=now)
    return rows


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
