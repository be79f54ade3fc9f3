"""Issuing the certificates of a run: a dry run that names every gap, then one transaction (Part 2.2).

Nothing else issues: no view, no sweep, no upgrade.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from certificates.artefacts import artefact_for, published_template
from certificates.codes import new_code
from certificates.engine import check_text
from certificates.models import Artefact, Certificate, Series, TemplateVersion
from certificates.models.certificates import number_label
from certificates.snapshot import Snapshot
from courses.models import Completion, Run
from lms.audit.models import Event
from lms.days import on_q
from lms.jobs.models import Job
from lms.people.models import RosterEntry, User
from lms.refusal import Refused

JOB = "certificates.issue"
MOST = 300
"""One run, at most so many people, is one transaction."""


@dataclass(frozen=True)
class Decision:
    """The decision that recognises the results, and who signs: typed in from the paper, never invented."""

    number: str
    on: date
    place: str
    authority: str
    signer_title: str
    signer: str

    def check(self) -> None:
        """Raises Refused "no_decision" (422) when the number is missing."""
        if not self.number.strip():
            raise Refused("no_decision", _("Give the number and the date of the decision."), status=422)


@dataclass(frozen=True)
class Candidate:
    """A completion that has no valid certificate yet, what would be printed, and what stands in the way."""

    completion: Completion
    facts: Snapshot
    missing_characters: str

    @property
    def is_ready(self) -> bool:
        return not self.missing_characters


@dataclass(frozen=True)
class Preview:
    """The dry run: who would get a certificate, in register order, and the hash to confirm it by."""

    run: Run
    series: Series
    template: TemplateVersion
    decision: Decision
    issued_on: date
    candidates: list[Candidate]

    @property
    def ready(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if candidate.is_ready]

    @property
    def blocked(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if not candidate.is_ready]

    @property
    def plan_hash(self) -> str:
        """SHA-256 of what would be done: another candidate, another word printed, another hash."""
        plan = {
            "series": self.series.pk,
            "template": self.template.sha256,
            "people": [[candidate.completion.pk, candidate.facts.sha256()] for candidate in self.ready],
        }
        return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def series_for(run: Run, issued_on: date) -> Series:
    """The open series of the run's issuer for that calendar year. Raises Refused "series_closed" when there is none."""
    series = Series.objects.for_issue(run.issuer, issued_on).first()
    if series is None:
        raise Refused(
            "series_closed",
            _("%(issuer)s has no open series of certificates for %(year)s. Ask an administrator to open one.")
            % {"issuer": run.issuer.name, "year": issued_on.year},
        )
    return series


def waiting(run: Run) -> Iterable[Completion]:
    """Standing completions of the run without a valid certificate, by given name."""
    certified = Certificate.objects.valid().filter(enrolment__run=run).values("enrolment_id")
    completions = Completion.objects.standing().filter(enrolment__run=run).exclude(enrolment_id__in=certified)
    return completions.select_related("enrolment__person", "enrolment__agency", "agency").order_by(
        "enrolment__person__sort_key", "enrolment__person_id", "pk"
    )


def positions(completions: list[Completion]) -> dict[int, str]:
    """Person id → position on the roster on the day of completion, in one query."""
    if not completions:
        return {}
    last_day = max(completion.completed_on for completion in completions)
    people = [completion.enrolment.person_id for completion in completions]
    entries = RosterEntry.objects.known().filter(on_q(last_day), person_id__in=people).order_by("starts_on", "pk")
    return {entry.person_id: entry.position for entry in entries}


def preview(run: Run, decision: Decision, issued_on: date) -> Preview:
    """The dry run. Constant in queries. Raises Refused: series_closed, no_decision."""
    decision.check()
    series = series_for(run, issued_on)
    template = published_template()
    completions = list(waiting(run)[:MOST])  # type: ignore[index]
    held = positions(completions)
    candidates = []
    for completion in completions:
        facts = _snapshot(completion, held.get(completion.enrolment.person_id, ""), run, decision, issued_on)
        candidates.append(Candidate(completion, facts, check_text(facts)))
    return Preview(run, series, template, decision, issued_on, candidates)


def ask(plan: Preview, *, plan_hash: str, by: User, now: datetime) -> Job:
    """Confirm the dry run that somebody looked at. Raises Refused: preview_stale, glyph_missing."""
    if plan.plan_hash != plan_hash:
        raise Refused("preview_stale", _("The list has changed since you looked at it. Look at it again."))
    if plan.blocked:
        characters = "".join(sorted(set("".join(candidate.missing_characters for candidate in plan.blocked))))
        raise Refused(
            "glyph_missing",
            _("The certificate's font has no letter for: %(characters)s. Correct the names first; no number was taken.")
            % {"characters": characters},
            status=422,
        )
    with transaction.atomic():
        Event.record(
            "certificate.issue_run", object_kind="run", object_id=plan.run.public_id, actor=str(by.public_id), now=now,
            data={"count": len(plan.ready), "series": str(plan.series), "plan": plan_hash},
        )  # fmt: skip
        return Job.ask(
            JOB,
            key=f"run:{plan.run.pk}:{plan_hash}",
            payload={
                "run": plan.run.pk,
                "plan_hash": plan_hash,
                "by": by.pk,
                "issued_on": plan.issued_on.isoformat(),
                "decision": {**asdict(plan.decision), "on": plan.decision.on.isoformat()},
            },
            total=len(plan.ready),
            requested_by=str(by.public_id),
            now=now,
        )


def carry_out(payload: dict[str, Any], now: datetime) -> list[Certificate]:
    """Issue what was confirmed, inside the caller's transaction. Raises Refused "preview_stale" if the world moved."""
    run = Run.objects.select_related("course", "issuer__parent").get(pk=payload["run"])
    decision = Decision(**{**payload["decision"], "on": date.fromisoformat(payload["decision"]["on"])})
    plan = preview(run, decision, date.fromisoformat(payload["issued_on"]))
    if plan.plan_hash != payload["plan_hash"] or plan.blocked:
        raise Refused("preview_stale", _("The list has changed since you looked at it. Look at it again."))
    return issue(plan, by=User.objects.get(pk=payload["by"]), now=now)


def issue(plan: Preview, *, by: User, now: datetime) -> list[Certificate]:
    """Take the numbers and insert the rows: consecutive, all or none."""
    artefacts = {candidate.completion.pk: artefact_for(plan.template, candidate.facts) for candidate in plan.ready}
    numbers = plan.series.take(len(plan.ready))
    rows = [
        _row(plan, candidate, number, artefacts[candidate.completion.pk], by, now)
        for candidate, number in zip(plan.ready, numbers, strict=True)
    ]
    Certificate.objects.bulk_create(rows)
    for row in rows:
        row.record("certificate.issued", by=by, now=now)
    return rows


def _row(plan: Preview, candidate: Candidate, number: int, artefact: Artefact, by: User, now: datetime) -> Certificate:
    code = new_code()
    printed = candidate.facts.numbered(
        number=number_label(number, plan.series.year), code=code, verify_url=f"{settings.BASE_URL}/c/{code}"
    )
    completion = candidate.completion
    return Certificate(
        public_code=code, series=plan.series, number=number, enrolment=completion.enrolment, completion=completion,
        person=completion.enrolment.person, course=plan.run.course, agency=completion.agency,
        study_periods=plan.run.study_periods, snapshot=printed.as_dict(), snapshot_sha256=printed.sha256(),
        artefact=artefact, issued_on=plan.issued_on, issued_at=now, issued_by=by, counts_on=plan.issued_on,
    )  # fmt: skip


def _snapshot(completion: Completion, position: str, run: Run, decision: Decision, issued_on: date) -> Snapshot:
    """What would be printed, but for the number and the code."""
    person = completion.enrolment.person
    workplace = completion.agency or completion.enrolment.agency
    return Snapshot.before_numbering(
        superior=run.issuer.parent.name if run.issuer.parent else "",
        issuer=run.issuer.name,
        name=person.full_name,
        born_on=person.birth_date,
        position=position,
        workplace=workplace.name if workplace else "",
        course=run.course.title,
        study_periods=run.study_periods,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        form=str(run.course.get_mode_display()),
        decision_no=decision.number,
        decision_on=decision.on,
        place=decision.place,
        issued_on=issued_on,
        authority=decision.authority,
        signer_title=decision.signer_title,
        signer=decision.signer,
        is_demo=run.course.is_demo,
    )
