"""The answers of a Moodle XML question, by its type: options, key, feedback (learning.md §4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from courses.formats.gift_answers import (
    GRADINGS,
    MOST_ACCEPTED,
    MOST_LEFT,
    MOST_OPTIONS,
    Reading,
    decimal_of,
    require_count,
    require_right,
)
from courses.formats.gift_signs import snapped
from courses.formats.ir import ImportedOption, ImportedPicture, UnreadableQuestion, options_of
from courses.formats.markup import Inert, Take, nobody, plain_text
from courses.formats.moodle_export import DIGITS, OURS
from courses.formats.moodle_pictures import Gallery
from courses.formats.xml_tree import Node
from courses.scoring import MOST_FILES, WHOLE
from lms.vietnamese.text import clean_lines

_WEIGHT = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?")
_LIMITS = {"words_min": "minwordlimit", "words_max": "maxwordlimit"}
_MOST_WORDS = 10_000


class _Answer(NamedTuple):
    """One `<answer>`; `weight` in ten-thousandths."""

    node: Node
    text: str
    weight: int
    feedback: str
    picture: ImportedPicture | None = None


def words(node: Node | None, notes: list[str], take: Take = nobody) -> str:
    """The text of an element, inert; HTML unless it says otherwise."""
    if node is None:
        return ""
    said = node.said("text")
    is_html = node.attributes.get("format", "html") in ("html", "moodle_auto_format")
    inert = plain_text(said, take) if is_html else Inert(clean_lines(said).strip())
    notes += inert.notes
    return inert.text


def _answers(node: Node, notes: list[str], most: int, known: Collection[str] | None = None) -> list[_Answer]:
    """The answers; with a picture each where `known` is given (see `Gallery`): one that is nothing but a picture then
    says what that shows."""
    found = list(node.all("answer"))
    require_count(len(found), 1, most)
    read = []
    for one in found:
        gallery = Gallery(one, known or (), notes, most=0 if known is None else 1)
        text = words(one, notes, gallery.take)
        picture = gallery.found[0] if gallery.found else None
        read.append(
            _Answer(
                one, text or (picture.alt or f"[{_('Picture')}]" if picture else ""),
                _weight(one.attributes.get("fraction", "0")), words(one.first("feedback"), notes), picture,
            )
        )  # fmt: skip
    return read


def _weight(given: str) -> int:
    """Raises UnreadableQuestion."""
    weight = snapped(given) if _WEIGHT.fullmatch(given) else 2 * WHOLE
    if abs(weight) > WHOLE:
        raise UnreadableQuestion("bad_weight", _("A weight is between -100 and 100 percent."))
    return weight


def choice(code: str, node: Node, known: Collection[str] = ()) -> Reading:
    """One or several right options, each with a picture at most; see `Gallery` for `known`."""
    notes: list[str] = []
    answers = _answers(node, notes, MOST_OPTIONS, known)
    require_count(len(answers), 2, MOST_OPTIONS)
    if not all(answer.text for answer in answers):
        raise UnreadableQuestion("empty_option", _("An option has no text."))
    options = options_of(code, [answer.text for answer in answers])
    told = {option.uid: one.feedback for option, one in zip(options, answers, strict=True) if one.feedback}
    weights = {option.uid: one.weight for option, one in zip(options, answers, strict=True)}
    is_single = node.said("single").casefold() not in ("false", "0")
    key = _single(weights, notes) if is_single else _multiple(weights, _ours(node, "rule"))
    feedback = {"options": told} if told else {}
    placed = [
        replace(one.picture, option=option.uid) for option, one in zip(options, answers, strict=True) if one.picture
    ]
    return Reading("single" if is_single else "multiple", options, key, feedback, notes, pictures=placed)


def _single(weights: dict[str, int], notes: list[str]) -> dict[str, Any]:
    if min(weights.values()) < 0:
        notes.append(_("A negative weight counts as nothing here."))
    require_right(list(weights.values()))
    return {"weights": {uid: max(0, weight) for uid, weight in weights.items()}}


def _multiple(weights: dict[str, int], rule: str) -> dict[str, Any]:
    right = [uid for uid, weight in weights.items() if weight > 0]
    if rule in ("balanced", "all_or_nothing") and right:
        return {"right": right, "wrong_count": len(weights) - len(right), "rule": rule}
    require_right(list(weights.values()), adds_up=True)
    return {"rule": "weights", "weights": weights, "right": right, "wrong_count": len(weights) - len(right)}


def _ours(node: Node, name: str) -> str:
    ours = node.first(OURS)
    return ours.said(name) if ours else ""


def _truth(code: str, node: Node) -> Reading:
    notes: list[str] = []
    answers = {one.text.casefold(): one for one in _answers(node, notes, 2)}
    if set(answers) != {"true", "false"}:
        raise UnreadableQuestion("no_right_option", _("The right answer is TRUE or FALSE."))
    right = [word for word, one in answers.items() if one.weight == WHOLE]
    if len(right) != 1:
        raise UnreadableQuestion("no_right_option", _("The right answer is TRUE or FALSE."))
    told = {"right" if word == right[0] else "wrong": one.feedback for word, one in answers.items() if one.feedback}
    return Reading("true_false", key={"answer": right[0] == "true"}, feedback=told, notes=notes)


def _short(code: str, node: Node) -> Reading:
    notes: list[str] = []
    answers = [one for one in _answers(node, notes, MOST_ACCEPTED) if one.text]
    require_count(len(answers), 1, MOST_ACCEPTED)
    accepted = [{"text": one.text, "weight": max(0, one.weight), "feedback": one.feedback} for one in answers]
    require_right([one.weight for one in answers])
    if node.said("usecase") == "1":
        notes.append(_("Capital letters do not count here."))
    key: dict[str, Any] = {"accepted": accepted}
    key |= {name: True for name in ("ignore_marks", "i_y") if _ours(node, name) == "1"}
    return Reading("short_text", key=key, notes=notes)


def _numeric(code: str, node: Node) -> Reading:
    notes: list[str] = []
    intervals, wrong = [], ""
    for answer in _answers(node, notes, MOST_ACCEPTED):
        if answer.text in ("", "*") and answer.weight <= 0:
            wrong = answer.feedback
            continue
        low, high = _around(decimal_of(answer.text), decimal_of(answer.node.said("tolerance") or "0"))
        weight = max(0, answer.weight)
        intervals.append({"low": str(low), "high": str(high), "weight": weight, "feedback": answer.feedback})
    require_right([int(str(row["weight"])) for row in intervals])
    units = node.first("units")
    if units and units.children:
        notes.append(_("Units were left out."))
    return Reading("numeric", key={"intervals": intervals}, feedback={"wrong": wrong} if wrong else {}, notes=notes)


def _around(middle: Decimal, tolerance: Decimal) -> tuple[Decimal, Decimal]:
    with localcontext(prec=DIGITS):
        return middle - abs(tolerance), middle + abs(tolerance)


def _matching(code: str, node: Node) -> Reading:
    notes: list[str] = []
    found = list(node.all("subquestion"))
    require_count(len(found), 2, 2 * MOST_LEFT)
    halves = [(words(one, notes), clean_lines(one.said("answer", "text")).strip()) for one in found]
    halves = [half for half in halves if any(half)]
    if not all(right for _left, right in halves):
        raise UnreadableQuestion("unpaired", _("A pair has no right-hand side."))
    options, pairs = paired(code, halves)
    return Reading("matching", options, {"pairs": pairs}, notes=notes)


def paired(code: str, halves: list[tuple[str, str]]) -> tuple[list[ImportedOption], dict[str, str]]:
    """Options and pairs; a right side without a left one is a distractor, equal right sides are one.

    Raises UnreadableQuestion.
    """
    lefts = options_of(code, [left for left, _right in halves if left], "left")
    rights = options_of(code, list(dict.fromkeys(right for _left, right in halves)), "right")
    require_count(len(lefts), 2, MOST_LEFT)
    by_text = {option.text: option.uid for option in rights}
    targets = [by_text[right] for left, right in halves if left]
    return [*lefts, *rights], {option.uid: target for option, target in zip(lefts, targets, strict=True)}


def _ordering(code: str, node: Node) -> Reading:
    notes: list[str] = []
    found = list(node.all("answer"))
    require_count(len(found), 3, MOST_LEFT)
    items = [words(one, notes) for one in sorted(found, key=_rank)]
    if not all(items):
        raise UnreadableQuestion("empty_option", _("An option has no text."))
    options = options_of(code, items)
    grading = node.said("gradingtype").upper()
    if grading and grading not in GRADINGS:
        notes.append(_("The way of grading was changed to pairs."))
    rule = GRADINGS.get(grading, "pairs")
    return Reading("ordering", options, {"order": [option.uid for option in options], "rule": rule}, notes=notes)


def _rank(answer: Node) -> Decimal:
    try:
        rank = Decimal(answer.attributes.get("fraction", "0"))
    except InvalidOperation:
        rank = Decimal(0)
    return rank if rank.is_finite() else Decimal(0)


def _essay(code: str, node: Node) -> Reading:
    notes: list[str] = []
    key = {"rubric": [], "notes": words(node.first("graderinfo"), notes)}
    settings = {}
    for name, element in _LIMITS.items():
        given = node.said(element)
        if given.isdecimal() and given.isascii() and 0 < int(given[:9]) <= _MOST_WORDS:
            settings[name] = int(given)
    if node.said("responsetemplate", "text"):
        notes.append(_("The template of the answer was left out."))
    attachments = node.said("attachments")
    if attachments not in ("", "0"):
        settings["files"] = int(attachments) if attachments in ("1", "2", "3") else MOST_FILES
    return Reading("essay", key=key, settings=settings, notes=notes)


READERS: dict[str, Callable[[str, Node], Reading]] = {
    "multichoice": choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}
