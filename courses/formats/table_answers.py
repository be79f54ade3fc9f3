"""The cells of a row that say what is right, by type of question: read, and written (docs/questions.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift_answers import (
    MOST_ACCEPTED,
    MOST_LEFT,
    Reading,
    interval,
    require_count,
    require_right,
)
from courses.formats.gift_export import pairs_in_order
from courses.formats.gift_signs import percent, snapped
from courses.formats.ir import ImportedOption, ImportedQuestion, UnreadableQuestion, options_of
from courses.formats.moodle_answers import paired
from courses.scoring import WHOLE
from lms.vietnamese.text import clean_lines, fold

Row = Mapping[str, str]
LETTERS = "ABCDEFGHIJ"
TYPES = {
    "single": "single", "mot dap an": "single", "multi": "multiple", "multiple": "multiple",
    "nhieu dap an": "multiple", "truefalse": "true_false", "true false": "true_false", "dung sai": "true_false",
    "matching": "matching", "ghep doi": "matching", "noi cot": "matching", "order": "ordering", "ordering": "ordering",
    "sap xep": "ordering", "short": "short_text", "short text": "short_text", "tra loi ngan": "short_text",
    "numeric": "numeric", "so": "numeric", "essay": "essay", "tu luan": "essay",
}  # fmt: skip
"""A word of the column «Dạng», folded → type."""
_TRUTH = {"true": True, "t": True, "dung": True, "d": True, "false": False, "f": False, "sai": False, "s": False}
_WEIGHT = re.compile(r"-?\d{1,3}(?:[.,]\d{1,12})?")
_LABEL = re.compile(r"([A-J]|\d{1,2}): ?(.*)")
_ARROW = "=>"
_WORDS = re.compile(r"(\d{0,5})\s*[-–]\s*(\d{0,5})")
_MOST_WORDS = 10_000
_STRICT, _BARE, _I_Y = "đủ mới tính", "bỏ dấu", "i = y"
_SCORING = {
    "": "", "can bang": "balanced", "tung cap": "pairs", "du moi tinh": "all_or_nothing", "bo dau": "ignore_marks",
    "i y": "i_y",
}  # fmt: skip


def _no_right(message: str) -> UnreadableQuestion:
    return UnreadableQuestion("no_right_option", message)


def _texts(row: Row) -> list[str]:
    """The filled columns A, B, …, without a gap between them. Raises UnreadableQuestion."""
    texts = [row.get(f"option_{letter.lower()}", "").strip() for letter in LETTERS]
    count = len([text for text in texts if text])
    if "" in texts[:count]:
        raise UnreadableQuestion("empty_option", _("An option has no text."))
    return texts[:count]


def _options(code: str, row: Row, least: int) -> list[ImportedOption]:
    texts = _texts(row)
    if len(texts) < least:
        raise UnreadableQuestion("too_few_options", _("The question has too few options."))
    return options_of(code, texts)


def _chosen(row: Row, options: Sequence[ImportedOption]) -> list[str]:
    """The options that the letters of `correct` name. Raises UnreadableQuestion."""
    cell = row.get("correct", "").upper()
    letters = re.findall(r"[A-Z]", cell) if re.fullmatch(r"[A-J\s,;]*", cell) else []
    known = dict(zip(LETTERS, options, strict=False))
    if not letters or len(set(letters)) != len(letters) or not set(letters) <= set(known):
        raise _no_right(_("The right answer is none of the options."))
    return [known[letter].uid for letter in letters]


def _scoring(row: Row, *possible: str) -> list[str]:
    """The words of the column «Cách tính điểm». Raises UnreadableQuestion."""
    words = [_SCORING.get(fold(word), "?") for word in row.get("scoring", "").replace(",", ";").split(";")]
    if not set(words) <= {"", *possible}:
        raise UnreadableQuestion("bad_scoring", _("This way of scoring does not fit the question."))
    return [word for word in words if word]


def _weights(row: Row, count: int) -> list[int] | None:
    """The column «Trọng số»: percent, one for each answer; None if it is empty. Raises UnreadableQuestion."""
    cell = row.get("weights", "").strip()
    if not cell:
        return None
    parts = [part.strip().rstrip("%").strip() for part in cell.split(";")]
    if len(parts) != count or not all(map(_WEIGHT.fullmatch, parts)):
        raise UnreadableQuestion(
            "bad_weight", _("Give one weight in percent for each answer, with semicolons between.")
        )
    weights = [snapped(part) for part in parts]
    if any(abs(weight) > WHOLE for weight in weights):
        raise UnreadableQuestion("bad_weight", _("A weight is between -100 and 100 percent."))
    return weights


def _answer_feedback(row: Row, labels: Sequence[str]) -> dict[str, str]:
    """The column «Phản hồi từng phương án»: a line «A: …» for each; other lines go on. Raises UnreadableQuestion."""
    told: dict[str, str] = {}
    label = ""
    for line in row.get("answer_feedback", "").split("\n"):
        begins = _LABEL.fullmatch(line)
        if begins and begins[1] in labels and begins[1] not in told:
            label, line = begins[1], begins[2]
            told[label] = line
        elif label:
            told[label] += f"\n{line}"
        elif line.strip():
            raise UnreadableQuestion("bad_feedback", _("Feedback on answers begins with the letter: “A: …”."))
    return {name: clean_lines(text).strip() for name, text in told.items() if text.strip()}


def _choice_feedback(row: Row, options: Sequence[ImportedOption]) -> dict[str, Any]:
    told = _answer_feedback(row, LETTERS[: len(options)])
    texts = {option.uid: told[letter] for letter, option in zip(LETTERS, options, strict=False) if letter in told}
    return {"options": texts} if texts else {}


def _single(code: str, row: Row) -> Reading:
    options = _options(code, row, 2)
    right, weights = _chosen(row, options), _weights(row, len(options))
    if weights is None and len(right) != 1:
        raise _no_right(_("One option is right, not several."))
    given = weights or [WHOLE if option.uid in right else 0 for option in options]
    key = {option.uid: max(0, weight) for option, weight in zip(options, given, strict=True)}
    if {uid for uid, weight in key.items() if weight == WHOLE} != set(right):
        raise UnreadableQuestion("bad_weight", _("The weights do not fit the right answer."))
    return Reading("single", options, {"weights": key}, _choice_feedback(row, options))


def _multiple(code: str, row: Row) -> Reading:
    options = _options(code, row, 2)
    right, weights = _chosen(row, options), _weights(row, len(options))
    right = [option.uid for option in options if option.uid in right]
    key: dict[str, Any] = {"right": right, "wrong_count": len(options) - len(right)}
    if weights is None:
        is_strict = "all_or_nothing" in _scoring(row, "balanced", "all_or_nothing") or not key["wrong_count"]
        key["rule"] = "all_or_nothing" if is_strict else "balanced"
    else:
        require_right(weights, adds_up=True)
        key |= {"rule": "weights", "weights": dict(zip([one.uid for one in options], weights, strict=True))}
        if [uid for uid, weight in key["weights"].items() if weight > 0] != right:
            raise UnreadableQuestion("bad_weight", _("The weights do not fit the right answer."))
    return Reading("multiple", options, key, _choice_feedback(row, options))


def _truth(code: str, row: Row) -> Reading:
    answer = _TRUTH.get(fold(row.get("correct", "")))
    if answer is None:
        raise _no_right(_("The right answer is TRUE or FALSE."))
    return Reading("true_false", key={"answer": answer})


def _rows(row: Row, pieces: Sequence[str]) -> tuple[list[int], dict[str, str]]:
    """A weight for each piece, and feedback by its number."""
    labels = [str(place) for place in range(1, len(pieces) + 1)]
    weights = _weights(row, len(pieces)) or [WHOLE] * len(pieces)
    require_right(weights)
    return [max(0, weight) for weight in weights], _answer_feedback(row, labels)


def _short(code: str, row: Row) -> Reading:
    cell = row.get("correct", "")
    texts = [text.strip() for text in cell.split("\n" if "\n" in cell.strip() else "|") if text.strip()]
    if not 1 <= len(texts) <= MOST_ACCEPTED:
        raise _no_right(_("From one to twenty answers can be accepted."))
    weights, told = _rows(row, texts)
    accepted = [
        {"text": text, "weight": weight, "feedback": told.get(str(place), "")}
        for place, (text, weight) in enumerate(zip(texts, weights, strict=True), start=1)
    ]
    flags = dict.fromkeys(_scoring(row, "ignore_marks", "i_y"), True)
    return Reading("short_text", key={"accepted": accepted, **flags})


def _numeric(code: str, row: Row) -> Reading:
    pieces = [piece.strip() for piece in re.split(r"[;\n]", row.get("correct", "")) if piece.strip()]
    require_count(len(pieces), 1, MOST_ACCEPTED)
    weights, told = _rows(row, pieces)
    intervals = []
    for place, (piece, weight) in enumerate(zip(pieces, weights, strict=True), start=1):
        low, high = interval(piece.replace("±", ":"))
        feedback = told.get(str(place), "")
        intervals.append({"low": str(low), "high": str(high), "weight": weight, "feedback": feedback})
    return Reading("numeric", key={"intervals": intervals})


def _matching(code: str, row: Row) -> Reading:
    texts = _texts(row)
    require_count(len(texts), 2, len(LETTERS))
    halves = []
    for text in texts:
        left, arrow, right = text.partition(_ARROW)
        if not arrow or not right.strip():
            raise UnreadableQuestion("unpaired", _("A pair is written “left => right”."))
        halves.append((left.strip(), right.strip()))
    options, pairs = paired(code, halves)
    return Reading("matching", options, {"pairs": pairs})


def _ordering(code: str, row: Row) -> Reading:
    options = _options(code, row, 3)
    require_count(len(options), 3, MOST_LEFT)
    order = _chosen(row, options)
    if len(order) != len(options):
        raise _no_right(_("The right order names every item once."))
    is_strict = "all_or_nothing" in _scoring(row, "pairs", "all_or_nothing")
    return Reading("ordering", options, {"order": order, "rule": "all_or_nothing" if is_strict else "pairs"})


def _essay(code: str, row: Row) -> Reading:
    cell = row.get("limits", "").strip()
    limits = _WORDS.fullmatch(cell) if cell else None
    if cell and not limits:
        raise UnreadableQuestion("bad_number", _("A number cannot be read."))
    named = zip(("words_min", "words_max"), limits.groups() if limits else (), strict=False)
    settings = {name: int(value) for name, value in named if value and 0 < int(value) <= _MOST_WORDS}
    return Reading("essay", key={"rubric": [], "notes": row.get("feedback", "").strip()}, settings=settings)


READERS: dict[str, Callable[[str, Row], Reading]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _truth,
    "short_text": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}


# --- out --------------------------------------------------------------------------------------------------------------


def told(question: ImportedQuestion) -> dict[str, str]:
    """The cells that say what is right."""
    return _WRITERS[question.type](question)


def _lettered(question: ImportedQuestion) -> dict[str, str]:
    letters = [f"option_{letter.lower()}" for letter in LETTERS]
    return dict(zip(letters, (option.text for option in question.options), strict=False))


def _letters(question: ImportedQuestion, uids: Sequence[str]) -> str:
    named = {option.uid: letter for letter, option in zip(LETTERS, question.options, strict=False)}
    return ", ".join(named.get(uid, "?") for uid in uids)


def _percents(weights: Sequence[int]) -> str:
    return "; ".join(percent(weight).strip("%").replace(".", ",") for weight in weights)


def _lines(labels: Sequence[str], texts: Sequence[str]) -> str:
    return "\n".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=False) if text)


def _choice_cells(question: ImportedQuestion) -> dict[str, str]:
    uids = [option.uid for option in question.options]
    weights = [question.key.get("weights", {}).get(uid, 0) for uid in uids]
    is_single = question.type == "single"
    right = [uid for uid, weight in zip(uids, weights, strict=True) if weight == WHOLE]
    told = question.feedback.get("options", {})
    cells = _lettered(question) | {"answer_feedback": _lines(LETTERS, [told.get(uid, "") for uid in uids])}
    if not is_single:
        right = [uid for uid in uids if uid in question.key["right"]]
        is_strict = question.key.get("rule") == "all_or_nothing" and len(right) < len(uids)
        cells["scoring"] = _STRICT if is_strict else ""
    is_plain = is_single and len(right) == 1 and sorted(weights)[:-1] == [0] * (len(weights) - 1)
    if not is_plain and (is_single or question.key.get("rule") == "weights"):
        cells["weights"] = _percents(weights)
    return cells | {"correct": _letters(question, right)}


def _truth_cells(question: ImportedQuestion) -> dict[str, str]:
    return {"correct": "Đúng" if question.key["answer"] else "Sai"}


def _row_cells(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    weights = [row["weight"] for row in rows]
    labels = [str(place) for place in range(1, len(rows) + 1)]
    is_whole = set(weights) == {WHOLE}
    return {
        "weights": "" if is_whole else _percents(weights),
        "answer_feedback": _lines(labels, [row.get("feedback", "") for row in rows]),
    }


def _short_cells(question: ImportedQuestion) -> dict[str, str]:
    rows = question.key["accepted"]
    between = "\n" if any("|" in row["text"] for row in rows) else " | "
    words = [word for name, word in (("ignore_marks", _BARE), ("i_y", _I_Y)) if question.key.get(name)]
    return _row_cells(rows) | {"correct": between.join(row["text"] for row in rows), "scoring": "; ".join(words)}


def _numeric_cells(question: ImportedQuestion) -> dict[str, str]:
    rows = question.key["intervals"]
    return _row_cells(rows) | {"correct": "; ".join(map(_interval, rows))}


def _interval(row: Mapping[str, Any]) -> str:
    low, high = (f"{Decimal(row[name]):f}".replace(".", ",") for name in ("low", "high"))
    return low if low == high else f"{low}..{high}"


def _matching_cells(question: ImportedQuestion) -> dict[str, str]:
    pairs = [f"{left} {_ARROW} {right}".strip() for left, right in pairs_in_order(question)]
    return dict(zip([f"option_{letter.lower()}" for letter in LETTERS], pairs, strict=False))


def _ordering_cells(question: ImportedQuestion) -> dict[str, str]:
    strict = _STRICT if question.key.get("rule") == "all_or_nothing" else ""
    return _lettered(question) | {"correct": _letters(question, question.key["order"]), "scoring": strict}


def _essay_cells(question: ImportedQuestion) -> dict[str, str]:
    least, most = (question.settings.get(name, "") for name in ("words_min", "words_max"))
    return {"feedback": question.key.get("notes", ""), "limits": f"{least}-{most}" if least or most else ""}


_WRITERS: dict[str, Callable[[ImportedQuestion], dict[str, str]]] = {
    "single": _choice_cells,
    "multiple": _choice_cells,
    "true_false": _truth_cells,
    "short_text": _short_cells,
    "numeric": _numeric_cells,
    "matching": _matching_cells,
    "ordering": _ordering_cells,
    "essay": _essay_cells,
}
