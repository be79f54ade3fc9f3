"""A department is dissolved; one of its certificates is lost, one is wrong, one is revoked: by requests, with the count
of the agency before and after each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from certificates.models import Certificate
from courses.models import CourseTask
from lms.people.models import Agency, Approval, Succession
from tests.journeys.test_http_chain import freshly_signed_in, moved
from tests.make import certificates as register
from tests.make import courses as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
END = date(2026, 7, 1)
AFTER = make.at(9, on=date(2026, 7, 6))
SIGNER = {"place": "Đà Lạt", "authority": "", "signer_title": "GIÁM ĐỐC", "signer": "Trần Mẫu Ký"}
NAMES = ("Lê Mẫu An", "Lê Mẫu Bình", "Lê Mẫu Chi")


class Story:
    """Three people of one ward, certified by a department that is dissolved on 1 July and succeeded by another."""

    clock: time_machine.Traveller
    coordinator: Client
    administrator: Client
    owner: Client

    def __init__(self) -> None:
        task = make_plan.task()
        make_plan.period(2026)
        make_plan.requirement(task)
        self.ward, self.heir = make.agency("Phường Mẫu"), make.agency("Sở Kế Thừa")
        run = make.run()
        CourseTask.objects.create(course=run.course, task=task)
        for name in NAMES:
            make.completion(make.enrolment(run, make.person(name, of=self.ward), agency_=self.ward))
        self.lost, self.wrong, self.false = register.certificates(run)
        self.issuer = run.issuer
        Agency.objects.filter(pk=self.issuer.pk).update(closed_on=END)
        Succession.objects.create(
            predecessor=self.issuer, successor=self.heir, kind="merge", scope="all", on=END, legal_basis="NQ 1"
        )

    def client(self, user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        freshly_signed_in(client)
        return client


@pytest.fixture
def story():
    made = Story()
    with time_machine.travel(AFTER, tick=False) as clock:
        made.clock = clock
        made.coordinator = made.client(make.account(None, "coordinator"))
        made.administrator = made.client(make.account(None, "administrator"))
        made.owner = made.client(make.account(made.lost.person))
        yield made


def trained(story) -> int:
    page = story.coordinator.get(f"/coverage/agencies/{story.ward.code}/?group=communication_officer")
    return int(page.context["report"].total.trained)


def passes(story) -> None:
    """A minute later: figures are of a moment."""
    story.clock.shift(timedelta(minutes=1))


def line(answer) -> Certificate:
    return Certificate.objects.get(public_code=moved(answer).strip("/").split("/")[-1])


def the_successor_opens_its_book(story) -> None:
    data = {"issuer": story.heir.code, "code": "GCN-KT", "year": 2026, "signing": "paper"}
    moved(story.administrator.post("/series/begin/", data))


def test_what_a_dissolved_department_certified_goes_on_and_the_count_with_it(story):
    assert trained(story) == 3
    address = f"/register/{story.lost.public_code}/"
    page = story.owner.get(address).content.decode()
    assert "Cơ quan cấp nay là" in page
    assert "Sở Kế Thừa" in page

    moved(story.owner.post(f"{address}lost/", {"reason": "Bị cháy"}))
    assert "13/07/2026" in story.owner.get(address).content.decode()
    refused = story.coordinator.post(f"{address}confirm-lost/", SIGNER | {"answer": "confirm"})
    assert (refused.status_code, Certificate.objects.count()) == (409, 3), "the successor has no book yet"
    the_successor_opens_its_book(story)
    confirmed = line(story.coordinator.post(f"{address}confirm-lost/", SIGNER | {"answer": "confirm"}))
    assert (confirmed.number, confirmed.snapshot["issuer"], confirmed.kind) == (1, "Sở Kế Thừa", "confirmation")
    passes(story)
    assert trained(story) == 3

    form = story.coordinator.get(f"/register/{story.wrong.public_code}/replace/").context["form"]
    shown = {name: form.initial.get(name, "") for name in form.fields} | SIGNER
    days = {name: shown[name].strftime("%d/%m/%Y") for name in ("started_on", "ended_on")}
    said = shown | days | {"person": "Lê Mẫu Bính", "reason": "In sai tên", "decision_no": "", "decision_on": ""}
    replaced = line(story.coordinator.post(f"/register/{story.wrong.public_code}/replace/", said))
    assert (replaced.number, replaced.counts_on) == (2, story.wrong.counts_on)
    passes(story)
    assert trained(story) == 3

    data = {"ground": "fraud", "reason": "Học hộ", "decision_no": "20/QĐ", "decision_on": "06/07/2026"}
    moved(story.coordinator.post(f"/register/{story.false.public_code}/revoke/", data))
    assert trained(story) == 3
    moved(story.administrator.post(f"/approvals/{Approval.objects.get().pk}/confirm/"))
    passes(story)
    assert trained(story) == 2

    told = story.coordinator.get(f"/register/{story.wrong.public_code}/").content.decode()
    assert f"/register/{replaced.public_code}/" in told
    assert (
        f"/register/{story.wrong.public_code}/"
        in story.coordinator.get(f"/register/{replaced.public_code}/").content.decode()
    )
    book = story.coordinator.post("/register/export/", {"kind": "csv"}).content.decode()
    assert [book.count(state) for state in ("thay thế", "thu hồi")] == [2 + 1, 1 + 1], "each state, and the heading"
    for row in Certificate.objects.all():
        assert Client().get(f"/c/{row.public_code}").status_code == 200


def test_nobody_but_an_administrator_opens_or_closes_a_book(story):
    series = story.lost.series
    for client in (story.coordinator, story.owner):
        answer = client.post(f"/series/{series.pk}/close/", {"reason": "Hết"})
        assert answer.status_code == (403 if client is story.coordinator else 404)
    data = {"reason": "NQ 1/NQ-HĐND", "custodian": story.heir.code}
    moved(story.administrator.post(f"/series/{series.pk}/close/", data))
    page = story.coordinator.get(f"/series/{series.pk}/").content.decode()
    assert "NQ 1/NQ-HĐND" in page
    assert story.administrator.post("/series/begin/", {"next_number": 9}).status_code == 422
