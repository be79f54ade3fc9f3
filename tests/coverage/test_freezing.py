"""The rows of a report are frozen by a job, batch by batch; a worker that was killed leaves work that another ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lms.audit.models import Event
from lms.coverage import closing
from lms.coverage.closing import Lease, freeze
from lms.coverage.freezing import agencies_of, parameters_of, rows_of
from lms.coverage.frozen import FrozenRow, digest
from lms.coverage.models import ClosedReport, ReportState
from lms.coverage.question import Question
from lms.coverage.tables import closed_sheet
from lms.coverage.verifying import verify
from lms.jobs.handlers import LeaseLost
from lms.jobs.models import Job
from lms.jobs.models.jobs import LEASE
from lms.jobs.running import work
from lms.people.models import Approval, RoleGrant, User
from lms.plan.models import Period, PlanTask
from lms.refusal import Refused
from tests.coverage.test_closing import ASKED, CONFIRMED, Province
from tests.make import courses as make_courses
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> PlanTask:
    return make_plan.requirement(make_plan.task()).task


@pytest.fixture
def year() -> Period:
    return make_plan.period(2026)


@pytest.fixture
def sau() -> User:
    return make_courses.account(None, "coordinator")


@pytest.fixture
def province(task: PlanTask, monkeypatch: pytest.MonkeyPatch) -> Province:
    """C1, frozen three rows at a time."""
    monkeypatch.setattr(closing, "BATCH", 3)
    return Province(task)


def asked(task: PlanTask, year: Period, sau: User) -> ClosedReport:
    return ClosedReport.ask_to_close(task, year, by=sau, reason="Hết kỳ", document_no="12/BC", now=ASKED)


def job_of(report: ClosedReport) -> Job:
    assert report.job is not None
    return report.job


def run(report: ClosedReport, at: datetime = ASKED) -> ClosedReport:
    work(job_of(report).pk, clock=lambda: at)
    return ClosedReport.objects.get(pk=report.pk)


def killed_after(batches: int, report: ClosedReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies while it freezes the next batch, its lease still running."""
    add, done = ClosedReport.add_rows, iter(range(batches))

    def dying(self: ClosedReport, rows: list[FrozenRow], *, after: int) -> None:
        add(self, rows, after=after)
        if next(done, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ClosedReport, "add_rows", dying)
        work(job_of(report).pk, clock=lambda: ASKED)
    assert job_of(report).state == "running"


def test_the_hash_is_that_of_the_whole_question_at_once(
    task: PlanTask, year: Period, sau: User, province: Province
) -> None:
    question = Question.ask(task, year, known_at=ASKED.astimezone(UTC))
    rows, parameters = rows_of(question), parameters_of(question)
    parameters["agencies"] = agencies_of(rows, parameters["owing"])
    report = run(asked(task, year, sau))
    assert (report.sha256, report.row_count) == (digest(parameters, rows), len(rows))
    assert verify(report).is_equal


def test_asking_writes_no_row_and_leaves_one_event_and_one_job(
    task: PlanTask, year: Period, sau: User, province: Province
) -> None:
    report = asked(task, year, sau)
    assert (report.state, report.rows.count(), report.sha256) == (ReportState.FREEZING, 0, "")
    assert job_of(report).requested_by == str(sau.public_id)
    assert Event.objects.filter(action="period.close").count() == 1
    assert not Approval.objects.exists()
    with pytest.raises(Refused) as twice:
        asked(task, year, sau)
    assert twice.value.code == "already_closed"


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_another_worker_ends_what_a_killed_one_began_with_the_same_bytes(
    task: PlanTask, year: Period, sau: User, province: Province, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    rows = rows_of(Question.ask(task, year, known_at=ASKED.astimezone(UTC)))
    report = asked(task, year, sau)
    killed_after(batches, report, monkeypatch)
    assert report.rows.count() == 3 * batches, "a batch that did not end left nothing"
    names = ClosedReport.objects.get(pk=report.pk).parameters
    make.entry(make.person("Người Đến Sau"), province.ward, recorded_at=CONFIRMED)
    type(province.ward).objects.filter(pk=province.ward.pk).update(name="Tên Mới")
    ended = run(report, ASKED + LEASE + timedelta(seconds=1))
    assert ended.state == ReportState.REQUESTED
    assert [row.as_json() for row in ended.frozen_rows()] == [row.as_json() for row in rows]
    assert (ended.parameters, ended.sha256) == (names, digest(names, rows))
    assert verify(ended).is_equal


def test_a_second_run_of_what_is_done_does_nothing(task: PlanTask, year: Period, sau: User, province: Province) -> None:
    report = run(asked(task, year, sau))
    report.seal("0" * 64, 1, now=CONFIRMED)
    Job.objects.filter(pk=job_of(report).pk).update(state="queued", done_at=None, due_at=ASKED)
    again = run(report)
    assert (again.sha256, again.row_count) == (report.sha256, report.row_count)
    assert Approval.objects.count() == 1


def test_who_lost_the_lease_writes_nothing_more(task: PlanTask, year: Period, sau: User, province: Province) -> None:
    report = asked(task, year, sau)
    first = Job.claim(job_of(report).pk, now=ASKED)
    later = ASKED + LEASE + timedelta(seconds=1)
    second = Job.claim(job_of(report).pk, now=later)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost):
        freeze(report, Lease(first, clock=lambda: later), now=later)
    assert report.rows.count() == 0
    assert freeze(report, Lease(second, clock=lambda: later), now=later) == report.rows.count()


def test_rows_that_do_not_follow_from_the_history_are_never_sealed(
    task: PlanTask, year: Period, sau: User, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(task, year, sau)
    killed_after(1, report, monkeypatch)
    task.requirements.update(needed=3)  # the past rewritten, which no verb does
    ended = run(report, ASKED + LEASE + timedelta(seconds=1))
    assert (ended.state, job_of(report).error) == (ReportState.FREEZING, "figures_moved")
    again = run(asked(task, year, sau))
    assert (again.version, again.state) == (2, ReportState.REQUESTED)
    assert ClosedReport.objects.get(pk=report.pk).state == ReportState.DROPPED


def test_a_cancelled_freezing_leaves_the_way_free(task: PlanTask, year: Period, sau: User, province: Province) -> None:
    report = asked(task, year, sau)
    job_of(report).cancel(ASKED)
    assert run(asked(task, year, sau)).version == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedReport.objects.filter(pk=report.pk).update(state="closed")


def test_what_waits_for_a_second_person_cannot_be_changed(
    task: PlanTask, year: Period, sau: User, province: Province
) -> None:
    report = run(asked(task, year, sau))
    wanted: dict[str, Any] = {
        "sha256": "0" * 64, "parameters": {}, "focal_names": {"A": "B"}, "known_at": CONFIRMED, "row_count": 1,
    }  # fmt: skip
    for column, value in wanted.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            ClosedReport.objects.filter(pk=report.pk).update(**{column: value})


def test_the_file_keeps_the_names_of_the_focal_persons(
    task: PlanTask, year: Period, sau: User, province: Province
) -> None:
    make_courses.account(None, "focal", agency=province.ward)
    grant = RoleGrant.objects.get(role="focal")
    User.objects.filter(pk=grant.user_id).update(name="Nguyễn Thị Mai")
    report = run(asked(task, year, sau))
    User.objects.filter(pk=grant.user_id).update(name="Tên Khác")
    kept = closed_sheet(report)
    assert kept.focals == {province.ward.pk: "Nguyễn Thị Mai"}
    assert closed_sheet(report, seen_on=date(2027, 2, 1)).focals[province.ward.pk] == "Tên Khác", "of today"
    old = ClosedReport(**{f.attname: getattr(report, f.attname) for f in report._meta.concrete_fields})
    old.focal_names = None
    assert closed_sheet(old).focals[province.ward.pk] == "Tên Khác", "a report from before names were kept"


def test_the_page_shows_how_far_it_is_and_then_the_report(
    task: PlanTask, year: Period, sau: User, province: Province, client: Client
) -> None:
    report = asked(task, year, sau)
    client.force_login(sau)
    page = f"/coverage/closed/{report.pk}/"
    waiting = client.get(page)
    assert "coverage/freezing.html" in [template.name for template in waiting.templates]
    assert client.get(f"{page}people/").status_code == 404
    assert "Đang cố định số liệu" in client.get("/coverage/closed/").content.decode()
    run(report)
    part = client.get(page, headers={"X-Part": "job"})
    assert 'data-state="done"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "coverage/closed_report.html" in [template.name for template in client.get(page).templates]


def test_dying_at_the_seal_leaves_no_half_request(
    task: PlanTask, year: Period, sau: User, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that dies at any point of the seal is sealed once: the request of the second person is not doubled."""
    report = asked(task, year, sau)
    seal = ClosedReport.seal

    def dying(self: ClosedReport, *args: object, **more: object) -> None:
        seal(self, *args, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ClosedReport, "seal", dying)
        work(job_of(report).pk, clock=lambda: ASKED)
    assert ClosedReport.objects.get(pk=report.pk).state == ReportState.FREEZING
    assert not Approval.objects.exists()
    assert run(report, ASKED + LEASE + timedelta(seconds=1)).state == ReportState.REQUESTED
    assert Approval.objects.count() == 1
