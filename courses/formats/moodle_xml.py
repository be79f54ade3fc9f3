"""Moodle XML: a file of Moodle's question bank into questions (learning.md §4)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from courses.formats.collecting import Collected
from courses.formats.ir import (
    ONE_POINT,
    ImportedPicture,
    ImportedQuestion,
    Problem,
    UnreadableQuestion,
    category_path,
    code_of,
    difficulty_of,
)
from courses.formats.markup import Inert, inert_html, plain_text, tidy
from courses.formats.moodle_answers import READERS, choice
from courses.formats.moodle_export import OURS, to_moodle_xml
from courses.formats.moodle_pictures import Gallery
from courses.formats.xml_tree import Node, read_trees
from courses.scoring import WHOLE
from lms.vietnamese.text import clean, clean_lines

__all__ = ["parse", "to_moodle_xml"]

_FORMATS = {"html": "html", "moodle_auto_format": "html", "markdown": "markdown", "plain_text": "plain"}
_FEEDBACK = {
    "general": "generalfeedback", "right": "correctfeedback", "partial": "partiallycorrectfeedback",
    "wrong": "incorrectfeedback",
}  # fmt: skip
_USUAL_PENALTIES = frozenset({Decimal(0), Decimal(1), Decimal("0.1"), Decimal("0.3333333"), Decimal("0.5")})
_BULKY = frozenset({"file"})
_MOST_POINTS = 1000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse(content: bytes, known: Collection[str] = ()) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a file, and what was not read, with why. `known` are the sums of pictures that the bank holds.

    Raises FileError for a file that is no Moodle XML.
    """
    reading = _Reading(Collected(), known)
    read_trees(content, "quiz", reading.take)
    return reading.found.questions, reading.found.problems


@dataclass
class _Reading:
    """What was read so far, and the category that holds until the next one."""

    found: Collected
    known: Collection[str] = ()
    category: tuple[str, ...] = ()

    def take(self, node: Node) -> None:
        """One element below the root."""
        if node.name != "question":
            return
        kind = node.attributes.get("type", "")
        if kind == "category":
            self.category = category_path(node.said("category", "text"))
            return
        if kind == "description":
            message = _("A text that asks nothing was left out.")
            self.found.leave_out(node.line, "asks_nothing", message)
            return
        raw = node.as_xml(_BULKY)
        try:
            self.found.add(_question(node, kind, self.category, self.known), raw)
        except UnreadableQuestion as error:
            self.found.refuse(node.line, error, raw)


def _question(node: Node, kind: str, category: tuple[str, ...], known: Collection[str]) -> ImportedQuestion:
    """Raises UnreadableQuestion."""
    if kind not in READERS:
        message = _("Questions of the type “%(type)s” are not known here.") % {"type": kind[:60] or "?"}
        raise UnreadableQuestion("type_unsupported", message)
    notes: list[str] = []
    name = clean(node.said("name", "text"))
    ours = node.first(OURS)
    stem, stem_format, pictures = _stem(node, ours, known, notes)
    if not stem:
        raise UnreadableQuestion("no_stem", _("The question has no words."))
    own = clean(node.said("idnumber"))
    code = code_of(own, name, stem)
    reading = choice(code, node, known) if kind == "multichoice" else READERS[kind](code, node)
    tags = tuple(dict.fromkeys(tag for tag in (clean(one.said("text")) for one in _tags(node)) if tag))
    feedback = reading.feedback | _feedback(node, notes)
    return ImportedQuestion(
        code=code, name=name, type=reading.type, stem=stem, stem_format=stem_format, options=tuple(reading.options),
        key=reading.key, feedback=feedback, category=category, tags=tags, difficulty=_difficulty(ours, tags),
        source=clean_lines(ours.said("source")) if ours else "", check_by=_day(ours), points=_points(node, notes),
        settings=reading.settings, line=node.line, has_own_code=bool(own), pictures=(*pictures, *reading.pictures),
        notes=tuple(dict.fromkeys([*notes, *reading.notes, *_lost(node)])),
    )  # fmt: skip


def _stem(
    node: Node, ours: Node | None, known: Collection[str], notes: list[str]
) -> tuple[str, str, list[ImportedPicture]]:
    """The words, their format and the pictures with them; HTML is made harmless.

    Where an export of ours had to write HTML to show a picture, the words as they were stand in our own element.
    """
    question = node.first("questiontext")
    if question is None:
        return "", "plain", []
    kept = _FORMATS.get(question.attributes.get("format", "html"), "plain")
    words = question.said("text")
    gallery = Gallery(question, known, notes)
    if kept == "html":
        inert = inert_html(words, gallery.take)
    else:
        inert = Inert(tidy(words) if kept == "markdown" else clean_lines(words))
    notes += inert.notes
    if len(gallery.files) > len(gallery.found) and not inert.notes:
        notes.append(_("A picture was left out."))
    as_it_was = ours.first("stem") if ours else None
    if as_it_was is not None:
        kept = "markdown" if as_it_was.attributes.get("format") == "markdown" else "plain"
        inert = Inert(tidy(as_it_was.words) if kept == "markdown" else clean_lines(as_it_was.words))
    return inert.text.strip(), kept, gallery.found


def _feedback(node: Node, notes: list[str]) -> dict[str, str]:
    told = {}
    for name, element in _FEEDBACK.items():
        inert = plain_text(node.said(element, "text"))
        notes += inert.notes
        if inert.text:
            told[name] = inert.text
    return told


def _tags(node: Node) -> list[Node]:
    listed = node.first("tags")
    return list(listed.all("tag")) if listed else []


def _difficulty(ours: Node | None, tags: tuple[str, ...]) -> int:
    given = ours.said("difficulty") if ours else ""
    return int(given) if given in ("1", "2", "3", "4", "5") else difficulty_of(tags)


def _day(ours: Node | None) -> str:
    given = ours.said("check_by") if ours else ""
    return given if _DAY.fullmatch(given) else ""


def _points(node: Node, notes: list[str]) -> int:
    """In 1/10,000; one point where the file says nothing, or nothing that a question can be worth."""
    given = node.said("defaultgrade")
    try:
        points = Decimal(given or "1")
    except InvalidOperation:
        points = Decimal(0)
    if points.is_finite() and 0 < points <= _MOST_POINTS and int(points * WHOLE):
        return int(points * WHOLE)
    notes.append(_("The points could not be kept; the question proposes one point."))
    return ONE_POINT


def _lost(node: Node) -> list[str]:
    """What the file says and the bank does not keep."""
    lost = []
    try:
        penalty = Decimal(node.said("penalty") or "0")
    except InvalidOperation:
        penalty = Decimal(-1)
    if penalty not in _USUAL_PENALTIES:
        lost.append(_("The penalty for a second try was left out."))
    if node.first("hint"):
        lost.append(_("Hints were left out."))
    return lost
