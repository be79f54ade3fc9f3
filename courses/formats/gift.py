"""GIFT, Moodle's text format for questions (learning.md §4). Every escape is resolved in one left-to-right scan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.ir import ImportedOption, ImportedQuestion, Problem, difficulty_of, option_uid
from courses.scoring import WHOLE
from lms.vietnamese.text import clean_lines

_ESCAPED = {char: chr(0xE000 + index) for index, char in enumerate("~=#{}:\\")}
_RESTORED = {mark: char for char, mark in _ESCAPED.items()}
_COMMENT_MARKS = re.compile(r"\[(id|tag):([\w.-]+)\]")
_HEAD = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
_ANSWER = re.compile(r"(?=[~=])")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_GAP = "_____"


class GiftError(ValueError):
    """`code` and a sentence say why this question cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class _Item:
    """The lines of one question, its marks, and the category it stands in."""

    line: int
    text: str
    marks: list[tuple[str, str]]
    category: tuple[str, ...]


@dataclass
class _Answer:
    """One alternative inside the braces."""

    sign: str
    text: str
    weight: int | None
    feedback: str


@dataclass
class _Reading:
    """What an answer block gives: type, options, key, feedback, and what was converted."""

    type: str
    options: list[ImportedOption] = field(default_factory=list)
    key: dict[str, Any] = field(default_factory=dict)
    feedback: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def parse(text: str) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a GIFT text, and why the others were not read. Never raises on bad text."""
    questions: list[ImportedQuestion] = []
    problems: list[Problem] = []
    for item in _items(text):
        try:
            question = _question(item)
        except GiftError as error:
            problems.append(Problem(item.line, error.code, str(error)))
            continue
        if question is not None:
            questions.append(question)
    return questions, problems


def _items(text: str) -> Iterator[_Item]:
    """The text cut at blank lines; marks belong to the question right below, a category holds until the next."""
    category: tuple[str, ...] = ()
    lines: list[str] = []
    marks: list[tuple[str, str]] = []
    start = 1
    for number, line in enumerate([*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], start=1):
        if line.lstrip().startswith("//"):
            marks += _COMMENT_MARKS.findall(line)
        elif line.strip().startswith("$CATEGORY:"):
            category = _category(line.partition(":")[2])
        elif line.strip():
            start = start if lines else number
            lines.append(line)
        else:
            if lines:
                yield _Item(start, "\n".join(lines), marks, category)
            lines, marks = [], []


def _category(path: str) -> tuple[str, ...]:
    parts = [part.replace("\x00", "/").strip() for part in path.replace("//", "\x00").split("/")]
    kept = tuple(part for part in parts if part)
    while kept and kept[0] in ("$course$", "$system$", "$module$", "top"):
        kept = kept[1:]
    return kept


def _hide(text: str) -> str:
    """Escaped signs as private characters, so that what is left of `~ = # { } :` has a meaning; `\\n` is a new line."""
    out: list[str] = []
    chars = iter(text)
    for char in chars:
        if char != "\\":
            out.append(char)
            continue
        following = next(chars, "")
        if following == "n":
            out.append("\n")
        else:
            out.append(_ESCAPED.get(following, "\\" + following))
    return "".join(out)


def _show(text: str) -> str:
    return clean_lines("".join(_RESTORED.get(char, char) for char in text))


def _question(item: _Item) -> ImportedQuestion | None:
    if any(0xE000 <= ord(char) <= 0xE006 for char in item.text):
        raise GiftError("bad_character", _("The question holds a character of the private area of Unicode."))
    text = _hide(item.text).strip()
    name, text = _head(text)
    stem_format, text = _format(text)
    stem, block, after = _cut(text)
    if block is None:
        return None
    code = next((value for mark, value in item.marks if mark == "id"), "") or name or f"L{item.line}"
    reading = _block(code, block.strip())
    tags = tuple(value for mark, value in item.marks if mark == "tag")
    full_stem = f"{stem.rstrip()} {_GAP}{after}" if after.strip() else stem
    return ImportedQuestion(
        code=code, name=name, type=reading.type, stem=_show(full_stem), stem_format=stem_format,
        options=tuple(reading.options), key=reading.key, feedback=reading.feedback, category=item.category,
        tags=tags, difficulty=difficulty_of(tags), line=item.line, notes=tuple(reading.notes),
    )  # fmt: skip


def _head(text: str) -> tuple[str, str]:
    match = _HEAD.match(text)
    return (_show(match[1]), text[match.end() :].lstrip()) if match else ("", text)


def _format(text: str) -> tuple[str, str]:
    match = _FORMAT.match(text)
    if not match:
        return "plain", text
    name = match[1].lower()
    return {"moodle": "html"}.get(name, name), text[match.end() :].lstrip()


def _cut(text: str) -> tuple[str, str | None, str]:
    """Before, inside and after the one pair of braces; None inside when the text asks nothing."""
    stem, opened, rest = text.partition("{")
    if not opened:
        return stem, None, ""
    block, closed, after = rest.partition("}")
    if not closed or "{" in block:
        raise GiftError("unclosed_brace", _("A brace is not closed before the blank line."))
    if "{" in after:
        raise GiftError("second_block", _("A question has one pair of braces; this one has two."))
    return stem, block, after


def _block(code: str, block: str) -> _Reading:
    """The answers inside the braces: the order of these tests is the format's."""
    body, _sep, general = block.partition("####")
    body = body.strip()
    if not body:
        reading = _Reading("essay", key={"rubric": [], "notes": _show(general)})
    elif body.startswith("#"):
        reading = _numeric(body[1:])
    elif body.startswith(">"):
        reading = _ordering(code, body[1:])
    else:
        reading = _truth(body) or _listed(code, body)
    if general.strip() and reading.type != "essay":
        reading.feedback["general"] = _show(general)
    return reading


def _truth(body: str) -> _Reading | None:
    word, *feedback = body.split("#")
    if word.strip() not in _TRUTH:
        return None
    texts = [_show(text) for text in [*feedback, "", ""][:2]]
    told = {name: text for name, text in zip(("wrong", "right"), texts, strict=True) if text}
    return _Reading("true_false", key={"answer": _TRUTH[word.strip()]}, feedback=told)


def _answers(body: str) -> list[_Answer]:
    """The alternatives, each with its sign, weight in ten-thousandths and feedback."""
    found = []
    for part in _ANSWER.split(body):
        if not part.strip():
            continue
        if part[0] not in "~=":
            raise GiftError("no_answers", _("The answers must begin with = or ~."))
        words, _sep, feedback = part[1:].partition("#")
        weight = _WEIGHT.match(words.strip())
        rest = words.strip()[weight.end() :] if weight else words
        found.append(_Answer(part[0], rest.strip(), _snapped(weight[1]) if weight else None, _show(feedback)))
    return found


def _snapped(percent: str) -> int:
    """A percentage in ten-thousandths; 33.33333 is a third, so that three of them make a whole."""
    value = Decimal(percent)
    for parts in range(1, 13):
        for part in range(parts + 1):
            exact = Fraction(part * 100, parts)
            if abs(abs(value) - Decimal(exact.numerator) / Decimal(exact.denominator)) < Decimal("0.0001"):
                share = -(-part * WHOLE // parts) if parts > 1 else part * WHOLE
                return share if value >= 0 else -share
    return int((value * 100).to_integral_value())


def _listed(code: str, body: str) -> _Reading:
    answers = _answers(body)
    if any("->" in answer.text for answer in answers if answer.sign == "="):
        return _matching(code, answers)
    if not any(answer.sign == "~" for answer in answers):
        return _short(answers)
    if any(answer.sign == "=" for answer in answers):
        return _single(code, answers)
    return _multiple(code, answers)


def _options(code: str, answers: list[_Answer]) -> list[ImportedOption]:
    made = [
        ImportedOption(option_uid(code, place, _show(one.text)), _show(one.text)) for place, one in enumerate(answers)
    ]
    if any(not option.text for option in made):
        raise GiftError("empty_option", _("An option has no text."))
    if len(made) < 2:
        raise GiftError("too_few_options", _("A choice needs at least two options."))
    return made


def _told(options: list[ImportedOption], answers: list[_Answer]) -> dict[str, Any]:
    texts = {option.uid: one.feedback for option, one in zip(options, answers, strict=True) if one.feedback}
    return {"options": texts} if texts else {}


def _single(code: str, answers: list[_Answer]) -> _Reading:
    options = _options(code, answers)
    notes = [_("A negative weight counts as nothing here.")] if any((one.weight or 0) < 0 for one in answers) else []
    weights = {}
    for option, answer in zip(options, answers, strict=True):
        whole = WHOLE if answer.sign == "=" else 0
        weights[option.uid] = max(0, whole if answer.weight is None else answer.weight)
    return _Reading("single", options, {"weights": weights}, _told(options, answers), notes)


def _multiple(code: str, answers: list[_Answer]) -> _Reading:
    options = _options(code, answers)
    weights = {option.uid: answer.weight or 0 for option, answer in zip(options, answers, strict=True)}
    right = [uid for uid, weight in weights.items() if weight > 0]
    if not right:
        raise GiftError("no_right_option", _("No option is right."))
    key = {"rule": "weights", "weights": weights, "right": right, "wrong_count": len(weights) - len(right)}
    return _Reading("multiple", options, key, _told(options, answers))


def _short(answers: list[_Answer]) -> _Reading:
    accepted = [
        {
            "text": _show(one.text),
            "weight": WHOLE if one.weight is None else max(0, one.weight),
            "feedback": one.feedback,
        }
        for one in answers
    ]
    return _Reading("short_text", key={"accepted": accepted})


def _matching(code: str, answers: list[_Answer]) -> _Reading:
    lefts: list[ImportedOption] = []
    rights: dict[str, ImportedOption] = {}
    pairs: dict[str, str] = {}
    for place, answer in enumerate(answers):
        left, _arrow, right = (_show(part) for part in answer.text.partition("->"))
        if not right:
            raise GiftError("unpaired", _("A pair has no right-hand side."))
        target = rights.setdefault(right, ImportedOption(option_uid(code, 0, right, "right"), right, "right"))
        if left:
            option = ImportedOption(option_uid(code, place, left, "left"), left, "left")
            lefts.append(option)
            pairs[option.uid] = target.uid
    if len(lefts) < 2:
        raise GiftError("too_few_pairs", _("Matching needs at least two pairs."))
    return _Reading("matching", [*lefts, *rights.values()], {"pairs": pairs})


def _ordering(code: str, body: str) -> _Reading:
    lines = [_show(line) for line in body.split("\n")[1:] if line.strip()]
    if len(lines) < 3:
        raise GiftError("too_few_options", _("Ordering needs at least three items."))
    options = [ImportedOption(option_uid(code, place, line), line) for place, line in enumerate(lines)]
    return _Reading("ordering", options, {"order": [option.uid for option in options], "rule": "pairs"})


def _numeric(body: str) -> _Reading:
    text = body.strip()
    answers = _answers(text) if text[:1] in ("=", "~") else [_unsigned(text)]
    intervals, told = [], {}
    for answer in answers:
        if answer.sign == "~" and not answer.text:
            told["wrong"] = answer.feedback
            continue
        low, high = _interval(answer.text)
        weight = WHOLE if answer.weight is None else max(0, answer.weight)
        intervals.append({"low": str(low), "high": str(high), "weight": weight, "feedback": answer.feedback})
    if not intervals:
        raise GiftError("no_answers", _("A number is missing."))
    return _Reading(
        "numeric", key={"intervals": intervals}, feedback={name: text for name, text in told.items() if text}
    )


def _unsigned(text: str) -> _Answer:
    """The only answer of a numeric block without signs: `{#3:2#feedback}`."""
    words, _sep, feedback = text.partition("#")
    return _Answer("=", words.strip(), None, _show(feedback))


def _interval(text: str) -> tuple[Decimal, Decimal]:
    try:
        if ".." in text:
            low, high = (Decimal(part.strip()) for part in text.split("..", 1))
        else:
            middle, _sep, tolerance = (part.strip() for part in text.partition(":"))
            low = Decimal(middle) - Decimal(tolerance or 0)
            high = Decimal(middle) + Decimal(tolerance or 0)
    except InvalidOperation as error:
        raise GiftError("bad_number", _("A number cannot be read.")) from error
    if not (low.is_finite() and high.is_finite()) or low > high:
        raise GiftError("bad_number", _("A number cannot be read."))
    return low, high
