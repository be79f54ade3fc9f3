"""Answer keys. Only the grader and the question editor may import this module (pyproject.toml)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from courses.models.bank import QuestionVersion
from courses.scoring import WHOLE


def _tops(rows: list[dict[str, Any]] | None) -> bool:
    return any(row["weight"] == WHOLE for row in rows or [])


def _multiple(data: dict[str, Any]) -> bool:
    if data.get("rule") == "weights":
        return sum(weight for weight in data["weights"].values() if weight > 0) >= WHOLE
    return bool(data.get("right"))


_CAN_BE_MET: dict[str, Callable[[dict[str, Any]], bool]] = {
    "single": lambda data: max(data.get("weights", {}).values(), default=0) == WHOLE,
    "multiple": _multiple,
    "true_false": lambda data: isinstance(data.get("answer"), bool),
    "matching": lambda data: bool(data.get("pairs")),
    "ordering": lambda data: len(data.get("order", [])) > 1,
    "short_text": lambda data: _tops(data.get("accepted")),
    "numeric": lambda data: _tops(data.get("intervals")),
}


class AnswerKey(models.Model):
    """All that is right about a version: the key, weights, rubric and feedback.

    `data` has the shape that `courses.scoring` documents for the version's type; `feedback` is
    {"general": text, "options": {uid: text}}. None of it leaves the server before its time (learning.md §9).
    """

    version = models.OneToOneField(QuestionVersion, models.CASCADE, related_name="answer_key", primary_key=True)
    data = models.JSONField()
    feedback = models.JSONField(default=dict, blank=True)
    #: Set when the version becomes ready: from then on a trigger refuses every change.
    is_frozen = models.BooleanField(default=False, editable=False)

    def can_be_met(self) -> bool:
        """Some answer earns all the points; an essay is marked by people and needs no key."""
        check = _CAN_BE_MET.get(self.version.type)
        return check is None or check(self.data)
