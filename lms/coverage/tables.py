"""Biểu 01 as an official paper: the report of the screen, row by row (domain.md §8). Headings are the law's, word for
word; the starred columns (nữ, DTTS) are left out, since we do not ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Min
from django.utils.translation import override

from lms.coverage.counting import AgencyRow, Report, RosterState, answer
from lms.coverage.freezing import focal_names
from lms.coverage.models import Adjustment, AgencyConfirmation, ClosedReport, ReportState
from lms.coverage.question import Question
from lms.coverage.reading import read
from lms.coverage.timeliness import ReportStatus, report_status
from lms.days import local_day, start_of
from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Section, Table, Tenths
from lms.people.models import Agency, Group
from lms.plan.letterheads import of_plan
from lms.plan.models import Period, PeriodKind
from lms.refusal import Refused
from lms.vietnamese.written import paper_date

TITLE = "Biểu 01 – Tổng hợp theo cơ quan"
HEADCOUNT = ("Tổng số người thuộc diện",)
WHICH = (*HEADCOUNT, "Trong đó")
GROUPS = {
    Group.COMMUNICATION_OFFICER: "cán bộ truyền thông",
    Group.REPORTER: "phóng viên",
    Group.EDITOR: "biên tập viên",
    Group.INFORMATION_OFFICER: "cán bộ thông tin cơ sở",
    Group.SPOKESPERSON: "người phát ngôn",
}
COLUMNS = (
    Column("STT", 22, "centre"),
    Column("Cơ quan, đơn vị, địa phương", 74),
    Column("Đầu mối", 42),
    Column("Tổng số người thuộc diện", 26, "right", HEADCOUNT),
    *(Column(heading, 29, "right", WHICH) for heading in GROUPS.values()),
    Column("Số người đã bồi dưỡng trong kỳ", 31, "right"),
    Column("Số lượt người", 28, "right"),
    Column("Số giấy chứng nhận", 29, "right"),
    Column("Tỷ lệ (%)", 24, "right"),
    Column("Lũy kế từ đầu năm", 24, "right"),
    Column("Tình trạng báo cáo (đúng hạn / trễ / chưa)", 31, "centre"),
    Column("Ghi chú", 44),
)
CHANGES = (
    Column("STT", 12, "centre"),
    Column("Kỳ báo cáo", 30),
    Column("Cơ quan, đơn vị, địa phương", 50),
    Column("Thuộc diện", 16, "right"),
    Column("Số người đã bồi dưỡng", 18, "right"),
    Column("Số lượt người", 16, "right"),
    Column("Số giấy chứng nhận", 18, "right"),
    Column("Lý do", 60),
    Column("Ngày ghi nhận", 22, "centre"),
)
STATES = {ReportStatus.ON_TIME: "đúng hạn", ReportStatus.LATE: "trễ", ReportStatus.NONE: "chưa"}


@dataclass(frozen=True)
class Sheet:
    """What a file is made of. `year` counts from the start of the reporting year to the same day (None: no such period
    is loaded); `focals` are the focal persons and `states` the states of reporting, by agency."""

    report: Report
    year: Report | None
    focals: Mapping[int, str]
    changes: tuple[Adjustment, ...]
    states: Mapping[int, str]
    is_closed: bool = False

    @property
    def row_count(self) -> int:
        """Agencies in the table."""
        return len(self.report.rows)

    def paper(self) -> Paper:
        """Made anew for each file."""
        with override("vi"):
            return _paper(self)


def live(question: Question, *, agencies: Collection[int] | None = None) -> Sheet:
    """A question as the screen answers it; the lines since then under reports closed earlier."""
    report = answer(question, agencies=agencies, by_group=True)
    year = _year(question)
    cumulated = report if year == question else answer(year, agencies=agencies) if year else None
    focals = focal_names(question.seen_on or question.day)
    return Sheet(report, cumulated, focals, _earlier(question, agencies), _states(question))


def closed_sheet(closed: ClosedReport, *, seen_on: date | None = None) -> Sheet:
    """A closed report from its frozen rows; what came after it stands below the table."""
    report = read(closed, seen_on=seen_on)
    changes = tuple(closed.adjustments.select_related("report__period").order_by("number"))
    if closed.period.kind == PeriodKind.YEAR:
        year: Report | None = report
    else:
        asked = _year(closed.question(closed.known_at).seen(seen_on))
        year = answer(asked) if asked else None
    focals = _focals_of(closed, report)
    return Sheet(report, year, focals, changes, _states(report.question), is_closed=True)


def _states(question: Question) -> dict[int, str]:
    """«đúng hạn» or «trễ» of each agency that has confirmed its figures for the period, as known at the moment of the
    question; who is not among them has not reported."""
    words = AgencyConfirmation.objects.filter(task=question.task, period=question.period)
    if question.known_at is not None:
        words = words.filter(recorded_at__lte=question.known_at)
    first = words.order_by().values("agency").annotate(first=Min("on")).values_list("agency", "first")
    return {agency: STATES[report_status(question.period.due_on, on)] for agency, on in first}


def _year(question: Question) -> Question | None:
    """The same question from the start of the reporting year to the same day."""
    if question.period.kind == PeriodKind.YEAR:
        return question
    year = Period.objects.years().filter(year=question.period.year).first()
    if year is None or not year.has(question.day):
        return None
    try:
        asked = Question.ask(question.task, year, group=question.group, as_of=question.day, known_at=question.known_at)
    except Refused:  # requirements of this kind of period alone: nothing adds up over the year
        return None
    return asked.seen(question.seen_on)


def _focals_of(closed: ClosedReport, report: Report) -> dict[int, str]:
    """As they were called when the figures were frozen; live where agencies are those of today, and in old reports."""
    kept = closed.focal_names
    if report.question.seen_on or kept is None:
        return focal_names(report.question.seen_on or report.question.day)
    return {row.agency_id: kept[row.code] for row in report.rows if row.code in kept}


def _earlier(question: Question, agencies: Collection[int] | None) -> tuple[Adjustment, ...]:
    """Lines written in the period under reports that were closed before it began, as known then."""
    period = question.period
    found = Adjustment.objects.filter(
        report__task=question.task,
        report__state=ReportState.CLOSED,
        report__period__cutoff_on__lt=period.starts_on,
        recorded_at__gte=start_of(period.starts_on),
        recorded_at__lt=start_of(period.ends_on),
    )
    if question.known_at is not None:
        found = found.filter(recorded_at__lte=question.known_at)
    if agencies is not None:
        found = found.filter(agency_code__in=Agency.objects.filter(pk__in=agencies).values("code"))
    return tuple(found.select_related("report__period").order_by("report__period__cutoff_on", "report_id", "number"))


def _paper(sheet: Sheet) -> Paper:
    asked = sheet.report.question
    abstract = f"Kết quả tập huấn, bồi dưỡng theo nhiệm vụ {asked.task.code} của kế hoạch\n{_span(asked)}"
    blocks = [_table(sheet)]
    if sheet.changes:
        title = "Điều chỉnh số liệu sau khi chốt" if sheet.is_closed else "Điều chỉnh số liệu kỳ trước"
        blocks.append(Table(CHANGES, _changes(sheet.changes), title=title))
    head = of_plan(asked.task.plan, asked.seen_on or asked.day, kind="Báo cáo", abstract=abstract)
    return Paper(head, tuple(blocks), "landscape", is_demo=settings.DEMO)


def _span(asked: Question) -> str:
    first, last = paper_date(asked.period.starts_on), paper_date(asked.day)
    return f"{asked.period.label} (từ ngày {first} đến ngày {last})"


def _table(sheet: Sheet) -> Table:
    report = sheet.report
    groups = dict(report.group_totals)
    figures = report.total
    total: tuple[Cell, ...] = (
        figures.headcount,
        *(groups[group].headcount if group in groups else None for group in GROUPS),
        figures.trained,
        figures.completions,
        figures.certificates,
        Tenths(figures.rate_tenths),
        sheet.year.total.trained if sheet.year else None,
        None,
        _remarks(figures.waived, figures.outside, figures.off_roster),
    )
    return Table(
        COLUMNS, _rows(sheet), title=TITLE, notes=_notes(report), total=Section("Tổng cộng (mỗi người một lần)", total)
    )


def _notes(report: Report) -> tuple[str, ...]:
    asked = report.question
    notes = [f"{report.answered_count}/{len(report.owing)} đơn vị đã lập danh sách."]
    if asked.seen_on is not None:
        notes.append(f"Số liệu quy về đơn vị tại ngày {paper_date(asked.seen_on)}.")
    if asked.known_at is not None:
        notes.append(f"Theo dữ liệu đã ghi nhận đến hết ngày {paper_date(local_day(asked.known_at))}.")
    if asked.group:
        notes.append(f"Chỉ gồm nhóm: {GROUPS[Group(asked.group)]}.")
    return tuple(notes)


def _rows(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    groups = {(row.agency_id, row.code, row.group): row for row in sheet.report.group_rows}
    year = {(row.agency_id, row.code): row.figures.trained for row in sheet.year.rows} if sheet.year else {}
    for place, row in enumerate(sheet.report.rows, start=1):
        figures, is_listed = row.figures, row.state == RosterState.LISTED
        yield (
            place,
            row.name or "Không ghi nơi công tác",
            sheet.focals.get(row.agency_id, ""),
            figures.headcount if is_listed else None,
            *(_headcount(groups.get((row.agency_id, row.code, group))) for group in GROUPS),
            figures.trained if is_listed else None,
            figures.completions,
            figures.certificates,
            Tenths(figures.rate_tenths),
            year.get((row.agency_id, row.code)) if is_listed else None,
            sheet.states.get(row.agency_id, STATES[ReportStatus.NONE]) if row.agency_id else "",
            _remark(row),
        )


def _headcount(row: AgencyRow | None) -> int | None:
    """Nothing, rather than 0, where no roster says so."""
    return row.figures.headcount if row and row.state in (RosterState.LISTED, RosterState.NOBODY) else None


def _remark(row: AgencyRow) -> str:
    states = {RosterState.NOT_LISTED: "chưa lập danh sách", RosterState.NOBODY: "không có người thuộc diện"}
    figures = row.figures
    words = [
        states.get(row.state, "") if not row.stands_apart else "",
        f"{figures.headcount} người chờ phân về đơn vị mới" if row.stands_apart and figures.headcount else "",
        _remarks(figures.waived, figures.outside, figures.off_roster),
    ]
    return "; ".join(word for word in words if word)


def _remarks(waived: int, outside: int, off_roster: int) -> str:
    words = (
        (waived, f"miễn {waived} người"),
        (outside, f"bồi dưỡng nơi khác {outside} người"),
        (off_roster, f"đã học, ngoài danh sách ngày chốt: {off_roster} người"),
    )
    return "; ".join(word for count, word in words if count)


def _changes(changes: Iterable[Adjustment]) -> Iterator[tuple[Cell, ...]]:
    for place, line in enumerate(changes, start=1):
        yield (
            place,
            line.report.period.label,
            line.agency,
            line.listed_delta,
            line.trained_delta,
            line.completion_delta,
            line.certificate_delta,
            ": ".join(word for word in (line.cause_label, line.said_reason) if word),
            local_day(line.recorded_at),
        )
