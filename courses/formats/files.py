"""The formats of question files by name: read, written, and what each of them cannot say (docs/questions.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from courses.formats import aiken, gift, moodle_xml, question_csv, question_xlsx
from courses.formats.encoding import decode
from courses.formats.ir import ONE_POINT, ImportedQuestion, Problem
from courses.formats.moodle_pictures import Masters
from lms.papers.files import Kind
from lms.uploads.checks import extension

Read = tuple[list[ImportedQuestion], list[Problem]]
XLSX = Kind.XLSX.content_type


@dataclass(frozen=True)
class Format:
    """A format of question files. `silent_on` are fields that it has no word for: there, what the bank holds stays."""

    name: str
    ending: str
    content_type: str
    endings: tuple[str, ...]
    silent_on: frozenset[str]
    _read: Callable[..., Read]
    _write: Callable[..., str | bytes]
    is_text: bool = True
    is_table: bool = False
    has_pictures: bool = False

    def read(self, content: bytes, confirmed: str = "", known: Collection[str] = ()) -> Read:
        """The questions of a file and what was not read. `confirmed` is an encoding that the person agreed to, `known`
        are the sums of pictures at hand. A file of somebody else is read by `courses.formats.apart`.

        Raises FileError or Refused for a file that cannot be read as a whole; whatever else is wrong is a problem.
        """
        if self.has_pictures:
            return self._read(content, known)
        return self._read(decode(content, confirmed=confirmed)[0]) if self.is_text else self._read(content)

    def write(self, questions: Iterable[ImportedQuestion], masters: Masters | None = None) -> bytes:
        """The questions as a file, with the pictures at hand by their sums."""
        written = self._write(questions, masters or {}) if self.has_pictures else self._write(questions)
        return written if isinstance(written, bytes) else written.encode()


_TEXT = "text/plain; charset=utf-8"
_BARE = frozenset({"source", "check_by", "article", "settings", "points", "pictures"})
_TABLE = frozenset({"article", "pictures"})
_GIFT = Format("gift", "gift", _TEXT, ("gift", "txt"), _BARE, gift.parse, gift.to_gift)
_AIKEN = Format(
    "aiken", "txt", _TEXT, ("txt",), _BARE | {"name", "feedback", "difficulty", "stem_format"}, aiken.parse,
    aiken.to_aiken,
)  # fmt: skip
_XML = Format(
    "moodle-xml", "xml", "application/xml", ("xml",), frozenset({"article"}), moodle_xml.parse,
    moodle_xml.to_moodle_xml, is_text=False, has_pictures=True,
)  # fmt: skip
_XLSX = Format(
    "xlsx", "xlsx", XLSX, ("xlsx",), _TABLE, question_xlsx.parse, question_xlsx.to_xlsx, is_text=False, is_table=True
)
_CSV = Format(
    "csv", "csv", "text/csv; charset=utf-8", ("csv",), _TABLE, question_csv.parse, question_csv.to_csv, is_table=True
)
FORMATS = {one.name: one for one in (_XLSX, _CSV, _GIFT, _AIKEN, _XML)}


_AIKEN_KEY = re.compile(rb"(?im)^\s*(?:ANSWER|\xc4\x90\xc3\x81P \xc3\x81N)\s*:")


def format_of(name: str, content: bytes) -> Format:
    """The format of a file by its ending; a text is Aiken if it has lines «ANSWER: …» and no brace, else GIFT.

    Raises FileError "wrong_extension".
    """
    ending = extension(name, dict.fromkeys(ending for one in FORMATS.values() for ending in one.endings))
    if ending == "txt":
        return _AIKEN if b"{" not in content and _AIKEN_KEY.search(content) else _GIFT
    return next(one for one in FORMATS.values() if ending in one.endings)


def lost(
    kept: Format, questions: Sequence[ImportedQuestion], masters: Masters | None = None
) -> dict[str, tuple[str, ...]]:
    """By code, the fields that a file of this format does not bring back; "question" where nothing comes back.

    The file is written and read again: what is named here is what would really be lost.
    """
    read, _problems = kept.read(kept.write(questions, masters), known=frozenset(masters or {}))
    back = {one.code: one for one in read}
    by_words = {one.stem: one for one in read}
    found = {}
    for question in questions:
        again = back.get(question.code) or by_words.get(" ".join(question.stem.split()))
        fields = _lost(question, again)
        if fields:
            found[question.code] = fields
    return found


_COMPARED = (
    "name", "stem", "stem_format", "options", "key", "feedback", "difficulty", "source", "article", "check_by",
    "settings", "points", "pictures",
)  # fmt: skip


def _lost(question: ImportedQuestion, again: ImportedQuestion | None) -> tuple[str, ...]:
    if again is None or again.type != question.type:
        return ("question",)
    fields = [name for name in ("code", "category") if getattr(question, name) != getattr(again, name)]
    fields += ["tags"] if set(question.tags) != set(again.tags) else []
    if question.fingerprint() != again.fingerprint():
        fields += [name for name in _COMPARED if _alone(question, name) != _alone(again, name)]
    return tuple(fields)


def _alone(question: ImportedQuestion, name: str) -> str:
    """The fingerprint of a question that has nothing but this field, and the options that it speaks of."""
    bare = ImportedQuestion("", "", question.type, "", points=ONE_POINT, options=question.options)
    if name not in ("options", "key", "feedback", "pictures"):
        bare = replace(bare, options=())
    elif question.type == "ordering":
        bare = replace(bare, key=question.key)
    return replace(bare, **{name: getattr(question, name)}).fingerprint()
