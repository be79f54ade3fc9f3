"""Anybody may verify: one page for each code, one answer for every wrong one, nothing private."""

from __future__ import annotations

import re
import secrets

import pytest
from django.test import Client

from certificates.codes import check_character
from tests.make import certificates as make

pytestmark = pytest.mark.django_db
UNKNOWN = "ABCDEFGHJKMNPQRS"


@pytest.fixture
def row():
    return make.certificates(make.completed_run("Nguyễn Thị Mẫu Phương"))[0]


@pytest.fixture
def anybody():
    """From an address of their own: limits are counted in a cache that other tests may share."""
    return Client(REMOTE_ADDR=f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}")


def test_the_page_says_that_a_valid_certificate_is_valid_in_three_queries(row, anybody, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        answer = anybody.get(f"/c/{row.public_code}")
    assert answer.status_code == 200
    assert "verdict-good" in answer.content.decode()
    assert len(answer.content) <= 15_000


@pytest.mark.parametrize(
    "spelling", [str.lower, lambda code: "-".join([code[:4], code[4:8], code[8:]]), lambda code: f" {code} "]
)
def test_a_code_may_be_typed_as_people_type(row, anybody, spelling):
    answer = anybody.get("/c/", {"code": spelling(row.public_code)})
    assert answer.headers["Location"] == f"/c/{row.public_code}"


def test_malformed_wrong_and_unknown_codes_get_the_same_page(row, anybody):
    wrong_check = row.public_code[:-1] + ("0" if row.public_code[-1] != "0" else "1")
    unknown = UNKNOWN + check_character(UNKNOWN)
    pages = [anybody.get(f"/c/{code}") for code in ("ABC", wrong_check, unknown, "…", "A" * 300)]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(rb'name="(csrfmiddlewaretoken|next)" value="[^"]+"', b"", page.content) for page in pages}) == 1


def test_the_page_hides_the_name_until_somebody_types_it(row, anybody):
    page = anybody.get(f"/c/{row.public_code}").content.decode()
    assert "Nguyễn T. M. P." in page
    assert "Phương" not in page
    right = anybody.get(f"/c/{row.public_code}", {"name": "nguyen thi mau phuong"}).content.decode()
    assert "Nguyễn Thị Mẫu Phương" in right
    wrong = anybody.get(f"/c/{row.public_code}", {"name": "Nguyễn Thị Mẫu Phượng Hai"}).content.decode()
    assert "alert-bad" in wrong
    assert "Mẫu Phương" not in wrong.replace("Mẫu Phượng", "")


def test_a_name_is_guessed_at_most_five_times_a_minute(row, anybody):
    for _try in range(5):
        assert "alert-bad" in anybody.get(f"/c/{row.public_code}", {"name": "ai đó"}).content.decode()
    assert "alert-warn" in anybody.get(f"/c/{row.public_code}", {"name": "Nguyễn Thị Mẫu Phương"}).content.decode()


def test_only_misses_count_against_an_address(row, anybody):
    for _hit in range(40):
        assert anybody.get(f"/c/{row.public_code}").status_code == 200
    answers = [anybody.get("/c/ABC").status_code for _miss in range(31)]
    assert answers == [404] * 30 + [429]
    assert anybody.get(f"/c/{row.public_code}").status_code == 200


def test_the_json_tells_the_same_and_no_more(row, anybody):
    facts = anybody.get(f"/c/{row.public_code}.json").json()
    assert facts["state"] == "valid"
    assert not {"birth_text", "workplace", "position", "person"} & set(facts)
    assert "Phương" not in str(facts)


def test_no_cache_no_index_no_referrer(row, anybody):
    answer = anybody.get(f"/c/{row.public_code}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-cache" in answer.headers["Cache-Control"]
