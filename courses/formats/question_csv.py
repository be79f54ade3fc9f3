"""Questions of a spreadsheet saved as CSV (courses/data/README.md has the columns): one row, one question."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift_answers import interval
from courses.formats.ir import (
    ImportedOption,
    ImportedQuestion,
    Problem,
    UnreadableQuestion,
    category_path,
    code_of,
    difficulty_of,
    options_of,
)
from courses.scoring import WHOLE
from lms.vietnamese.text import clean, clean_lines

NEEDED = ("category", "type", "question", "correct")
_LETTERS = "ABCDEFGHIJ"
_MOST_POINTS = 1000
Row = Mapping[str, str]
Reading = tuple[list[ImportedOption], dict[str, Any]]


def parse(text: str) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a CSV text, and which rows were not read, with why. Never raises on bad text."""
    questions: list[ImportedQuestion] = []
    problems: list[Problem] = []
    codes: set[str] = set()
    try:
        for line, row in _rows(text):
            try:
                question = _question(line, row)
                if question.code in codes:
                    raise UnreadableQuestion("duplicate_in_file", _("A question with this code stands above."))
            except UnreadableQuestion as error:
                problems.append(Problem(line, error.code, str(error)))
                continue
            codes.add(question.code)
            questions.append(question)
    except UnreadableQuestion as error:
        problems.append(Problem(1, error.code, str(error)))
    except csv.Error as error:
        problems.append(Problem(1, "not_this_format", str(error)))
    return questions, problems


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Each row under its column names, with the number of the line in which it begins; empty rows left out."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    names = [clean(name).casefold() for name in next(reader, [])]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UnreadableQuestion("columns_missing", _("Columns are missing: %(names)s") % {"names": ", ".join(missing)})
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, dict.fromkeys(names, "") | dict(zip(names, map(clean_lines, cells), strict=False))
        line = reader.line_num + 1


def _question(line: int, row: Row) -> ImportedQuestion:
    """The question of a row. Raises UnreadableQuestion."""
    stem = row.get("question", "").strip()
    if not stem:
        raise UnreadableQuestion("no_stem", _("The question has no words."))
    word = row.get("type", "").strip().casefold()
    if word not in _TYPES:
        raise UnreadableQuestion("type_unsupported", _("There is no type of question «%(word)s».") % {"word": word})
    type_, read = _TYPES[word]
    code = code_of(row.get("code", "").strip(), "", stem)
    options, key = read(code, row)
    told = row.get("feedback", "").strip()
    if type_ == "essay":
        key["notes"] = told
    tags = tuple(tag for tag in (row.get("difficulty", "").strip(),) if tag)
    return ImportedQuestion(
        code=code, name="", type=type_, stem=stem, options=tuple(options), key=key,
        feedback={"general": told} if told and type_ != "essay" else {}, category=category_path(row["category"]),
        tags=tags, difficulty=difficulty_of(tags), source=row.get("source", "").strip(), points=_points(row), line=line,
    )  # fmt: skip


def _points(row: Row) -> int:
    """The points of a row in 1/10,000; 1 if it says nothing."""
    try:
        points = Decimal(row.get("points", "").strip().replace(",", ".") or "1")
    except InvalidOperation as error:
        raise UnreadableQuestion("bad_number", _("A number cannot be read.")) from error
    if not (points.is_finite() and 0 < points <= _MOST_POINTS):
        raise UnreadableQuestion("bad_number", _("A number cannot be read."))
    return int(points * WHOLE)


def _options(code: str, row: Row, least: int) -> list[ImportedOption]:
    """The filled columns option_a, option_b, …, without a gap between them."""
    texts = [row.get(f"option_{letter.lower()}", "").strip() for letter in _LETTERS]
    count = len([text for text in texts if text])
    if count < least:
        raise UnreadableQuestion("too_few_options", _("The question has too few options."))
    if "" in texts[:count]:
        raise UnreadableQuestion("empty_option", _("An option has no text."))
    return options_of(code, texts[:count])


def _chosen(row: Row, options: list[ImportedOption]) -> list[str]:
    """The options that `correct` names by letters joined by semicolons."""
    letters = [letter.strip().upper() for letter in row["correct"].replace(",", ";").split(";") if letter.strip()]
    known = dict(zip(_LETTERS, options, strict=False))
    if not letters or len(set(letters)) != len(letters) or not set(letters) <= set(known):
        raise UnreadableQuestion("no_right_option", _("The right answer is none of the options."))
    return [known[letter].uid for letter in letters]


def _single(code: str, row: Row) -> Reading:
    options = _options(code, row, 2)
    right = _chosen(row, options)
    if len(right) != 1:
        raise UnreadableQuestion("no_right_option", _("One option is right, not several."))
    return options, {"weights": {option.uid: WHOLE if option.uid in right else 0 for option in options}}


def _multiple(code: str, row: Row) -> Reading:
    options = _options(code, row, 2)
    right = _chosen(row, options)
    wrong_count = len(options) - len(right)
    return options, {
        "right": right, "wrong_count": wrong_count, "rule": "balanced" if wrong_count else "all_or_nothing"
    }  # fmt: skip


def _truth(code: str, row: Row) -> Reading:
    word = row["correct"].strip().upper()
    if word not in ("TRUE", "FALSE"):
        raise UnreadableQuestion("no_right_option", _("The right answer is TRUE or FALSE."))
    return [], {"answer": word == "TRUE"}


def _short(code: str, row: Row) -> Reading:
    texts = [text.strip() for text in row["correct"].split("|") if text.strip()]
    if not 1 <= len(texts) <= 20:
        raise UnreadableQuestion("no_right_option", _("From one to twenty answers can be accepted."))
    return [], {"accepted": [{"text": text, "weight": WHOLE} for text in texts]}


def _numeric(code: str, row: Row) -> Reading:
    low, high = interval(row["correct"])
    return [], {"intervals": [{"low": str(low), "high": str(high), "weight": WHOLE}]}


def _ordering(code: str, row: Row) -> Reading:
    options = _options(code, row, 3)
    order = _chosen(row, options)
    if len(order) != len(options):
        raise UnreadableQuestion("no_right_option", _("The right order names every item once."))
    return options, {"order": order, "rule": "pairs"}


def _essay(code: str, row: Row) -> Reading:
    return [], {"rubric": []}


_TYPES: dict[str, tuple[str, Callable[[str, Row], Reading]]] = {
    "single": ("single", _single),
    "multi": ("multiple", _multiple),
    "truefalse": ("true_false", _truth),
    "short": ("short_text", _short),
    "numeric": ("numeric", _numeric),
    "order": ("ordering", _ordering),
    "essay": ("essay", _essay),
}
