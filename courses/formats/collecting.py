"""What every format does with the questions of a file, one by one: keep, leave out, refuse (learning.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from courses.formats.ir import ImportedQuestion, Problem, UnreadableQuestion, made_code
from lms.uploads.checks import FileError

LONGEST_TEXT = 20_000
LONGEST_RAW = 20_000
"""Characters of what stood in the file that go back with a refusal."""
LONGEST_NAME = 300
LONGEST_CATEGORY = 200
LONGEST_TAG = 60
MOST_TAGS = 20
DEEPEST = 5
MOST_QUESTIONS = 20_000
"""In a file, with what was not read."""
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no database and no XML takes."""


@dataclass
class Collected:
    """The questions of a file so far, and what was not read."""

    questions: list[ImportedQuestion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _codes: dict[str, str] = field(default_factory=dict)
    """Code → fingerprint."""

    def _require_room(self) -> None:
        """Raises FileError: too_many_questions."""
        if len(self.questions) + len(self.problems) >= MOST_QUESTIONS:
            message = _("The file holds more than %(most)s questions. Cut it into several.") % {"most": MOST_QUESTIONS}
            raise FileError("too_many_questions", message)

    def refuse(self, line: int, error: UnreadableQuestion, raw: str | Mapping[str, str] = "") -> None:
        """Note why something was not read."""
        self._require_room()
        self.problems.append(Problem(line, error.code, str(error), raw=shortened(raw)))

    def leave_out(self, line: int, code: str, message: str) -> None:
        """Note what asks nothing."""
        self._require_room()
        self.problems.append(Problem(line, code, message, is_refusal=False))

    def add(self, question: ImportedQuestion, raw: str | Mapping[str, str] = "") -> None:
        """Keep a question that is within the limits and whose code stands nowhere above.

        Files of other systems name many questions alike: a code made of the name gives way to one made of the words.
        """
        try:
            question = within_limits(question)
        except UnreadableQuestion as error:
            return self.refuse(question.line, error, raw)
        self._require_room()
        said = question.fingerprint()
        if question.code in self._codes and not question.has_own_code and self._codes[question.code] != said:
            question = replace(question, code=made_code(question.stem, said))
        if question.code not in self._codes:
            self._codes[question.code] = said
            return self.questions.append(question)
        message = _("A question with this code stands above.")
        is_other = self._codes[question.code] != said
        self.problems.append(Problem(question.line, "duplicate_in_file", message, is_other, shortened(raw)))
        return None


def shortened(raw: str | Mapping[str, str]) -> str | Mapping[str, str]:
    """What stood there, as far as it is kept and a database takes it."""
    if isinstance(raw, str):
        return _BAD.sub("", raw[:LONGEST_RAW])
    return {name: _BAD.sub("", value[:LONGEST_RAW]) for name, value in raw.items() if value}


def within_limits(question: ImportedQuestion) -> ImportedQuestion:
    """The question, its name cut if it is too long. Raises UnreadableQuestion for what the bank cannot hold."""
    if any(map(_BAD.search, _texts(question))):
        raise UnreadableQuestion("bad_character", _("The question holds a character that no text needs."))
    if any(len(text) > LONGEST_TEXT for text in _texts(question)):
        message = _("A text has more than %(most)s characters.") % {"most": LONGEST_TEXT}
        raise UnreadableQuestion("text_too_long", message)
    if len(question.category) > DEEPEST:
        raise UnreadableQuestion("category_too_deep", _("Categories stand at most five levels deep."))
    if any(len(name) > LONGEST_CATEGORY for name in question.category):
        message = _("The name of a category has more than %(most)s characters.") % {"most": LONGEST_CATEGORY}
        raise UnreadableQuestion("text_too_long", message)
    if len(question.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in question.tags):
        limits = {"count": MOST_TAGS, "most": LONGEST_TAG}
        message = _("A question has at most %(count)s tags of at most %(most)s characters.") % limits
        raise UnreadableQuestion("bad_tags", message)
    if len(question.name) > LONGEST_NAME:
        note = _("The name was cut to %(most)s characters.") % {"most": LONGEST_NAME}
        return replace(question, name=question.name[:LONGEST_NAME].rstrip(), notes=(*question.notes, note))
    return question


def _texts(question: ImportedQuestion) -> Iterator[str]:
    """Every text of the question, those of key and feedback too."""
    yield from (question.code, question.name, question.stem, question.source, *question.category, *question.tags)
    yield from (option.text for option in question.options)
    waiting = [question.key, question.feedback]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
