"""Biểu 02, the classes of a period, and Biểu 03, the result of a class, as official papers (domain.md §8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils.translation import override

from courses.completing import gather
from courses.models import Attendance, Completion, CourseTrainer, Enrolment, Presence, Run, RunState, Session
from courses.models.runs import RunQuerySet
from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Table
from lms.people.models import Person, RosterEntry
from lms.people.models.persons import Sex
from lms.plan.letterheads import of_agency, of_plan
from lms.plan.models import Period, Plan
from lms.vietnamese.written import number, paper_date, short_date

LIST_TITLE = "Biểu 02 – Danh mục lớp"
RESULT_TITLE = "Biểu 03 – Kết quả lớp"
LIST_COLUMNS = (
    Column("STT", 12, "centre"),
    Column("Tên lớp", 48),
    Column("Đối tượng", 36),
    Column("Hình thức", 20),
    Column("Thời gian", 24, "centre"),
    Column("Số tiết", 11, "right"),
    Column("Địa điểm/điểm cầu", 32),
    Column("Giảng viên, báo cáo viên", 30),
    Column("Chỉ tiêu", 13, "right"),
    Column("Dự học", 12, "right"),
    Column("Đạt", 11, "right"),
    Column("Kinh phí, nguồn", 22),
    Column("Quyết định số, ngày", 34),
)
RESULT_COLUMNS = (
    Column("STT", 12, "centre"),
    Column("Họ và tên", 36),
    Column("Ngày sinh", 22, "centre"),
    Column("Giới tính", 12, "centre"),
    Column("Chức vụ", 28),
    Column("Đơn vị công tác", 42),
    Column("Số buổi có mặt/tổng", 18, "centre"),
    Column("Vắng có phép", 13, "right"),
    Column("Vắng không phép", 14, "right"),
    Column("Điểm", 16, "centre"),
    Column("Kết quả (Đạt/Không đạt)", 24, "centre"),
    Column("Số vào sổ", 20, "centre"),
    Column("Ghi chú", 18),
)
THERE = (Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY)
SEXES = {Sex.FEMALE: "Nữ", Sex.MALE: "Nam"}


def classes_in(runs: RunQuerySet, period: Period | None) -> RunQuerySet:
    """The classes of Biểu 02: held or to be held, those that end in the period (None: all)."""
    found = runs.exclude(state__in=[RunState.DRAFT, RunState.CANCELLED])
    if period is not None:
        found = found.filter(ends_on__gte=period.starts_on, ends_on__lte=period.cutoff_on)
    return found.in_order()


def classes_paper(runs: RunQuerySet, period: Period | None, on: date) -> Paper:
    """A row per class, under the letterhead of who consolidates the plan on `on`."""
    with override("vi"):
        span = (
            f"\n{period.label} (từ ngày {paper_date(period.starts_on)} đến ngày {paper_date(period.cutoff_on)})"
            if period
            else ""
        )
        rows = list(_class_rows(runs))
    plan = Plan.objects.order_by("code").first()
    head = of_plan(plan, on, kind="Báo cáo", abstract=f"Các lớp tập huấn, bồi dưỡng{span}")
    return Paper(head, (Table(LIST_COLUMNS, rows, title=LIST_TITLE),), "landscape", is_demo=settings.DEMO)


def _class_rows(runs: RunQuerySet) -> Iterator[tuple[Cell, ...]]:
    found = list(
        runs.select_related("course").prefetch_related(
            "places", "course__groups", Prefetch("course__trainers", CourseTrainer.objects.select_related("user"))
        )
    )
    taking_part, passed = _taking_part(runs), _passed(runs)
    quotas = dict(runs.order_by().annotate(reserved=Sum("quotas__seats")).values_list("pk", "reserved"))
    for place, run in enumerate(found, start=1):
        yield (
            place,
            run.title or f"{run.course.title}, lớp {run.number}/{run.year}",
            "; ".join(str(row.get_group_display()) for row in run.course.groups.all()),
            str(run.course.get_mode_display()),
            _span(run.starts_on, run.ends_on),
            run.study_periods,
            "; ".join(sorted(room.name for room in run.places.all())),
            ", ".join(_trainers(run)),
            run.seats if run.seats is not None else quotas.get(run.pk),
            taking_part.get(run.pk, 0),
            passed.get(run.pk, 0),
            run.funding,
            decision(run.decision_no, run.decision_on),
        )


def _taking_part(runs: RunQuerySet) -> dict[int, int]:
    counted = runs.order_by().annotate(people=Count("enrolments", filter=Q(enrolments__state="enrolled")))
    return dict(counted.values_list("pk", "people"))


def _passed(runs: RunQuerySet) -> dict[int, int]:
    standing = Completion.objects.standing().filter(enrolment__run__in=runs.order_by().values("pk"))
    return dict(standing.values_list("enrolment__run").annotate(people=Count("pk")).order_by())


def _trainers(run: Run) -> list[str]:
    """Those who taught the course on a day of the class."""
    rows = run.course.trainers.all()
    return sorted(
        row.user.name
        for row in rows
        if row.starts_on <= run.ends_on and (row.ends_on is None or row.ends_on > run.starts_on)
    )


def _span(first: date, last: date) -> str:
    return short_date(first) if first == last else f"{short_date(first)} – {short_date(last)}"


def decision(document: str, on: date | None) -> str:
    """«12/QĐ-SVHTTDL, 05/3/2026»; what is not there is left out."""
    return ", ".join(part for part in (document, paper_date(on) if on else "") if part)


@dataclass(frozen=True)
class Marks:
    """Sessions of somebody in a class, cancelled ones left out."""

    there: int
    excused: int
    absent: int


def results_paper(run: Run, people: Collection[Enrolment], numbers: Mapping[int, str], now: datetime) -> Paper:
    """A row per person enrolled; `numbers` are register numbers by enrolment. Needs person and agency in hand."""
    head = of_agency(
        run.issuer,
        kind="Báo cáo",
        abstract=f"Kết quả lớp {run.title or run.course.title}\nLớp {run.number}/{run.year}, {_days(run)}",
    )
    rows = list(_result_rows(run, people, numbers, now))
    return Paper(head, (Table(RESULT_COLUMNS, rows, title=RESULT_TITLE),), "landscape", is_demo=settings.DEMO)


def _days(run: Run) -> str:
    if run.starts_on == run.ends_on:
        return f"ngày {paper_date(run.starts_on)}"
    return f"từ ngày {paper_date(run.starts_on)} đến ngày {paper_date(run.ends_on)}"


def _result_rows(
    run: Run, people: Collection[Enrolment], numbers: Mapping[int, str], now: datetime
) -> Iterator[tuple[Cell, ...]]:
    sessions = list(Session.objects.held().filter(run=run).values_list("pk", flat=True))
    marks, positions, points = _marks(people, sessions), _positions(people, run.ends_on), _points(people, now)
    passed = set(Completion.objects.standing().filter(enrolment__in=people).values_list("enrolment_id", flat=True))
    for place, row in enumerate(people, start=1):
        seen = marks[row.pk]
        yield (
            place,
            row.person.full_name,
            row.person.birth_date,
            sex(row.person),
            positions.get(row.person_id, ""),
            row.agency.name if row.agency else "",
            f"{seen.there}/{len(sessions)}",
            seen.excused,
            seen.absent,
            points[row.pk],
            "Đạt" if row.pk in passed else "Không đạt" if run.is_over else "",
            numbers.get(row.pk, ""),
            "",
        )


def sex(person: Person) -> str:
    """«Nữ», «Nam»; never guessed."""
    return SEXES.get(Sex(person.sex), "")


def _marks(people: Collection[Enrolment], sessions: Collection[int]) -> dict[int, Marks]:
    found: dict[int, Counter[str]] = {row.pk: Counter() for row in people}
    kept = Attendance.objects.filter(enrolment__in=people, session__in=sessions)
    for enrolment, status in kept.values_list("enrolment_id", "status"):
        found[enrolment][status] += 1
    return {
        pk: Marks(sum(seen[one] for one in THERE), seen[Presence.EXCUSED], seen[Presence.ABSENT])
        for pk, seen in found.items()
    }


def _positions(people: Iterable[Enrolment], on: date) -> dict[int, str]:
    """What each person was at work on `on`, by the roster."""
    found: dict[int, list[str]] = defaultdict(list)
    entries: QuerySet[RosterEntry] = RosterEntry.objects.known().on(on)
    entries = entries.filter(person__in=[row.person_id for row in people]).order_by("person_id", "pk")
    for person, position in entries.values_list("person_id", "position"):
        if position and position not in found[person]:
            found[person].append(position)
    return {person: "; ".join(positions) for person, positions in found.items()}


def _points(people: Collection[Enrolment], now: datetime) -> dict[int, str]:
    """The result that counts at each test of the class, in percent: «85,5%; 70%»."""
    facts = gather(people, now)
    return {
        row.pk: "; ".join(
            _percent(quiz.percent_hundredths)
            for _quiz, quiz in sorted(facts[row.pk].quizzes.items())
            if quiz.percent_hundredths is not None
        )
        for row in people
    }


def _percent(hundredths: int) -> str:
    """Rounded down to tenths, so that 49,99 never reads 50."""
    whole, tenth = divmod(hundredths // 10, 10)
    return f"{number(whole)},{tenth}%" if tenth else f"{number(whole)}%"
