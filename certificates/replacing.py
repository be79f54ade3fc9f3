"""A certificate in the place of another: the issuer's mistake corrected, or one of equal value for a lost one.

A new row with its own number in the book of whoever keeps the issuer's (certificates.custody); it counts where the
first one counted, and each points at the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from certificates.artefacts import plain_paper, published_template
from certificates.codes import new_code
from certificates.custody import keeper_on, open_series
from certificates.freezing import artefact_for
from certificates.issuing import signing_way
from certificates.models import Certificate, Kind, LossRequest, LossState, Series, State
from certificates.previewing import NOT_YET, candidate, refuse_unprintable
from certificates.snapshot import Facts, Snapshot
from courses.models import Completion
from lms.days import local_day
from lms.people.models import User
from lms.refusal import Refused
from lms.vietnamese.text import clean
from lms.vietnamese.written import paper_date

CORRECTABLE = (
    "person", "birth_text", "position", "workplace", "course", "study_periods", "started_on", "ended_on", "result"
)  # fmt: skip
"""What may have been printed by mistake, by its name in the snapshot; days are ISO texts."""


@dataclass(frozen=True)
class Signatory:
    """Who signs the new paper, and the decision it is issued by if there is one."""

    place: str
    authority: str
    signer_title: str
    signer: str
    decision_no: str = ""
    decision_on: date | None = None


@dataclass(frozen=True)
class Again:
    """What a new paper needs: the old line, the book, the day, why."""

    old: Certificate
    series: Series
    signatory: Signatory
    on: date
    reason: str
    note: str

    @property
    def said(self) -> dict[str, Any]:
        """What the old paper says, with the later legal changes."""
        amended = {change.field: change.new for change in self.old.amendments.order_by("pk")}
        return {**self.old.snapshot, **amended}

    def facts(self, corrections: Mapping[str, Any], kind: Any) -> Facts:
        """What the new paper says, but for the number and the code."""
        said, issuer = {**self.said, **corrections}, self.series.issuer
        return Facts(
            kind=kind, superior=issuer.parent.name if issuer.parent else "", issuer=issuer.name,
            title="Giấy xác nhận" if kind == "confirmation" else said["title"], person=said["person"],
            birth=said["birth_text"], position=said["position"], workplace=said["workplace"], course=said["course"],
            study_periods=int(said["study_periods"]), started_on=date.fromisoformat(said["started_on"]),
            ended_on=date.fromisoformat(said["ended_on"]), form=said["form"], result=said["result"],
            decision_no=said["decision_no"],
            decision_on=date.fromisoformat(said["decision_on"]) if said["decision_on"] else None,
            place=self.signatory.place, issued_on=self.on, authority=self.signatory.authority,
            signer_title=self.signatory.signer_title, signer=self.signatory.signer, number=0, code=NOT_YET,
            host=settings.BASE_URL, signing=signing_way(self.series), note=self.note, demo=bool(said["demo"]),
        )  # fmt: skip


def replace_with_corrections(
    old: Certificate, corrections: Mapping[str, Any], *, reason: str, signatory: Signatory, by: User, now: datetime
) -> Certificate:
    """«Cấp lại» for the issuer's mistake. `corrections` by the names of CORRECTABLE; what equals the paper is none.

    Raises Refused: reason_required, nothing_to_correct, glyph_missing, too_long (422), already_final, not_completed,
    not_custodian, series_not_opened, series_closed.
    """
    if not reason.strip():
        raise Refused("reason_required", _("Say why."), status=422)
    again = _again(old, signatory, reason, note="Thay thế", now=now)
    changed = {name: value for name, value in _cleaned(corrections).items() if value != again.said[name]}
    if not changed:
        raise Refused("nothing_to_correct", _("Nothing was changed."), status=422)
    with transaction.atomic():
        made = _take_its_place(again, again.facts(changed, old.kind), by=by, now=now)
        old.record("certificate.replace_with_corrections", by=by, now=now, by_number=made.number_label)
    old.refresh_from_db()
    return made


def confirm_lost(request: LossRequest, *, signatory: Signatory, by: User, now: datetime) -> Certificate:
    """One of equal value in the place of a lost or damaged one; the request is answered.

    Raises Refused: already_decided, already_final, glyph_missing, too_long (422), not_completed, not_custodian,
    series_not_opened, series_closed.
    """
    old = request.certificate
    again = _again(old, signatory, request.reason, note="Có giá trị như", now=now)
    with transaction.atomic():
        request.decide(LossState.CONFIRMED, "", by=by, now=now)
        made = _take_its_place(again, again.facts({}, Kind.CONFIRMATION.value), by=by, now=now)
        old.record("certificate.confirm_lost", by=by, now=now, by_number=made.number_label)
    old.refresh_from_db()
    return made


def _again(old: Certificate, signatory: Signatory, reason: str, *, note: str, now: datetime) -> Again:
    """Everything that can refuse has refused before a number is taken."""
    if old.state != State.VALID:
        raise _final()
    if not Completion.objects.standing().filter(pk=old.completion_id).exists():
        raise Refused("not_completed", _("The completion was declared void: there is nothing to certify."))
    on = local_day(now)
    series = open_series(keeper_on(old.series, on), on)
    elsewhere = "" if series.issuer_id == old.series.issuer_id else f" do {old.snapshot['issuer']}"
    words = f"{note} giấy chứng nhận số {old.number_label}{elsewhere} cấp ngày {paper_date(old.issued_on)}"
    return Again(old, series, signatory, on, reason.strip(), words)


def _cleaned(corrections: Mapping[str, Any]) -> dict[str, Any]:
    """Only what may be corrected. Raises ValueError for other names: a programmer's mistake."""
    unknown = set(corrections) - set(CORRECTABLE)
    if unknown:
        raise ValueError(f"not on the list of what may be corrected: {', '.join(sorted(unknown))}")
    return {name: clean(value) if isinstance(value, str) else value for name, value in corrections.items()}


def _take_its_place(again: Again, facts: Facts, *, by: User, now: datetime) -> Certificate:
    """The old line gives way and the new one stands, in one transaction; the number is taken last."""
    old, template = again.old, published_template()
    found = candidate(old.completion, facts, plain_paper(template))
    refuse_unprintable([] if found.is_ready else [found])
    artefact = artefact_for(template, found.extra_characters)
    given_way = Certificate.objects.filter(pk=old.pk, state=State.VALID).update(
        state=State.REPLACED, reason=again.reason[:300], decision_no=again.signatory.decision_no.strip(),
        decision_on=again.signatory.decision_on, state_on=again.on, state_at=now,
    )  # fmt: skip
    if not given_way:
        raise _final()
    (number,) = again.series.take(1, again.on)
    printed = Snapshot.of(replace(facts, number=number, code=new_code()))
    made = Certificate.objects.create(
        public_code=printed.code, series=again.series, number=number, enrolment=old.enrolment,
        completion=old.completion, person=old.person, course=old.course, agency=old.agency,
        study_periods=facts.study_periods, kind=facts.kind, snapshot=printed.to_dict(),
        snapshot_sha256=printed.sha256(), artefact=artefact, issued_on=again.on, issued_at=now, issued_by=by,
        counts_on=old.counts_on, replaces=old,
    )  # fmt: skip
    made.record("certificate.issued", by=by, now=now, replaces=old.number_label)
    return made


def _final() -> Refused:
    return Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
