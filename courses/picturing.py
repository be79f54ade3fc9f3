"""Pictures that came with questions: kept, and from then on known by their sums alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from courses.formats.ir import ImportedPicture, ImportedQuestion
from courses.models import Picture


def settled(questions: Sequence[ImportedQuestion], now: datetime) -> list[ImportedQuestion]:
    """The questions with nothing but sums of kept pictures. A picture that went out from here and comes back is the
    one that is kept: encoding it again would make another of it. Twice is once; no query without pictures."""
    came = [one for question in questions for one in question.pictures if one.rendered is not None]
    if not came:
        return list(questions)
    known = Picture.known({one.stood for one in came if one.stood})
    Picture.keep((one.rendered for one in came if one.rendered and one.stood not in known), now)
    return [
        replace(question, pictures=tuple(_settle(one, known) for one in question.pictures)) for question in questions
    ]


def _settle(picture: ImportedPicture, known: set[str]) -> ImportedPicture:
    sha256 = picture.stood if picture.stood in known else picture.sha256
    return ImportedPicture(sha256, picture.alt, picture.option)
