"""Questions as Moodle XML (learning.md §4). What Moodle has no word for stands in an element of ours that it skips."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from courses.formats.gift_export import balanced, pairs_in_order
from courses.formats.gift_signs import percent
from courses.formats.ir import ImportedPicture, ImportedQuestion
from courses.formats.moodle_pictures import Masters, file_of, shown
from courses.scoring import WHOLE

OURS = "taphuan"
DIGITS = 60
"""Enough for the middle of any two numbers of a file, exactly."""
_TYPES = {
    "single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "short_text": "shortanswer",
    "numeric": "numerical", "matching": "matching", "ordering": "ordering", "essay": "essay",
}  # fmt: skip
_FORMATS = {"plain": "plain_text", "markdown": "markdown", "html": "html"}
_FEEDBACK = {
    "generalfeedback": "general", "correctfeedback": "right", "partiallycorrectfeedback": "partial",
    "incorrectfeedback": "wrong",
}  # fmt: skip


NO_PICTURES: Masters = {}


def to_moodle_xml(questions: Iterable[ImportedQuestion], masters: Masters = NO_PICTURES) -> str:
    """The questions as a file: UTF-8, LF, a category whenever it changes. Pictures by their sums."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category: tuple[str, ...] = ()
    for question in questions:
        if question.category != category:
            category = question.category
            path = "/".join(["top", *(name.replace("/", "//") for name in category)])
            lines.append(f'<question type="category"><category>{_text(path)}</category></question>')
        lines.append(element(question, masters))
    return "\n".join([*lines, "</quiz>", ""])


def element(question: ImportedQuestion, masters: Masters = NO_PICTURES) -> str:
    """One question as it stands in a file; pictures that are not at hand are left out."""
    return "\n".join(_question(question, masters))


def _question(question: ImportedQuestion, masters: Masters) -> Iterator[str]:
    pictures = [one for one in question.pictures if one.sha256 in masters]
    yield f'<question type="{_TYPES[question.type]}">'
    yield f"<name>{_text(question.name)}</name>"
    with_stem = [one for one in pictures if not one.option]
    if with_stem:
        yield _pictured("questiontext", _stem_html(question), with_stem, masters) + "</questiontext>"
    else:
        yield _element("questiontext", question.stem, _FORMATS[question.stem_format])
    told = dict(question.feedback) if question.type not in ("true_false", "numeric") else _general(question)
    yield from (_element(name, told[key]) for name, key in _FEEDBACK.items() if told.get(key))
    points = f"{Decimal(question.points) / WHOLE:f}"
    yield f"<defaultgrade>{points}</defaultgrade><penalty>0</penalty><hidden>0</hidden>"
    yield f"<idnumber>{escape(question.code)}</idnumber>"
    if question.type in ("single", "multiple"):
        yield from _choice(question, {one.option: one for one in pictures if one.option}, masters)
    else:
        yield from _ANSWERS[question.type](question)
    if question.tags:
        yield f"<tags>{''.join(f'<tag>{_text(tag)}</tag>' for tag in question.tags)}</tags>"
    as_it_is = ""
    if with_stem and question.stem_format != "html":
        as_it_is = f'<stem format="{_FORMATS[question.stem_format]}">{escape(question.stem)}</stem>'
    yield f"<{OURS}>{''.join(_ours(question))}{as_it_is}</{OURS}>"
    yield "</question>"


def _general(question: ImportedQuestion) -> dict[str, str]:
    return {name: text for name, text in question.feedback.items() if name in ("general", "partial")}


def _text(words: str) -> str:
    return f"<text>{escape(words)}</text>"


def _element(name: str, words: str, kept: str = "plain_text", **attributes: str) -> str:
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'<{name}{given} format="{kept}">{_text(words)}</{name}>'


def _stem_html(question: ImportedQuestion) -> str:
    """What a stem is as HTML, since a picture can stand nowhere else; other words stay as they are."""
    return question.stem if question.stem_format == "html" else _as_html(question.stem)


def _as_html(words: str) -> str:
    return html.escape(words, quote=False).replace("\n", "<br>")


def _pictured(name: str, words: str, pictures: Iterable[ImportedPicture], masters: Masters, **attributes: str) -> str:
    """A text in HTML with its pictures below it, and their files; the element stays open."""
    found = list(pictures)
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    said = _text(words + "".join(shown(one, masters) for one in found))
    return f'<{name}{given} format="html">{said}{"".join(file_of(one, masters) for one in found)}'


def _answer(words: str, fraction: str, feedback: str = "", more: str = "") -> str:
    told = _element("feedback", feedback) if feedback else ""
    return f'<answer fraction="{fraction}" format="plain_text">{_text(words)}{told}{more}</answer>'


def _share(weight: int) -> str:
    return percent(weight).strip("%")


def _choice(
    question: ImportedQuestion, pictures: dict[str, ImportedPicture], masters: Masters
) -> Iterator[str]:  # fmt: skip
    is_single = question.type == "single"
    yield f"<single>{'true' if is_single else 'false'}</single><shuffleanswers>true</shuffleanswers>"
    yield "<answernumbering>ABCD</answernumbering>"
    weights = question.key.get("weights") or balanced(question.key, [option.uid for option in question.options])
    told = question.feedback.get("options", {})
    for option in question.options:
        share, feedback = _share(weights.get(option.uid, 0)), told.get(option.uid, "")
        if option.uid not in pictures:
            yield _answer(option.text, share, feedback)
            continue
        words = _as_html(option.text)
        said = _pictured("answer", words, [pictures[option.uid]], masters, fraction=share)
        yield f"{said}{_element('feedback', feedback) if feedback else ''}</answer>"


def _truth(question: ImportedQuestion) -> Iterator[str]:
    for word in (True, False):
        is_right = question.key["answer"] is word
        told = question.feedback.get("right" if is_right else "wrong", "")
        yield _answer("true" if word else "false", "100" if is_right else "0", told)


def _short(question: ImportedQuestion) -> Iterator[str]:
    yield "<usecase>0</usecase>"
    for row in question.key["accepted"]:
        yield _answer(row["text"], _share(row["weight"]), row.get("feedback", ""))


def _numeric(question: ImportedQuestion) -> Iterator[str]:
    for row in question.key["intervals"]:
        with localcontext(prec=DIGITS):
            low, high = Decimal(row["low"]), Decimal(row["high"])
            middle, tolerance = (low + high) / 2, (high - low) / 2
        more = f"<tolerance>{tolerance:f}</tolerance>"
        yield _answer(f"{middle:f}", _share(row["weight"]), row.get("feedback", ""), more)
    if question.feedback.get("wrong"):
        yield _answer("*", "0", question.feedback["wrong"])


def _matching(question: ImportedQuestion) -> Iterator[str]:
    yield "<shuffleanswers>true</shuffleanswers>"
    for left, right in pairs_in_order(question):
        yield f'<subquestion format="plain_text">{_text(left)}<answer>{_text(right)}</answer></subquestion>'


def _ordering(question: ImportedQuestion) -> Iterator[str]:
    grading = "ALL_OR_NOTHING" if question.key.get("rule") == "all_or_nothing" else "RELATIVE_ALL_PREVIOUS_AND_NEXT"
    yield f"<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>{grading}</gradingtype>"
    texts = {option.uid: option.text for option in question.options}
    yield from (_answer(texts[uid], str(rank)) for rank, uid in enumerate(question.key["order"], start=1))


def _essay(question: ImportedQuestion) -> Iterator[str]:
    files = int(question.settings.get("files", 0))
    yield f"<responseformat>editor</responseformat><attachments>{files}</attachments>"
    for name, element in (("words_min", "minwordlimit"), ("words_max", "maxwordlimit")):
        if question.settings.get(name):
            yield f"<{element}>{int(question.settings[name])}</{element}>"
    yield _element("graderinfo", question.key.get("notes", ""))


_ANSWERS = {
    "true_false": _truth,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short,
    "numeric": _numeric,
    "essay": _essay,
}


def _ours(question: ImportedQuestion) -> Iterator[str]:
    """What Moodle has no element for."""
    said: dict[str, Any] = {
        "difficulty": question.difficulty, "source": question.source, "check_by": question.check_by,
        "rule": question.key.get("rule", "") if question.type == "multiple" else "",
        "ignore_marks": "1" if question.key.get("ignore_marks") else "", "i_y": "1" if question.key.get("i_y") else "",
    }  # fmt: skip
    return (f"<{name}>{escape(str(value))}</{name}>" for name, value in said.items() if value)
