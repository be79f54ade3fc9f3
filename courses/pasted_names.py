"""Names pasted from a letter or a table, against the people of a roster (learning.md §5). Pure: a dry run, a verdict
a line, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.vietnamese.text import clean, name_key

MOST_LINES = 500
"""No class has more people; what is longer was pasted by mistake."""
_NUMBER = re.compile(r"^\d{1,3}\s*[.)\t]\s*")
_DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_AFTER_NAME = re.compile(r"[\t;,|–]|\s-\s|\(")


class LineVerdict(StrEnum):
    """What a pasted line means: one person, one of several, nobody of the roster, or somebody who is in already."""

    MATCHED = "matched"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    ALREADY = "already"


@dataclass(frozen=True)
class Listed:
    """Somebody of the roster, as far as a pasted line can tell people apart."""

    key: str
    full_name: str
    birth_date: date | None = None


@dataclass(frozen=True)
class PastedLine:
    """A line as it was pasted, its number from 1, and whom it may mean."""

    number: int
    text: str
    verdict: LineVerdict
    people: tuple[Listed, ...] = ()


def read_line(line: str) -> tuple[str, date | None]:
    """The name of a line and the date of birth beside it, if there is one: «1. Nguyễn Thị Lan; 12/03/1980»."""
    line = _NUMBER.sub("", line.strip())
    found = _DAY.search(line)
    born = None
    if found is not None:
        day, month, year = (int(part) for part in found.groups())
        line = line[: found.start()]
        try:
            born = date(year, month, day)
        except ValueError:
            born = None
    return clean(_AFTER_NAME.split(line, maxsplit=1)[0]), born


def judge(pasted: str, roster: Iterable[Listed], inside: Collection[str]) -> list[PastedLine]:
    """A verdict for every line that is not empty; `inside` are the keys of those who are in the class already.

    A date of birth that differs from a known one rules somebody out; a name alone that several bear is for the
    reader to settle; whoever an earlier line named is in already.
    """
    named: dict[str, list[Listed]] = {}
    for one in roster:
        named.setdefault(name_key(one.full_name), []).append(one)
    seen = set(inside)
    lines: list[PastedLine] = []
    for number, text in enumerate(pasted.splitlines(), start=1):
        if not text.strip():
            continue
        name, born = read_line(text)
        people = _meant(named.get(name_key(name), []), born)
        verdict = _verdict(people, seen)
        if verdict == LineVerdict.MATCHED:
            seen.add(people[0].key)
        lines.append(PastedLine(number, clean(text), verdict, tuple(people)))
    return lines


def _meant(namesakes: Sequence[Listed], born: date | None) -> list[Listed]:
    if born is None:
        return list(namesakes)
    exact = [one for one in namesakes if one.birth_date == born]
    return exact or [one for one in namesakes if one.birth_date is None]


def _verdict(people: Sequence[Listed], inside: Collection[str]) -> LineVerdict:
    if not people:
        return LineVerdict.UNKNOWN
    if len(people) > 1:
        return LineVerdict.CHOOSE
    return LineVerdict.ALREADY if people[0].key in inside else LineVerdict.MATCHED


def ticked(lines: Iterable[PastedLine]) -> frozenset[str]:
    """The keys of the people whom the lines name beyond doubt."""
    return frozenset(line.people[0].key for line in lines if line.verdict == LineVerdict.MATCHED)
