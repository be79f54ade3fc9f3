"""A bank as a file: what the format loses is named first, and each file is an event (learning.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.banks import Bank
from courses.formats.files import Format, lost
from courses.formats.ir import ImportedQuestion
from courses.models import Picture
from lms.audit.models import Event
from lms.people.models import User


@dataclass(frozen=True)
class Losses:
    """What a file would not bring back: by field, how many questions; and how many of `total` lose anything."""

    total: int
    touched: int
    fields: tuple[tuple[str, int], ...]


def contents(bank: Bank) -> list[ImportedQuestion]:
    """The newest versions of the bank, drafts too, by category and code. Their keys are in it."""
    read = [bank.relative(version.content()) for version in bank.versions().with_content()]
    return sorted(read, key=lambda question: (question.category, question.code))


def losses(kept: Format, questions: Sequence[ImportedQuestion]) -> Losses:
    """Counted by writing the file and reading it again."""
    found = lost(kept, questions, _masters(kept, questions))
    fields = Counter(name for names in found.values() for name in names)
    return Losses(len(questions), len(found), tuple(sorted(fields.items())))


def export(bank: Bank, kept: Format, *, by: User | None, now: datetime) -> bytes:
    """The file, with its event."""
    questions = contents(bank)
    Event.record(
        "question.export_with_keys", object_kind="course", object_id=bank.scope, now=now,
        actor=str(by.public_id) if by else "system", data={"format": kept.name, "count": len(questions)},
    )  # fmt: skip
    return kept.write(questions, _masters(kept, questions))


def _masters(kept: Format, questions: Sequence[ImportedQuestion]) -> dict[str, bytes]:
    if not kept.has_pictures:
        return {}
    return Picture.masters({picture.sha256 for question in questions for picture in question.pictures})
