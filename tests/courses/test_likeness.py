"""Stems that say nearly the same: every pair is found, and a bank of 5,000 is looked through in seconds."""

from __future__ import annotations

import time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from courses.likeness import enough, groups, like, trigrams

WORDS = [
    "thong", "tin", "bao", "chi", "nghi", "quyet", "so", "dieu", "khoan", "phat", "ngon", "cung", "cap", "nguoi", "nao",
    "khi", "co", "quan", "hanh", "chinh", "nha", "nuoc", "truyen", "hinh", "xa", "phuong", "tinh", "lam", "dong",
]  # fmt: skip


def are_alike(one, other):
    a, b = trigrams(one), trigrams(other)
    return one == other or enough(len(a & b), len(a), len(b))


def one_by_one(stems):
    """Each with each: what `groups` must find without doing so."""
    above = {name: name for name in stems}

    def root(name):
        while above[name] != name:
            name = above[name]
        return name

    names = [name for name in stems if stems[name]]
    for place, one in enumerate(names):
        for other in names[:place]:
            if are_alike(stems[one], stems[other]):
                above[root(one)] = root(other)
    found: dict[object, set[object]] = {}
    for name in names:
        found.setdefault(root(name), set()).add(name)
    return {frozenset(group) for group in found.values() if len(group) > 1}


def sentence():
    return st.lists(st.sampled_from(WORDS), min_size=0, max_size=14).map(" ".join)


@given(st.lists(sentence(), max_size=8), st.integers(0, 7), st.sampled_from(["", " nao", " x", "a"]))
def test_what_is_found_is_what_comparing_each_with_each_finds(sentences, place, more):
    if sentences:
        sentences = [*sentences, sentences[place % len(sentences)] + more]
    stems = dict(enumerate(sentences))
    assert {frozenset(group) for group in groups(stems)} == one_by_one(stems)


@given(sentence(), st.lists(sentence(), max_size=8))
def test_one_stem_meets_those_that_are_like_it(stem, others):
    stems = dict(enumerate(others))
    assert like(stem, stems) == [name for name, text in stems.items() if text and stem and are_alike(stem, text)]


def test_nearly_the_same_is_more_than_85_in_100():
    stem = "co quan nao cung cap thong tin cho bao chi"
    assert groups({1: stem, 2: f"{stem} a", 3: "nguoi phat ngon la ai"}) == [[1, 2]]
    assert enough(86, 100, 86)
    assert not enough(85, 100, 85)


def test_five_thousand_stems_made_of_few_words_take_seconds():
    dice = Random(1)
    stems = {number: " ".join(dice.choice(WORDS) for _word in range(25)) for number in range(5000)}
    stems |= {number + 1: f"{stems[number]} nay" for number in range(0, 5000, 500)}
    started = time.process_time()
    found = groups(stems)
    assert time.process_time() - started < 15
    group = {number: place for place, names in enumerate(found) for number in names}
    assert all(group[number] == group[number + 1] for number in range(0, 5000, 500))
