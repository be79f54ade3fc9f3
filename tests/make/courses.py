"""Builders of courses, runs, enrolments: plain functions that call verbs, with valid defaults."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from courses.completing import rules_of
from courses.models import (
    Completion,
    Course,
    CourseGroup,
    CourseTrainer,
    Enrolment,
    EnrolmentState,
    Entry,
    Lesson,
    Mode,
    Origin,
    Progress,
    Round,
    Run,
    Session,
)
from lms.days import start_of
from lms.people.models import Agency, AgencyKind, Group, Person, RoleGrant, RosterEntry, User

DAY = date(2026, 3, 2)
"""The Monday on which most tests begin; runs made here start a week later."""
_numbers = itertools.count(1)


def at(hour: int, minute: int = 0, on: date = DAY) -> datetime:
    """The moment of that local hour."""
    return start_of(on) + timedelta(hours=hour, minutes=minute)


def agency(name: str = "", code: str = "") -> Agency:
    """An open agency; any two have different codes."""
    number = next(_numbers)
    return Agency.objects.create(
        code=code or f"cq-{number}", name=name or f"Xã Thử {number}", kind=AgencyKind.PC_COMMUNE
    )


def person(name: str = "", *, of: Agency | None = None, group: str = Group.COMMUNICATION_OFFICER) -> Person:
    """Somebody, on the roster of `of` since the beginning of 2026 if it is given."""
    who = Person.objects.create(full_name=name or f"Nguyễn Văn {_word(next(_numbers))}", created_at=at(0))
    if of is not None:
        on_roster(who, of, group)
    return who


def _word(number: int) -> str:
    return ["Bình", "An", "Cường", "Dũng", "Giang", "Hà", "Khánh", "Long", "Minh", "Nga"][number % 10]


def on_roster(who: Person, of: Agency, group: str = Group.COMMUNICATION_OFFICER) -> RosterEntry:
    """A roster entry since the beginning of 2026."""
    return RosterEntry.objects.create(
        person=who, agency=of, group=group, starts_on=date(2026, 1, 1), recorded_at=at(0, on=date(2026, 1, 1))
    )


def account(who: Person | None = None, *roles: str, agency: Agency | None = None) -> User:
    """An account with these roles since the beginning of 2026; a focal person needs the agency. One per person."""
    if who is not None and (known := User.objects.filter(person=who).first()):
        return known
    number = next(_numbers)
    user: User = User.objects.create_user(
        f"user{number}", f"user{number}@example.test", "mat-khau-thu-nghiem", name=f"Tài khoản {number}",
        person=who, created_at=at(0),
    )  # fmt: skip
    for role in roles:
        RoleGrant.objects.create(
            user=user, role=role, agency=agency if role == "focal" else None,
            starts_on=date(2026, 1, 1), granted_at=at(0),
        )  # fmt: skip
    return user


def course(*, lessons: int = 2, groups: tuple[str, ...] = (Group.COMMUNICATION_OFFICER,), **fields: Any) -> Course:
    """A course with published required lessons."""
    number = next(_numbers)
    made = Course.objects.create(
        **{"code": f"KH-{number}", "title": f"Khóa học {number}", "mode": Mode.BLENDED, "study_periods": 8,
           "created_at": at(0)} | fields
    )  # fmt: skip
    CourseGroup.objects.bulk_create(CourseGroup(course=made, group=group) for group in groups)
    for position in range(1, lessons + 1):
        lesson(made, position)
    return made


def lesson(of: Course, position: int, **fields: Any) -> Lesson:
    """A published required lesson."""
    values = {"title": f"Bài {position}", "minutes": 15, "is_live": True} | fields
    return Lesson.objects.create(course=of, key=f"bai-{position}", position=position, **values)


def trainer(of: Course) -> User:
    """An account that teaches the course."""
    user = account(None, "trainer")
    CourseTrainer.objects.create(course=of, user=user, starts_on=date(2026, 1, 1))
    return user


def run(of: Course | None = None, *, seats: int | None = None, state: str = "open", **fields: Any) -> Run:
    """An open class, a week after DAY, three days long; all its seats are open to all."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "starts_on": DAY + timedelta(days=7), "ends_on": DAY + timedelta(days=9), "study_periods": 8,
        "entry": Entry.OPEN, "seats": seats, "pool_seats": seats, "created_at": at(0), "year": 2026, "number": number,
    } | fields  # fmt: skip
    issuer = values.pop("issuer", None) or agency()
    made = Run.objects.create(course=of or course(), issuer=issuer, **values)
    if state != "draft":
        made.open(by=account(None, "coordinator"), now=at(8))
    if state == "running":
        made.start(by=account(None, "coordinator"), now=at(8))
    return made


def session(of: Run, *, hour: int = 8, periods: int = 4, places: int = 1, on: date | None = None) -> Session:
    """The next session, on the first day of the class unless `on` says otherwise, of so many tiết; with rooms."""
    day = on or of.starts_on
    starts_at = at(hour, on=day)
    rooms = list(of.places.order_by("pk")) or [of.add_place(f"Điểm cầu {number}") for number in range(1, places + 1)]
    return of.add_session(
        f"Buổi {hour} giờ", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45 * periods),
        study_periods=periods, places=rooms,
    )  # fmt: skip


def enrolment(of: Run | None = None, who: Person | None = None, *, agency_: Agency | None = None) -> Enrolment:
    """Somebody enrolled by the department."""
    home = agency_ or agency()
    newcomer = Enrolment(run=of or run(), person=who or person(of=home), agency=home, origin=Origin.DEPARTMENT)
    return newcomer.enter(
        EnrolmentState.ENROLLED, action="enrolment.import_confirm", by=account(None, "coordinator"), now=at(9)
    )


def round_(of: Run, *agencies: Agency) -> Round:
    """A round that is open from DAY 08:00 for three days."""
    return Round.announce(
        of, agencies, opens_at=at(8), closes_at=at(8) + timedelta(days=3),
        by=account(None, "coordinator"), now=at(8),
    )  # fmt: skip


def done(of: Enrolment, lesson_: Lesson, now: datetime) -> Progress:
    """A lesson ticked off."""
    progress = Progress.open(of, lesson_, now)
    progress.mark_done(now)
    return progress


def completion(of: Enrolment, on: date = DAY) -> Completion:
    """A completion recorded for the enrolment, whatever its facts."""
    rule = rules_of([of.run])[of.run_id]
    made = Completion.record(
        of, completed_on=on, facts={"on": str(on)}, rule=rule.as_dict(), rule_hash=rule.sha256(), now=at(12, on=on)
    )
    assert made is not None
    return made
