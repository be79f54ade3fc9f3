"""«Danh sách người» of a figure as a file: the people of the screen, in its order, and why each counts."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook  # type: ignore[import-untyped]

from lms.audit.models import Event
from lms.coverage.evidence import WHICH, people
from lms.coverage.exports import PEOPLE, payload_of, question_of
from lms.coverage.people_table import COLUMNS, NAMES, OFF_ROSTER, PeopleList
from lms.coverage.question import Question
from lms.coverage.tables import live
from lms.coverage.views.agency import LABELS
from lms.jobs.models import Job
from lms.jobs.papers import AT_ONCE
from lms.jobs.running import work
from lms.papers.files import Kind, content
from lms.people.models import Agency, Group, RoleGrant, User
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
ADDRESS = "/coverage/export/people/"


@pytest.fixture
def ward(tmp_path, settings) -> Ward:
    settings.PRIVATE_ROOT = tmp_path
    return Ward()


@pytest.fixture
def short(monkeypatch):
    """Two rows are many."""
    monkeypatch.setattr("lms.jobs.papers.AT_ONCE", dict.fromkeys(Kind, 1))


def asked(ward: Ward) -> Question:
    return Question.ask(ward.task, ward.period)


def rows(ward: Ward, which: str = "listed", agencies: list[int] | None = None) -> list[tuple[Any, ...]]:
    return list(PeopleList(asked(ward), agencies, which).rows())


def everything(ward: Ward) -> None:
    """Somebody behind each figure."""
    requirement = asked(ward).requirements[0]
    make.waiver(ward.people[8], requirement, ward.period, on=date(2026, 2, 1))
    make.outside(ward.people[7], ward.task, date(2026, 4, 1), agency=ward.agency, accepted_on=date(2026, 5, 1))
    make.trained(make.person("Đỗ Ngoài"), ward.course, date(2026, 4, 1), agency=ward.agency)
    make.trained(ward.people[0], ward.course, date(2026, 5, 1), agency=ward.agency)
    make.revoke(make.trained(ward.people[6], ward.course, date(2026, 3, 10), agency=ward.agency), date(2026, 4, 1))


@pytest.mark.parametrize("which", WHICH)
def test_the_file_has_the_people_of_the_screen_in_its_order(ward: Ward, which: str) -> None:
    everything(ward)
    for agencies in (None, [ward.agency.pk]):
        screen = people(asked(ward), agencies=agencies, which=which)
        file = rows(ward, which, agencies)
        assert [row[1] for row in file] == [line.person.full_name for line in screen.lines]
        assert [row[5] for row in file] == ["Có" if line.is_counted else "Không" for line in screen.lines]
        assert [row[7] for row in file] == [
            "; ".join(paper.number_label for paper in line.certificates) for line in screen.lines
        ]
        assert PeopleList(asked(ward), agencies, which).size() == screen.size == len(file) > 0


def test_names_cover_every_figure_that_opens() -> None:
    assert set(NAMES) == set(LABELS)


def test_a_row_says_where_and_why_and_no_more_than_that(ward: Ward) -> None:
    everything(ward)
    found = {row[1]: row for row in rows(ward)}
    trained, missing = found[ward.people[1].full_name], found[ward.people[6].full_name]
    assert trained[2:6] == ("Phường Á", "Cán bộ làm công tác truyền thông chính sách", "", "Có")
    assert "được tính" in trained[6]
    assert trained[8:] == (16, "10/03/2026")
    assert "thu hồi" in missing[6]
    assert missing[7:9] == ("", None)
    assert "miễn" in found[ward.people[8].full_name][6]
    headings = " ".join(column.heading for column in COLUMNS).lower()
    assert "ngày sinh" not in headings
    assert "điện thoại" not in headings


@pytest.mark.parametrize("narrowed", [True, False])
def test_who_waits_for_a_certificate_is_a_list_too(ward: Ward, narrowed: bool) -> None:
    make.completion(ward.people[7], ward.course, date(2026, 4, 2), agency=ward.agency)
    (row,) = rows(ward, "uncertified", [ward.agency.pk] if narrowed else None)
    assert (row[1], row[5], row[9]) == (ward.people[7].full_name, "Không", "02/04/2026")
    page = account("coordinator").get(reverse("coverage:all_people"), {"which": "uncertified"})
    assert ward.people[7].full_name in page.content.decode()


def test_who_is_on_no_roster_is_said_to_be(ward: Ward) -> None:
    everything(ward)
    (row,) = rows(ward, "off_roster")
    assert (row[1], row[2], row[5], row[6]) == ("Đỗ Ngoài", "", "Không", OFF_ROSTER)


def test_two_groups_are_two_verdicts_under_their_names(ward: Ward) -> None:
    make_plan.requirement(ward.task, group=Group.SPOKESPERSON)
    make.entry(ward.people[0], ward.agency, Group.SPOKESPERSON)
    row = next(row for row in rows(ward) if row[1] == ward.people[0].full_name)
    assert row[3].count("; ") == 1
    assert row[6].count("\n") == 1
    assert "Người phát ngôn: " in row[6]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_name_is_never_a_formula(ward: Ward, kind: Kind) -> None:
    make.entry(make.person("=HYPERLINK(1)"), make.agency("+A1"))
    body = content(PeopleList(asked(ward), None, "listed").paper(), kind)
    if kind == Kind.XLSX:
        cells = [cell for page in load_workbook(io.BytesIO(body)) for row in page.iter_rows() for cell in row]
        assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)
    if kind == Kind.CSV:
        assert "'=HYPERLINK" in body.decode()
        assert "'+A1" in body.decode()


def test_a_thousand_people_cost_as_many_queries_as_one(ward: Ward) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            rows(ward)
        return len(seen)

    before = cost()
    make.people_at(ward.agency, 20)
    assert cost() == before


def take(client: Client, ward: Ward, kind: str = "csv", **more: str):
    filters = {"period": ward.period.pk, "which": "missing", **more}
    return client.post(f"{ADDRESS}?{urlencode(filters)}", {"kind": kind})


@pytest.mark.parametrize("kind", list(Kind))
def test_a_short_list_is_the_answer_itself_and_one_event(ward: Ward, kind: Kind) -> None:
    answer = take(account("coordinator"), ward, kind.value)
    assert answer["Content-Type"] == kind.content_type
    event = Event.objects.get(action="coverage.export")
    assert (event.data["table"], event.data["which"], event.data["rows"]) == ("people", "missing", 5)
    assert not Job.objects.filter(kind=PEOPLE).exists()


def test_a_focal_person_takes_the_own_agency_along_and_strangers_nothing(ward: Ward) -> None:
    focal = account("focal", agency=ward.agency)
    text = take(focal, ward).content.decode()
    assert all(person.full_name in text for person in ward.people[6:])
    assert not any(person.full_name in text for person in ward.strangers)
    assert take(focal, ward, agency=ward.other.code).status_code == 404
    for client in (account("trainer"), account(), account(person=ward.people[0])):
        assert take(client, ward).status_code == 404
    assert take(account("coordinator"), ward, which="khac").status_code == 404
    assert take(Client(), ward).url.startswith("/accounts/login/")


def test_the_pages_of_people_offer_the_list(ward: Ward) -> None:
    page = account("coordinator").get(ward.addresses()["agency_people"], {"which": "missing"}).content.decode()
    assert f"which=missing&amp;agency={ward.agency.code}" in page


# --- long ones are a job ------------------------------------------------------------------------------------------


def coordinator() -> tuple[User, Client]:
    client = account("coordinator")
    return User.objects.latest("pk"), client


def do(job: Job) -> Job:
    work(job.pk, clock=timezone.now)
    job.refresh_from_db()
    return job


def test_a_long_list_is_a_job_of_the_asker_and_the_page_shows_it(ward: Ward, short: None) -> None:
    user, client = coordinator()
    answer = take(client, ward)
    job = Job.objects.get(kind=PEOPLE)
    assert answer.url == reverse("people:job", args=[job.pk])
    assert (job.requested_by, job.total) == (str(user.public_id), 5)
    assert Event.objects.get(action="coverage.export").data["job"] == job.pk
    assert do(job).state == "done"
    text = b"".join(cast(Any, client.get(f"/jobs/{job.pk}/file/")).streaming_content).decode()
    assert all(person.full_name in text for person in (*ward.people[6:], *ward.strangers))


def test_an_impatient_second_press_is_the_same_job(ward: Ward, short: None) -> None:
    _user, client = coordinator()
    assert take(client, ward).url == take(client, ward).url
    assert Job.objects.filter(kind=PEOPLE).count() == 1


def test_the_file_shows_what_was_known_when_it_was_asked_for(ward: Ward, short: None) -> None:
    _user, client = coordinator()
    take(client, ward)
    later = timezone.now() + timedelta(hours=1)
    make.entry(make.person("Vũ Đến Sau"), ward.agency, recorded_at=later)
    job = Job.objects.get(kind=PEOPLE)
    with time_machine.travel(later + timedelta(hours=1)):
        assert do(job).state == "done"
    assert job.done_count == 5
    assert "Vũ Đến Sau" not in job.file.location.read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ["coordinator", "focal"])
def test_a_role_withdrawn_in_between_is_a_refusal(ward: Ward, short: None, role: str) -> None:
    client = account(role, agency=ward.agency if role == "focal" else None)
    take(client, ward)
    job = Job.objects.get(kind=PEOPLE)
    RoleGrant.objects.all().delete()
    assert (do(job).state, job.error) == ("dead", "access_withdrawn")
    assert not hasattr(job, "file")
    assert "Vai trò của bạn đã thay đổi" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_another_agency_in_between_is_a_refusal(ward: Ward, short: None) -> None:
    client = account("focal", agency=ward.agency)
    take(client, ward)
    RoleGrant.objects.update(agency=ward.other)
    assert do(Job.objects.get(kind=PEOPLE)).error == "access_withdrawn"


def test_a_closed_account_gets_nothing(ward: Ward, short: None) -> None:
    user, client = coordinator()
    take(client, ward)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert do(Job.objects.get(kind=PEOPLE)).error == "access_withdrawn"


def test_a_list_that_nobody_would_print_is_refused_before_it_is_a_job(ward: Ward, monkeypatch) -> None:
    monkeypatch.setattr("lms.jobs.papers.PRINTED_ROWS", 4)
    answer = take(account("coordinator"), ward, "pdf")
    assert answer.status_code == 422
    assert not Job.objects.filter(kind=PEOPLE).exists()
    assert take(account("coordinator"), ward, "csv").status_code == 200


def test_table_01_is_a_job_where_it_is_long(ward: Ward, short: None) -> None:
    _user, client = coordinator()
    client.post(f"{reverse('coverage:export')}?period={ward.period.pk}", {"kind": "csv"})
    job = do(Job.objects.get(kind="coverage.table_01"))
    assert job.state == "done"
    assert "Phường Ớ" in job.file.location.read_text(encoding="utf-8")


@pytest.mark.parametrize("seen_on", [None, date(2026, 6, 1)])
def test_a_question_survives_its_way_through_the_payload(ward: Ward, seen_on: date | None) -> None:
    question = Question.ask(
        ward.task, ward.period, group=Group.COMMUNICATION_OFFICER, as_of=date(2026, 5, 1), known_at=timezone.now()
    ).seen(seen_on)
    assert question_of(payload_of(question, None)) == question
    assert [row.name for row in live(question_of(payload_of(question, None))).report.rows]


def test_the_limits_are_those_of_the_docs() -> None:
    assert AT_ONCE == {Kind.XLSX: 5000, Kind.CSV: 5000, Kind.DOCX: 500, Kind.PDF: 500}
    assert Agency.objects.reporting().count() < 5000
