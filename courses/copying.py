"""A class once more, a year later; and a new edition of a course. The old ones stay as they are (learning.md §2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from courses.models import (
    Citation,
    Course,
    CourseGroup,
    CourseTrainer,
    Place,
    Prerequisite,
    Quiz,
    QuizQuestion,
    QuizSection,
    Quota,
    Run,
    RunQuiz,
    RunTrainer,
    Session,
)
from courses.models.runs import PERIODS_A_DAY
from courses.shifting import shifted
from lms.audit.models import Event
from lms.days import day_after, local_day, start_of
from lms.people.models import User
from lms.plan.models import Holiday
from lms.refusal import Refused


@dataclass(frozen=True)
class Move:
    """A session of the old class, and the day proposed for the new one."""

    session: Session
    old: date
    new: date


def propose(run: Run, first_day: date) -> list[Move]:
    """The sessions that were not cancelled, in order, each as many working days from `first_day` as it was from the
    first day of `run`.

    Raises Refused "no_holidays_for_year" (422): nobody has entered the public holidays of a year it needs.
    """
    sessions = list(run.sessions.held().in_order())
    old = [local_day(session.starts_at) for session in sessions]
    new = _shifted(old, run, first_day)
    return [Move(*row) for row in zip(sessions, old, new, strict=True)]


def _shifted(days: list[date], run: Run, first_day: date) -> list[date]:
    exceptions = Holiday.objects.exceptions()
    known = {day.year for day in exceptions}
    answer = shifted(days, first=run.starts_on, to=first_day, exceptions=exceptions)
    missing = sorted({day.year for day in [first_day, *answer]} - known)
    if missing:
        message = _("The public holidays of %(years)s are not known yet; the department enters them first.")
        years = ", ".join(map(str, missing))
        raise Refused("no_holidays_for_year", message % {"years": years}, status=422, years=missing)
    return answer


def copy_run(run: Run, *, first_day: date, days: Mapping[int, date], by: User, now: datetime) -> Run:
    """The class again, as a draft: settings, rooms, sessions, quotas, tests, trainers; no people and no marks.

    `days` says on which day each session (by primary key) is held; one that it does not name keeps the day proposed.
    Raises Refused: no_holidays_for_year, before_first_day (422), over_8_periods.
    """
    moves = propose(run, first_day)
    held = {move.session.pk: days.get(move.session.pk, move.new) for move in moves}
    starts_on = min([first_day, *held.values()])
    if any(day < first_day for day in held.values()):
        raise Refused("before_first_day", _("No session is held before the first day of the class."), status=422)
    last = max([*held.values(), _shifted([run.ends_on], run, first_day)[0]])
    with transaction.atomic():
        new = _new_run(run, starts_on, last, now)
        rooms = {place.pk: new.add_place(place.name, address=place.address, host=place.host, seats=place.seats)
                 for place in run.places.order_by("pk")}  # fmt: skip
        crowded = _crowded_days(moves)
        for move in moves:
            _copy_session(move, new, held[move.session.pk], rooms, is_crowded=move.old in crowded)
        _copy_quotas(run, new)
        _copy_quizzes(run, new, first_day)
        RunTrainer.objects.bulk_create(
            RunTrainer(run=new, user_id=user) for user in run.trainers.order_by("pk").values_list("user", flat=True)
        )
        _tell("run", new.public_id, by, now, copied=str(run.public_id))
    return new


def _new_run(run: Run, starts_on: date, ends_on: date, now: datetime) -> Run:
    year = starts_on.year
    Course.objects.filter(pk=run.course_id).update(code=run.course.code)  # one new number at a time
    last = Run.objects.filter(course=run.course_id, year=year).aggregate(last=Max("number"))["last"] or 0
    return Run.objects.create(
        course=run.course, year=year, number=last + 1, title=run.title, issuer=run.issuer, starts_on=starts_on,
        ends_on=ends_on, study_periods=run.study_periods, entry=run.entry, seats=run.seats, pool_seats=run.seats,
        funding=run.funding, attendance_percent=run.attendance_percent, created_at=now,
    )  # fmt: skip


def _crowded_days(moves: list[Move]) -> set[date]:
    """Days of the old class on which somebody confirmed more than 8 tiết."""
    held: Counter[date] = Counter()
    for move in moves:
        held[move.old] += move.session.study_periods
    return {day for day, periods in held.items() if periods > PERIODS_A_DAY}


def _copy_session(move: Move, new: Run, day: date, rooms: Mapping[int, Place], *, is_crowded: bool) -> None:
    old = move.session
    starts_at = start_of(day) + (old.starts_at - start_of(move.old))
    new.add_session(
        old.title, starts_at=starts_at, ends_at=starts_at + (old.ends_at - old.starts_at), kind=old.kind,
        study_periods=old.study_periods, is_required=old.is_required, more_than_a_day=is_crowded,
        places=[rooms[key] for key in old.session_places.order_by("pk").values_list("place", flat=True)],
        opens_before=old.opens_before, late_after=old.late_after, closes_after=old.closes_after,
        has_checkout=old.has_checkout, pulse_count=old.pulse_count, walk_ins=old.walk_ins,
    )  # fmt: skip


def _copy_quotas(run: Run, new: Run) -> None:
    """Seats of agencies that still stand, taken from those open to all."""
    later = new.starts_on - run.starts_on
    quotas = run.quotas.filter(agency__closed_on=None).order_by("pk")
    Quota.objects.bulk_create(
        Quota(run=new, agency_id=row.agency_id, seats=row.seats, until=row.until and row.until + later)
        for row in quotas
    )
    if new.seats is not None:
        reserved = new.quotas.aggregate(total=Sum("seats"))["total"] or 0
        Run.objects.filter(pk=new.pk).update(pool_seats=max(new.seats - reserved, 0))


def _copy_quizzes(run: Run, new: Run, first_day: date) -> None:
    """The same tests, opened and closed as many working days from the first day, at the same hour."""
    for row in run.run_quizzes.order_by("pk"):
        RunQuiz.objects.create(
            run=new, quiz_id=row.quiz_id, is_required=row.is_required,
            opens_at=_later(row.opens_at, run, first_day), closes_at=_later(row.closes_at, run, first_day),
        )  # fmt: skip


def _later(moment: datetime | None, run: Run, first_day: date) -> datetime | None:
    if moment is None:
        return None
    is_midnight = moment == start_of(local_day(moment))
    day = local_day(moment - timedelta(seconds=1)) if is_midnight else local_day(moment)
    new = _shifted([day], run, first_day)[0]
    return start_of(day_after(new)) if is_midnight else start_of(new) + (moment - start_of(day))


def new_edition(course: Course, *, code: str, by: User, now: datetime) -> tuple[Course, dict[str, str]]:
    """The record of a new edition, with groups, sources, prerequisites, tests as drafts, and whoever teaches the old
    one today; and old codes of tests → new ones. Its pages are copied above (cms/editions.py).

    Raises Refused "code_taken" (422).
    """
    if Course.objects.filter(code=code).exists():
        raise Refused("code_taken", _("Another course has this code."), status=422)
    with transaction.atomic():
        new = Course.objects.create(
            code=code, title=course.title, title_en=course.title_en, summary=course.summary, mode=course.mode,
            study_periods=course.study_periods, pass_percent=course.pass_percent, created_at=now,
            attendance_percent=course.attendance_percent, objectives=course.objectives, edition_of=course,
            is_demo=course.is_demo,
        )  # fmt: skip
        _copy_what_belongs(course, new, now)
        renamed = {quiz.code: _copy_quiz(quiz, new) for quiz in course.quizzes.order_by("pk")}
        _tell("course", new.code, by, now, copied=course.code)
    return new, renamed


def _copy_what_belongs(course: Course, new: Course, now: datetime) -> None:
    CourseGroup.objects.bulk_create(CourseGroup(course=new, group=row.group) for row in course.groups.order_by("pk"))
    Citation.objects.bulk_create(
        Citation(
            course=new, source_key=row.source_key, document=row.document, article=row.article, title=row.title,
            note=row.note, url=row.url, check_by=row.check_by, checked_on=row.checked_on, checked_by=row.checked_by,
        )
        for row in course.citations.filter(lesson=None).order_by("pk")
    )  # fmt: skip
    Prerequisite.objects.bulk_create(
        Prerequisite(course=new, needs_id=row.needs_id, within_months=row.within_months)
        for row in course.prerequisites.order_by("pk")
    )
    today = local_day(now)
    teaching = course.trainers.exclude(ends_on__lte=today).filter(starts_on__lte=today)
    CourseTrainer.objects.bulk_create(
        CourseTrainer(course=new, user_id=user, starts_on=today)
        for user in teaching.order_by("user").values_list("user", flat=True).distinct()
    )


def _copy_quiz(quiz: Quiz, course: Course) -> str:
    """A draft of the test, drawing from the same drawers; its code."""
    tail = quiz.code.removeprefix(f"{quiz.course.code}-")
    code = f"{course.code}-{tail}"[:60]
    if Quiz.objects.filter(code=code).exists():
        raise Refused("code_taken", _("Another quiz has this code."), status=422, code=code)
    new = Quiz.objects.create(
        course=course, code=code, kind=quiz.kind, title=quiz.title, limit_minutes=quiz.limit_minutes,
        attempts_allowed=quiz.attempts_allowed, pass_percent=quiz.pass_percent, counting=quiz.counting,
        is_shuffled=quiz.is_shuffled, questions_per_page=quiz.questions_per_page, review=quiz.review,
    )  # fmt: skip
    for section in quiz.sections.order_by("position"):
        copied = QuizSection.objects.create(
            quiz=new, position=section.position, title=section.title, category_id=section.category_id,
            draw_count=section.draw_count, points=section.points,
        )  # fmt: skip
        QuizQuestion.objects.bulk_create(
            QuizQuestion(section=copied, position=row.position, question_id=row.question_id)
            for row in section.questions.order_by("position")
        )
    return code


def _tell(kind: str, key: object, by: User, now: datetime, **data: str) -> None:
    Event.record(
        "course.copy_for_new_year", object_kind=kind, object_id=key, actor=str(by.public_id), now=now, data=data
    )  # fmt: skip
