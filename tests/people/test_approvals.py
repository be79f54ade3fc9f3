"""A second person's yes: who sees a request, who may decide, and until when (trust.md §2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from certificates.models import Certificate, State
from lms.audit.models import Event
from lms.people.models import Approval
from lms.people.models.approvals import LAPSES_AFTER, ApprovalState
from lms.refusal import Refused
from tests import make
from tests.make import certificates as register

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db) -> Certificate:
    return register.certificates(register.completed_run())[0]


@pytest.fixture
def request_of(line):
    def ask(by, now=None) -> Approval:
        return Approval.ask(
            "certificate.revoke", object_kind="certificate", object_id=line.public_code, by=by,
            now=now or timezone.now(), reason="Học hộ", document_no="9/QĐ",
            payload={"ground": "fraud", "decision_on": "2026-03-02"},
        )  # fmt: skip

    return ask


@pytest.fixture
def another(db):
    user = make.user("Người Thứ Hai Mẫu")
    make.role(user, "coordinator")
    return user


def actions() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("action", flat=True))


def test_requests_are_seen_by_those_who_decide_and_by_who_asked(request_of, client_of, sau, admin, tu, lan, mai):
    approval = request_of(sau)
    for user, seen in ((sau, True), (admin, True), (tu, False)):
        answer = client_of(user).get("/approvals/")
        assert (approval in answer.context["pending"]) is seen
    assert [client_of(user).get("/approvals/").status_code for user in (lan, mai)] == [404, 404]
    assert client_of(None).get("/approvals/").status_code == 302


def test_nobody_confirms_or_refuses_the_own_request(request_of, sau):
    approval = request_of(sau)
    before = actions()
    for verb in (approval.confirm, approval.refuse):
        with pytest.raises(Refused, match="own_request") as refused:
            verb(sau, timezone.now())
        assert refused.value.status == 403
    approval.refresh_from_db()
    assert approval.state == ApprovalState.PENDING
    assert actions() == before


def test_another_person_confirms_and_it_is_carried_out_once(request_of, line, sau, another):
    approval, now = request_of(sau), timezone.now()
    approval.confirm(another, now)
    line.refresh_from_db()
    assert line.state == State.REVOKED
    assert (approval.state, approval.decided_by) == (ApprovalState.CONFIRMED, another)
    assert actions().count("approval.confirm_of_another") == 1
    with pytest.raises(Refused, match="already_decided"):
        approval.confirm(another, now)


def test_a_refusal_changes_nothing_else(request_of, line, sau, another):
    approval = request_of(sau)
    approval.refuse(another, timezone.now())
    line.refresh_from_db()
    assert (approval.state, line.state) == (ApprovalState.REFUSED, State.VALID)
    assert actions()[-1] == "approval.refuse_or_let_lapse"


def test_who_asked_takes_it_back_and_nobody_else(request_of, line, sau, another):
    approval, now = request_of(sau), timezone.now()
    with pytest.raises(Refused, match="not_permitted"):
        approval.withdraw(another, now)
    approval.withdraw(sau, now)
    line.refresh_from_db()
    assert (approval.state, line.state) == (ApprovalState.WITHDRAWN, State.VALID)
    assert actions()[-1] == "approval.withdraw_own"


def test_a_request_lapses_after_fourteen_days(request_of, line, sau, another):
    now = timezone.now()
    approval = request_of(sau, now)
    assert timedelta(days=14) == LAPSES_AFTER
    assert Approval.objects.pending(now + LAPSES_AFTER - timedelta(seconds=1)).exists()
    assert not Approval.objects.pending(now + LAPSES_AFTER).exists()
    with pytest.raises(Refused, match="already_decided"):
        approval.confirm(another, now + LAPSES_AFTER)
    line.refresh_from_db()
    assert line.state == State.VALID


def test_the_same_is_asked_once_until_it_has_lapsed(request_of, sau):
    now = timezone.now()
    first = request_of(sau, now)
    with pytest.raises(Refused, match="already_asked"):
        request_of(sau, now + timedelta(days=13))
    request_of(sau, now + LAPSES_AFTER)
    first.refresh_from_db()
    assert first.state == ApprovalState.LAPSED


def test_a_request_that_the_world_has_overtaken_changes_nothing(request_of, line, sau, another):
    approval, now = request_of(sau), timezone.now()
    line.revoke(ground="fraud", reason="x", decision_no="1", decision_on=now.date(), by=another, now=now)
    before = actions()
    with pytest.raises(Refused):
        approval.confirm(another, now)
    assert "approval.confirm_of_another" not in actions()
    assert actions() == before


def test_a_reason_is_asked_for(line, sau):
    with pytest.raises(Refused, match="reason_required"):
        Approval.ask(
            "certificate.revoke", object_kind="certificate", object_id=line.public_code, by=sau, now=timezone.now(),
            reason="  ", document_no="", payload={},
        )  # fmt: skip
