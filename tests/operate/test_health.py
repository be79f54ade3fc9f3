"""What watches the machine gets the truth, and nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone

from lms.operate import health

pytestmark = pytest.mark.django_db


def test_a_live_process_says_so_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"live": True})


def test_ready_names_what_it_looked_at(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "cache": True, "clock": True})
    assert "no-cache" in answer["Cache-Control"]


def test_a_dead_cache_is_503(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(cache, "set", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["cache"]) == (503, False)


def test_a_dead_database_is_503(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


@pytest.mark.parametrize(("apart", "agree"), [(0, True), (1, True), (3, False), (-3, False), (7200, False)])
def test_clocks_may_lie_two_seconds_apart(apart, agree):
    assert health.clocks_agree(timezone.now() + timedelta(seconds=apart)) == agree


def test_only_reading_is_answered(client):
    assert client.post("/healthz").status_code == 405
