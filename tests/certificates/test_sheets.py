"""Biểu 02, 03 and 04 as files: headings of the law, rows, who takes them along."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certificates.models import Certificate, Ground
from certificates.register import COLUMNS as REGISTER
from certificates.register import register_paper
from certificates.replacing import Signatory, replace_with_corrections
from courses.models import Enrolment, Run
from courses.sheets import LIST_COLUMNS, RESULT_COLUMNS, classes_in, classes_paper, results_paper
from lms.audit.models import Event, Seal
from lms.jobs.models import Job
from lms.jobs.running import work
from lms.papers.files import Kind
from lms.papers.paper import Paper, Paragraph
from lms.papers.table import on_paper
from lms.people.models import Person, RoleGrant
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


def cells(paper: Paper) -> list[list[str]]:
    """The rows as they read on paper."""
    return [[on_paper(cell) for cell in row] for row in paper.tables()[0].rows]


def signed_in(role: str, **where: Any) -> Client:
    client = Client()
    client.force_login(courses.account(None, role))
    return client


def test_the_headings_are_those_of_the_plan() -> None:
    assert [column.path for column in LIST_COLUMNS] == [
        "STT", "Tên lớp", "Đối tượng", "Hình thức", "Thời gian", "Số tiết", "Địa điểm/điểm cầu",
        "Giảng viên, báo cáo viên", "Chỉ tiêu", "Dự học", "Đạt", "Kinh phí, nguồn", "Quyết định số, ngày",
    ]  # fmt: skip
    assert [column.path for column in RESULT_COLUMNS] == [
        "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Đơn vị công tác", "Số buổi có mặt/tổng",
        "Vắng có phép", "Vắng không phép", "Điểm", "Kết quả (Đạt/Không đạt)", "Số vào sổ", "Ghi chú",
    ]  # fmt: skip
    assert [column.path for column in REGISTER] == [
        "Số vào sổ (STT, năm)", "Họ và tên", "Ngày sinh", "Giới tính", "Chương trình", "Thời gian từ–đến", "Số tiết",
        "Kết quả/xếp loại", "Số hiệu", "Số, ngày quyết định", "Ngày cấp", "Ngày nhận, ký nhận",
        "Tình trạng (đã cấp/thay thế/thu hồi)", "Nội dung điều chỉnh, số QĐ, ngày", "Số hiệu cấp lại",
    ]  # fmt: skip


def test_a_class_is_listed_with_its_people_and_those_who_passed() -> None:
    run = make.completed_run("Nguyễn Mẫu An", "Trần Mẫu Bình")
    courses.enrolment(run)
    courses.trainer(run.course)
    Run.objects.filter(pk=run.pk).update(decision_no="12/QĐ-SVHTTDL", decision_on=date(2026, 3, 5), funding="Ngân sách")
    courses.run(state="draft")
    found = cells(classes_paper(classes_in(Run.objects.all(), None), None, TODAY))
    assert [row[:1] + row[2:6] + row[8:] for row in found] == [
        ["1", "Cán bộ làm công tác truyền thông chính sách", "Kết hợp", "09/03/2026 – 11/03/2026", "8", "", "3", "2",
         "Ngân sách", "12/QĐ-SVHTTDL, 05/3/2026"]
    ]  # fmt: skip


def test_the_result_of_a_class_says_who_passed_and_under_which_number() -> None:
    run = make.completed_run("Nguyễn Mẫu An")
    made = make.certificates(run)[0]
    courses.enrolment(run, courses.person("Vũ Mẫu Yến"))
    Run.objects.filter(pk=run.pk).update(state="ended")
    run.refresh_from_db()
    people = list(Enrolment.objects.filter(run=run).select_related("person", "agency").in_order())
    found = cells(results_paper(run, people, {made.enrolment_id: made.number_label}, make.NOW))
    assert [[row[1], *row[6:]] for row in found] == [
        ["Nguyễn Mẫu An", "0/0", "0", "0", "", "Đạt", "01/2026", ""],
        ["Vũ Mẫu Yến", "0/0", "0", "0", "", "Không đạt", "", ""],
    ]


def test_the_sex_of_nobody_is_guessed() -> None:
    run = make.completed_run("Nguyễn Mẫu An")
    people = list(Enrolment.objects.filter(run=run).select_related("person", "agency"))
    assert cells(results_paper(run, people, {}, make.NOW))[0][3] == ""
    Person.objects.update(sex="female")
    people = list(Enrolment.objects.filter(run=run).select_related("person", "agency"))
    assert cells(results_paper(run, people, {}, make.NOW))[0][3] == "Nữ"


def test_the_register_keeps_the_revoked_with_the_decision() -> None:
    rows = make.certificates(make.completed_run("Nguyễn Mẫu An", "Trần Mẫu Bình"))
    rows[1].revoke(
        ground=Ground.values[1], reason="Cấp nhầm", decision_no="9/QĐ", decision_on=date(2026, 4, 6),
        by=courses.account(None, "coordinator"), now=make.NOW,
    )  # fmt: skip
    found = cells(register_paper(Certificate.objects.all(), TODAY))
    assert [(row[0], row[1], row[12], row[13]) for row in found] == [
        ("01/2026", rows[0].snapshot["person"], "đã cấp", ""),
        ("02/2026", rows[1].snapshot["person"], "thu hồi", "Cấp nhầm, QĐ số 9/QĐ, 06/4/2026"),
    ]


def test_the_foot_of_the_register_adds_up_and_hashes_its_rows() -> None:
    rows = make.certificates(make.completed_run("Nguyễn Mẫu An", "Trần Mẫu Bình", "Lê Mẫu Chi"))
    sau = courses.account(None, "coordinator")
    rows[1].void_before_handing_over("In hỏng", by=sau, now=make.NOW)
    signatory = Signatory("Đà Lạt", "", "GIÁM ĐỐC", "Trần Mẫu Ký")
    replace_with_corrections(
        rows[2], {"person": "Lê Mẫu Chí"}, reason="Sai tên", signatory=signatory, by=sau, now=make.NOW
    )
    seal = Seal.close_batch(now=make.NOW)
    assert seal is not None
    paper = register_paper(Certificate.objects.all(), TODAY)
    read = cells(paper)
    assert [row[12] for row in read] == ["đã cấp", "hủy bỏ", "thay thế", "đã cấp"]
    assert read[2][14] == on_paper(read[3][8])
    digest = hashlib.sha256("".join("\x1f".join(row) + "\n" for row in read).encode()).hexdigest()
    assert [block.text for block in paper.blocks if isinstance(block, Paragraph)] == [
        "Sổ GCN/2026: từ số 01/2026 đến số 04/2026; 4 số, gồm đã cấp 2, thay thế 1, hủy bỏ 1.",
        f"SHA-256 của các dòng: {digest}",
        f"Mã niêm phong nhật ký: {seal.anchor}",
    ]


def test_a_register_that_changes_while_it_is_written_is_no_paper() -> None:
    row = make.certificates(make.completed_run())[0]
    paper = register_paper(Certificate.objects.all(), TODAY)
    row.void_before_handing_over("In hỏng", by=courses.account(None, "coordinator"), now=make.NOW)
    with pytest.raises(Refused, match="register_moved"):
        cells(paper)


def test_the_file_holds_the_part_of_the_register_that_the_screen_shows() -> None:
    make.certificates(make.completed_run("Nguyễn Mẫu An", "Trần Mẫu Bình"))
    answer = signed_in("coordinator").post("/register/export/?q=binh", {"kind": "csv"})
    text = answer.content.decode()
    assert ("Trần Mẫu Bình" in text, "Nguyễn Mẫu An" in text) == (True, False)
    assert Event.objects.get(action="register.export").data["filters"] == ["q"]


def test_the_list_of_classes_is_for_the_department_and_focal_persons() -> None:
    make.completed_run()
    address = reverse("certificates:classes")
    assert signed_in("coordinator").post(address, {"kind": "xlsx"}).status_code == 200
    assert signed_in("trainer").post(address, {"kind": "xlsx"}).status_code == 404
    event = Event.objects.get(action="coverage.export")
    assert (event.data["table"], event.data["rows"]) == ("02", 1)


def test_other_kinds_of_file_do_not_exist() -> None:
    run = make.completed_run()
    client = signed_in("coordinator")
    for address in ("/runs/export/", "/register/export/", f"/runs/{run.public_id}/results/export/"):
        assert client.post(address, {"kind": "exe"}).status_code == 404


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """Two rows are many."""
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setattr("lms.jobs.papers.AT_ONCE", dict.fromkeys(Kind, 1))


def asked_for(client: Client, address: str) -> Job:
    answer: Any = client.post(address, {"kind": "csv"})
    job = Job.objects.latest("pk")
    assert answer.url == reverse("people:job", args=[job.pk])
    return job


def done(job: Job, now: datetime) -> Job:
    work(job.pk, clock=lambda: now)
    job.refresh_from_db()
    return job


def test_a_long_register_is_made_by_a_worker_of_the_lines_of_that_moment(short: None) -> None:
    made = make.certificates(make.completed_run("Nguyễn Mẫu An", "Trần Mẫu Bình"))
    client = signed_in("coordinator")
    with time_machine.travel(make.NOW - timedelta(seconds=1), tick=False):
        before = asked_for(client, "/register/export/")
    with time_machine.travel(make.NOW, tick=False):
        job = asked_for(client, "/register/export/")
    assert before == job, "asked for again while it waits"
    assert done(job, make.NOW + timedelta(hours=2)).done_count == 0
    with time_machine.travel(make.NOW, tick=False):
        job = asked_for(client, "/register/export/")
    assert done(job, make.NOW + timedelta(hours=2)).done_count == 2
    text = job.file.location.read_text(encoding="utf-8")
    assert all(row.snapshot["person"] in text for row in made)
    event = Event.objects.filter(action="register.export").latest("pk")
    assert (event.data["rows"], event.data["job"]) == (2, job.pk)


def test_a_long_list_of_classes_is_made_by_a_worker_and_only_for_whoever_may_still_have_it(short: None) -> None:
    courses.run(state="ended")
    courses.run(state="ended")
    with time_machine.travel(make.NOW, tick=False):
        client = signed_in("coordinator")
        job = asked_for(client, "/runs/export/")
    assert done(job, make.NOW).done_count == 2
    with time_machine.travel(make.NOW + timedelta(seconds=1), tick=False):
        again = asked_for(client, "/runs/export/")
    RoleGrant.objects.all().delete()
    assert done(again, make.NOW + timedelta(seconds=2)).error == "access_withdrawn"
