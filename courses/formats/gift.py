"""GIFT, Moodle's text format for questions (learning.md §4): a text cut into questions, one pass, no going back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from django.utils.translation import gettext as _

from courses.formats.collecting import Collected
from courses.formats.gift_answers import read_block
from courses.formats.gift_export import to_gift
from courses.formats.gift_signs import FORMAT, RESERVED, hide, show, show_indented
from courses.formats.ir import ImportedQuestion, Problem, UnreadableQuestion, category_path, code_of, difficulty_of
from lms.vietnamese.text import clean

__all__ = ["losses", "parse", "to_gift"]

_MARK = re.compile(r"\[(id|tag):((?:\\.|[^\]\\]){1,200})\]")
_HEAD = re.compile(r"::(.*?)::", re.DOTALL)
GAP = "_____"


@dataclass
class _Item:
    """The lines of one question with their numbers, its marks, and the category it stands in."""

    lines: list[tuple[int, str]]
    marks: list[tuple[str, str]]
    category: tuple[str, ...]
    comments: list[str]

    @property
    def text(self) -> str:
        return "\n".join(line for _number, line in self.lines)

    @property
    def raw(self) -> str:
        """As it stood in the file, its marks above it."""
        return "\n".join([*self.comments, self.text])

    def line_of(self, place: int) -> int:
        """The number of the line in which the character at `place` of the text stands."""
        return self.lines[self.text.count("\n", 0, place)][0]


def parse(text: str) -> tuple[list[ImportedQuestion], list[Problem]]:
    """All questions of a GIFT text, and what was not read, with why. Never raises, whatever the text."""
    found = Collected()
    for item in _items(text):
        line = item.lines[0][0]
        try:
            question = _question(item)
        except UnreadableQuestion as error:
            found.refuse(_line_at_fault(item, error.code), error, item.raw)
            continue
        if question is None:
            found.leave_out(line, "asks_nothing", _("A text without braces asks nothing; it was left out."))
        else:
            found.add(question, item.raw)
    return found.questions, found.problems


def losses(question: ImportedQuestion) -> tuple[str, ...]:
    """What a GIFT file of this question does not bring back: names of fields, or "question" if it is not even read."""
    read, _problems = parse(to_gift([question]))
    if len(read) != 1:
        return ("question",)
    kept = replace(read[0], line=question.line, notes=question.notes)
    return tuple(one.name for one in fields(question) if getattr(kept, one.name) != getattr(question, one.name))


def _line_at_fault(item: _Item, code: str) -> int:
    """The line of the brace that is not closed; else the first line of the question."""
    if code != "unclosed_brace":
        return item.lines[0][0]
    return item.line_of(re.sub(r"\\.", "..", item.text).find("{"))


def _items(text: str) -> Iterator[_Item]:
    """The text cut at blank lines; a category holds until the next one, marks only within their block."""
    category: tuple[str, ...] = ()
    lines: list[tuple[int, str]] = []
    marks: list[tuple[str, str]] = []
    comments: list[str] = []
    all_lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate([*all_lines, ""], start=1):
        words = line.strip()
        if words.startswith("//"):
            comments.append(words)
            marks += [(kind, re.sub(r"\\(.)", r"\1", value).strip()) for kind, value in _MARK.findall(words)]
        elif words.startswith("$CATEGORY:"):
            category = category_path(words.partition(":")[2])
        elif words:
            lines.append((number, line))
        else:
            if lines:
                yield _Item(lines, marks, category, comments)
            lines, marks, comments = [], [], []


def _question(item: _Item) -> ImportedQuestion | None:
    """The question of an item; None for a text without braces. Raises UnreadableQuestion."""
    if RESERVED.search(item.text) or "\x00" in item.text:
        raise UnreadableQuestion("bad_character", _("The question holds a character that no text needs."))
    name, text = _head(hide(item.text).strip())
    stem_format, text = _format(text)
    stem, block, after = _cut(text)
    if block is None:
        return None
    whole = show if stem_format == "plain" else show_indented
    stem = whole(f"{stem}{GAP}{after}" if after.strip() else stem)
    if not stem:
        raise UnreadableQuestion("no_stem", _("The question has no words."))
    own = next((value for mark, value in item.marks if mark == "id"), "")
    code = code_of(own, name, stem)
    tags = tuple(value for mark, value in item.marks if mark == "tag")
    reading = read_block(code, block.strip())
    return ImportedQuestion(
        code=code, name=name, type=reading.type, stem=stem, stem_format=stem_format,
        options=tuple(reading.options), key=reading.key, feedback=reading.feedback, category=item.category,
        tags=tags, difficulty=difficulty_of(tags), line=item.lines[0][0], notes=tuple(reading.notes),
        has_own_code=bool(own),
    )  # fmt: skip


def _head(text: str) -> tuple[str, str]:
    match = _HEAD.match(text)
    return (clean(show(match[1])), text[match.end() :].lstrip()) if match else ("", text)


def _format(text: str) -> tuple[str, str]:
    """Moodle's own format is HTML; without a mark the text is plain."""
    match = FORMAT.match(text)
    if not match:
        return "plain", text
    name = match[1].lower()
    return "html" if name == "moodle" else name, text[match.end() :]


def _cut(text: str) -> tuple[str, str | None, str]:
    """Before, inside and after the one pair of braces; None inside when the text asks nothing."""
    stem, opened, rest = text.partition("{")
    if not opened:
        return stem, None, ""
    block, closed, after = rest.partition("}")
    if not closed or "{" in block:
        raise UnreadableQuestion("unclosed_brace", _("A brace is not closed before the blank line."))
    if "{" in after:
        raise UnreadableQuestion("second_block", _("A question has one pair of braces; this one has two."))
    return stem, block, after
