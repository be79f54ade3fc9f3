"""An imported question between a file's format and the bank's rows."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAMESPACE = uuid.UUID("6f0f2a0e-7a55-5b53-9a2b-0b6c1f0c7a01")


@dataclass(frozen=True)
class ImportedOption:
    """An option as shown; `side` is "left" or "right" for matching, else empty."""

    uid: str
    text: str
    side: str = ""


@dataclass(frozen=True)
class ImportedQuestion:
    """A question of a file. `key` has the shape that `courses.scoring` documents for `type`.

    `feedback` is {"general", "right", "wrong": text, "options": {uid: text}}; `notes` say what was converted.
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
    line: int = 0
    notes: tuple[str, ...] = ()

    def content_hash(self) -> str:
        """SHA-256 of what makes it this question: type, words, options, key, feedback."""
        content = {
            "type": self.type,
            "stem": self.stem,
            "format": self.stem_format,
            "options": [[option.uid, option.text, option.side] for option in self.options],
            "key": self.key,
            "feedback": self.feedback,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Problem:
    """Why a question was not read: the line where it begins, a stable code, a sentence."""

    line: int
    code: str
    message: str


def option_uid(code: str, position: int, text: str, side: str = "") -> str:
    """The same option of the same question gets the same uid at every import."""
    return str(uuid.uuid5(NAMESPACE, f"{code}|{side}|{position}|{text}"))


def difficulty_of(tags: tuple[str, ...]) -> int:
    """The level of thinking that the tags name: nhận biết 1, thông hiểu 2, vận dụng 3."""
    levels = {"nhan-biet": 1, "thong-hieu": 2, "van-dung": 3}
    return max((levels[tag] for tag in tags if tag in levels), default=2)
