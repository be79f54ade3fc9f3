"""The grader: with `cms.viewsets.questions` the only one that opens answer keys (learning.md §3, pyproject.toml).

What leaves this module before its time is points, never what is right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.formats.ir import ImportedQuestion
from courses.marking import Criterion, criteria
from courses.models.bank import Option, QuestionPicture, QuestionVersion, VersionState
from courses.models.keys import AnswerKey
from courses.scoring import WHOLE, fraction, score
from lms.prepared import prepared
from lms.refusal import Refused


class Key(NamedTuple):
    """The type of a version and what is right about it."""

    type: str
    data: Mapping[str, Any]


Keys: TypeAlias = dict[int, Key]
"""By version."""


def keys_of(versions: Iterable[int]) -> Keys:
    """The keys of these versions; they are frozen, so it does not matter when they are read. One query."""
    rows = AnswerKey.objects.filter(version__in=versions)
    return {pk: Key(type_, data) for pk, type_, data in rows.values_list("version_id", "version__type", "data")}


@prepared
def _of_attempt(attempt_id: int) -> QuerySet[AnswerKey, tuple[int, str, Any]]:
    rows = AnswerKey.objects.filter(version__slots__attempt_id=attempt_id)
    return rows.values_list("version_id", "version__type", "data")


def keys_of_attempt(attempt_id: int) -> Keys:
    """The keys of all that an attempt asks. One query."""
    return {pk: Key(type_, data) for pk, type_, data in _of_attempt(attempt_id)}


def mark(key: Key, value: Mapping[str, Any] | None, points_possible: int) -> int | None:
    """What an answer earns, in 1/10,000 of a point; None for an essay that somebody has to read."""
    part = 0 if value is None else fraction(key.type, key.data, value)
    return None if part is None else score(points_possible, part)


@prepared
def _data(versions: list[int]) -> QuerySet[AnswerKey, tuple[int, Any]]:
    return AnswerKey.objects.filter(version__in=versions).values_list("version_id", "data")


def right_orders(versions: Collection[int]) -> dict[int, list[str]]:
    """The right order of ordering questions, so that none is shown in it. No query without such questions."""
    if not versions:
        return {}
    return {version_id: list(data["order"]) for version_id, data in _data(list(versions))}


def rubrics(versions: Collection[int]) -> dict[int, tuple[Criterion, ...]]:
    """What markers of these essays give points for. One query."""
    rows = AnswerKey.objects.filter(version__in=versions).values_list("version_id", "data")
    return {version_id: criteria(data.get("rubric", [])) for version_id, data in rows}


def notes(version: int) -> str:
    """What the author of an essay tells its markers."""
    data = AnswerKey.objects.filter(version=version).values_list("data", flat=True).first() or {}
    return str(data.get("notes", ""))


def right_options(version: int) -> set[str]:
    """The options of a choice question that earn all of its points (for the item analysis)."""
    row = AnswerKey.objects.filter(version=version).values_list("version__type", "data").first()
    type_, data = row or ("", {})
    if type_ == "multiple":
        return set(data.get("right") or [uid for uid, weight in data.get("weights", {}).items() if weight > 0])
    return {uid for uid, weight in data.get("weights", {}).items() if weight == WHOLE} if type_ == "single" else set()


def right_truth(version: int) -> bool | None:
    """What a true-or-false question says; None for others."""
    data = AnswerKey.objects.filter(version=version, version__type="true_false").values_list("data", flat=True).first()
    return None if data is None else bool(data["answer"])


def write_key(version: QuestionVersion, data: Mapping[str, Any], feedback: Mapping[str, Any]) -> None:
    """The key of a draft, in place of an earlier one. Raises Refused "version_frozen" once the version is ready."""
    version.require_draft()
    columns = {"data": dict(data), "feedback": dict(feedback)}
    key, _created = AnswerKey.objects.update_or_create(version=version, defaults=columns)
    version.answer_key = key


def write_keys(contents: Mapping[QuestionVersion, ImportedQuestion]) -> None:
    """The keys of new drafts, all at once."""
    keys = [
        AnswerKey(version=version, data=dict(content.key), feedback=dict(content.feedback))
        for version, content in contents.items()
    ]
    AnswerKey.objects.bulk_create(keys, batch_size=500)
    for key in keys:
        key.version.answer_key = key


def freeze_all(versions: Sequence[QuestionVersion]) -> None:
    """As `QuestionVersion.freeze`, for many drafts with their keys, all or none. Raises Refused "no_right_answer"."""
    for version in versions:
        key = getattr(version, "answer_key", None)
        if key is None or not key.can_be_met():
            message = _("The question has no answer that earns all its points.")
            raise Refused("no_right_answer", message, status=422, code=version.question.code)
    with transaction.atomic():
        for place in range(0, len(versions), 500):
            some = [version.pk for version in versions[place : place + 500]]
            Option.objects.filter(version__in=some, is_frozen=False).update(is_frozen=True)
            AnswerKey.objects.filter(version__in=some).update(is_frozen=True)
            QuestionPicture.objects.filter(version__in=some, is_frozen=False).update(is_frozen=True)
            QuestionVersion.objects.filter(pk__in=some).update(state=VersionState.READY)
    for version in versions:
        version.state = VersionState.READY


@dataclass(frozen=True)
class Revealed:
    """What a person may read of a question once its key is released (learning.md §9)."""

    right: tuple[str, ...]
    general: str
    options: Mapping[str, str]


def reveal(versions: Collection[int]) -> dict[int, Revealed]:
    """Right answers in words, and the explanations. The caller has asked the review policy first. Two queries."""
    options = Option.objects.filter(version__in=versions).order_by("version", "position")
    texts = {str(uid): text for uid, text in options.values_list("uid", "text")}
    rows = AnswerKey.objects.filter(version__in=versions).values_list("version_id", "version__type", "data", "feedback")
    return {
        version_id: Revealed(
            tuple(_in_words(type_, data, texts)), feedback.get("general", ""), feedback.get("options", {})
        )
        for version_id, type_, data, feedback in rows
    }


def _in_words(type_: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """What is right, one line a piece, in the order of `texts`: PostgreSQL keeps no order in what is stored as JSON."""
    match type_:
        case "single":
            return [texts[uid] for uid, weight in data["weights"].items() if weight == WHOLE]
        case "multiple":
            weights = data.get("weights", {})
            right = data.get("right") or [uid for uid in texts if weights.get(uid, 0) > 0]
            return [texts[uid] for uid in right]
        case "true_false":
            return [_("True") if data["answer"] else _("False")]
        case "matching":
            pairs = data["pairs"]
            return [f"{texts[left]} → {texts[pairs[left]]}" for left in texts if left in pairs]
        case "ordering":
            return [texts[uid] for uid in data["order"]]
        case "short_text":
            return [row["text"] for row in data["accepted"] if row["weight"] == WHOLE]
        case "numeric":
            return [_range_in_words(row) for row in data["intervals"] if row["weight"] == WHOLE]
    return []


def _range_in_words(row: Mapping[str, Any]) -> str:
    low, high = str(row["low"]).replace(".", ","), str(row["high"]).replace(".", ",")
    return low if low == high else f"{low} … {high}"
