"""What an answer is worth: pure sums, in ten-thousandths (learning.md §3). No float, no model, no clock.

A fraction is exact until it meets the points of its question: the score is rounded once, half up.

| type | key (`AnswerKey.data`) | value (`Answer.value`) |
| --- | --- | --- |
| single | `{"weights": {uid: 0…10000}}`, one of them 10000 | `{"choice": uid}` |
| multiple | `{"right": [uid], "wrong_count", "rule": "balanced"}` or `"all_or_nothing"` | `{"choices": [uid]}` |
| – imported | also `"rule": "weights", "weights": {uid: −10000…10000}`: their sum, within 0…1 | `{"choices": [uid]}` |
| true_false | `{"answer": true}` | `{"answer": true}` |
| matching | `{"pairs": {left: right}}` | `{"pairs": {left: right}}` |
| ordering | `{"order": [uid], "rule": "pairs"}` or `"all_or_nothing"` | `{"order": [uid]}` |
| short_text | `{"accepted": [{"text", "weight"}], "ignore_marks", "i_y"}`: the first that fits | `{"text": text}` |
| numeric | `{"intervals": [{"low", "high", "weight"}]}`, decimals as text, closed: the best | `{"text": text}` |
| essay | `{"rubric": […], "notes"}`: marked by people, never here | `{"text": text}`, sealed also `"files": […]` |

A uid is that of an option. `accepted` and `intervals` may carry `feedback`. An empty value (`None`) is no answer and
earns nothing. A weight that is k/n (n ≤ 12) rounded to ten-thousandths counts as k/n: three thirds make a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.texts import as_number, glob_matches, normal_text
from lms.refusal import Refused

WHOLE = 10_000
MOST_FILES = 3
"""With an essay (learning.md §3)."""
Key = Mapping[str, Any]
Value = Mapping[str, Any]


def _rounded(value: Fraction) -> int:
    """Half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def score(points: int, part: Fraction | int) -> int:
    """`points` × `part` of ten thousand, rounded once, half up."""
    return _rounded(points * Fraction(part) / WHOLE)


def _shares() -> dict[int, Fraction]:
    """k/n of the whole, n ≤ 12, by its value in ten-thousandths rounded down and rounded up."""
    exact = {Fraction(k * WHOLE, n) for n in range(1, 13) for k in range(n + 1)}
    return {rounded: share for share in exact for rounded in (floor(share), ceil(share))}


_SHARES = _shares()


def _weight(weight: Any) -> Fraction:
    """A weight of a key as it is meant: 3333 and 3334 are a third."""
    share = _SHARES.get(abs(int(weight)), Fraction(abs(int(weight))))
    return share if weight >= 0 else -share


def _ratio(part: int, whole: int) -> Fraction:
    """part ÷ whole in ten-thousandths, never below 0; nothing of nothing is nothing."""
    return Fraction(max(0, part) * WHOLE, whole) if whole else Fraction(0)


def _clamped(part: Fraction) -> Fraction:
    return max(Fraction(0), min(Fraction(WHOLE), part))


def _single(key: Key, value: Value) -> Fraction:
    return _clamped(_weight(key["weights"].get(value["choice"], 0)))


def _multiple(key: Key, value: Value) -> Fraction:
    ticked = set(value["choices"])
    if key.get("rule") == "weights":
        return _clamped(sum((_weight(key["weights"].get(uid, 0)) for uid in ticked), Fraction(0)))
    right = set(key["right"])
    wrong_count = int(key.get("wrong_count", 0))
    if key.get("rule") == "all_or_nothing" or not wrong_count:
        return Fraction(WHOLE if right and ticked == right else 0)
    hits, misses = len(ticked & right), len(ticked - right)
    return _ratio(hits * wrong_count - misses * len(right), len(right) * wrong_count)


def _true_false(key: Key, value: Value) -> Fraction:
    return Fraction(WHOLE if value["answer"] is key["answer"] else 0)


def _matching(key: Key, value: Value) -> Fraction:
    pairs = key["pairs"]
    return _ratio(sum(value["pairs"].get(left) == right for left, right in pairs.items()), len(pairs))


def _ordering(key: Key, value: Value) -> Fraction:
    right, given = list(key["order"]), list(value["order"])
    if sorted(right) != sorted(given):
        return Fraction(0)
    if key.get("rule") == "all_or_nothing":
        return Fraction(WHOLE if right == given else 0)
    place = {uid: index for index, uid in enumerate(given)}
    ordered = [place[uid] for uid in right]
    pairs = [(a, b) for index, a in enumerate(ordered) for b in ordered[index + 1 :]]
    in_order = sum(a < b for a, b in pairs)
    return _ratio(2 * in_order - len(pairs), len(pairs))


def _short_text(key: Key, value: Value) -> Fraction:
    options = {"ignore_marks": bool(key.get("ignore_marks")), "i_y": bool(key.get("i_y"))}
    given = normal_text(value["text"], **options)
    for accepted in key["accepted"]:
        if given and glob_matches(accepted["text"], given, **options):
            return _clamped(_weight(accepted["weight"]))
    return Fraction(0)


def _numeric(key: Key, value: Value) -> Fraction:
    number = as_number(value["text"])
    if number is None:
        return Fraction(0)
    fits = (row for row in key["intervals"] if Decimal(row["low"]) <= number <= Decimal(row["high"]))
    return _clamped(max((_weight(row["weight"]) for row in fits), default=Fraction(0)))


_FRACTIONS: dict[str, Callable[[Key, Value], Fraction]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
}


def fraction(type_: str, key: Key, value: Value | None) -> Fraction | None:
    """What the answer is worth in ten-thousandths, exactly: 0…10000; None for an essay, which people mark."""
    if type_ == "essay":
        return None
    return Fraction(0) if value is None else _FRACTIONS[type_](key, value)


# --- the shape of an answer ------------------------------------------------------------------------------------------

LONGEST_TEXT = 500
LONGEST_ESSAY = 20_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of surrogate pairs, which PostgreSQL refuses."""


def _bad() -> Refused:
    return Refused("bad_value", _("This answer does not fit the question."), status=422)


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or _UNSTORABLE.search(value):
        raise _bad()
    return value


def _uid(value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise _bad()
    return value


def _uids(value: Any, known: Collection[str]) -> list[str]:
    if not isinstance(value, list):
        raise _bad()
    uids = [_uid(uid, known) for uid in value]
    if len(set(uids)) != len(uids):
        raise _bad()
    return uids


def _pairs(value: Any, lefts: Collection[str], rights: Collection[str]) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _bad()
    return {_uid(left, lefts): _uid(right, rights) for left, right in value.items()}


Options = Sequence[tuple[str, str]]


def _shape_single(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
    return {"choice": _uid(value.get("choice"), [uid for uid, _side in options])}


def _shape_multiple(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
    chosen = _uids(value.get("choices"), [uid for uid, _side in options])
    return {"choices": sorted(chosen)} if chosen else None


def _shape_true_false(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
    if not isinstance(value.get("answer"), bool):
        raise _bad()
    return {"answer": value["answer"]}


def _shape_matching(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
    lefts = [uid for uid, side in options if side == "left"]
    rights = [uid for uid, side in options if side == "right"]
    pairs = _pairs(value.get("pairs"), lefts, rights)
    return {"pairs": pairs} if pairs else None


def _shape_ordering(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
    order = _uids(value.get("order"), [uid for uid, _side in options])
    if len(order) != len(options):
        raise _bad()
    return {"order": order}


def _shape_text(longest: int) -> Callable[[Options, dict[str, Any]], dict[str, Any] | None]:
    def shape(options: Options, value: dict[str, Any]) -> dict[str, Any] | None:
        text = _text(value.get("text"), longest)
        return {"text": text} if text.strip() else None

    return shape


_SHAPES: dict[str, Callable[[Options, dict[str, Any]], dict[str, Any] | None]] = {
    "single": _shape_single,
    "multiple": _shape_multiple,
    "true_false": _shape_true_false,
    "matching": _shape_matching,
    "ordering": _shape_ordering,
    "short_text": _shape_text(LONGEST_TEXT),
    "numeric": _shape_text(LONGEST_TEXT),
    "essay": _shape_text(LONGEST_ESSAY),
}


def check_value(type_: str, options: Options, value: Any) -> dict[str, Any] | None:
    """The answer in its canonical shape, or None for none. `options` are (uid, side) of the version as shown.

    Raises Refused "bad_value" (422): wrong shape, an option that is not there, a text too long.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad()
    return _SHAPES[type_](options, value)


def understood(type_: str, value: Value | None) -> str:
    """How a number was read («1.234» is one thousand two hundred and thirty-four), for the acknowledgement."""
    if type_ != "numeric" or value is None:
        return ""
    number = as_number(value["text"])
    return "" if number is None else vietnamese_number(number)


def vietnamese_number(number: Decimal) -> str:
    """1234.5 as «1.234,5»."""
    whole, _point, rest = f"{number:f}".partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    return f"{sign}{grouped},{rest}" if rest else f"{sign}{grouped}"
