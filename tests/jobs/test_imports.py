"""The same file is applied once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from lms.jobs.models import ImportLine, ImportRun, Verdict

pytestmark = pytest.mark.django_db


def read(now, **changes):
    return ImportRun.objects.create(kind="roster", scope="H01", sha256="a" * 64, actor="u1", created_at=now, **changes)


def test_a_file_may_be_checked_often_and_applied_once(now):
    first, second = read(now), read(now)
    assert first.mark_applied(now)
    assert not first.mark_applied(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.mark_applied(now)
    assert list(ImportRun.objects.applied("roster", "H01", "a" * 64)) == [first]


def test_the_same_file_elsewhere_is_another_import(now):
    other = read(now)
    ImportRun.objects.filter(pk=other.pk).update(scope="H02")
    assert read(now).mark_applied(now)
    other.refresh_from_db()
    assert other.mark_applied(now)


@pytest.mark.parametrize("broken", [{"state": "applied"}, {"applied_at": "2026-03-02T00:00Z"}, {"state": "half"}])
def test_the_database_refuses_a_state_that_no_verb_makes(now, broken):
    run = read(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(**broken)


def test_a_line_has_a_known_verdict(now):
    run = read(now)
    ImportLine.objects.create(run=run, row=2, verdict=Verdict.REFUSED, code="name_missing")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportLine.objects.create(run=run, row=3, verdict="maybe")
