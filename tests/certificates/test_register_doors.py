"""The doors of the register: who opens which, and what they leave behind (permissions.csv, certificate rows)."""

from __future__ import annotations

import time

import pytest
import time_machine

from certificates.models import Certificate
from courses.models import CourseTrainer, Run
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.people.models import Approval, RoleGrant
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db
FORM = {
    "decision_no": "15/QĐ-SVHTTDL", "decision_on": make.TODAY.strftime("%d/%m/%Y"), "place": "Đà Lạt",
    "authority": "KT. GIÁM ĐỐC", "signer_title": "PHÓ GIÁM ĐỐC", "signer": "Nguyễn Văn Mẫu",
}  # fmt: skip
REVOKE = {"ground": "fraud", "reason": "Học hộ", "decision_no": "9/QĐ", "decision_on": "02/03/2026"}


@pytest.fixture(autouse=True)
def nine_o_clock():
    with time_machine.travel(make.NOW, tick=False):
        yield


class Cast:
    """One certified run, a second one that waits, and an account per column of the table."""

    def __init__(self, client_of) -> None:
        self.client_of = client_of
        self.line = make.certificates(make.completed_run("Lê Mẫu An"))[0]
        self.waiting = make.finished_run("Trần Mẫu Bình")
        make.register(self.waiting)
        trainer = courses.account(None, "trainer")
        for run in (self.line.enrolment.run, self.waiting):
            CourseTrainer.objects.create(course=run.course, user=trainer, starts_on=courses.DAY)
        self.users = {
            "AN": None,
            "T": courses.account(self.line.person),
            "TO": courses.account(courses.person()),
            "FO": courses.account(None, "focal", agency=self.line.agency),
            "FX": courses.account(None, "focal", agency=courses.agency()),
            "TR": trainer,
            "TX": courses.trainer(courses.course()),
            "CO": courses.account(None, "coordinator"),
            "AD": courses.account(None, "administrator"),
        }

    def client(self, who: str):
        """Signed in a moment ago, so that no door asks for the password again."""
        client = self.client_of(self.users[who])
        if who != "AN":
            session = client.session
            session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
            session["account_authentication_methods_user"] = str(self.users[who].pk)
            session.save()
        return client

    def plan_hash(self) -> str:
        run = Run.objects.select_related("course", "issuer__parent").get(pk=self.waiting.pk)
        return make.plan(run).plan_hash


@pytest.fixture
def cast(client_of) -> Cast:
    return Cast(client_of)


def cells(cast: Cast, ask) -> str:
    letters = {200: "A", 302: "L", 404: "N", 403: "F"}
    return "".join(letters[ask(cast.client(who)).status_code] for who in cast.users)


def test_a_line_and_its_paper_open_as_the_table_says(cast):
    assert cells(cast, lambda client: client.get(f"/register/{cast.line.public_code}/")) == "LANANANAA"
    assert cells(cast, lambda client: client.get(f"/register/{cast.line.public_code}/pdf")) == "LANANANAA"


def test_the_register_opens_for_roles_and_shows_each_its_lines(cast):
    shown = {}
    for who in cast.users:
        answer = cast.client(who).get("/register/")
        shown[who] = cast.line in answer.context["page"] if answer.status_code == 200 else answer.status_code
    assert shown == {
        "AN": 302, "T": 404, "TO": 404, "FO": True, "FX": False, "TR": True, "TX": False, "CO": True, "AD": True,
    }  # fmt: skip


def test_the_paper_is_the_same_bytes_and_is_not_sent_twice(cast):
    client, path = cast.client("T"), f"/register/{cast.line.public_code}/pdf"
    first = client.get(path)
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert client.get(path).content == first.content
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"khac"'}).status_code == 200


def test_the_dry_run_opens_for_those_who_teach_and_those_who_run(cast):
    path = f"/runs/{cast.waiting.public_id}/certificates/"
    answers = {who: cast.client(who).get(path).status_code for who in ("AN", "TR", "CO", "AD")}
    assert answers == {"AN": 302, "TR": 200, "CO": 200, "AD": 200}
    assert cast.client("TX").get(path).status_code in (403, 404)
    page = cast.client("CO").get(path, FORM)
    assert [one.facts.person for one in page.context["plan"].ready] == ["Trần Mẫu Bình"]


def test_only_a_coordinator_issues_and_twice_is_one_job(cast):
    path = f"/runs/{cast.waiting.public_id}/certificates/issue/"
    data = FORM | {"plan_hash": cast.plan_hash()}
    for who in ("T", "TO", "FO", "FX", "TR", "TX", "AD"):
        assert cast.client(who).post(path, data).status_code in (403, 404), who
    assert not Job.objects.filter(kind="certificates.issue").exists()
    client = cast.client("CO")
    assert [client.post(path, data).status_code for _click in range(2)] == [302, 302]
    assert Job.objects.filter(kind="certificates.issue").count() == 1


def test_issuing_leaves_an_event_for_the_click(cast):
    path = f"/runs/{cast.waiting.public_id}/certificates/issue/"
    cast.client("CO").post(path, FORM | {"plan_hash": cast.plan_hash()})
    assert Event.objects.filter(action="certificate.issue_run").count() == 1


def test_a_list_that_has_changed_is_not_issued(cast):
    path = f"/runs/{cast.waiting.public_id}/certificates/issue/"
    assert cast.client("CO").post(path, FORM | {"plan_hash": "0" * 64}).status_code == 409
    assert not Job.objects.filter(kind="certificates.issue").exists()


def test_an_old_sign_in_is_asked_for_the_password_before_issuing(cast):
    client = cast.client("CO")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 301}]
    session.save()
    answer = client.post(f"/runs/{cast.waiting.public_id}/certificates/issue/", FORM | {"plan_hash": cast.plan_hash()})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Job.objects.filter(kind="certificates.issue").exists()


def test_only_a_coordinator_asks_for_a_revocation(cast):
    path = f"/register/{cast.line.public_code}/revoke/"
    for who in ("T", "TO", "FO", "FX", "TR", "TX", "AD"):
        assert cast.client(who).post(path, REVOKE).status_code in (403, 404), who
    assert not Approval.objects.exists()
    assert cast.client("CO").post(path, REVOKE).status_code == 302
    assert Approval.objects.get().object_id == cast.line.public_code
    assert Event.objects.filter(action="certificate.revoke").count() == 1
    assert Certificate.objects.get(pk=cast.line.pk).state == "valid"


def test_a_revocation_without_a_decision_is_not_asked(cast):
    answer = cast.client("CO").post(f"/register/{cast.line.public_code}/revoke/", REVOKE | {"decision_no": ""})
    assert answer.status_code == 422
    assert not Approval.objects.exists()


def test_nobody_has_the_own_certificate_revoked(cast):
    user = cast.users["T"]
    RoleGrant.objects.create(user=user, role="coordinator", starts_on=make.TODAY, granted_at=make.NOW)
    assert cast.client("T").post(f"/register/{cast.line.public_code}/revoke/", REVOKE).status_code == 403
