"""A province at full size: agencies and their successions, rosters, classes, completions, certificates.

The same figures make the same province on every engine. It is made row by row where a row needs Python (names and their
order), and by the database where there are a million of them; the memory it takes does not grow with the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar

from django.db.models import Max, Min

from courses.models import Course, CourseTask, Mode, OutsideState, OutsideTraining, Run, RunState, Waiver
from lms.days import HERE
from lms.operate.bench import scale_acts, scale_rosters
from lms.operate.bench.filling import analyse, fill, lightly, numbers, uuid_of
from lms.people.models import (
    Agency,
    AgencyKind,
    Group,
    Person,
    Role,
    RoleGrant,
    RosterEntry,
    RosterStatement,
    StatementKind,
    Succession,
    SuccessionKind,
    User,
)
from lms.plan.default_periods import default_periods
from lms.plan.models import Enough, Period, PeriodKind, Plan, PlanTask, Requirement, Timing

YEARS = (2022, 2023, 2024, 2025, 2026)
ASKED = YEARS[-1]
REORGANISED_ON = date(2025, 7, 1)
LONG_AGO = scale_rosters.LONG_AGO
GROUPS = scale_rosters.GROUPS
KINDS = (AgencyKind.PC_COMMUNE, AgencyKind.PC_COMMUNE, AgencyKind.PC_WARD, AgencyKind.DEPARTMENT)
BATCH = 2000
Row = TypeVar("Row")
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý")
MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Thanh", "Hữu", "Quang", "Thu", "Kim", "Xuân", "Hoài")
GIVEN = ("An", "Ánh", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hà", "Hoa", "Hùng", "Lan", "Linh", "Nga", "Quý", "Sơn")


@dataclass(frozen=True)
class Size:
    """How large: agencies, entries on their rosters, certificates over five years."""

    agencies: int
    entries: int
    certificates: int

    @property
    def people(self) -> int:
        """Nine entries in ten are of somebody else; the others are second ones."""
        return self.entries * 9 // 10


FULL = Size(5000, 200_000, 1_000_000)
TENTH = Size(500, 20_000, 100_000)
QUICK = Size(60, 600, 2000)


@dataclass(frozen=True)
class Province:
    """What is asked of it: the task, the period, somebody of the department, an agency with its roster."""

    task: PlanTask
    period: Period
    coordinator: User
    agency: Agency


def build(size: Size) -> Province:
    """Make it, in a database that holds no other. The statistics of the planner are fresh afterwards."""
    with lightly():
        agencies = _agencies(size.agencies)
        first_person = _people(size.people)
        scale_rosters.build(first_person, agencies)
        task, period = _plan()
        clerks = _clerks()
        courses = _courses(task)
        _classes(courses, agencies[0], size.certificates // scale_acts.IN_A_CLASS)
        scale_acts.build(_first_entry(size.people), size.people, agencies[0], YEARS)
        _exceptions(task, period, clerks, size.people)
        province = Province(task, period, clerks[0], agencies[len(agencies) // 2])
    analyse()
    return province


def noon(day: date) -> datetime:
    """Midday in Vietnam."""
    return datetime.combine(day, time(12), tzinfo=HERE)


def _agencies(count: int) -> list[Agency]:
    """Of a hundred, two were merged into a third, one got another name, one was divided in two on one day."""
    rows = [
        Agency(code=f"SCALE-{number}", name=f"Phường {GIVEN[number % len(GIVEN)]} {number}", kind=KINDS[number % 4])
        for number in range(count)
    ]
    heirs = {}
    for first in range(0, count - 10, 100):
        old = rows[first + 1 : first + 5]
        new = rows[first + 5 : first + 9]
        heirs.update(
            {first + 1: [first + 5], first + 2: [first + 5], first + 3: [first + 6], first + 4: [first + 7, first + 8]}
        )
        for agency in old:
            agency.closed_on = REORGANISED_ON
        for agency in new:
            agency.established_on = REORGANISED_ON
    made = Agency.objects.bulk_create(rows, batch_size=BATCH)
    Succession.objects.bulk_create(
        Succession(
            predecessor=made[old], successor=made[new], on=REORGANISED_ON, scope="all" if len(after) == 1 else "part",
            kind=SuccessionKind.MERGE if len(after) == 1 else SuccessionKind.SPLIT,
        )
        for old, after in heirs.items() for new in after
    )  # fmt: skip
    RosterStatement.objects.bulk_create(
        RosterStatement(
            agency=agency, group=Group.SPOKESPERSON, kind=StatementKind.NOBODY, on=date(ASKED, 1, 10),
            recorded_at=noon(date(ASKED, 1, 10)),
        )
        for agency in made[9::50]
    )  # fmt: skip
    return made


def _people(count: int) -> int:
    """The id of the first; the others follow without a gap. Names repeat: their keys are worked out once."""
    names = (f"{family} {middle} {given}" for given in GIVEN for middle in MIDDLES for family in FAMILIES)
    made = Person.objects.bulk_create(
        (Person(full_name=name, created_at=noon(LONG_AGO)) for name in islice(names, count)), batch_size=BATCH
    )
    like = f"{numbers(count - len(made))} JOIN people_person p ON p.id = %s + n.i %% %s"
    copied = {name: f"p.{name}" for name in ("full_name", "name_folded", "sort_key", "created_at")}
    if count > len(made):
        fill(Person, like, [made[0].pk, len(made)], public_id=uuid_of("n.i"), **copied)
    return made[0].pk


def _plan() -> tuple[PlanTask, Period]:
    """A task that asks each group for something else: certificates, tiết, and those of communes for more."""
    plan = Plan.objects.create(code="SCALE", title="Kế hoạch", issuer_label="UBND tỉnh")
    task = PlanTask.objects.create(
        plan=plan, code="1", position=1, section="Bồi dưỡng", title="Bồi dưỡng, tập huấn", lead_label="Sở",
        timing_label="Hằng năm", timing=Timing.YEARLY_OR_AS_NEEDED,
    )  # fmt: skip
    for group, enough, needed in (
        (GROUPS[0], Enough.CERTIFICATES, 1), (GROUPS[1], Enough.STUDY_PERIODS, 24), (GROUPS[2], Enough.CERTIFICATES, 1),
    ):  # fmt: skip
        Requirement.objects.create(task=task, group=group, period_kind=PeriodKind.YEAR, enough=enough, needed=needed)
    for year in YEARS:
        for span in default_periods(year):
            Period.objects.get_or_create(
                kind=span.kind, year=year, number=span.number,
                defaults={"starts_on": span.starts_on, "cutoff_on": span.cutoff_on},
            )  # fmt: skip
    return task, Period.objects.get(kind=PeriodKind.YEAR, year=ASKED)


def _courses(task: PlanTask) -> list[Course]:
    """Ten that serve the task, and two that do not."""
    made = Course.objects.bulk_create(
        Course(
            code=f"SCALE-{number}", title=f"Phát ngôn và cung cấp thông tin {number}", mode=Mode.ROOM,
            study_periods=8 + 8 * (number % 3), created_at=noon(LONG_AGO),
        )
        for number in range(12)
    )  # fmt: skip
    CourseTask.objects.bulk_create(CourseTask(course=course, task=task) for course in made[:10])
    return made


def _classes(courses: list[Course], issuer: Agency, count: int) -> None:
    """As many a year, spread over the reporting year: from 15/12 of the year before to 14/12."""

    def rows() -> Iterator[Run]:
        for number in range(count):
            year = YEARS[number * len(YEARS) // count]
            on = date(year - 1, 12, 15) + timedelta(days=number * 7 % 360)
            course = courses[number % len(courses)]
            yield Run(
                course=course, year=year, number=number + 1, issuer=issuer, starts_on=on, ends_on=on,
                study_periods=course.study_periods, state=RunState.ENDED, created_at=noon(on - timedelta(days=30)),
            )  # fmt: skip

    for batch in _batches(rows()):
        Run.objects.bulk_create(batch)


def _first_entry(count: int) -> int:
    """The id of the first of the entries that stand without a gap, one for everybody."""
    found = RosterEntry.objects.order_by("pk")[:count].aggregate(first=Min("pk"), last=Max("pk"))
    if found["last"] - found["first"] != count - 1:
        raise RuntimeError("This database was not new.")
    return int(found["first"])


def _clerks() -> tuple[User, User]:
    """One of the department, and one who enters what she decides on."""
    made = [
        User.objects.create(username=f"scale-{name}", name=name, created_at=noon(LONG_AGO)) for name in ("Sáu", "Bảy")
    ]
    RoleGrant.objects.create(user=made[0], role=Role.COORDINATOR, starts_on=LONG_AGO, granted_at=noon(LONG_AGO))
    return made[0], made[1]


def _exceptions(task: PlanTask, period: Period, clerks: tuple[User, User], people: int) -> None:
    """One in a hundred is excused, two in a hundred bring the evidence of another provider."""
    on = date(ASKED, 5, 4)
    requirement = task.requirements.get(group=GROUPS[0])
    every = RosterEntry.objects.order_by("pk")[:people].values_list("person_id", "agency_id", "pk")
    rows = [row for row in every.iterator() if row[2] % 50 == 0]
    Waiver.objects.bulk_create(
        Waiver(
            person_id=person, requirement=requirement, period=period, ground="Nghỉ thai sản", granted_by=clerks[0],
            granted_at=noon(on),
        )
        for person, _agency, _entry in rows[::2]
    )  # fmt: skip
    OutsideTraining.objects.bulk_create(
        OutsideTraining(
            person_id=person, agency_id=agency, task=task, title="Bồi dưỡng nghiệp vụ", provider="Trường Mẫu",
            starts_on=on, ends_on=on, study_periods=16, certificate_no=str(entry), evidence="chung-nhan.pdf",
            state=OutsideState.ACCEPTED, submitted_by=clerks[1], submitted_at=noon(on), decided_by=clerks[0],
            decided_at=noon(on + timedelta(days=9)),
        )
        for person, agency, entry in rows
    )  # fmt: skip


def _batches(rows: Iterator[Row], size: int = BATCH) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch
