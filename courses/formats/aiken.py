"""Aiken: a question, its options by letter, the letter of the right one (learning.md §4). One pass over the lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.formats.collecting import Collected
from courses.formats.gift_answers import MOST_OPTIONS
from courses.formats.ir import ImportedQuestion, Problem, UnreadableQuestion, made_code, options_of
from courses.scoring import WHOLE
from lms.vietnamese.text import clean

_OPTION = re.compile(r"([A-Z])[.)]\s*(.*)")
_ANSWER = re.compile(r"(?:ANSWER|ĐÁP ÁN)\s*:\s*(.*)", re.IGNORECASE)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class _Item:
    """The lines of one question; `line` is where it begins."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, letter, text."""
    raw: list[str] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        """Note where the question begins, and what stood there."""
        self.line = self.line or number
        self.raw.append(line)


class _Fault(UnreadableQuestion):
    """As its base, with the line at fault."""

    def __init__(self, code: str, message: str, line: int) -> None:
        super().__init__(code, message)
        self.line = line


def parse(text: str) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of an Aiken text, and what was not read, with why. Never raises, whatever the text."""
    found = Collected()
    item = _Item()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        words = clean(line)
        if not words:
            continue
        answer, option = _ANSWER.fullmatch(words), _OPTION.fullmatch(words)
        if not answer and not option and item.options:
            _unfinished(found, item, number)
            item = _Item()
        item.take(number, line)
        if answer:
            _finish(found, item, answer[1], number)
            item = _Item()
        elif option:
            item.options.append((number, option[1], option[2]))
        else:
            item.stem.append(words)
    if item.raw:
        _unfinished(found, item, item.line)
    return found.questions, found.problems


def _unfinished(found: Collected, item: _Item, line: int) -> None:
    message = _("The question ends without a line “ANSWER: …”.")
    found.refuse(line, UnreadableQuestion("unfinished", message), "\n".join(item.raw))


def _finish(found: Collected, item: _Item, answer: str, line: int) -> None:
    raw = "\n".join(item.raw)
    try:
        question = _question(item, answer.strip().rstrip(".)").upper(), line)
    except _Fault as fault:
        found.refuse(fault.line, fault, raw)
    else:
        found.add(question, raw)


def _question(item: _Item, answer: str, line: int) -> ImportedQuestion:
    """Raises _Fault."""
    if not item.stem:
        raise _Fault("no_stem", _("The question has no words."), item.line)
    for place, (number, letter, text) in enumerate(item.options):
        if letter != _LETTERS[place % len(_LETTERS)]:
            raise _Fault("letters_out_of_order", _("The letters of the options must run A, B, C, …"), number)
        if not text:
            raise _Fault("empty_option", _("An option has no text."), number)
    count = len(item.options)
    if not 2 <= count <= MOST_OPTIONS:
        limits = {"count": count, "least": 2, "most": MOST_OPTIONS}
        message = _("There are %(count)s answers; from %(least)s to %(most)s are possible.") % limits
        raise _Fault("too_few_options" if count < 2 else "too_many_options", message, item.line)
    if len(answer) != 1 or answer not in _LETTERS[:count]:
        raise _Fault("no_right_option", _("The right answer is none of the options."), line)
    stem = " ".join(item.stem)
    code = made_code(stem)
    options = options_of(code, [text for _number, _letter, text in item.options])
    weights = {option.uid: WHOLE if place == _LETTERS.index(answer) else 0 for place, option in enumerate(options)}
    notes = (_("The lines of the question were joined."),) if len(item.stem) > 1 else ()
    return ImportedQuestion(
        code=code, name="", type="single", stem=stem, options=tuple(options), key={"weights": weights}, line=item.line,
        notes=notes, has_own_code=False,
    )  # fmt: skip


def to_aiken(questions: Iterable[ImportedQuestion]) -> str:
    """The questions with one right answer as a file; the others are no part of the format."""
    return "\n".join(_written(question) for question in questions if question.type == "single")


def _written(question: ImportedQuestion) -> str:
    weights = question.key["weights"]
    lines = [" ".join(question.stem.split("\n"))]
    right = ""
    for letter, option in zip(_LETTERS, question.options, strict=False):
        lines.append(f"{letter}. {' '.join(option.text.split())}")
        right = letter if weights.get(option.uid) == WHOLE and not right else right
    return "\n".join([*lines, f"ANSWER: {right}", ""])
