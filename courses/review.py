"""What of an attempt is shown when (learning.md §9): moments, fields, and the one function that decides. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.refusal import Refused

PRACTICE = "practice"


class Moment(TextChoices):
    """From when on a field is shown."""

    DURING = "during", gettext_lazy("At once, while answering")
    AFTER_SUBMIT = "after_submit", gettext_lazy("After handing in")
    AFTER_CLOSING = "after_closing", gettext_lazy("After the test has closed for everybody")
    AFTER_RELEASE = "after_release", gettext_lazy("After a trainer has released the results")
    NEVER = "never", gettext_lazy("Never")


FIELDS = ("own_answers", "right_wrong", "score", "key", "explanation", "comment")
LABELS = {
    "own_answers": gettext_lazy("One's own answers"),
    "right_wrong": gettext_lazy("Right or wrong"),
    "score": gettext_lazy("The points"),
    "key": gettext_lazy("The right answers"),
    "explanation": gettext_lazy("The explanations"),
    "comment": gettext_lazy("The marker's comments"),
}
SECRET = ("key", "explanation")
_GRADED = dict.fromkeys(FIELDS, Moment.AFTER_SUBMIT) | dict.fromkeys(("right_wrong", *SECRET), Moment.AFTER_CLOSING)
_PRACTICE = dict.fromkeys(FIELDS, Moment.AFTER_SUBMIT)


def policy(kind: str, own: Mapping[str, Any]) -> dict[str, str]:
    """What holds for a quiz: the defaults of its kind, and what it says itself."""
    return {**(_PRACTICE if kind == PRACTICE else _GRADED), **{name: own[name] for name in FIELDS if name in own}}


def visible_fields(kind: str, own: Mapping[str, Any], reached: Collection[str]) -> frozenset[str]:
    """The fields to show once these moments are reached. A moment that is none of them is never."""
    return frozenset(field for field, moment in policy(kind, own).items() if moment in reached)


def check_policy(kind: str, own: Mapping[str, Any]) -> None:
    """Raises Refused "key_too_early" (422): a graded test would show what is right while others still take it, directly
    or by telling right from wrong while one answers."""
    held = policy(kind, own)
    early = [name for name in SECRET if held[name] in (Moment.DURING, Moment.AFTER_SUBMIT)]
    early += [name for name in ("right_wrong", "score") if held[name] == Moment.DURING]
    if kind != PRACTICE and early:
        message = _("The key of a graded test is shown after its closing or its release, not before.")
        raise Refused("key_too_early", message, status=422, fields=early)
