"""Histories for the count, row by row: the past must be makeable with any date of recording, which verbs refuse."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time

from certificates.models import Artefact, Certificate, Ground, Series, State, Template, TemplateVersion
from courses.models import (
    Completion,
    Course,
    CourseTask,
    Enrolment,
    EnrolmentState,
    Mode,
    Origin,
    OutsideState,
    OutsideTraining,
    Run,
    RunState,
    Seat,
    Waiver,
)
from lms.coverage.models import ClosedReport
from lms.days import HERE, start_of
from lms.jobs.running import work
from lms.people.models import (
    Agency,
    Group,
    Person,
    RosterEntry,
    RosterStatement,
    StatementKind,
    Succession,
    SuccessionKind,
    User,
)
from lms.plan.models import Period, PlanTask, Requirement

_numbers = itertools.count(1)


def ask_to_close(
    task: PlanTask, period: Period, *, by: User, now: datetime, reason: str = "Chốt số liệu", document_no: str = "1/BC"
) -> ClosedReport:
    """A report whose rows a worker has frozen, as known now: it waits for the second person."""
    report = ClosedReport.ask_to_close(task, period, by=by, reason=reason, document_no=document_no, now=now)
    job = report.job
    assert job is not None
    work(job.pk, clock=lambda: now)
    report.refresh_from_db()
    return report


LONG_AGO = date(2022, 1, 1)


def noon(day: date) -> datetime:
    """Midday in Vietnam."""
    return datetime.combine(day, time(12), tzinfo=HERE)


def agency(
    name: str = "",
    *,
    kind: str = "pc_ward",
    established_on: date | None = None,
    closed_on: date | None = None,
) -> Agency:
    """A ward unless told otherwise."""
    number = next(_numbers)
    return Agency.objects.create(
        code=f"A-{number}",
        name=name or f"Phường {number}",
        kind=kind,
        established_on=established_on,
        closed_on=closed_on,
    )


def person(name: str = "") -> Person:
    """Somebody without an account."""
    return Person.objects.create(full_name=name or f"Nguyễn Văn {next(_numbers)}", created_at=start_of(LONG_AGO))


def entry(
    person: Person,
    agency: Agency,
    group: str = Group.COMMUNICATION_OFFICER,
    *,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
    recorded_at: datetime | None = None,
    voided_at: datetime | None = None,
) -> RosterEntry:
    """On the roster since long ago, and known since then, unless told otherwise."""
    return RosterEntry.objects.create(
        person=person,
        agency=agency,
        group=group,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=recorded_at or start_of(starts_on),
        voided_at=voided_at,
        void_reason="đính chính" if voided_at else "",
    )


def people_at(agency: Agency, size: int, group: str = Group.COMMUNICATION_OFFICER) -> list[Person]:
    """So many people on the roster of an agency."""
    found = [person() for _number in range(size)]
    for somebody in found:
        entry(somebody, agency, group)
    return found


def nobody(agency: Agency, on: date, group: str = Group.COMMUNICATION_OFFICER) -> RosterStatement:
    """The focal person's word that nobody belongs to the group."""
    return RosterStatement.objects.create(
        agency=agency, group=group, kind=StatementKind.NOBODY, on=on, recorded_at=noon(on)
    )


def course(task: PlanTask | None, study_periods: int = 16) -> Course:
    """A course; it serves `task`, if any."""
    made = Course.objects.create(
        code=f"C-{next(_numbers)}",
        title="Phát ngôn và cung cấp thông tin",
        mode=Mode.ROOM,
        study_periods=study_periods,
        created_at=start_of(LONG_AGO),
    )
    if task:
        CourseTask.objects.create(course=made, task=task)
    return made


def issuer() -> Agency:
    """The department that signs."""
    made, _made = Agency.objects.get_or_create(
        code="ISSUER", defaults={"name": "Sở Thông tin và Truyền thông", "kind": "province"}
    )
    return made


def run(course: Course, on: date) -> Run:
    """A one-day run that is over."""
    return Run.objects.create(
        course=course,
        year=on.year,
        number=next(_numbers),
        issuer=issuer(),
        starts_on=on,
        ends_on=on,
        study_periods=course.study_periods,
        state=RunState.ENDED,
        created_at=start_of(on),
    )


def completion(
    person: Person, course: Course, on: date, *, agency: Agency | None, recorded_at: datetime | None = None
) -> Completion:
    """`person` completed a run of `course` on `on`, of which we know since then."""
    enrolment = Enrolment.objects.create(
        run=run(course, on),
        person=person,
        agency=agency,
        state=EnrolmentState.ENROLLED,
        origin=Origin.DEPARTMENT,
        seat=Seat.UNLIMITED,
        check_in_code=f"{next(_numbers):08d}",
        created_at=start_of(on),
    )
    return Completion.objects.create(
        enrolment=enrolment,
        person=person,
        course=course,
        completed_on=on,
        agency=agency,
        rule_hash="0" * 64,
        recorded_at=recorded_at or noon(on),
    )


def certificate(completion: Completion, *, on: date | None = None, replaces: Certificate | None = None) -> Certificate:
    """A line of the register for a completion, issued on the same day unless told otherwise."""
    issued_on = on or completion.completed_on
    enrolment = completion.enrolment
    return Certificate.objects.create(
        public_code=f"{next(_numbers):017d}",
        series=_series(issued_on.year),
        number=next(_numbers),
        enrolment=enrolment,
        completion=completion,
        person=enrolment.person,
        course=enrolment.run.course,
        agency=completion.agency,
        study_periods=enrolment.run.study_periods,
        snapshot={"year": issued_on.year},
        snapshot_sha256="0" * 64,
        artefact=_artefact(),
        issued_on=issued_on,
        issued_at=noon(issued_on),
        counts_on=replaces.counts_on if replaces else issued_on,
        replaces=replaces,
    )


def trained(person: Person, course: Course, on: date, *, agency: Agency | None) -> Certificate:
    """Completed and certified on one day."""
    return certificate(completion(person, course, on, agency=agency))


def revoke(certificate: Certificate, on: date) -> None:
    """Revoked at midday of `on`."""
    Certificate.objects.filter(pk=certificate.pk).update(
        state=State.REVOKED, ground=Ground.FRAUD, decision_no="12/QĐ", state_on=on, state_at=noon(on)
    )


def replace(certificate_: Certificate, on: date) -> Certificate:
    """The old one is replaced at midday of `on` by a new row that counts when the first did."""
    Certificate.objects.filter(pk=certificate_.pk).update(state=State.REPLACED, state_on=on, state_at=noon(on))
    return certificate(certificate_.completion, on=on, replaces=certificate_)


def _series(year: int) -> Series:
    found, _made = Series.objects.get_or_create(issuer=issuer(), code="GCN", year=year)
    return found


def _artefact() -> Artefact:
    template, _made = Template.objects.get_or_create(code="gcn", defaults={"name": "Giấy chứng nhận"})
    version, _made = TemplateVersion.objects.get_or_create(
        template=template, number=1, defaults={"layout": {}, "engine": 1, "sha256": "0" * 64}
    )
    found, _made = Artefact.objects.get_or_create(
        version=version, extra="", defaults={"prefix": b"", "tables": {}, "sha256": "0" * 64}
    )
    return found


def succession(
    predecessor: Agency, *successors: Agency, on: date | None = None, scope: str = "", kind: str = ""
) -> list[Succession]:
    """`predecessor` closes on `on` and passes to `successors`: to one wholly, to several in parts, to none at all."""
    day = on or predecessor.closed_on
    assert day
    if predecessor.closed_on != day:
        predecessor.closed_on = day
        predecessor.save(update_fields=["closed_on"])
    if not successors:
        return [Succession.objects.create(predecessor=predecessor, kind=SuccessionKind.DISSOLUTION, on=day)]
    is_whole = len(successors) == 1
    return [
        Succession.objects.create(
            predecessor=predecessor,
            successor=heir,
            kind=kind or (SuccessionKind.MERGE if is_whole else SuccessionKind.SPLIT),
            scope=scope or ("all" if is_whole else "part"),
            on=day,
        )
        for heir in successors
    ]


def clerk(name: str) -> User:
    """An account that records; it may do nothing else."""
    return User.objects.get_or_create(
        username=name, defaults={"email": f"{name}@mau.example", "created_at": noon(LONG_AGO)}
    )[0]


def waiver(
    person: Person, requirement: Requirement, period: Period, *, on: date, voided_on: date | None = None
) -> Waiver:
    """Excused from midday of `on`."""
    return Waiver.objects.create(
        person=person,
        requirement=requirement,
        period=period,
        ground="Nghỉ thai sản",
        granted_by=clerk("granting"),
        granted_at=noon(on),
        voided_at=noon(voided_on) if voided_on else None,
        void_reason="nhầm" if voided_on else "",
    )


def outside(
    person: Person,
    task: PlanTask,
    on: date,
    *,
    agency: Agency,
    study_periods: int = 16,
    accepted_on: date | None = None,
    voided_on: date | None = None,
) -> OutsideTraining:
    """Taken elsewhere, ended on `on`; accepted at midday of `accepted_on`, or still waiting."""
    return OutsideTraining.objects.create(
        person=person,
        agency=agency,
        task=task,
        title="Bồi dưỡng nghiệp vụ",
        provider="Trường Mẫu",
        starts_on=on,
        ends_on=on,
        study_periods=study_periods,
        certificate_no=f"N-{next(_numbers)}",
        evidence="chung-nhan.pdf",
        state=OutsideState.ACCEPTED if accepted_on else OutsideState.SUBMITTED,
        submitted_by=clerk("submitting"),
        submitted_at=noon(on),
        decided_by=clerk("deciding") if accepted_on else None,
        decided_at=noon(accepted_on) if accepted_on else None,
        voided_at=noon(voided_on) if voided_on else None,
        void_reason="không đúng" if voided_on else "",
    )
