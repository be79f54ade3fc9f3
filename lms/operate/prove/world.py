"""A small world of its own to prove on: never the data of an installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from certificates.freezing import publish_default_template
from certificates.models import Series
from courses.live_codes import new_code
from courses.models import Completion, Course, CourseGroup, Enrolment, EnrolmentState, Entry, Origin, Run, Seat
from lms.days import local_day
from lms.people.models import Agency, AgencyKind, Group, Person, Role, RoleGrant, RosterEntry, User


class World:
    """An agency, a course, people on the roster; runs as the proofs ask for them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.on = local_day(now)
        self.agency = Agency.objects.create(code="PROVE", name="Cơ quan thử nghiệm", kind=AgencyKind.DEPARTMENT)
        self.course = Course.objects.create(
            code="PROVE-01", title="Khóa thử nghiệm", mode="online", study_periods=8, attendance_percent=0,
            is_demo=True, created_at=now,
        )  # fmt: skip
        CourseGroup.objects.create(course=self.course, group=Group.COMMUNICATION_OFFICER)
        self.coordinator = User.objects.create_user("prove", name="Người thử nghiệm", created_at=now)
        RoleGrant.objects.create(
            user=self.coordinator, role=Role.COORDINATOR, starts_on=date(2026, 1, 1), granted_at=now
        )
        Series.objects.create(issuer=self.agency, code="PROVE", year=self.on.year)
        publish_default_template(now)
        self.runs = 0

    def people(self, count: int) -> list[Person]:
        """So many people on the roster, with names that differ."""
        people = Person.objects.bulk_create(
            Person(full_name=f"Nguyễn Mẫu {number:04d}", created_at=self.now) for number in range(count)
        )
        RosterEntry.objects.bulk_create(
            RosterEntry(
                person=person, agency=self.agency, group=Group.COMMUNICATION_OFFICER,
                starts_on=self.on - timedelta(days=30), recorded_at=self.now,
            )
            for person in people
        )  # fmt: skip
        return people

    def run(self, *, seats: int | None = None) -> Run:
        """A run that people may enter by themselves."""
        self.runs += 1
        run = Run.objects.create(
            course=self.course, year=self.on.year, number=self.runs, issuer=self.agency, starts_on=self.on,
            ends_on=self.on + timedelta(days=30), study_periods=8, entry=Entry.OPEN, seats=seats, pool_seats=seats,
            attendance_percent=0, created_at=self.now,
        )  # fmt: skip
        run.open(by=self.coordinator, now=self.now)
        return run

    def enrolled(self, run: Run, people: Sequence[Person]) -> list[Enrolment]:
        """Everybody enrolled, as after an approved nomination."""
        return Enrolment.objects.bulk_create(
            Enrolment(
                run=run, person=person, agency=self.agency, state=EnrolmentState.ENROLLED, origin=Origin.DEPARTMENT,
                seat=Seat.UNLIMITED, check_in_code=new_code(), created_at=self.now,
            )
            for person in people
        )  # fmt: skip

    def completed(self, enrolments: Sequence[Enrolment]) -> None:
        """Everybody has completed."""
        Completion.objects.bulk_create(
            Completion(
                enrolment=enrolment,
                person_id=enrolment.person_id,
                course=self.course,
                completed_on=self.on,
                agency=self.agency,
                rule_hash="0" * 64,
                recorded_at=self.now,
            )
            for enrolment in enrolments
        )
