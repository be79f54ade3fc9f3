"""The dry run before certificates are issued: who would get one, what would be printed, what stands in the way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from certificates.artefacts import plain_paper, published_template
from certificates.custody import issuer_on, open_series
from certificates.engine.charset import MissingGlyphs, TooLong
from certificates.engine.fonts import extra_characters
from certificates.engine.frozen import Frozen
from certificates.engine.render import check, missing
from certificates.models import Certificate, Series, TemplateVersion
from certificates.snapshot import Facts, Snapshot
from courses.models import Completion, Enrolment, Run, RunState
from courses.models.completion import CompletionQuerySet
from lms.audit.models import Event
from lms.days import local_day, on_q
from lms.jobs.models import Job
from lms.people.models import Agency, Approval, RosterEntry, User
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

    def as_json(self) -> dict[str, str]:
        """For a job or a request."""
        return {**asdict(self), "on": self.on.isoformat()}

    def check(self) -> None:
        """Raises Refused "no_decision" (422) when the number is missing."""
        if not self.number.strip():
            raise Refused("no_decision", _("Give the number and the date of the decision."), status=422)


@dataclass(frozen=True)
class Candidate:
    """A completion that has no valid certificate yet, what would be printed, and what stands in the way."""

    completion: Completion
    facts: Facts
    printed: Snapshot
    extra_characters: str = ""
    missing_characters: str = ""
    is_too_long: bool = False

    @property
    def is_ready(self) -> bool:
        return not self.missing_characters and not self.is_too_long


@dataclass(frozen=True)
class Preview:
    """The dry run: who would get a certificate, in register order, and the hash to confirm it by."""

    run: Run
    issuer: Agency
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
    def printed_hash(self) -> str:
        """SHA-256 of what would be printed, whatever the book."""
        return hashlib.sha256(b"".join(one.printed.to_json() for one in self.candidates)).hexdigest()

    @property
    def plan_hash(self) -> str:
        """SHA-256 of what would be done: another candidate, another word printed, another hash."""
        plan = {
            "series": self.series.pk,
            "template": self.template.sha256,
            "people": [[candidate.completion.pk, candidate.printed.sha256()] for candidate in self.ready],
        }
        return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def waiting(run: Run) -> CompletionQuerySet:
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


def preview(run: Run, decision: Decision, issued_on: date, *, only: Enrolment | None = None) -> Preview:
    """The dry run, of the whole class or of one person. Constant in queries.

    Where the issuer of the class has ended, whoever keeps its books issues (certificates.custody). Raises Refused:
    series_closed, series_not_opened, not_custodian, no_decision.
    """
    decision.check()
    issuer = issuer_on(run.issuer, issued_on)
    series = open_series(issuer, issued_on)
    template = published_template()
    rows = waiting(run)
    completions = list((rows.filter(enrolment=only) if only else rows)[:MOST])
    held = positions(completions)
    paper = plain_paper(template)
    candidates = [
        candidate(completion, _facts(completion, held, run, issuer, decision, issued_on), paper)
        for completion in completions
    ]
    return Preview(run, issuer, series, template, decision, issued_on, candidates)


def candidate(completion: Completion, facts: Facts, paper: Frozen) -> Candidate:
    """What would be printed for one completion, and whether the font and the layout can hold it."""
    printed = Snapshot.of(facts)
    beyond = missing(paper, printed)
    if beyond:
        try:
            extra_characters(beyond, paper.layout.face_files())
        except MissingGlyphs as error:
            return Candidate(completion, facts, printed, missing_characters=error.characters)
        return Candidate(completion, facts, printed, extra_characters=beyond)
    try:
        check(paper, printed)
    except TooLong:
        return Candidate(completion, facts, printed, is_too_long=True)
    return Candidate(completion, facts, printed)


def ask_for_one(plan: Preview, enrolment: Enrolment, *, reason: str, by: User, now: datetime) -> Approval:
    """Ask a second person to issue to one, a late case. Raises Refused: preview_stale (nobody is on the list),
    glyph_missing, too_long, reason_required, already_asked."""
    if not plan.candidates:
        raise stale()
    refuse_unprintable(plan.blocked)
    return Approval.ask(
        "certificate.issue_manual", object_kind="enrolment", object_id=str(enrolment.public_id), by=by, now=now,
        reason=reason, document_no=plan.decision.number,
        payload={
            "decision": plan.decision.as_json(), "asked_on": plan.issued_on.isoformat(), "printed": plan.printed_hash,
        },
    )  # fmt: skip


def ask(plan: Preview, *, plan_hash: str, by: User, now: datetime) -> Job:
    """Confirm the dry run that somebody looked at: one class, one job. Raises Refused: run_not_over, preview_stale,
    glyph_missing, too_long."""
    if not has_finished(plan.run, local_day(now)):
        raise Refused("run_not_over", _("The class is not over yet. Certificates are issued after its last day."))
    if plan.plan_hash != plan_hash:
        raise stale()
    refuse_unprintable(plan.blocked)
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
                "decision": plan.decision.as_json(),
            },
            total=len(plan.ready),
            requested_by=str(by.public_id),
            now=now,
        )


def has_finished(run: Run, on: date) -> bool:
    """Ended by somebody, or its last day has come; never a cancelled or a planned one."""
    if run.state in (RunState.ENDED, RunState.CLOSED):
        return True
    return run.state in (RunState.OPEN, RunState.RUNNING) and run.ends_on <= on


def stale() -> Refused:
    """The world moved between looking and confirming."""
    return Refused("preview_stale", _("The list has changed since you looked at it. Look at it again."))


def refuse_unprintable(blocked: list[Candidate]) -> None:
    """Raises Refused glyph_missing or too_long when somebody's facts cannot be printed: no number is taken."""
    characters = "".join(sorted(set("".join(candidate.missing_characters for candidate in blocked))))
    if characters:
        raise Refused(
            "glyph_missing",
            _("The certificate's font has no letter for: %(characters)s. Correct the names first; no number was taken.")
            % {"characters": characters},
            status=422,
        )
    if blocked:
        raise Refused(
            "too_long", _("A name or title does not fit the paper. Correct it first; no number was taken."), status=422
        )


def form_of_learning(run: Run) -> str:
    """On paper in Vietnamese, whatever language the screen speaks."""
    with override("vi"):
        return str(run.course.get_mode_display())


NOT_YET = "0" * 17
"""The code of a certificate that has none yet."""


def _facts(
    completion: Completion, held: dict[int, str], run: Run, issuer: Agency, decision: Decision, issued_on: date
) -> Facts:
    """What the paper says, but for the number and the code."""
    person = completion.enrolment.person
    workplace = completion.agency or completion.enrolment.agency
    return Facts(
        superior=issuer.parent.name if issuer.parent else "",
        issuer=issuer.name,
        person=person.full_name,
        birth=person.birth_date,
        position=held.get(person.pk, ""),
        workplace=workplace.name if workplace else "",
        course=run.course.title,
        study_periods=run.study_periods,
        started_on=run.starts_on,
        ended_on=run.ends_on,
        form=form_of_learning(run),
        result="Đạt",
        decision_no=decision.number,
        decision_on=decision.on,
        place=decision.place,
        issued_on=issued_on,
        authority=decision.authority,
        signer_title=decision.signer_title,
        signer=decision.signer,
        number=0,
        code=NOT_YET,
        host=settings.BASE_URL,
        demo=run.course.is_demo,
    )
