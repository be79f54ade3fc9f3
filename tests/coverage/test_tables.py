"""Biểu 01 as a file: the figures of the screen, the headings of the law, who takes it along."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]

from lms.audit.models import Event
from lms.coverage.adjusting import adjust
from lms.coverage.counting import answer
from lms.coverage.models import ClosedReport
from lms.coverage.progress_table import progress_paper
from lms.coverage.question import Question
from lms.coverage.tables import COLUMNS, Sheet, closed_sheet, live
from lms.papers.files import Kind, write
from lms.papers.table import Section, Table, Tenths, on_paper
from lms.people.models import Group, User
from lms.plan.models import PeriodKind
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db

HEADINGS = [
    "STT",
    "Cơ quan, đơn vị, địa phương",
    "Đầu mối",
    "Tổng số người thuộc diện",
    "Tổng số người thuộc diện: Trong đó: cán bộ truyền thông",
    "Tổng số người thuộc diện: Trong đó: phóng viên",
    "Tổng số người thuộc diện: Trong đó: biên tập viên",
    "Tổng số người thuộc diện: Trong đó: cán bộ thông tin cơ sở",
    "Tổng số người thuộc diện: Trong đó: người phát ngôn",
    "Số người đã bồi dưỡng trong kỳ",
    "Số lượt người",
    "Số giấy chứng nhận",
    "Tỷ lệ (%)",
    "Lũy kế từ đầu năm",
    "Tình trạng báo cáo (đúng hạn / trễ / chưa)",
    "Ghi chú",
]


@pytest.fixture
def ward() -> Ward:
    return Ward()


def table(sheet: Sheet) -> Table:
    return sheet.paper().tables()[0]


def rows(sheet: Sheet) -> dict[str, list[str]]:
    """The cells of each agency, by its name, as they read on paper."""
    found = [row for row in table(sheet).read() if not isinstance(row, Section)]
    return {str(row[1]): [on_paper(cell) for cell in row] for row in found}


def body(sheet: Sheet, kind: Kind) -> bytes:
    out = io.BytesIO()
    write(sheet.paper(), kind, out)
    return out.getvalue()


def asked(ward: Ward) -> Question:
    return Question.ask(ward.task, ward.period)


def test_the_headings_are_those_of_the_plan() -> None:
    assert [column.path for column in COLUMNS] == HEADINGS


def test_a_row_says_what_the_report_says(ward: Ward) -> None:
    report = answer(asked(ward), by_group=True)
    found = rows(live(asked(ward)))
    assert list(found) == [row.name for row in report.rows]
    assert found["Phường Á"] == [
        "1", "Phường Á", "", "9", "9", "", "", "", "", "6", "6", "6", "66,7", "6", "chưa", "",
    ]  # fmt: skip
    total = table(live(asked(ward))).total
    assert total is not None
    assert total.figures[0] == report.total.headcount
    assert total.figures[6:10] == (6, 6, 6, Tenths(report.total.rate_tenths))


def test_an_agency_without_a_roster_is_not_nought(ward: Ward) -> None:
    make.agency("Phường Êm")
    found = live(asked(ward))
    assert rows(found)["Phường Êm"][3:10] == ["", "", "", "", "", "", ""]
    assert rows(found)["Phường Êm"][12:] == ["–", "", "chưa", "chưa lập danh sách"]
    assert table(found).notes[0] == "2/3 đơn vị đã lập danh sách."


def test_a_person_in_two_groups_stands_once_in_the_total(ward: Ward) -> None:
    make_plan.requirement(ward.task, group=Group.SPOKESPERSON)
    make.entry(ward.people[0], ward.agency, Group.SPOKESPERSON)
    assert rows(live(asked(ward)))["Phường Á"][3:9] == ["9", "9", "", "", "", "1"]


def test_a_quarter_cumulates_from_the_start_of_the_year(ward: Ward) -> None:
    quarter = make_plan.period(2026, PeriodKind.QUARTER, 2)
    make.trained(ward.people[6], ward.course, date(2026, 4, 2), agency=ward.agency)
    found = rows(live(Question.ask(ward.task, quarter)))["Phường Á"]
    assert (found[10], found[11], found[13]) == ("1", "1", "7")


def test_focal_persons_stand_beside_their_agency(ward: Ward) -> None:
    account("focal", agency=ward.agency)
    assert rows(live(asked(ward)))["Phường Á"][2] == "Người dùng"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_figures_are_the_same_bytes(ward: Ward, kind: Kind) -> None:
    sheet = live(asked(ward))
    assert body(sheet, kind) == body(live(asked(ward)), kind)


def test_a_name_is_never_a_formula(ward: Ward) -> None:
    make.people_at(make.agency("=HYPERLINK(1)"), 1)
    book = load_workbook(io.BytesIO(body(live(asked(ward)), Kind.XLSX)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert any("=HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_numbers_days_and_names_of_signers_are_left_blank(ward: Ward) -> None:
    head = live(asked(ward)).paper().letterhead
    assert (head.number, head.dated_on) == ("", None)
    assert head.signer is not None
    assert head.signer.name == ""


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_the_department_takes_all_agencies_along_and_leaves_an_event(ward: Ward, role: str) -> None:
    address = reverse("coverage:export")
    answered = account(role).post(f"{address}?period={ward.period.pk}", {"kind": "csv"})
    assert "Phường Ớ" in answered.content.decode()
    assert answered["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(action="coverage.export")
    assert (event.data["kind"], event.data["rows"], event.data["period"]) == ("csv", 2, str(ward.period.pk))


def test_a_focal_person_takes_only_the_own_agency_along(ward: Ward) -> None:
    client = account("focal", agency=ward.agency)
    address = f"{reverse('coverage:export')}?period={ward.period.pk}"
    text = client.post(address, {"kind": "csv"}).content.decode()
    assert "Phường Á" in text
    assert "Phường Ớ" not in text
    assert client.post(f"{address}&agency={ward.other.code}", {"kind": "csv"}).status_code == 404


def test_nothing_to_count_is_said(ward: Ward) -> None:
    address = reverse("coverage:export")
    assert (
        account("coordinator").post(f"{address}?period={ward.period.pk}&as_of=2020-01-01", {"kind": "csv"}).status_code
        == 422
    )


def test_other_kinds_of_file_do_not_exist(ward: Ward) -> None:
    assert account("coordinator").post(reverse("coverage:export"), {"kind": "exe"}).status_code == 404


def closed(ward: Ward) -> ClosedReport:
    """Closed on 20/12/2026 by two of the department."""
    users = [User.objects.create_user(name, created_at=make.noon(make.LONG_AGO)) for name in ("một", "hai")]
    now = make.noon(date(2026, 12, 20))
    found = make.ask_to_close(ward.task, ward.period, by=users[0], reason="Chốt", document_no="1/BC", now=now)
    found.close(by=users[1], sha256=found.sha256, now=now)
    return found


def test_a_closed_report_keeps_its_figures_and_lists_what_came_after(ward: Ward) -> None:
    report = closed(ward)
    late = make.noon(date(2027, 1, 5))
    make.entry(make.person(), ward.agency, starts_on=date(2026, 9, 1), recorded_at=late)
    adjust(report, now=late)
    found = closed_sheet(report)
    assert rows(found)["Phường Á"][3:14] == ["9", "9", "", "", "", "", "6", "6", "6", "66,7", "6"]
    after = found.paper().tables()[1]
    assert after.title == "Điều chỉnh số liệu sau khi chốt"
    assert [[on_paper(cell) for cell in row][2:7] for row in after.rows] == [["Phường Á", "1", "0", "0", "0"]]


def test_the_next_report_lists_the_adjustments_of_the_period_before(ward: Ward) -> None:
    report = closed(ward)
    late = make.noon(date(2027, 1, 5))
    make.entry(make.person(), ward.agency, starts_on=date(2026, 9, 1), recorded_at=late)
    adjust(report, now=late)
    tables = live(Question.ask(ward.task, make_plan.period(2027))).paper().tables()
    assert [table.title for table in tables[1:]] == ["Điều chỉnh số liệu kỳ trước"]
    assert len(live(asked(ward)).paper().tables()) == 1


def test_a_closed_report_is_a_file_for_the_department_alone(ward: Ward) -> None:
    address = reverse("coverage:export_closed", args=[closed(ward).pk])
    assert account("coordinator").post(address, {"kind": "docx"}).status_code == 200
    assert account("focal", agency=ward.agency).post(address, {"kind": "docx"}).status_code == 404
    assert Event.objects.filter(action="coverage.export").count() == 1


def test_progress_has_a_row_for_each_task_and_the_headings_of_the_plan(ward: Ward) -> None:
    found = progress_paper(ward.task.plan, ward.period, date(2026, 6, 1)).tables()[0]
    assert [column.path for column in found.columns] == [
        "Mã nhiệm vụ", "Nội dung", "Chủ trì", "Phối hợp", "Thời gian", "Kết quả trong kỳ", "Minh chứng",
        "Mức độ (hoàn thành / đang thực hiện / chậm / chưa)", "Khó khăn, vướng mắc", "Đề xuất",
    ]  # fmt: skip
    assert [tuple(row)[:5] for row in found.read() if not isinstance(row, Section)] == [
        ("5", "Triển khai các chương trình bồi dưỡng, tập huấn", "Đơn vị chủ trì", "", "Định kỳ hàng năm")
    ]


def test_progress_is_a_file_for_the_department_and_focal_persons(ward: Ward) -> None:
    address = reverse("coverage:export_progress")
    for role, agency, status in (("coordinator", None, 200), ("focal", ward.agency, 200), ("trainer", None, 404)):
        assert account(role, agency=agency).post(address, {"kind": "csv"}).status_code == status
    assert Event.objects.filter(action="coverage.export").count() == 2
