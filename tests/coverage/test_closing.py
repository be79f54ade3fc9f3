"""Closing a period: what is frozen, who confirms it, what later events may do to it (domain.md §7, C3 and C13)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.audit.models import Event
from lms.coverage.adjusting import adjust
from lms.coverage.counting import Figures, Report, count
from lms.coverage.models import Adjustment, ClosedReport, ClosedRow, ReportState
from lms.coverage.reading import read
from lms.coverage.tasks import ask_for_adjustments, look
from lms.coverage.verifying import verify
from lms.jobs.models import Job
from lms.people import reorganising
from lms.people.models import Agency, Approval, Group, Reorganisation, RosterEntry, User
from lms.plan.models import Period, PlanTask, Requirement
from lms.refusal import Refused
from tests.make import courses as make_courses
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
ASKED = make.noon(date(2026, 12, 20))
CONFIRMED = ASKED + timedelta(hours=3)


@pytest.fixture
def task() -> PlanTask:
    task = make_plan.task()
    make_plan.requirement(task)
    make_plan.requirement(task, Group.SPOKESPERSON)
    return task


@pytest.fixture
def year() -> Period:
    return make_plan.period(2026)


@pytest.fixture
def people() -> tuple[User, User]:
    """Two of the department: who asks, who confirms."""
    return make_courses.account(None, "coordinator"), make_courses.account(None, "coordinator")


class Province:
    """C1 beside an agency without a roster, one that has nobody, and somebody trained who is on no roster."""

    def __init__(self, task: PlanTask) -> None:
        self.ward, self.silent, self.empty = make.agency("Phường A"), make.agency("Phường B"), make.agency("Phường C")
        make.nobody(self.empty, date(2026, 2, 1))
        make.nobody(self.empty, date(2026, 2, 1), Group.SPOKESPERSON)
        self.people = make.people_at(self.ward, 9)
        make.entry(self.people[0], self.ward, Group.SPOKESPERSON)
        self.first, self.second = make.course(task), make.course(task)
        self.papers = [make.trained(one, self.first, date(2026, 3, 10), agency=self.ward) for one in self.people[:6]]
        make.trained(self.people[0], self.second, date(2026, 5, 4), agency=self.ward)
        make.trained(make.person("Người Ngoài"), self.first, date(2026, 3, 10), agency=self.silent)


@pytest.fixture
def province(task: PlanTask) -> Province:
    return Province(task)


def ask(task: PlanTask, year: Period, by: User, **more: Any) -> ClosedReport:
    given: dict[str, Any] = {"reason": "Chốt số liệu năm 2026", "document_no": "12/BC", "now": ASKED} | more
    return make.ask_to_close(task, year, by=by, **given)


def closed(task: PlanTask, year: Period, people: tuple[User, User]) -> ClosedReport:
    report = ask(task, year, people[0])
    Approval.objects.get(kind="period.close", state="pending").confirm(people[1], CONFIRMED)
    report.refresh_from_db()
    return report


def same(first: Report, second: Report) -> None:
    """The same rows, groups and totals, whatever the question object."""
    for name in ("rows", "group_rows"):
        ours = {(row.code, row.group): row for row in getattr(first, name)}
        theirs = {(row.code, row.group): row for row in getattr(second, name)}
        assert ours == theirs
    assert first.total == second.total
    assert {group: found for group, found in first.group_totals if found != Figures()} == {
        group: found for group, found in second.group_totals if found != Figures()
    }


def test_the_frozen_rows_say_what_the_count_said(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    live = count(task, year, by_group=True)
    report = closed(task, year, people)
    same(read(report), live)
    assert (report.state, report.row_count, report.version) == (ReportState.CLOSED, 11, 1)
    assert verify(report).is_equal


def test_closing_waits_for_a_second_person_who_is_not_the_first(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = ask(task, year, people[0])
    approval = Approval.objects.get(kind="period.close")
    with pytest.raises(Refused) as refused:
        approval.confirm(people[0], CONFIRMED)
    assert (refused.value.code, report.state) == ("own_request", ReportState.REQUESTED)
    approval.confirm(people[1], CONFIRMED)
    report.refresh_from_db()
    assert (report.closed_by, report.closed_at, report.known_at) == (people[1], CONFIRMED, ASKED)


def test_a_period_is_closed_after_its_end_and_once(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    with pytest.raises(Refused) as early:
        ask(task, year, people[0], now=make.noon(year.cutoff_on))
    assert early.value.code == "period_not_over"
    closed(task, year, people)
    with pytest.raises(Refused) as twice:
        ask(task, year, people[0], now=CONFIRMED)
    assert twice.value.code == "already_closed"


def test_a_request_that_was_refused_leaves_the_way_free(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    first = ask(task, year, people[0])
    Approval.objects.get(kind="period.close").refuse(people[1], CONFIRMED)
    second = ask(task, year, people[0], now=CONFIRMED)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == (ReportState.DROPPED, ReportState.REQUESTED, 2)


def test_closed_rows_are_neither_changed_nor_deleted(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    for change in (
        lambda: ClosedRow.objects.filter(report=report).update(is_trained=True),
        lambda: ClosedRow.objects.filter(report=report).delete(),
        lambda: ClosedReport.objects.filter(pk=report.pk).update(sha256="0" * 64),
        lambda: ClosedReport.objects.filter(pk=report.pk).update(parameters={}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_c3_a_later_revocation_is_one_numbered_line_and_the_report_stays(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    before = read(report)
    make.revoke(province.papers[5], date(2027, 1, 10))
    (line,) = adjust(report, now=make.noon(date(2027, 1, 20)))
    assert (line.number, line.listed_delta, line.trained_delta, line.completion_delta, line.certificate_delta) == (
        1, 0, -1, -1, -1,
    )  # fmt: skip
    assert line.evidence["cause"] == "certificate_revoked"
    assert line.evidence["decision_no"] == "12/QĐ"
    same(read(report), before)
    assert verify(report).is_equal
    assert count(task, year).total.trained == before.total.trained - 1


def test_c13_an_entry_recorded_later_is_one_line(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    make.entry(make.person(), province.ward, starts_on=date(2026, 9, 1), recorded_at=make.noon(date(2027, 1, 5)))
    (line,) = adjust(report, now=make.noon(date(2027, 1, 20)))
    assert (line.listed_delta, line.trained_delta, line.evidence["cause"]) == (1, 0, "roster_added")


def test_looking_twice_numbers_nothing_twice_and_what_is_undone_is_said(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    later = make.noon(date(2027, 1, 5))
    added = make.entry(make.person(), province.ward, starts_on=date(2026, 9, 1), recorded_at=later)
    assert len(adjust(report, now=later)) == 1
    assert adjust(report, now=later) == []
    RosterEntry.objects.filter(pk=added.pk).update(voided_at=later + timedelta(days=1), void_reason="Nhầm người")
    (line,) = adjust(report, now=later + timedelta(days=2))
    assert (line.number, line.listed_delta, line.reason) == (2, -1, "Nhầm người")
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(pk=line.pk).delete()


def test_reopening_needs_a_document_and_a_second_person_and_version_one_stays_readable(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    before = read(report)
    with pytest.raises(Refused) as refused:
        report.ask_to_reopen(by=people[0], reason="Sai số liệu", document_no=" ", now=CONFIRMED)
    assert refused.value.code == "no_document"
    report.ask_to_reopen(by=people[0], reason="Sai số liệu", document_no="5/CV", now=CONFIRMED)
    Approval.objects.get(kind="period.reopen").confirm(people[1], CONFIRMED)
    report.refresh_from_db()
    assert (report.state, report.reopen_document_no) == (ReportState.REOPENED, "5/CV")
    with pytest.raises(Refused) as again:
        report.ask_to_reopen(by=people[0], reason="Sai", document_no="6/CV", now=CONFIRMED)
    assert again.value.code == "not_closed"
    make.revoke(province.papers[5], date(2026, 12, 25))
    second = ask(task, year, people[0], now=make.noon(date(2026, 12, 30)))
    assert second.version == 2
    same(read(report), before)
    assert read(second).total.trained == before.total.trained - 1


def test_verifying_names_the_rows_that_the_history_gives_otherwise(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    Requirement.objects.filter(task=task, group=Group.COMMUNICATION_OFFICER).update(needed=2)  # the past, rewritten
    found = verify(report)
    assert (found.sealed, found.is_equal, len(found.unlike)) == (True, False, 5)
    assert {one.row.agency for one in found.unlike} == {province.ward.code}
    names = {person.full_name for person in province.people[1:6]}
    assert {one.row.shown["name"] for one in found.unlike} == names
    assert all(any(name in sentence for sentence in found.sentences()) for name in names)


def test_verifying_sees_that_the_seal_is_broken(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    report.parameters["as_of"] = "2026-12-13"
    assert not verify(report).sealed


def test_a_closed_report_is_read_under_the_names_of_today(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    heir = make.agency("Phường Mới", established_on=date(2027, 7, 1))
    for old in (province.ward, province.silent, province.empty):
        make.succession(old, heir, on=date(2027, 7, 1))
    assert {row.name for row in read(report).rows} == {"Phường A", "Phường B", "Phường C"}
    (row,) = read(report, seen_on=date(2027, 8, 1)).rows
    assert (row.name, row.figures.headcount, row.figures.trained, row.figures.completions) == ("Phường Mới", 9, 6, 8)
    same(read(report, seen_on=date(2027, 8, 1)), count(task, year, seen_on=date(2027, 8, 1), by_group=True))


def test_the_sweep_looks_at_closed_reports_after_which_something_happened(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    later = CONFIRMED + timedelta(hours=1)
    assert ask_for_adjustments(later) == 1, "its own confirmation is an event"
    adjust(report, now=later)
    assert ask_for_adjustments(later + timedelta(hours=1)) == 0
    make.revoke(province.papers[5], date(2027, 1, 10))
    Event.record(
        "certificate.revoked", object_kind="certificate", object_id="x", actor="x", now=make.noon(date(2027, 1, 10))
    )  # fmt: skip
    on = make.noon(date(2027, 1, 11))
    assert ask_for_adjustments(on) == 1
    job = Job.objects.filter(kind="coverage.adjust").latest("pk")
    assert look(job, on).result == {"lines": 1}


def test_the_command_says_equal_or_where_not(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    out = StringIO()
    call_command("coverage", verify=f"{task.plan.code}:{task.code}:2026:1", stdout=out)
    assert out.getvalue().strip().endswith("EQUAL")
    Requirement.objects.filter(task=task, group=Group.COMMUNICATION_OFFICER).update(needed=2)
    with pytest.raises(CommandError):
        call_command("coverage", verify=str(report.pk), stdout=out)
    assert province.people[1].full_name in out.getvalue()
    with pytest.raises(CommandError):
        call_command("coverage", verify="khong-co", stdout=out)


def test_a_focal_person_reads_the_closed_rows_of_the_own_agency_only(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User], client: Client
) -> None:
    report = closed(task, year, people)
    client.force_login(make_courses.account(None, "focal", agency=province.ward))
    page = client.get(f"/coverage/closed/{report.pk}/people/").content.decode()
    assert province.people[0].full_name in page
    assert "Người Ngoài" not in page
    assert client.get(f"/coverage/closed/{report.pk}/people/?agency={province.silent.code}").status_code == 404
    assert client.get(f"/coverage/closed/{report.pk}/").status_code == 404


def test_the_page_of_a_closed_report_shows_figures_adjustments_and_proof_in_constant_queries(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User], client: Client
) -> None:
    report = closed(task, year, people)
    make.revoke(province.papers[5], date(2027, 1, 10))
    adjust(report, now=make.noon(date(2027, 1, 20)))
    client.force_login(people[0])
    sizes = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/coverage/closed/{report.pk}/?verify=1")
        sizes.append(len(seen))
        make.people_at(province.ward, 5)
    assert page.status_code == 200
    text = page.content.decode()
    assert province.people[5].full_name in text
    assert "−1" in text
    assert sizes[0] == sizes[1]


def test_after_closing_a_merger_a_revocation_and_a_correction_are_three_lines_and_no_byte_changes(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    before, bytes_before = read(report), frozen_bytes(report)
    at_closing = count(task, year, known_at=ASKED, by_group=True)
    merge(province.ward, province.silent, on=date(2027, 2, 1), people=people)
    make.revoke(province.papers[5], date(2027, 3, 1))
    wrong = RosterEntry.objects.known().get(agency=province.ward, person=province.people[8])
    left = make.noon(date(2027, 3, 2))
    wrong.void("Đã chuyển công tác từ tháng 11/2026", by=people[0], now=left)
    make.entry(province.people[8], province.ward, starts_on=wrong.starts_on, ends_on=date(2026, 11, 1),
               recorded_at=left)  # fmt: skip
    lines = adjust(report, now=make.noon(date(2027, 4, 1)))
    said = {
        line.evidence["cause"]: (line.listed_delta, line.trained_delta, line.completion_delta, line.certificate_delta)
        for line in lines
    }
    assert said == {
        "roster_corrected": (-1, 0, 0, 0), "certificate_revoked": (0, -1, -1, -1), "reorganised": (0, 0, 0, 0),
    }  # fmt: skip
    assert sorted(line.number for line in lines) == [1, 2, 3]
    today = {row.name: row.figures for row in read(report, seen_on=date(2027, 4, 1)).rows}
    assert set(today) == {"Phường C", "Phường Hợp Nhất"}
    assert (today["Phường Hợp Nhất"].headcount, today["Phường Hợp Nhất"].completions) == (9, 8)
    assert frozen_bytes(report) == bytes_before
    same(read(report), before)
    same(count(task, year, known_at=ASKED, by_group=True), at_closing)
    assert verify(report).is_equal


def test_a_merger_recorded_late_for_a_day_in_the_period_leaves_what_was_known(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    report = closed(task, year, people)
    at_closing = count(task, year, known_at=ASKED, by_group=True)
    merge(province.ward, province.silent, on=date(2026, 12, 1), people=people)
    same(count(task, year, known_at=ASKED, by_group=True), at_closing)
    assert verify(report).is_equal
    names = {row.name for row in count(task, year).rows}
    assert "Phường Hợp Nhất" in names
    lines = adjust(report, now=make.noon(date(2027, 4, 1)))
    moved = [line for line in lines if line.listed_delta]
    assert sum(line.listed_delta for line in moved) == 0, "who left one agency stands at the other"


def frozen_bytes(report: ClosedReport) -> list[tuple[Any, ...]]:
    """Everything that a closed report holds, as the database gives it."""
    fresh = ClosedReport.objects.get(pk=report.pk)
    return [(fresh.sha256, json.dumps(fresh.parameters, sort_keys=True)), *report.rows.order_by("pk").values_list()]


def merge(*agencies: Agency, on: date, people: tuple[User, User]) -> None:
    """The agencies become one from `on`, asked by one and confirmed by the other two months after closing."""
    now = make.noon(date(2027, 2, 20))
    draft = Reorganisation.objects.create(
        title="Sắp xếp phường", legal_basis="NQ 1", document_no="7/NQ", on=on, created_at=now, created_by=people[0]
    )
    new = {"successor": "HOP-NHAT", "name": "Phường Hợp Nhất", "unit_kind": "pc_ward"}
    for place, agency in enumerate(agencies):
        more = new if place == 0 else {"successor": new["successor"]}
        draft.add(now, kind="merge", predecessor=agency.code, scope="all", **more)
    reorganising.ask(draft, by=people[0], now=now).confirm(people[1], now)


def test_taking_outside_training_back_and_voiding_a_waiver_name_their_evidence(
    task: PlanTask, year: Period, province: Province, people: tuple[User, User]
) -> None:
    required = Requirement.objects.get(group=Group.COMMUNICATION_OFFICER)
    Requirement.objects.filter(pk=required.pk).update(outside_counts=True)
    trained, excused = province.people[7], province.people[8]
    elsewhere = make.outside(trained, task, date(2026, 4, 2), agency=province.ward, accepted_on=date(2026, 5, 2))
    waiver = make.waiver(excused, required, year, on=date(2026, 5, 2))
    report = closed(task, year, people)
    later = make.noon(date(2027, 1, 10))
    elsewhere.take_back("Giấy không hợp lệ", by=people[0], now=later)
    waiver.void("Đã đi làm lại", by=people[0], now=later)
    lines = {line.evidence["person"]: line for line in adjust(report, now=later + timedelta(days=1))}
    first, second = lines[str(trained.public_id)], lines[str(excused.public_id)]
    assert first.evidence["cause"] == "outside_taken_back"
    assert first.evidence["outside"] == elsewhere.pk
    assert first.evidence["number"] == elsewhere.certificate_no
    assert (first.trained_delta, first.outside_delta, first.reason) == (-1, -1, "Giấy không hợp lệ")
    assert second.evidence["cause"] == "waiver_voided"
    assert (second.evidence["waiver"], second.waived_delta, second.reason) == (waiver.pk, -1, "Đã đi làm lại")
    assert len(lines) == 2
    assert adjust(report, now=later + timedelta(days=2)) == [], "nothing is said twice"
    assert verify(report).is_equal
