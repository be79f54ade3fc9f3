"""Fields that clean what they store, and columns that follow."""

from __future__ import annotations

import unicodedata

import pytest

from lms.people.models import Agency, Person
from tests import make

pytestmark = pytest.mark.django_db


def test_a_name_is_stored_clean_with_its_search_and_sort_columns():
    person = make.person(unicodedata.normalize("NFD", "  Đặng\u00a0Thị\u200b Quý "))
    person.refresh_from_db()
    assert (person.full_name, person.name_folded) == ("Đặng Thị Quý", "dang thi quy")


def test_a_corrected_name_takes_its_columns_along():
    person = make.person("Trần An")
    before = person.sort_key
    person.full_name = "Trần Yến"
    person.save()
    person.refresh_from_db()
    assert person.name_folded == "tran yen"
    assert person.sort_key > before


def test_the_sort_name_wins_over_the_last_word():
    make.person("Y Thơm Niê", sort_name="Niê Thơm")
    make.person("Lê Thanh")
    make.person("Lê Thử")
    assert [person.full_name for person in Person.objects.in_order()] == ["Lê Thanh", "Y Thơm Niê", "Lê Thử"]


def test_the_database_sorts_names_as_the_dictionary_does():
    for name in ("Lâm Ấn", "Mai Ân", "Phan Ẩn", "Lý An", "Đỗ Bình", "Dương Bình"):
        make.person(name)
    found = [person.full_name for person in Person.objects.in_order()]
    assert found == ["Lý An", "Mai Ân", "Phan Ẩn", "Lâm Ấn", "Dương Bình", "Đỗ Bình"]


def test_agencies_are_found_without_marks_and_with_y_for_i():
    make.agency("UBND xã Thuận Quí", code="TQ")
    make.agency("UBND xã Tân Thuận", code="TT")

    def found(text):
        return [agency.code for agency in Agency.objects.matching(text).in_order()]

    assert found("thuan quy") == ["TQ"]
    assert found("quý thuận") == ["TQ"]
    assert found("tt") == ["TT"]
    assert found("THUẬN") == ["TT", "TQ"]
    assert found("  ") == ["TT", "TQ"]
    assert found("?!") == []
