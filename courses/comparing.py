"""A question of a file beside the one that the bank holds: what the format cannot say stays (learning.md §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from courses.formats.files import Format
from courses.formats.gift_export import balanced
from courses.formats.ir import ImportedOption, ImportedQuestion, difficulty_of
from courses.scoring import WHOLE
from lms.vietnamese.text import fold


def beside(question: ImportedQuestion, last: ImportedQuestion, kept: Format) -> ImportedQuestion:
    """The question as its next version would be: options keep their uids, and nothing is lost that the file is silent
    on. It has the fingerprint of `last` exactly when the file changes nothing.
    """
    question = _adopted(question, last)
    if question.type != last.type:
        return question
    silent = {name: getattr(last, name) for name in kept.silent_on if name != "feedback"}
    if kept.name == "gift" and not difficulty_of(question.tags, 0):
        silent["difficulty"] = last.difficulty
    if kept.is_table and last.settings.get("files"):
        silent["settings"] = {**question.settings, "files": last.settings["files"]}
    read = replace(question, **silent, key=_key(question, last, kept), feedback=_feedback(question, last, kept))
    held = {"", *(option.uid for option in read.options)}
    return replace(read, pictures=tuple(one for one in read.pictures if one.option in held))


def _key(question: ImportedQuestion, last: ImportedQuestion, kept: Format) -> dict[str, Any]:
    """The key of the file with what no file says: the rubric; in GIFT and Aiken also the rules of scoring."""
    key = dict(question.key)
    if last.key.get("rubric") and not key.get("rubric"):
        key["rubric"] = last.key["rubric"]
    if kept.name in ("gift", "aiken"):
        key |= {name: last.key[name] for name in ("ignore_marks", "i_y") if last.key.get(name)}
        if _says_the_same(question, last, kept):
            key = dict(last.key)
    return key


def _says_the_same(question: ImportedQuestion, last: ImportedQuestion, kept: Format) -> bool:
    """Whether the file says what the export writes for weights or a rule that its format has no word for."""
    weights, uids = question.key.get("weights", {}), [option.uid for option in last.options]
    if [option.uid for option in question.options] != uids:
        return False
    if question.type == "multiple" and last.key.get("right") and not last.key.get("weights"):
        return bool(weights == balanced(last.key, uids))
    if question.type == "single" and kept.name == "aiken":
        return [uid for uid in uids if weights.get(uid) == WHOLE] == [
            uid for uid in uids if last.key["weights"].get(uid) == WHOLE
        ]
    return False


def _feedback(question: ImportedQuestion, last: ImportedQuestion, kept: Format) -> dict[str, Any]:
    """The feedback of the file, and from the bank what such a file has no place for."""
    told = dict(question.feedback)
    uids = {option.uid for option in question.options}
    for part, text in last.feedback.items():
        if part in told or not _is_silent_on(part, question.type, kept):
            continue
        told[part] = {uid: words for uid, words in text.items() if uid in uids} if part == "options" else text
    return told


_IN_GIFT = frozenset({("true_false", "right"), ("true_false", "wrong"), ("numeric", "wrong")})


def _is_silent_on(part: str, type_: str, kept: Format) -> bool:
    """Whether a file of this format has no place for this part of the feedback."""
    if "feedback" in kept.silent_on or (part == "options" and type_ in ("matching", "ordering")):
        return True
    if kept.name == "gift" and part in ("right", "partial", "wrong"):
        return (type_, part) not in _IN_GIFT
    if kept.name == "moodle-xml":
        return (type_, part) == ("numeric", "right")
    return (type_, part) == ("essay", "general")


def _adopted(question: ImportedQuestion, last: ImportedQuestion) -> ImportedQuestion:
    """The question with the uids of the options that say the same: word for word, else without case and marks."""
    uids: dict[str, str] = {}
    for likeness in (lambda option: option.text, lambda option: fold(option.text)):
        uids |= _matched(question, last, likeness, uids)
    taken = set(uids.values())
    options: list[ImportedOption] = []
    for option in question.options:
        uid = uids.get(option.uid, option.uid)
        if option.uid not in uids and uid in taken:
            uid = uids[option.uid] = f"{option.uid[:-4]}{len(options):04x}"
        options.append(ImportedOption(uid, option.text, option.side))
    pictures = tuple(replace(one, option=uids.get(one.option, one.option)) for one in question.pictures)
    return replace(
        question, options=tuple(options), key=renamed(question.key, uids), feedback=renamed(question.feedback, uids),
        pictures=pictures,
    )  # fmt: skip


def _matched(
    question: ImportedQuestion,
    last: ImportedQuestion,
    likeness: Callable[[ImportedOption], str],
    uids: Mapping[str, str],
) -> dict[str, str]:
    """uid in the file → uid in the bank, for options that are alike and not matched yet."""
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    taken = set(uids.values())
    for option in last.options:
        if option.uid not in taken:
            waiting[option.side, likeness(option)].append(option.uid)
    found = {}
    for option in question.options:
        alike = waiting[option.side, likeness(option)]
        if option.uid not in uids and alike:
            found[option.uid] = alike.pop(0)
    return found


def renamed(value: Any, uids: Mapping[str, str]) -> Any:
    """A key or feedback with other uids, in the same order."""
    if isinstance(value, Mapping):
        return {uids.get(name, name): renamed(part, uids) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [renamed(part, uids) for part in value]
    return uids.get(value, value) if isinstance(value, str) else value
