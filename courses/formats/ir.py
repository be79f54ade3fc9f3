"""An imported question between a file's format and the bank's rows."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.gift_signs import snapped
from lms.uploads.pictures import Rendered
from lms.vietnamese.text import clean

NAMESPACE = uuid.UUID("6f0f2a0e-7a55-5b53-9a2b-0b6c1f0c7a01")
LONGEST_CODE = 60
LONGEST_ALT = 300
MOST_PICTURES = 4
"""With one stem."""
_ROOTS = ("$course$", "$system$", "$module$", "top")
_LEVELS = {"nhan-biet": 1, "thong-hieu": 2, "van-dung": 3}


class UnreadableQuestion(ValueError):
    """`code` and a sentence say why a question of a file cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class ImportedOption:
    """An option as shown; `side` is "left" or "right" for matching, else empty."""

    uid: str
    text: str
    side: str = ""


@dataclass(frozen=True)
class ImportedPicture:
    """A picture with the stem, or with the option whose uid is `option`; `alt` says in words what it shows.

    It is known by the sum of its master. One that came with a file brings itself along, and the sum of what stood in
    the file: who keeps a picture with that very sum takes that.
    """

    sha256: str
    alt: str = ""
    option: str = ""
    rendered: Rendered | None = field(default=None, compare=False, repr=False)
    stood: str = field(default="", compare=False)


@dataclass(frozen=True)
class ImportedQuestion:
    """A question of a file. `key` has the shape that `courses.scoring` documents for `type`.

    `feedback` is {"general", "right", "partial", "wrong": text, "options": {uid: text}}; `notes` say what was lost.
    `points` (1/10,000) is what the file proposes: on a quiz, points stand on the quiz. `source` is what the question
    rests on, with its `article`, and `check_by` the day (ISO) until which that holds. `settings` is what a trainee may
    know of the form: {"unit", "words_min", "words_max"}. `has_own_code` is False when the code was made of the name or
    the words.
    """

    code: str
    name: str
    type: str
    stem: str
    stem_format: str = "plain"
    options: tuple[ImportedOption, ...] = ()
    key: Mapping[str, Any] = field(default_factory=dict)
    feedback: Mapping[str, Any] = field(default_factory=dict)
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int = 2
    source: str = ""
    points: int = 10_000
    line: int = 0
    notes: tuple[str, ...] = ()
    check_by: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    article: str = ""
    has_own_code: bool = True
    pictures: tuple[ImportedPicture, ...] = ()

    def content_hash(self) -> str:
        """SHA-256 of what a version keeps: type, name, words, options, key, feedback, difficulty, source."""
        content = {
            "type": self.type,
            "name": self.name,
            "stem": self.stem,
            "format": self.stem_format,
            "options": [[option.uid, option.text, option.side] for option in self.options],
            "key": self.key,
            "feedback": self.feedback,
            "difficulty": self.difficulty,
            "source": self.source,
        }
        pictures = [[one.sha256, one.alt, one.option] for one in self.pictures]
        more = {
            "check_by": self.check_by, "settings": self.kept_settings(), "article": self.article, "pictures": pictures,
        }  # fmt: skip
        return _hash({**content, **{name: value for name, value in more.items() if value}})

    def kept_settings(self) -> dict[str, Any]:
        """What the version keeps beside its words: limits of the form, the rule of scoring, proposed points."""
        kept = {name: value for name, value in self.settings.items() if name not in ("rule", "points")}
        return kept | ({"points": self.points} if self.points != ONE_POINT else {})

    def fingerprint(self) -> str:
        """As `content_hash`, but of what people see: uids are places, numbers are values, what is empty is not there.

        Two files in two formats that say the same have the same one.
        """
        options = self._in_order()
        places = {option.uid: str(place) for place, option in enumerate(options)}
        content = {
            "type": self.type, "name": self.name, "stem": self.stem, "format": self.stem_format,
            "options": [[option.text, option.side] for option in options], "difficulty": self.difficulty,
            "source": self.source, "article": self.article, "check_by": self.check_by,
            "settings": self.kept_settings(), "key": _levelled(_sorted_right(self.key), places),
            "feedback": _levelled(self.feedback, places),
        }  # fmt: skip
        if self.pictures:
            content["pictures"] = [[one.sha256, one.alt, places.get(one.option, "")] for one in self.pictures]
        return _hash(content)

    def _in_order(self) -> list[ImportedOption]:
        """The options; the items of an ordering in their right order, since they are shown shuffled."""
        place = {uid: index for index, uid in enumerate(self.key.get("order", []))}
        return sorted(self.options, key=lambda option: place.get(option.uid, 0))


ONE_POINT = 10_000


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _sorted_right(key: Mapping[str, Any]) -> dict[str, Any]:
    """Which options are right has no order, and the count of the others follows from it; no weight is none."""
    kept = {name: value for name, value in key.items() if name != "wrong_count"}
    if kept.get("rule") == "balanced" and not key.get("wrong_count"):
        kept["rule"] = "all_or_nothing"
    if "right" in kept:
        kept["right"] = dict.fromkeys(kept["right"], True)
    if "weights" in kept:
        kept["weights"] = {uid: _share(weight) for uid, weight in kept["weights"].items() if weight}
    return kept


@lru_cache(maxsize=4096)
def _share(weight: int) -> int:
    """3333 and 3334 are a third."""
    return snapped(str(Decimal(weight) / 100))


def _levelled(value: Any, places: Mapping[str, str], name: str = "") -> Any:
    """The value with places for uids and without what is empty; decimals without idle zeros."""
    if isinstance(value, Mapping):
        items = ((places.get(key, key), _levelled(part, places, key)) for key, part in value.items())
        return {key: part for key, part in items if part not in ("", None, {}, []) and part is not _FALSE_OPTION}
    if isinstance(value, (list, tuple)):
        return [_levelled(part, places) for part in value]
    if name == "weight":
        return _share(value)
    if name in ("low", "high"):
        return str(Decimal(value).normalize() + 0)
    if value is False and name in ("ignore_marks", "i_y"):
        return _FALSE_OPTION
    return places.get(value, value) if isinstance(value, str) else value


_FALSE_OPTION = object()


@dataclass(frozen=True)
class Problem:
    """Why something in a file was not read: the line where it begins, a stable code, a sentence.

    `is_refusal` is False for what was rightly left out, a text that asks nothing for instance. `raw` is what stood
    there, so that it can be mended and sent again; for a row of a table, its cells by name.
    """

    line: int
    code: str
    message: str
    is_refusal: bool = True
    raw: str | Mapping[str, str] = ""


def option_uid(code: str, occurrence: int, text: str, side: str = "") -> str:
    """The same option of the same question gets the same uid at every import, wherever it stands.

    `occurrence` tells options with the same text apart.
    """
    return str(uuid.uuid5(NAMESPACE, f"{code}|{side}|{occurrence}|{text}"))


def options_of(code: str, texts: Sequence[str], side: str = "") -> list[ImportedOption]:
    """One option for each text, in their order."""
    seen: dict[str, int] = {}
    options = []
    for text in texts:
        occurrence = seen.get(text, 0)
        seen[text] = occurrence + 1
        options.append(ImportedOption(option_uid(code, occurrence, text, side), text, side))
    return options


def code_of(given: str, name: str, stem: str) -> str:
    """The code of a question: the one that it brings, else its name, else one made of its words.

    Raises UnreadableQuestion "code_too_long".
    """
    if len(given) > LONGEST_CODE:
        message = _("A code has at most %(most)s characters.") % {"most": LONGEST_CODE}
        raise UnreadableQuestion("code_too_long", message)
    if given:
        return given
    return name if 0 < len(name) <= LONGEST_CODE else made_code(stem)


def made_code(*words: str) -> str:
    """A code made of words: the same words always give the same."""
    return f"q-{hashlib.sha256('|'.join(words).encode()).hexdigest()[:16]}"


def category_path(path: str) -> tuple[str, ...]:
    """`a/b` as two names; `//` is a slash within a name; the roots of Moodle are dropped."""
    parts = (clean(part.replace("\ue000", "/")) for part in path.replace("//", "\ue000").split("/"))
    kept = [part for part in parts if part]
    while kept and kept[0] in _ROOTS:
        kept.pop(0)
    return tuple(kept)


def difficulty_of(tags: Sequence[str], default: int = 2) -> int:
    """The level of thinking that the tags name: nhận biết 1, thông hiểu 2, vận dụng 3; else the default."""
    return max((_LEVELS[tag] for tag in tags if tag in _LEVELS), default=default)
