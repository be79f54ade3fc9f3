"""What stands between the braces of a GIFT question: its type, options, key and feedback (learning.md §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift_signs import WEIGHT, show, snapped
from courses.formats.ir import ImportedOption, ImportedPicture, UnreadableQuestion, options_of
from courses.scoring import WHOLE

_ANSWER = re.compile(r"(?=[~=])")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_NUMBER = re.compile(r"[+-]?(\d{1,18}([.,]\d{0,12})?|[.,]\d{1,12})")
GRADINGS = {"ALL_OR_NOTHING": "all_or_nothing", "RELATIVE_ALL_PREVIOUS_AND_NEXT": "pairs"}
MOST_OPTIONS = 10
MOST_LEFT = 8
MOST_ACCEPTED = 20


@dataclass
class Reading:
    """What an answer block gives: type, options, key, feedback, and what was converted."""

    type: str
    options: list[ImportedOption] = field(default_factory=list)
    key: dict[str, Any] = field(default_factory=dict)
    feedback: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    pictures: list[ImportedPicture] = field(default_factory=list)


@dataclass
class _Answer:
    """One alternative inside the braces; `weight` in ten-thousandths, None if the file gives none."""

    sign: str
    text: str
    weight: int | None
    feedback: str


def read_block(code: str, block: str) -> Reading:
    """The answers of the question `code`, signs hidden: the order of the tests is the format's.

    Raises UnreadableQuestion.
    """
    body, _sep, general = block.partition("####")
    body = body.strip()
    if not body:
        return Reading("essay", key={"rubric": [], "notes": show(general)})
    if body.startswith("#"):
        reading = _numeric(body[1:].strip())
    elif body.startswith(">"):
        reading = _ordering(code, body[1:])
    else:
        reading = _truth(body) or _listed(code, _answers(body))
    if general.strip():
        reading.feedback["general"] = show(general)
    return reading


def _truth(body: str) -> Reading | None:
    """Capitals only; the first feedback is for a wrong answer, the second for a right one."""
    word, *feedback = body.split("#")
    if word.strip() not in _TRUTH:
        return None
    told = {name: text for name, text in zip(("wrong", "right"), map(show, feedback), strict=False) if text}
    return Reading("true_false", key={"answer": _TRUTH[word.strip()]}, feedback=told)


def _answers(body: str) -> list[_Answer]:
    """The alternatives; a block without any sign is one accepted text."""
    before, *parts = _ANSWER.split(body)
    require_count(len(parts), 0, MOST_ACCEPTED)
    if before.strip() and parts:
        raise UnreadableQuestion("no_answers", _("The answers must begin with = or ~."))
    return [_answer(part) for part in parts or [f"={before}"]]


def _answer(part: str) -> _Answer:
    words, _sep, feedback = part[1:].partition("#")
    words = words.strip()
    weight = WEIGHT.match(words)
    share = snapped(weight[1]) if weight else None
    if share is not None and abs(share) > WHOLE:
        raise UnreadableQuestion("bad_weight", _("A weight is between -100 and 100 percent."))
    return _Answer(part[0], words[weight.end() :].strip() if weight else words, share, show(feedback))


def _listed(code: str, answers: list[_Answer]) -> Reading:
    if any(answer.sign == "~" for answer in answers):
        return _single(code, answers) if any(answer.sign == "=" for answer in answers) else _multiple(code, answers)
    if any("->" in answer.text for answer in answers):
        return _matching(code, answers)
    return _short(answers)


def _options(code: str, answers: list[_Answer]) -> list[ImportedOption]:
    texts = [show(answer.text) for answer in answers]
    if not all(texts):
        raise UnreadableQuestion("empty_option", _("An option has no text."))
    require_count(len(texts), 2, MOST_OPTIONS)
    return options_of(code, texts)


def require_count(count: int, least: int, most: int) -> None:
    """Raises UnreadableQuestion: too_few_options, too_many_options."""
    if not least <= count <= most:
        limits = {"count": count, "least": least, "most": most}
        raise UnreadableQuestion(
            "too_few_options" if count < least else "too_many_options",
            _("There are %(count)s answers; from %(least)s to %(most)s are possible.") % limits,
        )


def require_right(weights: list[int], *, adds_up: bool = False) -> None:
    """Somebody can earn all the points: with one answer, or with several that add up. Raises UnreadableQuestion."""
    reached = sum(weight for weight in weights if weight > 0) if adds_up else max(weights, default=0)
    if reached < WHOLE:
        raise UnreadableQuestion("no_right_option", _("No answer earns all the points."))


def _told(options: list[ImportedOption], answers: list[_Answer]) -> dict[str, Any]:
    texts = {option.uid: one.feedback for option, one in zip(options, answers, strict=True) if one.feedback}
    return {"options": texts} if texts else {}


def _single(code: str, answers: list[_Answer]) -> Reading:
    options = _options(code, answers)
    notes = [_("A negative weight counts as nothing here.")] if any((one.weight or 0) < 0 for one in answers) else []
    given = [(WHOLE if one.sign == "=" else 0) if one.weight is None else max(0, one.weight) for one in answers]
    require_right(given)
    weights = {option.uid: weight for option, weight in zip(options, given, strict=True)}
    return Reading("single", options, {"weights": weights}, _told(options, answers), notes)


def _multiple(code: str, answers: list[_Answer]) -> Reading:
    options = _options(code, answers)
    weights = {option.uid: answer.weight or 0 for option, answer in zip(options, answers, strict=True)}
    require_right(list(weights.values()), adds_up=True)
    right = [uid for uid, weight in weights.items() if weight > 0]
    key = {"rule": "weights", "weights": weights, "right": right, "wrong_count": len(weights) - len(right)}
    return Reading("multiple", options, key, _told(options, answers))


def _short(answers: list[_Answer]) -> Reading:
    accepted: list[dict[str, Any]] = [
        {"text": show(one.text), "weight": _weight(one), "feedback": one.feedback} for one in answers if show(one.text)
    ]
    require_count(len(accepted), 1, MOST_ACCEPTED)
    require_right([row["weight"] for row in accepted])
    return Reading("short_text", key={"accepted": accepted})


def _weight(answer: _Answer) -> int:
    whole = WHOLE if answer.sign == "=" else 0
    return whole if answer.weight is None else max(0, answer.weight)


def _matching(code: str, answers: list[_Answer]) -> Reading:
    """The first arrow of a line splits; a right side without a left one is a distractor; equal right sides are one."""
    require_count(len(answers), 2, 2 * MOST_LEFT)
    halves = [tuple(show(half) for half in answer.text.partition("->")[::2]) for answer in answers]
    if not all(right for _left, right in halves):
        raise UnreadableQuestion("unpaired", _("A pair has no right-hand side."))
    lefts = options_of(code, [left for left, _right in halves if left], "left")
    rights = options_of(code, list(dict.fromkeys(right for _left, right in halves)), "right")
    require_count(len(lefts), 2, MOST_LEFT)
    by_text = {option.text: option.uid for option in rights}
    targets = [by_text[right] for left, right in halves if left]
    pairs = {option.uid: target for option, target in zip(lefts, targets, strict=True)}
    notes = [_("Feedback on pairs is not kept.")] if any(answer.feedback for answer in answers) else []
    return Reading("matching", [*lefts, *rights], {"pairs": pairs}, notes=notes)


def _ordering(code: str, body: str) -> Reading:
    """Header words, then an item a line, in the right order."""
    header, _sep, rest = body.partition("\n")
    items = [text for text in map(show, rest.split("\n")) if text]
    require_count(len(items), 3, MOST_LEFT)
    options = options_of(code, items)
    gradings = [word for word in header.upper().split() if "_" in word]
    rule = GRADINGS.get(gradings[0], "pairs") if gradings else "pairs"
    notes = [_("The way of grading was changed to pairs.")] if set(gradings) - set(GRADINGS) else []
    return Reading("ordering", options, {"order": [option.uid for option in options], "rule": rule}, notes=notes)


def _numeric(text: str) -> Reading:
    answers = _answers(text) if text else []
    intervals: list[dict[str, Any]] = []
    wrong = ""
    for answer in answers:
        if answer.text in ("", "*") and not _weight(answer):
            wrong = answer.feedback
            continue
        low, high = interval(answer.text)
        intervals.append({"low": str(low), "high": str(high), "weight": _weight(answer), "feedback": answer.feedback})
    require_right([row["weight"] for row in intervals])
    return Reading("numeric", key={"intervals": intervals}, feedback={"wrong": wrong} if wrong else {})


def interval(text: str) -> tuple[Decimal, Decimal]:
    """The ends of `3`, `3:2` (3 ± 2), `1..5`; a decimal comma is read as a point. Raises UnreadableQuestion."""
    low, dots, high = text.partition("..")
    middle, _sep, tolerance = text.partition(":")
    ends = (decimal_of(low), decimal_of(high)) if dots else _around(decimal_of(middle), decimal_of(tolerance or "0"))
    if ends[0] > ends[1]:
        raise UnreadableQuestion("bad_number", _("A number cannot be read."))
    return ends


def _around(middle: Decimal, tolerance: Decimal) -> tuple[Decimal, Decimal]:
    return middle - tolerance, middle + tolerance


def decimal_of(text: str) -> Decimal:
    """A number with a decimal point or comma. Raises UnreadableQuestion."""
    text = text.strip()
    if not text.isascii() or not _NUMBER.fullmatch(text):
        raise UnreadableQuestion("bad_number", _("A number cannot be read."))
    return Decimal(text.replace(",", "."))
