"""Seals: whatever is not yet sealed, in a chain where the first bad row has a name."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lms.audit import models
from lms.audit.models import Event, Seal, SealedEvent
from lms.audit.sealing import GENESIS, canonical, root_of
from lms.audit.verifying import verify

FACTS = st.dictionaries(
    st.text(min_size=1, max_size=5), st.one_of(st.integers(), st.text(max_size=9), st.booleans()), max_size=5
)


def record(now, count=1, **columns):
    rows = [
        Event.record("test.act", object_kind="test", object_id=number, actor="u1", now=now, **columns)
        for number in range(count)
    ]
    return rows[-1]


def unguarded(statement: str) -> None:
    """What somebody with the database's password can do: drop the triggers, then anything."""
    with connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal", "audit_sealedevent"):
            for operation in ("update", "delete"):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{operation}{on_table}")
        cursor.execute(statement)


# --- the sums ---------------------------------------------------------------------------------------------------------


@given(FACTS, FACTS)
def test_two_facts_have_the_same_bytes_exactly_when_they_are_the_same(one, other):
    same = one == other and [type(v) for _, v in sorted(one.items())] == [type(v) for _, v in sorted(other.items())]
    assert (canonical(one) == canonical(other)) == same


def test_canonical_bytes_are_pinned_down():
    """Seals of ten years ago are verified with today's code: these bytes must never change."""
    at = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
    fact = {"b": [1, {"y": None, "x": True}], "a": "Đỗ", "at": at}
    line = '{"a":"Đỗ","at":"2026-03-02T01:00:00.000000+00:00","b":[1,{"x":true,"y":null}]}\n'
    assert canonical(fact) == line.encode()
    assert root_of(GENESIS, [fact]) == hashlib.sha256(bytes(32) + line.encode()).hexdigest()


@given(st.lists(FACTS, min_size=2, max_size=4))
def test_a_root_tells_the_order(facts):
    swapped = [facts[1], facts[0], *facts[2:]]
    assert (root_of(GENESIS, facts) == root_of(GENESIS, swapped)) == (canonical(facts[0]) == canonical(facts[1]))


# --- the chain --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_seals_follow_each_other_and_hold_everything(now):
    record(now, 3, data={"name": "Đỗ", "nested": {"b": 1, "a": [1.5, None]}})
    first = Seal.close_batch(now=now)
    record(now, 2)
    second = Seal.close_batch(now=now)
    assert first is not None and second is not None
    assert (first.previous_root, second.previous_root) == (GENESIS, first.root)
    assert Seal.close_batch(now=now) is None
    verdict = verify(anchor=second.anchor)
    assert (verdict.seals, verdict.events, verdict.unsealed, verdict.fault) == (2, 5, 0, "")


@pytest.mark.django_db
def test_a_batch_is_bounded(now, monkeypatch):
    monkeypatch.setattr(models, "BATCH", 2)
    record(now, 5)
    sizes = [seal.count for seal in iter(lambda: Seal.close_batch(now=now), None)]
    assert sizes == [2, 2, 1]


@pytest.mark.django_db
def test_an_event_that_commits_late_is_sealed_and_flagged(now):
    record(now, 1)
    Event.objects.create(pk=1000, at=now, actor="u1", action="a.b", object_kind="x", object_id="1")
    Seal.close_batch(now=now)
    Event.objects.create(pk=500, at=now, actor="u1", action="late", object_kind="x", object_id="1")
    assert Seal.close_batch(now=now + timedelta(minutes=11)) is not None
    assert SealedEvent.objects.get(event_id=500).late
    verdict = verify()
    assert (verdict.events, verdict.late, verdict.fault) == (3, 1, "")


@pytest.mark.django_db
def test_the_second_of_two_sweeps_at_once_leaves_no_branch(now, monkeypatch):
    record(now, 2)
    real = root_of

    def meanwhile(previous_root, facts):
        monkeypatch.setattr("lms.audit.models.root_of", real)
        assert Seal.close_batch(now=now) is not None
        return real(previous_root, facts)

    monkeypatch.setattr("lms.audit.models.root_of", meanwhile)
    assert Seal.close_batch(now=now) is None
    assert verify().fault == ""
    assert Seal.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("crime", "found"),
    [
        ("UPDATE audit_event SET actor = 'u2' WHERE id = {third}", "event {third} is not what was sealed"),
        ("UPDATE audit_event SET at = '2026-03-02 02:00:00+00:00' WHERE id = {third}", "event {third} is not"),
        ("DELETE FROM audit_sealedevent WHERE event_id = {third}", "lost the event at position 2"),
        ("DELETE FROM audit_sealedevent WHERE event_id > {third}", "counts 5 events and holds 3"),
        ("UPDATE audit_seal SET root = '" + "1" * 64 + "'", "does not match its events"),
        ("UPDATE audit_seal SET previous_root = '" + "1" * 64 + "'", "does not follow"),
        ("UPDATE audit_sealedevent SET digest = '0' WHERE event_id = {third}", "event {third} is not"),
    ],
)
def test_the_first_bad_row_is_named(now, crime, found):
    third = record(now, 5).pk - 2
    Seal.close_batch(now=now)
    assert verify().fault == ""
    unguarded(crime.format(third=third))
    assert found.format(third=third) in verify().fault


@pytest.mark.django_db
def test_a_rewritten_chain_and_an_old_database_are_found_against_the_anchor(now):
    record(now, 1)
    seal = Seal.close_batch(now=now)
    assert seal is not None
    assert "another root" in verify(anchor=f"{seal.pk}:{'1' * 64}").fault
    assert "older than the anchor" in verify(anchor=f"{seal.pk + 1}:{seal.root}").fault


@pytest.mark.django_db
def test_the_command_ends_red_when_something_is_wrong(now):
    event = record(now)
    seal = Seal.close_batch(now=now)
    assert seal is not None
    out = StringIO()
    call_command("verify_audit", anchor=seal.anchor, stdout=out)
    assert "1 seals hold 1 events" in out.getvalue()
    assert seal.anchor in out.getvalue()
    unguarded(f"UPDATE audit_event SET action = 'x' WHERE id = {event.pk}")
    with pytest.raises(CommandError, match=f"event {event.pk} is not what was sealed"):
        call_command("verify_audit")


def test_utc_is_the_time_of_the_chain():
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert canonical({"at": at}) == canonical({"at": at.astimezone(timezone(timedelta(hours=7)))})
