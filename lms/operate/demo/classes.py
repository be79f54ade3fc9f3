"""Classes: one that is over, with its certificates; one that runs, with Lan in it; one that asks for nominations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from certificates.freezing import publish_default_template
from certificates.issuing import issue
from certificates.models import Series
from certificates.previewing import Decision, preview
from courses.completing import settle
from courses.models import (
    Attendance,
    Course,
    Enrolment,
    Entry,
    EventKind,
    Presence,
    Progress,
    Quiz,
    Reply,
    Round,
    Run,
    RunQuiz,
    RunTrainer,
    Session,
    Source,
)
from courses.models.attendance import Sighting
from lms.days import local_day
from lms.operate.demo import answers
from lms.operate.demo.cast import DEPARTMENT, PRESS, WARD, Cast
from lms.people.models import Agency, Person, RosterEntry, User

ATTENDED = 48
FAILED = 9
"""Of those who attended, so many did too little to complete: the figures must show them too."""


def new_run(course: Course, number: int, first: date, last: date, cast: Cast) -> Run:
    """A run by nomination, organised by the department, with the course's final test."""
    run = Run.objects.create(
        course=course, year=first.year, number=number, issuer=Agency.objects.get(code=DEPARTMENT), starts_on=first,
        ends_on=last, study_periods=course.study_periods, entry=Entry.NOMINATION,
        attendance_percent=course.attendance_percent or 80, created_at=cast.now,
        funding="Kinh phí chi thường xuyên của cơ quan tổ chức lớp",
    )  # fmt: skip
    RunTrainer.objects.create(run=run, user=cast.users["tu"])
    for quiz in Quiz.objects.filter(course=course, kind="graded"):
        RunQuiz.objects.create(run=run, quiz=quiz)
    return run


def enrol(run: Run, people: Sequence[tuple[Person, Agency]], by: User, now: datetime) -> list[Enrolment]:
    """The way of the paper: a round, each agency's reply, the department's yes."""
    agencies = {agency.pk: agency for _person, agency in people}
    round_ = Round.announce(run, agencies.values(), opens_at=now, closes_at=now + timedelta(days=1), by=by, now=now)
    replies = {
        reply.agency_id: reply
        for reply in Reply.objects.filter(round=round_).select_related("agency", "round__run__course")
    }
    for person, agency in people:
        replies[agency.pk].nominate(person, by=by, now=now)
    for reply in replies.values():
        reply.send(by=by, now=now, dispatch_no="15/CV-UBND", dispatch_on=local_day(now))
        reply.approve(by=by, now=now)
    return list(run.enrolments.select_related("person", "agency", "run__course").in_order())


def past_class(course: Course, entries: Sequence[RosterEntry], cast: Cast) -> Run:
    """A class of information officers that ended a month ago; whoever did enough holds a certificate."""
    sau, tu = cast.users["sau"], cast.users["tu"]
    began = cast.now - timedelta(days=50)
    run = new_run(course, 1, local_day(began), local_day(began) + timedelta(days=20), cast)
    hall = run.add_place("Hội trường Phan Thiết", address="Phường Phan Thiết")
    run.open(by=sau, now=began - timedelta(days=10))
    sessions = [
        _morning(run, hall, began + timedelta(days=day), title) for day, title in ((1, "Buổi 1"), (2, "Buổi 2"))
    ]
    people = [(entry.person, entry.agency) for entry in entries[:ATTENDED]]
    enrolments = enrol(run, people, sau, began - timedelta(days=5))
    run.start(by=sau, now=began)
    for place, enrolment in enumerate(enrolments):
        _study(enrolment, sessions, cast, is_diligent=place >= FAILED, teacher=tu)
    settle(enrolments, cast.now)
    run.end(by=sau, now=cast.now - timedelta(days=28))
    _certify(run, sau, cast.now - timedelta(days=25))
    return run


def _morning(run: Run, hall: object, day: datetime, title: str) -> Session:
    starts = day.replace(hour=1, minute=0, second=0, microsecond=0)  # 08:00 in Vietnam
    return run.add_session(
        title, starts_at=starts, ends_at=starts + timedelta(hours=3, minutes=30), study_periods=4, places=[hall],  # type: ignore[list-item]
    )  # fmt: skip


def _study(enrolment: Enrolment, sessions: Sequence[Session], cast: Cast, *, is_diligent: bool, teacher: User) -> None:
    """Attendance, lessons and the final test of one person."""
    for session in sessions[: 2 if is_diligent else 1]:
        when = session.starts_at + timedelta(minutes=5)
        mark = Sighting(
            enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=when, status=Presence.PRESENT,
            room=session.session_places.first(),
        )  # fmt: skip
        Attendance.record(session, mark, by=teacher, action="attendance.mark_for_person", now=when)
    after = sessions[-1].ends_at
    for number, lesson in enumerate(enrolment.run.course.lessons.live().in_order(), start=1):
        when = after + timedelta(hours=6 * number)
        Progress.open(enrolment, lesson, now=when).mark_done(now=when + timedelta(minutes=20))
    if is_diligent:
        answers.take(
            enrolment, enrolment.run.run_quizzes.get(), account_of(enrolment.person, cast), after + timedelta(days=4)
        )


def account_of(person: Person, cast: Cast) -> User:
    """An account that nobody can sign in to yet: its owner gets an activation slip."""
    existing = User.objects.filter(person=person).first()
    return existing or User.objects.create_user(
        f"hv{person.pk:05d}", name=person.full_name, person=person, created_at=cast.now
    )


def _certify(run: Run, by: User, now: datetime) -> None:
    run.decision_no, run.decision_on = "152/QĐ-SVHTTDL", local_day(now)
    run.save(update_fields=["decision_no", "decision_on"])
    decision = Decision(run.decision_no, local_day(now), "Đà Lạt", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu")
    issue(preview(run, decision, local_day(now)), by=by, now=now)


def open_register(now: datetime) -> None:
    """The template, and the series of this year and of the year before."""
    publish_default_template(now)
    for year in {now.year, local_day(now - timedelta(days=25)).year}:
        Series.objects.get_or_create(issuer=Agency.objects.get(code=DEPARTMENT), code="GCN-SVHTTDL", year=year)


def running_class(course: Course, cast: Cast) -> Run:
    """The class that Lan is in: lessons, a test, and a session whose check-in opens as the demonstration is loaded."""
    sau, now = cast.users["sau"], cast.now
    today = local_day(now)
    run = new_run(course, 1, today - timedelta(days=2), today + timedelta(days=19), cast)
    room = run.add_place("Phòng họp số 1", address="Phường Phan Thiết")
    run.open(by=sau, now=now - timedelta(days=6))
    starts = now + timedelta(minutes=10)
    run.add_session(
        "Buổi trao đổi tình huống",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=90),
        study_periods=2,
        places=[room],
    )
    people = [(entry.person, entry.agency) for entry in RosterEntry.objects.known().on(today).filter(agency__code=PRESS)
              .select_related("person", "agency").in_order()]  # fmt: skip
    enrol(run, people, sau, now - timedelta(days=4))
    run.start(by=sau, now=now - timedelta(days=2))
    return run


def coming_class(course: Course, cast: Cast) -> Run:
    """The class that asks for nominations: Nam may send Hùng."""
    sau, now = cast.users["sau"], cast.now
    today = local_day(now)
    run = new_run(course, 2, today + timedelta(days=14), today + timedelta(days=35), cast)
    hall = run.add_place("Hội trường La Gi", address="Phường La Gi")
    run.open(by=sau, now=now)
    _later_morning(run, hall, now + timedelta(days=15))
    asked = Agency.objects.filter(code__in=[WARD, "LDG-23005", "LDG-23008", "LDG-23065", "LDG-23272"])
    for agency in asked:
        Run.objects.filter(pk=run.pk).update(pool_seats=None)
        run.reserve(agency, 3, by=sau, now=now, until=now + timedelta(days=10))
    Round.announce(
        run, asked, opens_at=now, closes_at=now + timedelta(days=10), by=sau, now=now, document_no="88/SVHTTDL-BC"
    )
    return run


def _later_morning(run: Run, hall: object, day: datetime) -> None:
    _morning(run, hall, day, "Buổi 1")
