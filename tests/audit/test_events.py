"""What happened stays as it was written."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from lms.audit import triggers
from lms.audit.models import Event, Seal, SealedEvent, request_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(now):
    return Event.record("certificate.issue", object_kind="certificate", object_id=7, actor="u1", now=now)


def refuses(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_an_event_says_who_did_what_to_what(now):
    mark = request_id.set("r-1")
    try:
        event = Event.record(
            "roster.end", object_kind="roster_entry", object_id=3, actor="u1", now=now, subject="p9", agency="H01",
            data={"ends_on": date(2026, 3, 1)},
        )  # fmt: skip
    finally:
        request_id.reset(mark)
    event.refresh_from_db()
    assert (event.object_id, event.subject, event.agency, event.request_id) == ("3", "p9", "H01", "r-1")
    assert event.data == {"ends_on": "2026-03-01"}
    assert list(Event.objects.about("roster_entry", 3)) == [event]


@pytest.mark.parametrize("blank", ["actor", "action", "object_kind"])
def test_an_event_without_its_words_is_refused(now, blank):
    words = {"action": "a.b", "object_kind": "x", "actor": "u1", blank: ""}
    assert refuses(lambda: Event.objects.create(object_id="1", at=now, **words))


def test_nobody_rewrites_or_removes_an_event(event):
    assert refuses(lambda: Event.objects.filter(pk=event.pk).update(actor="u2"))
    assert refuses(event.save)
    assert refuses(event.delete)
    assert refuses(lambda: Event.objects.all()._raw_delete("default"))
    assert Event.objects.get().actor == "u1"


def test_nobody_rewrites_or_removes_a_seal(event, now):
    seal = Seal.close_batch(now=now)
    assert seal is not None
    assert refuses(lambda: Seal.objects.update(root="0" * 64))
    assert refuses(lambda: SealedEvent.objects.update(position=9))
    assert refuses(lambda: SealedEvent.objects.all()._raw_delete("default"))
    assert refuses(lambda: Seal.objects.all()._raw_delete("default"))


def test_every_promised_trigger_stands():
    assert triggers.missing(connection) == set()


def test_a_trigger_that_was_taken_away_is_noticed():
    on_table = " ON audit_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_event_frozen_update{on_table}")
    assert triggers.missing(connection) == {"audit_event_frozen_update"}
