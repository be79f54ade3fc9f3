"""The fields of a question, as a browser sends them, into the value of an answer. Pure but for Django's QueryDict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lms.refusal import Refused

Order = Sequence[tuple[str, str]]


def value_from_form(type_: str, order: Order, form: QueryDict) -> dict[str, Any] | None:
    """The value in the shape that `courses.scoring` documents; None if nothing was filled in.

    Raises Refused "bad_value" (422) for an ordering that is not numbered 1, 2, 3 … once each.
    """
    if type_ == "single":
        return {"choice": form["choice"]} if form.get("choice") else None
    if type_ == "multiple":
        return {"choices": form.getlist("choices")} if form.getlist("choices") else None
    if type_ == "true_false":
        return {"answer": form["answer"] == "true"} if form.get("answer") else None
    if type_ == "matching":
        pairs = {uid: form.get(f"pair-{uid}", "") for uid, side in order if side == "left"}
        pairs = {left: right for left, right in pairs.items() if right}
        return {"pairs": pairs} if pairs else None
    if type_ == "ordering":
        return _order_from_form(order, form)
    return {"text": form["text"]} if form.get("text", "").strip() else None


def _order_from_form(order: Order, form: QueryDict) -> dict[str, Any] | None:
    numbers = {uid: form.get(f"order-{uid}", "").strip() for uid, _side in order}
    if not any(numbers.values()):
        return None
    if sorted(numbers.values()) != sorted(str(place) for place in range(1, len(order) + 1)):
        raise Refused("bad_value", _("Use each number from 1 to the last once."), status=422)
    return {"order": sorted(numbers, key=lambda uid: int(numbers[uid]))}
