"""Clean, fold, sort, name keys, damaged text: properties and the traps of domain.md §13."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.text import (
    clean,
    clean_lines,
    clean_name,
    fold,
    fold_i,
    misread,
    name_key,
    person_sort_key,
    sort_key,
)
from tests.make import people as make

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
names = st.text(alphabet=LETTERS + LETTERS.upper() + " ’-", max_size=30)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
    assert clean_name(clean_name(text)) == clean_name(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@given(st.text())
def test_clean_text_is_composed_and_trimmed(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert not set(cleaned) & set("\u00a0\u200b\u200d\ufeff\u202e\u00d0")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold_i(fold_i(text)) == fold_i(text)
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@given(names)
def test_folding_does_not_see_how_a_letter_was_composed(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("Nguyễn\u00a0Thị  Ánh ", "Nguyễn Thị Ánh"),
        ("a\u200b\u0301nh", "ánh"),
        ("Ðức", "Đức"),
        ("\ufeffLan\u202e", "Lan"),
        (unicodedata.normalize("NFD", "Phạm Thị Ẩn"), "Phạm Thị Ẩn"),
    ],
)
def test_names_are_cleaned_at_the_door(raw, stored):
    assert clean_name(raw) == stored


def test_the_straight_apostrophe_of_a_name_becomes_the_curly_one():
    assert clean_name("K' Brêm") == "K’ Brêm"


def test_search_finds_without_marks_and_with_y_for_i():
    assert fold("Đặng Thị Hoà") == fold("dang thi hòa") == "dang thi hoa"
    assert fold_i("Quý") == fold_i("quí")
    assert fold("K’ Brêm") == "k brem"


def in_order(key, *words):
    return sorted(words, key=key) == list(words)


def test_tones_come_after_letters_and_in_the_order_of_the_dictionary():
    assert in_order(sort_key, "an", "àn", "ản", "ãn", "án", "ạn", "ăn", "ân")
    assert in_order(sort_key, "Ân", "Ẩn", "Ấn", "Ận")
    assert in_order(sort_key, "da", "đa", "e", "ê", "o", "ô", "ơ", "u", "ư", "y")


def test_a_space_sorts_before_every_letter_and_small_before_capital():
    assert in_order(sort_key, "an xuân", "anh", "ănh")
    assert in_order(sort_key, "an", "An")
    assert in_order(sort_key, "xã 2", "xã 3", "xã a")


def test_people_stand_by_given_name():
    people = ["Lý Thị An", "Mai Thị Ân", "Lâm Mẫu Ẩn", "Phan Giả Ấn", "Bùi Văn Bình", "Lê Văn Bình", "Thử"]
    shuffled = [people[place] for place in (4, 0, 6, 2, 5, 1, 3)]
    assert sorted(shuffled, key=person_sort_key) == people


ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def dictionary_order(text):
    """Letters, then tones, then case, as tuples: the slow twin of `sort_key`."""
    letters, tones, cases = [], [], []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        place = ALPHABET.find(base.lower())
        letters.append(100 + place if place >= 0 else 1 if char == " " else 2)
        tones.append(max((TONES.get(part, 0) for part in parts), default=0))
        cases.append(base != base.lower())
    return letters, tones, cases


@given(names, names)
def test_the_key_orders_as_letters_then_tones_then_case(one, other):
    assert (sort_key(one) < sort_key(other)) == (dictionary_order(one) < dictionary_order(other))


def test_two_spellings_of_one_name_have_one_key_and_three_names_have_three():
    assert name_key("Vũ Mẫu Hòa") == name_key("vũ  mẫu Hoà")
    assert name_key("K' Mẫu") == name_key("K’ Mẫu")
    assert len({name_key(name) for name in ("Ân", "Ấn", "Ẩn", "An")}) == 4
    assert name_key("Quý") != name_key("Quí")


@given(st.text())
def test_a_name_key_does_not_change_by_cleaning(text):
    assert name_key(clean_name(text)) == name_key(text)


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("Nguyá»…n Thá»‹ Lá»—i HÆ°Æ¡ng", "mojibake"),
        ("NguyÔn", "legacy_font"),
        ("TrÇn V¨n", "legacy_font"),
        ("Nguyeãn", "legacy_font"),
        ("Traàn", "legacy_font"),
        ("Nguyễn Thị Hương", None),
        ("K’ Brêm, Y Thơm Niê, H’ Hen, Êban", None),
        ("VÕ VĂN ẤN", None),
        ("Plain text", None),
    ],
)
def test_damaged_text_is_told_from_vietnamese(text, damage):
    assert misread(text) == damage


def test_every_name_of_the_real_list_is_sound():
    assert not [row.name for row in make.real_list() if misread(row.name)]


@given(st.text())
def test_no_text_makes_the_functions_stumble(text):
    misread(text)
    person_sort_key(text)
