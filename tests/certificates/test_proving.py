"""Tamper evidence: whoever changes the register by SQL is found, and the first bad row is named (S20)."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certificates.models import Certificate, Ground
from certificates.proving import prove
from lms.audit.models import Event, Seal
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    made = make.certificates(make.completed_run("Lê Mẫu An", "Lê Mẫu Bình", "Lê Mẫu Chi"))
    Seal.close_batch(now=make.NOW)
    return made


def unguarded(statement: str, *values: Any) -> None:
    """What somebody with the database's password can do: drop the triggers and the rules, then anything."""
    with connection.cursor() as cursor:
        for table, names in (
            ("certificates_certificate", ("frozen_update", "frozen_delete", "final_update")),
            ("audit_event", ("frozen_update", "frozen_delete")),
            ("audit_seal", ("frozen_update", "frozen_delete")),
            ("audit_sealedevent", ("frozen_update", "frozen_delete")),
            ("certificates_artefact", ("frozen_update", "frozen_delete")),
        ):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in names:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on_table}")
        cursor.execute(statement, values)


def test_a_register_that_nobody_touched_is_in_order(rows):
    verdict = prove()
    assert (verdict.fault, verdict.certificates, verdict.series, verdict.unsealed) == ("", 3, 1, 0)


def test_a_revoked_line_is_in_order_too(rows):
    by = courses.account(None, "coordinator")
    rows[1].revoke(
        ground=Ground.FRAUD, reason="Học hộ", decision_no="9/QĐ", decision_on=make.TODAY, by=by, now=make.NOW
    )
    assert prove().fault == ""


def test_another_name_on_the_paper_is_found_and_named(rows):
    changed = {**rows[1].snapshot, "person": "Kẻ Mạo Danh"}
    rows[1].snapshot = changed
    unguarded("SELECT 1")
    Certificate.objects.filter(pk=rows[1].pk).update(snapshot=changed)
    assert rows[1].public_code in prove().fault
    assert "does not match its hash" in prove().fault


def test_another_name_with_its_hash_is_not_what_was_issued(rows):
    from certificates.snapshot import Snapshot  # noqa: PLC0415

    changed = {**rows[1].snapshot, "person": "Kẻ Mạo Danh"}
    unguarded("SELECT 1")
    hashed = Snapshot.from_json(changed).sha256()
    Certificate.objects.filter(pk=rows[1].pk).update(snapshot=changed, snapshot_sha256=hashed)
    assert f"{rows[1].public_code}): what is printed is not what was issued" in prove().fault


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_removed_line_is_found_wherever_it_stood(rows, place):
    unguarded("DELETE FROM certificates_certificate WHERE id = %s", rows[place].pk)
    assert f"certificate {rows[place].number_label} ({rows[place].public_code}) was issued and its line is gone" in (
        prove().fault
    )


def test_a_line_removed_with_its_event_breaks_the_chain(rows):
    event = Event.objects.get(object_id=rows[2].public_code)
    unguarded("DELETE FROM certificates_certificate WHERE id = %s", rows[2].pk)
    unguarded("UPDATE audit_event SET object_id = 'x' WHERE id = %s", event.pk)
    assert f"event {event.pk} is not what was sealed" in prove().fault


def test_a_back_dated_line_is_found(rows):
    unguarded("SELECT 1")
    Certificate.objects.filter(pk=rows[0].pk).update(issued_at=make.NOW - timedelta(days=40))
    assert f"({rows[0].public_code}) was back-dated" in prove().fault


def test_another_day_on_the_line_than_on_the_paper_is_found(rows):
    unguarded("SELECT 1")
    Certificate.objects.filter(pk=rows[0].pk).update(issued_on=make.TODAY - timedelta(days=40))
    assert f"({rows[0].public_code}): the line and the paper differ" in prove().fault


def test_a_state_without_its_verb_is_found(rows):
    Certificate.objects.filter(pk=rows[0].pk).update(state="replaced", state_at=make.NOW - timedelta(minutes=1))
    assert f"({rows[0].public_code}) is replaced and no event" in prove().fault


def test_a_revoked_line_made_valid_again_is_found(rows):
    by = courses.account(None, "coordinator")
    rows[1].revoke(
        ground=Ground.FRAUD, reason="Học hộ", decision_no="9/QĐ", decision_on=make.TODAY, by=by, now=make.NOW
    )
    unguarded("SELECT 1")
    Certificate.objects.filter(pk=rows[1].pk).update(state="valid", state_at=None)
    assert f"({rows[1].public_code}) is valid again after certificate.revoked" in prove().fault


def test_another_decision_of_a_revocation_is_found(rows):
    by = courses.account(None, "coordinator")
    rows[1].revoke(
        ground=Ground.FRAUD, reason="Học hộ", decision_no="9/QĐ", decision_on=make.TODAY, by=by, now=make.NOW
    )
    Certificate.objects.filter(pk=rows[1].pk).update(decision_no="10/QĐ")
    assert "the decision of its revocation was changed" in prove().fault


def test_a_number_given_and_not_used_is_found(rows):
    rows[0].series.take(1, make.TODAY)
    assert "4 numbers were given and 3 lines stand" in prove().fault


def test_a_flipped_byte_of_the_frozen_paper_is_found(rows):
    paper = rows[0].artefact
    body = bytearray(paper.prefix)
    body[1000] ^= 1
    unguarded("SELECT 1")
    type(paper).objects.filter(pk=paper.pk).update(prefix=bytes(body))
    assert f"the frozen paper {paper.pk} is not what was drawn" in prove().fault


def test_an_old_back_up_is_seen_against_the_printed_head(rows):
    printed = Seal.objects.get().anchor
    unguarded("DELETE FROM audit_sealedevent")
    unguarded("DELETE FROM audit_seal")
    assert "this database is older than the anchor" in prove(anchor=printed).fault


def test_the_command_tells_the_head_or_ends_badly(rows):
    out = StringIO()
    call_command("verify_register", stdout=out)
    assert Seal.objects.get().anchor in out.getvalue()
    rows[0].series.take(1, make.TODAY)
    with pytest.raises(CommandError, match="NOT in order"):
        call_command("verify_register")
