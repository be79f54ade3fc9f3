"""What is wrong with a question before anybody asks it, and what looks wrong (learning.md §3). Pure.

An error keeps a version from becoming ready; a warning is for the author to judge. `lint` reads one question,
`courses.likeness` compares stems, `skew` looks at a whole category.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import erfc, exp, gamma, sqrt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from courses.formats.ir import ImportedOption, ImportedQuestion
from courses.scoring import WHOLE
from courses.texts import normal_text
from lms.vietnamese.text import clean, fold

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGER = 1.5
"""A right option that is so many times longer than every wrong one gives itself away."""
SHORT = 15
"""Below so many characters («Có», «1.734») the length of an option says nothing."""
RARE = 0.01
"""The p below which the places of the right options are no accident."""
LEAST_EXPECTED = 5
"""So many right options must be expected in each place before χ² says anything."""
LIMITS = {"single": (2, 10), "multiple": (2, 10), "matching": (2, 8), "ordering": (3, 8)}
"""How many options a type has (for matching: left sides)."""


@dataclass(frozen=True)
class Finding:
    """A stable code and its sentence."""

    code: str
    message: StrPromise
    is_error: bool = False


ERRORS: dict[str, StrPromise] = {
    "stem_missing": _("The question has no words."),
    "no_right_answer": _("The question has no answer that earns all its points."),
    "several_right": _("Several options are marked as right, but only one can be chosen."),
    "option_empty": _("An option has no text."),
    "option_count": _("The number of options does not suit this type of question."),
    "options_equal": _("Two options say the same."),
    "source_past": _("The source should have been checked again before today."),
    "alt_missing": _("A picture has no text that says what it shows."),
}
WARNINGS: dict[str, StrPromise] = {
    "longest_right": _("The right option is much longer than the others, which gives it away."),
    "all_above": _("An option refers to the other options, although options are shuffled."),
    "no_wrong_option": _("Every option is right, so only the complete set earns points."),
    "double_negative": _("The question denies twice in one sentence, which is easily misread."),
    "feedback_missing": _("There is no explanation for those who answered wrongly."),
}
SKEWED = Finding("keys_skewed", _("The right option stands in the same place too often."))


def findings(codes: Iterable[str]) -> list[Finding]:
    """The codes with their sentences, errors first, each once."""
    found = set(codes)
    return [Finding(code, text, is_error=True) for code, text in ERRORS.items() if code in found] + [
        Finding(code, text) for code, text in WARNINGS.items() if code in found
    ]


def lint(question: ImportedQuestion, on: date) -> list[Finding]:
    """Everything that one question shows by itself. On its check-by date a source is still good."""
    return findings(_codes(question, on))


def _codes(question: ImportedQuestion, on: date) -> Iterator[str]:
    if not question.stem.strip():
        yield "stem_missing"
    if not can_be_met(question.type, question.key):
        yield "no_right_answer"
    if question.check_by and question.check_by < on.isoformat():
        yield "source_past"
    if _pictures_without_words(question):
        yield "alt_missing"
    if denies_twice(question.stem):
        yield "double_negative"
    if question.type != "essay" and not _explains(question):
        yield "feedback_missing"
    yield from _codes_of_options(question)


def _codes_of_options(question: ImportedQuestion) -> Iterator[str]:
    texts = [option.text for option in question.options]
    right = right_options(question)
    if not all(clean(text) for text in texts):
        yield "option_empty"
    if not _suits(question):
        yield "option_count"
    if question.type == "single" and len(right) > 1:
        yield "several_right"
    if _say_the_same(question.options):
        yield "options_equal"
    if question.type in ("single", "multiple"):
        yield from _codes_of_choices(question, texts, right)


def _codes_of_choices(question: ImportedQuestion, texts: list[str], right: set[str]) -> Iterator[str]:
    if any(refers_to_others(text) for text in texts):
        yield "all_above"
    if right and len(right) == len(texts):
        yield "no_wrong_option"
    if _right_is_longest(question.options, right):
        yield "longest_right"


# --- what is right ---------------------------------------------------------------------------------------------------


def _tops(rows: list[dict[str, Any]] | None) -> bool:
    return any(row["weight"] == WHOLE for row in rows or [])


def _multiple(data: Mapping[str, Any]) -> bool:
    if data.get("rule") == "weights":
        return sum(weight for weight in data["weights"].values() if weight > 0) >= WHOLE
    return bool(data.get("right"))


_CAN_BE_MET: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "single": lambda data: max(data.get("weights", {}).values(), default=0) == WHOLE,
    "multiple": _multiple,
    "true_false": lambda data: isinstance(data.get("answer"), bool),
    "matching": lambda data: bool(data.get("pairs")),
    "ordering": lambda data: len(data.get("order", [])) > 1,
    "short_text": lambda data: _tops(data.get("accepted")),
    "numeric": lambda data: _tops(data.get("intervals")),
}


def can_be_met(type_: str, key: Mapping[str, Any]) -> bool:
    """Some answer earns all the points; an essay is marked by people and needs no key."""
    check = _CAN_BE_MET.get(type_)
    return check is None or check(key)


def right_options(question: ImportedQuestion) -> set[str]:
    """The uids that a choice is right to tick."""
    if question.type == "single":
        return {uid for uid, weight in question.key.get("weights", {}).items() if weight == WHOLE}
    if question.type == "multiple" and question.key.get("rule") == "weights":
        return {uid for uid, weight in question.key.get("weights", {}).items() if weight > 0}
    return set(question.key.get("right", [])) if question.type == "multiple" else set()


# --- options ---------------------------------------------------------------------------------------------------------


def _suits(question: ImportedQuestion) -> bool:
    if question.type not in LIMITS:
        return True
    least, most = LIMITS[question.type]
    sides = Counter(option.side for option in question.options)
    if question.type != "matching":
        return least <= len(question.options) <= most
    return least <= sides["left"] <= most and sides["right"] >= len(set(question.key.get("pairs", {}).values()))


def _say_the_same(options: Iterable[ImportedOption]) -> bool:
    """Equal as answers are read: case, spaces, quotes and the place of a tone do not count, marks do (ma, má)."""
    said = Counter((option.side, normal_text(option.text)) for option in options if clean(option.text))
    return any(times > 1 for times in said.values())


def _right_is_longest(options: Iterable[ImportedOption], right: set[str]) -> bool:
    lengths = {True: 0, False: 0}
    for option in options:
        lengths[option.uid in right] = max(lengths[option.uid in right], len(clean(option.text)))
    return lengths[False] > 0 and lengths[True] > max(SHORT, LONGER * lengths[False])


_OTHERS = re.compile(
    r"(tat ca|khong co|khong|ca) (?:cac |nhung )?(?:\w+ )?(y|dap an|phuong an|lua chon|cau|muc|noi dung)"
    r"( nao)?( o| neu| ke)?( tren| o tren)( deu (dung|sai))?$"
    r"|^(tat ca|ca (hai|ba|bon|[2-9]))( (y|dap an|phuong an|cau))?( tren)?( deu)? (dung|sai)$"
    r"|^khong (co )?(y|dap an|phuong an|lua chon|cau) nao\b"
    r"|^ca [a-h]( |, )([a-h] )*(va )?[a-h]( deu dung)?$"
    r"|^[a-h] (va|hoac) [a-h]( deu dung)?$|^(all|none|both) of the above$"
)


def refers_to_others(text: str) -> bool:
    """«Tất cả các ý trên», «Cả A và B», «Không phương án nào ở trên»."""
    return bool(_OTHERS.search(fold(text)))


_SENTENCE = re.compile(r"[.?!;:\n]+")
_ASKS = re.compile(r"\b(hay|có|được|phải) không\s*$|\bkhông\s*$")
_NOT_ONLY = re.compile(r"\bkhông (chỉ|những|gian|khí|quân)\b")
_DENIES = re.compile(r"\b(không|chưa|chẳng|đừng|ngoại trừ|loại trừ|trừ)\b|\b(nào|là) sai\b")


def denies_twice(stem: str) -> bool:
    """Two negations in one sentence; «… hay không», «không chỉ» deny nothing."""
    for sentence in _SENTENCE.split(clean(stem.replace("\n", " ; ")).casefold()):
        said = _NOT_ONLY.sub("", _ASKS.sub("", sentence.strip()))
        if len(_DENIES.findall(said)) > 1:
            return True
    return False


_MARKDOWN_PICTURE = re.compile(r"!\[\s*\]\(")
_HTML_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_HTML_ALT = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s]|[^"'\s>])""", re.IGNORECASE)


def _pictures_without_words(question: ImportedQuestion) -> bool:
    if not all(clean(picture.alt) for picture in question.pictures):
        return True
    for text in (question.stem, *(option.text for option in question.options)):
        if _MARKDOWN_PICTURE.search(text) or any(not _HTML_ALT.search(tag) for tag in _HTML_PICTURE.findall(text)):
            return True
    return False


def _explains(question: ImportedQuestion) -> bool:
    told = [question.feedback.get(name) for name in ("general", "right", "wrong")]
    told += list(question.feedback.get("options", {}).values())
    rows = question.key.get("accepted") or question.key.get("intervals") or []
    return any(told) or any(row.get("feedback") for row in rows)


# --- a whole category ------------------------------------------------------------------------------------------------


def skew(places: Iterable[tuple[int, int]]) -> bool:
    """Whether right options stand where chance would hardly put them (χ², p < 0.01).

    `places` gives for each single-choice question (place of the right option from 0, number of options). Questions
    are compared with those of as many options; fewer than 5 a place say nothing. The sums and their degrees of freedom
    add up.
    """
    by_count: dict[int, Counter[int]] = defaultdict(Counter)
    for place, count in places:
        by_count[count][place] += 1
    total, freedom = 0.0, 0
    for count, seen in by_count.items():
        expected = seen.total() / count
        if count > 1 and expected >= LEAST_EXPECTED:
            total += sum((seen[place] - expected) ** 2 / expected for place in range(count))
            freedom += count - 1
    return freedom > 0 and chance(total, freedom) < RARE


def chance(total: float, freedom: int) -> float:
    """The probability that χ² with so many degrees of freedom is `total` or more."""
    half = total / 2
    if freedom % 2 == 0:
        return exp(-half) * sum(half**k / gamma(k + 1) for k in range(freedom // 2))
    steps = (half ** (k + 0.5) / gamma(k + 1.5) for k in range(freedom // 2))
    return erfc(sqrt(half)) + exp(-half) * sum(steps)
