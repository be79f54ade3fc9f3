"""A line of the register lives for ever: only its state and custody change, by named verbs."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from certificates.copies import file_name, view_copy
from certificates.models import Certificate, State
from lms.people.models import Approval
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return make.certificates(make.completed_run("Nguyễn Thị Mẫu Phương"))[0]


def revoke(row, **changed):
    facts = {
        "ground": "issuer_error", "reason": "Cấp nhầm.", "decision_no": "20/QĐ", "decision_on": make.TODAY,
        "by": courses.account(None, "coordinator"), "now": make.NOW, **changed,
    }  # fmt: skip
    row.revoke(**facts)


@pytest.mark.parametrize(
    "change",
    ["number = 77", "counts_on = '2020-01-01'", "snapshot = '{}'", "person_id = person_id + 1", "public_code = 'X'"],
)
def test_the_database_refuses_to_change_what_was_issued(row, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE certificates_certificate SET {change}")


def test_the_database_refuses_to_delete_a_certificate(row):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_certificate")


def test_a_revoked_certificate_keeps_its_number_its_reason_and_its_page(row):
    revoke(row)
    again = Certificate.objects.get(pk=row.pk)
    assert (again.state, again.number, again.ground, again.state_on) == (State.REVOKED, 1, "issuer_error", make.TODAY)
    assert not Certificate.objects.valid().exists()
    assert Certificate.objects.valid(at=make.NOW.replace(hour=0)).count() == 0, "it was not issued yet"


def test_revoking_twice_changes_nothing_the_second_time(row):
    revoke(row)
    with pytest.raises(Refused, match="already_final"):
        revoke(row, reason="Lần hai.")
    assert Certificate.objects.get(pk=row.pk).reason == "Cấp nhầm."


@pytest.mark.parametrize(
    ("missing", "code"),
    [({"ground": ""}, "reason_required"), ({"ground": "mood"}, "reason_required"), ({"reason": " "}, "reason_required"),
     ({"decision_no": ""}, "no_decision")],
)  # fmt: skip
def test_revoking_needs_a_ground_a_reason_and_a_decision(row, missing, code):
    with pytest.raises(Refused, match=code):
        revoke(row, **missing)
    assert Certificate.objects.get(pk=row.pk).state == State.VALID


def test_a_revoked_certificate_never_becomes_valid_again(row):
    revoke(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(state=State.VALID, state_at=None)


def test_revoking_waits_for_a_second_person_who_is_not_the_first(row):
    sau, admin = courses.account(None, "coordinator"), courses.account(None, "administrator")
    approval = Approval.ask(
        "certificate.revoke", object_kind="certificate", object_id=row.public_code, by=sau, now=make.NOW,
        reason="Cấp nhầm.", document_no="20/QĐ", payload={"ground": "issuer_error", "decision_on": "2026-03-05"},
    )  # fmt: skip
    with pytest.raises(Refused, match="own_request"):
        approval.confirm(sau, make.NOW)
    assert Certificate.objects.get(pk=row.pk).state == State.VALID
    approval.confirm(admin, make.NOW)
    assert Certificate.objects.get(pk=row.pk).state == State.REVOKED
    with pytest.raises(Refused, match="already_decided"):
        approval.confirm(admin, make.NOW)


def test_the_paper_is_a_pure_function_of_the_frozen_row(row):
    first = view_copy(row)
    row.person.full_name = "Tên Khác"
    row.person.save()
    assert view_copy(Certificate.objects.get(pk=row.pk)) == first
    assert first.startswith(b"%PDF-1.4")


def test_files_of_two_people_never_share_a_name(row):
    assert file_name(row) == f"0001-{make.TODAY.year}_nguyen-thi-mau-phuong_{row.public_code[:4]}.pdf"
