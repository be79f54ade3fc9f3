"""Which stems say nearly the same (learning.md §3). Pure; linear enough for a bank of 5,000 questions.

Two stems are alike when the sets of their trigrams (three letters running, of the folded text) have more than 85 in 100
in common: |A ∩ B| / |A ∪ B|. Nobody compares each with each. Sets so alike must share one of their rarest trigrams, so
each stem is listed under its 15 in 100 rarest alone, and meets only what stands there and is about as long (prefix
filtering of a set similarity join: no pair is missed). Sets are bits of a number, so that comparing two costs one AND.
Equal stems are one. A stem meets `MOST_MET` others at most, the nearest in length first: beyond that, in a bank of
thousands of questions made of the same few words, a pair may go unnoticed, but the time stays linear.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

MOST_MET = 400
Name = TypeVar("Name", bound=Hashable)


def trigrams(folded: str) -> frozenset[str]:
    """Three letters running, with a space before and after the whole."""
    padded = f" {folded} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def enough(shared: int, one: int, other: int) -> bool:
    """Whether sets of these sizes with so much in common are alike: shared / (one + other − shared) > 0.85."""
    return 37 * shared > 17 * (one + other)


def like(stem: str, others: Mapping[Name, str]) -> list[Name]:
    """The names of the folded stems that are like this one, in their order."""
    mine = trigrams(stem)
    found = []
    for name, text in others.items():
        if len(stem) < 2 * len(text) + 4 and len(text) < 2 * len(stem) + 4:
            theirs = trigrams(text)
            if enough(len(mine & theirs), len(mine), len(theirs)):
                found.append(name)
    return found


class _Stem(NamedTuple):
    """The trigrams as bits, how many they are, and the rarest of them."""

    bits: int
    size: int
    rarest: tuple[int, ...]


def groups(stems: Mapping[Name, str]) -> list[list[Name]]:
    """The names of folded stems that are alike, together; each in one group, directly or through others."""
    same: dict[str, list[Name]] = defaultdict(list)
    for name, text in stems.items():
        if text:
            same[text].append(name)
    texts = sorted(same, key=lambda text: (len(trigrams(text)), text))
    tied = _Ties(len(texts))
    _tie(_in_bits([trigrams(text) for text in texts]), tied)
    together: dict[int, list[Name]] = defaultdict(list)
    for place, text in enumerate(texts):
        together[tied.root(place)] += same[text]
    return [names for names in together.values() if len(names) > 1]


def _in_bits(sets: Sequence[frozenset[str]]) -> list[_Stem]:
    """The rarer a trigram, the lower its number; the rarest 15 in 100, and one more, stand for the set."""
    frequency = Counter(gram for grams in sets for gram in grams)
    number = {gram: place for place, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
    stems = []
    for grams in sets:
        numbers = sorted(number[gram] for gram in grams)
        size = len(numbers)
        stems.append(
            _Stem(sum(1 << place for place in numbers), size, tuple(numbers[: size - -(-17 * size // 20) + 1]))
        )
    return stems


def _tie(stems: Sequence[_Stem], tied: _Ties) -> None:
    """Tie each to what it is like among the shorter ones."""
    listed: dict[int, list[int]] = defaultdict(list)
    for place, stem in enumerate(stems):
        root = tied.root(place)
        for other in _met(stem, stems, listed):
            if enough((stem.bits & stems[other].bits).bit_count(), stem.size, stems[other].size):
                there = tied.root(other)
                tied.above[root] = root = there
        for gram in stem.rarest:
            listed[gram].append(place)


def _met(stem: _Stem, stems: Sequence[_Stem], listed: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """What stands under the same rare trigrams and is long enough to be alike, each once."""
    seen: set[int] = set()
    for gram in stem.rarest:
        for other in reversed(listed.get(gram, ())):
            if 20 * stems[other].size < 17 * stem.size or len(seen) >= MOST_MET:
                break
            if other not in seen:
                seen.add(other)
                yield other


class _Ties:
    """Who belongs together: union and find."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))

    def root(self, place: int) -> int:
        above = self.above
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place
