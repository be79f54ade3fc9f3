"""Questions as a GIFT text (learning.md §4); `courses.formats.gift.losses` names what the format cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from courses.formats.gift_signs import FORMAT, WEIGHT, escape, percent
from courses.formats.ir import ImportedQuestion
from courses.scoring import WHOLE

_GAP = "_____"


def to_gift(questions: Iterable[ImportedQuestion]) -> str:
    """The questions as a file: UTF-8, LF, a category line whenever the category changes."""
    blocks: list[str] = []
    category: tuple[str, ...] = ()
    for question in questions:
        if question.category != category:
            category = question.category
            blocks.append("$CATEGORY: " + "/".join(name.replace("/", "//") for name in category))
        blocks.append(_item(question))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _item(question: ImportedQuestion) -> str:
    marks = [f"[id:{_marked(question.code)}]", *(f"[tag:{_marked(tag)}]" for tag in question.tags)]
    needs_mark = question.stem_format != "plain" or FORMAT.match(question.stem)
    head = f"::{escape(question.name)}::" + (f"[{question.stem_format}]" if needs_mark else "")
    before, gap, after = question.stem.partition(_GAP)
    if not gap or not after.strip() or _GAP in after:
        before, after = question.stem, ""
    body = "{" + "\n".join(_block(question)) + "}"
    return f"// {' '.join(marks)}\n{head}{escape(before)}{body}{escape(after)}"


def _marked(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


def _block(question: ImportedQuestion) -> Iterator[str]:
    yield from _ANSWERS[question.type](question)
    general = question.key.get("notes") if question.type == "essay" else question.feedback.get("general")
    if general:
        yield f"####{escape(general)}"


def _told(text: str) -> str:
    return f"#{escape(text)}" if text else ""


def _weighed(text: str, weight: int | None) -> str:
    """A text behind its weight; a text that looks like a weight gets one for protection."""
    return (percent(weight) if weight is not None else "") + escape(text)


def _choice(question: ImportedQuestion) -> Iterator[str]:
    told = question.feedback.get("options", {})
    is_single = question.type == "single"
    weights = question.key.get("weights") or balanced(question.key, [option.uid for option in question.options])
    yield ""
    for option in question.options:
        weight = weights.get(option.uid, 0)
        is_right = is_single and weight == WHOLE
        is_bare = is_right or weight == 0
        shown = None if is_bare and not WEIGHT.match(option.text) else weight
        yield f"\t{'=' if is_right else '~'}{_weighed(option.text, shown)}{_told(told.get(option.uid, ''))}"


def balanced(key: Any, uids: list[str]) -> dict[str, int]:
    """The weights that come nearest to r/R − w/W."""
    right = set(key["right"])
    gain, loss = -(-WHOLE // len(right)), -(-WHOLE // max(1, len(uids) - len(right)))
    return {uid: gain if uid in right else -loss for uid in uids}


def _truth(question: ImportedQuestion) -> Iterator[str]:
    wrong, right = question.feedback.get("wrong", ""), question.feedback.get("right", "")
    word = "TRUE" if question.key["answer"] else "FALSE"
    yield f"{word}#{escape(wrong)}#{escape(right)}" if right else word + _told(wrong)


def _matching(question: ImportedQuestion) -> Iterator[str]:
    yield ""
    yield from (f"\t={escape(left)} -> {escape(right)}" for left, right in pairs_in_order(question))


def pairs_in_order(question: ImportedQuestion) -> Iterator[tuple[str, str]]:
    """Left and right side of every pair, so that reading them again gives the right sides in their order.

    A distractor has no left side.
    """
    rights = {option.uid: option.text for option in question.options if option.side == "right"}
    waiting, taken = list(rights), set(question.key["pairs"].values())
    for left in (option for option in question.options if option.side == "left"):
        target = question.key["pairs"][left.uid]
        while target in waiting:
            uid = waiting.pop(0)
            if uid not in taken:
                yield "", rights[uid]
        yield left.text, rights[target]
    yield from (("", rights[uid]) for uid in waiting)


def _ordering(question: ImportedQuestion) -> Iterator[str]:
    texts = {option.uid: option.text for option in question.options}
    is_strict = question.key.get("rule") == "all_or_nothing"
    yield ">ALL VERTICAL " + ("ALL_OR_NOTHING" if is_strict else "RELATIVE_ALL_PREVIOUS_AND_NEXT")
    yield from (f"\t{escape(texts[uid])}" for uid in question.key["order"])


def _short(question: ImportedQuestion) -> Iterator[str]:
    yield ""
    for row in question.key["accepted"]:
        shown = None if row["weight"] == WHOLE and not WEIGHT.match(row["text"]) else row["weight"]
        yield f"\t={_weighed(row['text'], shown)}{_told(row.get('feedback', ''))}"


def _numeric(question: ImportedQuestion) -> Iterator[str]:
    yield "#"
    for row in question.key["intervals"]:
        weight = "" if row["weight"] == WHOLE else percent(row["weight"])
        yield f"\t={weight}{row['low']}..{row['high']}{_told(row.get('feedback', ''))}"
    if question.feedback.get("wrong"):
        yield f"\t~{_told(question.feedback['wrong'])}"


def _essay(question: ImportedQuestion) -> Iterator[str]:
    yield from ()


_ANSWERS = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _truth,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short,
    "numeric": _numeric,
    "essay": _essay,
}
