"""Answer keys. Only the grader and the question editor may import this module (pyproject.toml)."""

from __future__ import annotations

from django.db import models

from courses.lint import can_be_met
from courses.models.bank import QuestionVersion


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
        return can_be_met(self.version.type, self.data)
