from __future__ import annotations

import json
import unicodedata
from dataclasses import fields
from datetime import date

import pytest

from certificates.engine.layout import FIELDS
from certificates.snapshot import Snapshot, span_in_words
from tests.certificates.engine_samples import CODE, facts, snapshot


def test_the_words_of_the_paper() -> None:
    made = snapshot()
    assert made.birth_text == "05/02/1990"
    assert made.span_text == "từ ngày 02 tháng 3 đến ngày 05 tháng 3 năm 2026"
    assert made.issued_text == "Bình Thuận, ngày 05 tháng 3 năm 2026"
    assert made.decision_text == "Quyết định số 12/QĐ-SVHTTDL ngày 27/02/2026"
    assert made.number_text == "05/2026"
    assert made.year == 2026
    assert made.code_text == "7K2M-Q9XT-4B0H-W3ZC-Z"
    assert made.verify_url == f"HTTPS://TAPHUAN.EXAMPLE.VN/C/{CODE}"
    assert made.address_text == "taphuan.example.vn/c"
    assert made.view_text == f"BẢN CHƯA KÝ – tra cứu tại taphuan.example.vn/c/{CODE}"
    assert made.notice_text == ""


def test_number_125_is_not_padded() -> None:
    assert snapshot(number=125).number_text == "125/2026"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 2, 5), date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 30), date(2026, 11, 2), "từ ngày 30 tháng 01 đến ngày 02 tháng 11 năm 2026"),
        (date(2025, 12, 29), date(2026, 1, 3), "từ ngày 29 tháng 12 năm 2025 đến ngày 03 tháng 01 năm 2026"),
    ],
)
def test_spans_in_words(first: date, last: date, words: str) -> None:
    assert span_in_words(first, last) == words


def test_demo_and_test_signature_say_so() -> None:
    assert snapshot(demo=True).notice_text == "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ SỬ DỤNG"
    both = snapshot(demo=True, signing="test").notice_text
    assert "DỮ LIỆU MINH HỌA" in both
    assert "CHỮ KÝ THỬ NGHIỆM" in both


def test_a_paper_series_says_that_the_file_is_for_looking_up() -> None:
    assert snapshot(signing="paper").view_text.startswith("Bản điện tử để tra cứu tại ")


def test_missing_facts_leave_their_words_empty() -> None:
    made = snapshot(birth=None, decision_no="", decision_on=None)
    assert (made.birth_text, made.decision_text, made.decision_on) == ("", "", "")
    assert snapshot(birth="1990").birth_text == "1990"
    assert snapshot(decision_on=None).decision_text == "Quyết định số 12/QĐ-SVHTTDL"


def test_texts_are_cleaned_on_the_way_in() -> None:
    made = snapshot(person="K'  Brêm\u200b", course=unicodedata.normalize("NFD", "Kỹ\u00a0năng  viết"))
    assert made.person == "K’ Brêm"
    assert made.course == "Kỹ năng viết"


def test_nfc_and_nfd_give_the_same_snapshot() -> None:
    def decomposed(value: object) -> object:
        return unicodedata.normalize("NFD", value) if isinstance(value, str) else value

    given = facts()
    other = {field.name: decomposed(getattr(given, field.name)) for field in fields(given)}
    assert snapshot(**other) == snapshot()
    assert snapshot(**other).sha256() == snapshot().sha256()


def test_canonical_json_is_sorted_tight_and_readable_again() -> None:
    made = snapshot()
    text = made.to_json().decode()
    assert text == unicodedata.normalize("NFC", text)
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '"person":"Nguyễn Thị Phượng"' in text
    assert Snapshot.from_json(made.to_json()) == made
    assert Snapshot.from_json(made.to_dict()) == made


def test_the_hash_of_a_snapshot_never_changes() -> None:
    assert snapshot().sha256() == "82a0abcf08281902124edcf68eca433cf1e0bd94db676f8c4981bead4945c384"


@pytest.mark.parametrize("change", [{"schema": 2}, {"extra": "x"}])
def test_what_is_no_snapshot_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Snapshot.from_json({**snapshot().to_dict(), **change})


def test_a_snapshot_without_a_field_is_refused() -> None:
    values = snapshot().to_dict()
    del values["person"]
    with pytest.raises(ValueError, match="snapshot"):
        Snapshot.from_json(values)


def test_every_field_that_a_layout_may_print_is_in_the_snapshot() -> None:
    assert {field.name for field in fields(Snapshot)} >= FIELDS
