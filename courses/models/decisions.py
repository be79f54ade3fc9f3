"""What a trainer decides about an attempt afterwards: late answers, another score, void (learning.md §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from courses import grading
from courses.models.answers import Answer, AnswerFlag, LateAnswer, Slot
from courses.models.attempts import Attempt, AttemptState
from lms.jobs.models import Job
from lms.people.models import Approval, User
from lms.people.models.approvals import approves
from lms.refusal import Refused

OVERRIDE = "attempt.override_score_or_void"
"""The kind of the request; the event is the action of permissions.csv."""
VOID, SCORE = "void", "score"


def accept_late_answers(attempt: Attempt, reason: str, *, by: User, now: datetime) -> int:
    """Count what came after the clock had closed the attempt; how many answers. Needs quiz, person and agency in hand.

    Raises Refused: reason_required (422), nothing_late (none is kept, or all were accepted before).
    """
    if not reason.strip():
        raise Refused("reason_required", _("Say why the late answer counts."), status=422)
    keys = grading.keys_of(attempt.slots.values_list("version_id", flat=True))
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(epoch=F("epoch"))
        attempt.refresh_from_db(fields=["state"])
        newest = _newest_late(attempt)
        if not newest or attempt.state not in (AttemptState.SUBMITTED, AttemptState.GRADED):
            raise Refused("nothing_late", _("No late answer of this test waits to be accepted."))
        for late in newest:
            _count_late(late, keys, reason, by)
        _sum_up(attempt, now)
        attempt.tell(
            "attempt.accept_late_answers", actor=str(by.public_id), now=now,
            data={"slots": [late.slot.position for late in newest]},
        )  # fmt: skip
    attempt.refresh_from_db()
    return len(newest)


def _newest_late(attempt: Attempt) -> Sequence[LateAnswer]:
    """The last one of each question; what a marker has read already is not replaced."""
    rows = LateAnswer.objects.filter(slot__attempt=attempt, accepted_by__isnull=True, slot__marks__marked_at=None)
    newest = {late.slot_id: late for late in rows.select_related("slot__version").order_by("slot__position", "seq")}
    return list(newest.values())


def _count_late(late: LateAnswer, keys: grading.Keys, reason: str, by: User) -> None:
    slot = late.slot
    points = grading.mark(keys[slot.version_id], late.value, slot.points_possible)
    Answer.objects.filter(slot=slot).update(value=late.value, seq=late.seq, flag=AnswerFlag.LATE)
    Slot.objects.filter(pk=slot.pk).update(points=points)
    LateAnswer.objects.filter(pk=late.pk).update(accepted_by=by, reason=reason.strip()[:300])


def _sum_up(attempt: Attempt, now: datetime) -> None:
    """The result of the points of the slots; none while an essay waits."""
    answers = attempt.slots.values_list("points", "answer__value")
    points = [earned for earned, _value in answers]
    known = [earned for earned in points if earned is not None]
    is_graded = len(known) == len(points)
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.GRADED if is_graded else AttemptState.SUBMITTED,
        points=sum(known) if is_graded else None,
        graded_at=now if is_graded else None,
        answered_count=sum(value is not None for _earned, value in answers),
    )
    _ask_to_evaluate(attempt, now)


def _ask_to_evaluate(attempt: Attempt, now: datetime) -> None:
    key = f"enrolment:{attempt.enrolment_id}:attempt:{attempt.pk}:decided:{now.isoformat()}"
    Job.ask("courses.evaluate", key=key, payload={"enrolment": attempt.enrolment_id}, now=now)


def ask_to_override(  # noqa: PLR0913 - what, why and by whom, all by name
    attempt: Attempt, what: str, *, percent: int | None = None, reason: str, document_no: str, by: User, now: datetime
) -> Approval:
    """Ask that a graded attempt be void, or earn `percent` of its points; a second person confirms.

    Raises Refused: not_graded, points_out_of_range (422), reason_required, already_asked.
    """
    if attempt.state != AttemptState.GRADED:
        raise Refused("not_graded", _("Only an attempt that is graded can be changed."))
    if what == SCORE and (percent is None or not 0 <= percent <= 100):
        raise Refused("points_out_of_range", _("Give a percentage from 0 to 100."), status=422)
    payload = {"what": what, "percent": percent if what == SCORE else None, "before": attempt.points}
    return Approval.ask(
        OVERRIDE, object_kind="attempt", object_id=str(attempt.public_id), payload=payload, by=by, reason=reason,
        document_no=document_no, now=now, action="attempt.override_score_or_void_after_grading",
    )  # fmt: skip


@approves(OVERRIDE, _("Change the result of an attempt, or declare it void"))
def override(approval: Approval, by: User, now: datetime) -> None:
    """What was asked for, if the result still is what it was. Raises Refused "preview_stale"."""
    attempt = Attempt.objects.with_context().get(public_id=approval.object_id)
    graded = Attempt.objects.graded().filter(pk=attempt.pk, points=approval.payload["before"])
    if not graded.update(**_overridden(attempt, approval.payload, approval.reason)):
        raise Refused("preview_stale", _("Something has changed since you looked. Please check the list again."))
    _ask_to_evaluate(attempt, now)


def _overridden(attempt: Attempt, payload: Mapping[str, Any], reason: str) -> dict[str, Any]:
    if payload["what"] == VOID:
        return {"state": AttemptState.VOIDED, "void_reason": reason[:300]}
    return {"points": attempt.points_possible * payload["percent"] // 100}
