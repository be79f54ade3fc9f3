"""The answers behind an item analysis: first graded attempts of a quiz, read without instances (learning.md §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from courses import grading
from courses.models import Attempt, Option, QuestionType, QuestionVersion, Quiz, Slot
from courses.models.attempts import AttemptState
from courses.statistics import SHARE, Analysis, Items, Response, analyse

CHOSEN = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE)
TRUTHS = ("true", "false")


def first_graded(quiz: Quiz) -> QuerySet[Attempt]:
    """Of each enrolment the first attempt that was graded: who tries again has seen the questions."""
    graded = Attempt.objects.graded().filter(quiz=quiz)
    earlier = graded.filter(enrolment=OuterRef("enrolment"), number__lt=OuterRef("number"))
    return graded.filter(~Exists(earlier))


@dataclass(frozen=True)
class ItemLine:
    """A version of a question and how it behaved; `attempt` is one that asked it, to begin a regrade from."""

    version: QuestionVersion
    analysis: Analysis
    position: int
    attempt: str = ""


def overview(quiz: Quiz) -> tuple[int, list[ItemLine]]:
    """How many people, and every version that was asked. Three queries, however many attempts there are."""
    attempts = {
        pk: (points or 0, possible)
        for pk, points, possible in first_graded(quiz).values_list("pk", "points", "points_possible")
    }
    items = Items()
    places: dict[int, int] = {}
    rows = Slot.objects.filter(attempt__quiz=quiz, attempt__state=AttemptState.GRADED)
    for attempt, version, points, possible, place in rows.values_list(
        "attempt_id", "version_id", "points", "points_possible", "position"
    ):
        if attempt in attempts:
            items.add(version, points or 0, possible, *attempts[attempt])
            places.setdefault(version, place)
    judged = items.judged()
    versions = QuestionVersion.objects.filter(pk__in=judged).select_related("question").order_by("question__code", "pk")
    return len(attempts), [ItemLine(row, judged[row.pk], places[row.pk]) for row in versions]


def analysis_of(quiz: Quiz, version: QuestionVersion) -> tuple[ItemLine | None, dict[str, str]]:
    """One version with its options by thirds, and the words of the options. Four queries."""
    rows = list(
        Slot.objects.filter(version=version, attempt__in=first_graded(quiz), points_possible__gt=0)
        .order_by("attempt_id")
        .values_list(
            "points", "points_possible", "answer__value", "position", "attempt__points", "attempt__points_possible",
            "attempt__public_id",
        )
    )  # fmt: skip
    if not rows:
        return None, {}
    responses = [_response(*row[:3], row[4] or 0, row[5]) for row in rows]
    texts = _texts(version)
    analysis = analyse(responses, list(texts), _right(version))
    return ItemLine(version, analysis, rows[0][3], str(rows[0][6])), texts


def _response(points: int | None, possible: int, value: Mapping[str, Any] | None, total: int, whole: int) -> Response:
    rest = whole - possible
    return Response(
        (points or 0) * SHARE // possible, (total - (points or 0)) * SHARE // rest if rest else 0, _chosen(value)
    )


def _chosen(value: Mapping[str, Any] | None) -> tuple[str, ...]:
    if not value:
        return ()
    if "answer" in value:
        return (TRUTHS[0] if value["answer"] else TRUTHS[1],)
    return (value["choice"],) if "choice" in value else tuple(value.get("choices", ()))


def _texts(version: QuestionVersion) -> dict[str, str]:
    """The words of what can be chosen, in the order of the question; empty for what is not chosen from options."""
    if version.type == QuestionType.TRUE_FALSE:
        return dict(zip(TRUTHS, (_("True"), _("False")), strict=True))
    if version.type not in CHOSEN:
        return {}
    rows = Option.objects.filter(version=version).order_by("position").values_list("uid", "text")
    return {str(uid): text for uid, text in rows}


def _right(version: QuestionVersion) -> Sequence[str]:
    truth = grading.right_truth(version.pk) if version.type == QuestionType.TRUE_FALSE else None
    if truth is not None:
        return (TRUTHS[0] if truth else TRUTHS[1],)
    return sorted(grading.right_options(version.pk))
