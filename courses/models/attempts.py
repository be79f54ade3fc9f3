"""Attempts: started, taken over, closed (learning.md §8). What is asked and answered: `answers.py`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses import grading
from courses.models.catalogue import Course
from courses.models.enrolments import Enrolment
from courses.models.overrides import Override, Terms
from courses.models.papers import draw_paper
from courses.models.progress import finish_by_practice
from courses.models.quizzes import Quiz
from courses.models.run_quizzes import RunQuiz
from courses.models.states import EnrolmentState
from courses.receipts import receipt_code
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, within
from lms.jobs.models import Job
from lms.people.models import User
from lms.prepared import prepared
from lms.refusal import Refused

if TYPE_CHECKING:
    from courses.models.answers import Slot

CLOSE_EXPIRED = "courses.close_expired"
GRACE = timedelta(seconds=15)
"""What was typed in time may still be on its way (learning.md §8)."""
TRIES = 5
"""So often a start is tried anew when another one of the same person was faster."""


class AttemptState(models.TextChoices):
    OPEN = "open", pgettext_lazy("attempt", "Open")
    SUBMITTED = "submitted", _("Submitted")
    GRADED = "graded", _("Graded")
    VOIDED = "voided", _("Void")


class ClosedBy(models.TextChoices):
    NOBODY = "", _("Not closed")
    PERSON = "person", _("By the trainee")
    CLOCK = "clock", _("By the clock")
    TRAINER = "trainer", _("By a trainer")


def expired_q(at: datetime) -> Q:
    """Open, and the deadline and the seconds of grace are over; the last moment still counts."""
    return Q(state=AttemptState.OPEN, grace_until__lt=at)


def passed_q() -> Q:
    """Graded, and the points reach the frozen pass mark: integers on both sides, no rounding."""
    reached = GreaterThanOrEqual(F("points") * 100, F("pass_percent") * F("points_possible"))
    return Q(reached, state=AttemptState.GRADED)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> AttemptQuerySet:
        return self.filter(state=AttemptState.OPEN)

    def graded(self) -> AttemptQuerySet:
        return self.filter(state=AttemptState.GRADED)

    def expired(self, at: datetime) -> AttemptQuerySet:
        return self.filter(expired_q(at))

    def passed(self) -> AttemptQuerySet:
        return self.filter(passed_q())

    def of(self, user: User) -> AttemptQuerySet:
        """The user's own."""
        return self.none() if user.person_id is None else self.filter(enrolment__person_id=user.person_id)

    def visible_to(self, user: User, on: date) -> AttemptQuerySet:
        """Attempts that exist for `user` with their result (attempt.view_result): those of the enrolments they see."""
        return self.filter(enrolment__in=Enrolment.objects.visible_to(user, on))

    def answers_visible_to(self, user: User, on: date) -> AttemptQuerySet:
        """Attempts whose answers `user` may read: own, of courses taught, all for an administrator."""
        if user.holds("administrator", on=on):
            return self.all()
        reach = Q(enrolment__person_id=user.person_id) if user.person_id is not None else Q(pk__in=[])
        if user.holds("trainer", on=on):
            reach |= Q(quiz__course__in=Course.objects.taught_by(user, on))
        return self.filter(reach)

    def with_context(self) -> AttemptQuerySet:
        """With quiz, run, course and person, in the same query."""
        return self.select_related("quiz", "enrolment__run__course", "enrolment__person", "enrolment__agency")


class Attempt(models.Model):
    """One try at a quiz. Frozen at the start: deadline, pass mark, questions, versions, order.

    `points` and `points_possible` are in 1/10,000. `epoch` names the tab that may write. From `deadline_at` to
    `grace_until` an answer still counts, flagged.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.OPEN)
    epoch = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField(null=True, blank=True)
    pass_percent = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    #: When the person submitted, or the deadline if the clock closed it.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=10, choices=ClosedBy.choices, blank=True, default=ClosedBy.NOBODY)
    receipt = models.CharField(max_length=12, blank=True)
    answered_count = models.PositiveIntegerField(default=0)
    graded_at = models.DateTimeField(null=True, blank=True)
    points = models.PositiveIntegerField(null=True, blank=True)
    points_possible = models.PositiveIntegerField()
    void_reason = models.CharField(max_length=300, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", AttemptState, name="attempt_state_is_known"),
            one_of("closed_by", ClosedBy, name="attempt_closed_by_is_known"),
            within("pass_percent", 0, 100, name="attempt_pass_mark_is_a_percentage"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"],
                name="attempt_number_once",
                violation_error_message=_("This attempt exists already."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(state="open"),
                name="attempt_open_once",
                violation_error_message=_("An attempt at this quiz is already open."),
            ),
            both_or_neither(
                Q(state="open"),
                Q(closed_at__isnull=True),
                name="attempt_is_dated_when_closed",
                message=_("A closed attempt has the time of its closing."),
            ),
            both_or_neither(
                Q(deadline_at__isnull=True),
                Q(grace_until__isnull=True),
                name="attempt_has_grace_after_its_deadline",
                message=_("A deadline has its seconds of grace."),
            ),
            models.CheckConstraint(
                condition=~Q(state="graded") | Q(points__isnull=False),
                name="attempt_graded_has_points",
                violation_error_message=_("A graded attempt has points."),
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=F("points_possible")),
                name="attempt_points_stay_within_the_possible",
                violation_error_message=_("An attempt cannot earn more points than there are."),
            ),
            models.CheckConstraint(
                condition=~Q(state="voided") | ~Q(void_reason=""),
                name="attempt_is_voided_with_a_reason",
                violation_error_message=_("Say why the attempt is void."),
            ),
        ]
        indexes = [models.Index(fields=["state", "grace_until"])]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        """Answers are still taken, if the clock allows."""
        return self.state == AttemptState.OPEN

    @property
    def is_passed(self) -> bool:
        """The same answer as `passed_q`."""
        if self.state != AttemptState.GRADED or self.points is None:
            return False
        return self._reaches(self.points)

    def is_expired(self, at: datetime) -> bool:
        """The same answer as `expired_q`."""
        return self.is_open and self.grace_until is not None and self.grace_until < at

    # --- start ------------------------------------------------------------------------------------------------------

    @classmethod
    def start(cls, enrolment: Enrolment, run_quiz: RunQuiz, *, by: User, now: datetime) -> Attempt:
        """Draw and freeze a paper, or return the attempt that is open already.

        Needs the run and quiz of `run_quiz` in hand. Raises Refused: not_enrolled (404), not_open, closed,
        no_attempts_left, pool_too_small. Two starts at once: the unique keys (one open, one number) let one through,
        the other finds what the first has made.
        """
        if enrolment.state != EnrolmentState.ENROLLED or enrolment.run_id != run_quiz.run_id:
            raise Refused("not_enrolled", _("You are not enrolled in this class."), status=404)
        for _try in range(TRIES):
            past = _past(enrolment.pk, run_quiz.quiz_id)
            if any(state == AttemptState.OPEN for _number, state in past):
                open_one = cls.objects.open().filter(enrolment=enrolment, quiz=run_quiz.quiz).first()
                if open_one is None:
                    continue
                if not open_one.is_expired(now):
                    return open_one
                open_one.close_by_clock(now)
            terms = Override.objects.terms_of(enrolment, run_quiz)
            number = cls._next_number(past, run_quiz.quiz, terms, now)
            try:
                return cls._begin(enrolment, run_quiz.quiz, terms, number, by=by, now=now)
            except IntegrityError:
                continue
        raise Refused("already_open", _("The test is being opened elsewhere. Try again."))

    @classmethod
    def _next_number(cls, past: Sequence[tuple[int, str]], quiz: Quiz, terms: Terms, now: datetime) -> int:
        """1 for the first. A void attempt keeps its number and does not use up the allowance."""
        if not terms.has_opened(now):
            raise Refused("not_open", _("The test is not open yet."))
        if terms.has_closed(now):
            raise Refused("closed", _("The test is closed."))
        used = sum(state != AttemptState.VOIDED for _number, state in past)
        if quiz.attempts_allowed and used >= quiz.attempts_allowed + terms.extra_attempts:
            raise Refused("no_attempts_left", _("There are no attempts left."))
        return past[-1][0] + 1 if past else 1

    @classmethod
    def _begin(cls, enrolment: Enrolment, quiz: Quiz, terms: Terms, number: int, *, by: User, now: datetime) -> Attempt:
        """Everything is read and drawn before the transaction, which only writes."""
        seed = get_random_string(32)
        paper = draw_paper(quiz, seen=cls._seen_by(enrolment.person_id), seed=seed)
        minutes = quiz.limit_minutes and quiz.limit_minutes + terms.extra_minutes
        limit = now + timedelta(minutes=minutes) if minutes else None
        deadline = min((end for end in (limit, terms.closes_at) if end), default=None)
        with transaction.atomic():
            attempt = cls.objects.create(
                enrolment=enrolment,
                quiz=quiz,
                number=number,
                started_at=now,
                deadline_at=deadline,
                grace_until=deadline + GRACE if deadline else None,
                pass_percent=quiz.pass_percent,
                seed=seed,
                points_possible=sum(drawn.points for drawn in paper),
            )
            attempt.slots.lay_out(attempt, paper)
            attempt.tell("attempt.start", actor=str(by.public_id), now=now)
            attempt.ask_to_close(now)
        return attempt

    @classmethod
    def _seen_by(cls, person_id: int) -> dict[int, int]:
        """How often this person was asked each question, in whatever class."""
        return dict(_seen(person_id))

    def ask_to_close(self, now: datetime) -> None:
        """One job for all attempts that end in the same minute; it closes whatever has expired."""
        if self.grace_until is None:
            return
        due = self.grace_until.replace(second=0, microsecond=0) + timedelta(minutes=1)
        Job.ask(CLOSE_EXPIRED, key=due.isoformat(), now=now, due_at=due)

    # --- in the middle ----------------------------------------------------------------------------------------------

    def take_over(self, *, epoch: int, now: datetime) -> int:
        """Continue in this tab: the new epoch; the tab that held `epoch` may write no more.

        Raises Refused "attempt_closed", or "epoch_stale" if yet another tab was faster.
        """
        if self.is_expired(now):
            self.close_by_clock(now)
        mine = Attempt.objects.open().filter(pk=self.pk, epoch=epoch)
        if not mine.update(epoch=F("epoch") + 1):
            self.refresh_from_db()
            raise epoch_stale(self.epoch) if self.is_open else attempt_closed()
        self.refresh_from_db()
        return self.epoch

    # --- the end ----------------------------------------------------------------------------------------------------

    def submit(self, *, epoch: int, have: Mapping[int, tuple[int, int]] | None = None, by: User, now: datetime) -> bool:
        """Hand in. `have` is what the browser holds: slot position → (epoch, seq). False if it was closed before;
        the receipt is the same however often it is sent.

        Raises Refused "epoch_stale" from an old tab, "answers_missing" (with the slots) if the server lacks answers
        that the browser holds: nothing is closed then.
        """
        if self.is_expired(now):
            return self.close_by_clock(now) and False
        who = str(by.public_id)
        closed = self._close(Q(epoch=epoch), ClosedBy.PERSON, closed_at=now, actor=who, now=now, have=have or {})
        if not closed and self.is_open:
            raise epoch_stale(self.epoch)
        return closed

    def close_by_clock(self, now: datetime) -> bool:
        """The time is up: what was saved counts. False if it is not up, or was closed before."""
        if self.deadline_at is None:
            return False
        return self._close(expired_q(now), ClosedBy.CLOCK, closed_at=self.deadline_at, actor="system", now=now)

    def _close(
        self,
        condition: Q,
        by: ClosedBy,
        *,
        closed_at: datetime,
        actor: str,
        now: datetime,
        have: Mapping[int, tuple[int, int]] | None = None,
    ) -> bool:
        """Close, seal the answers, grade; one transaction. Why no acknowledged answer is lost: `AnswerQuerySet.write`.

        The keys are read before: ready versions never change. Nothing is sent and no file is written in here.
        """
        keys = grading.keys_of_attempt(self.pk)
        with transaction.atomic():
            still_open = Attempt.objects.open().filter(condition, pk=self.pk)
            closed = bool(still_open.update(state=AttemptState.SUBMITTED, closed_at=closed_at, closed_by=by))
            if closed:
                self._count(keys, have or {}, now)
                action = "attempt.submit" if by == ClosedBy.PERSON else "attempt.close_by_clock"
                self.tell(action, actor=actor, now=now)
        [now_there] = _again(self.pk)
        for column in self._meta.concrete_fields:
            setattr(self, column.attname, getattr(now_there, column.attname))
        return closed

    def _count(self, keys: grading.Keys, have: Mapping[int, tuple[int, int]], now: datetime) -> None:
        """Inside the closing transaction: seal, then read what was sealed, then write what it is worth."""
        self.slots.seal(self)
        slots = self.slots.answered(self)
        if any(key.type == "essay" for key in keys.values()):
            self._bind_files(slots)
        missing = [slot.position for slot in slots if slot.answer.stamp < have.get(slot.position, (0, 0))]
        if missing:
            raise Refused("answers_missing", _("Some answers have not arrived yet."), slots=missing)
        marks = {
            slot.pk: grading.mark(keys[slot.version_id], slot.answer.value, slot.points_possible) for slot in slots
        }
        self.slots.mark(marks)
        known = [mark for mark in marks.values() if mark is not None]
        is_graded = len(known) == len(marks)
        Attempt.objects.filter(pk=self.pk).update(
            receipt=receipt_code((slot.position, slot.answer.seq, slot.answer.value) for slot in slots),
            answered_count=sum(slot.answer.value is not None for slot in slots),
            state=AttemptState.GRADED if is_graded else AttemptState.SUBMITTED,
            points=sum(known) if is_graded else None,
            graded_at=now if is_graded else None,
        )
        if is_graded and self.quiz.lesson is not None and self._reaches(sum(known)):
            finish_by_practice(self.enrolment, self.quiz.lesson, now)
        key = f"enrolment:{self.enrolment_id}:attempt:{self.pk}"
        Job.ask("courses.evaluate", key=key, payload={"enrolment": self.enrolment_id}, now=now)

    def _reaches(self, points: int) -> bool:
        """Whether so many points are the pass mark or more."""
        return points * 100 >= self.pass_percent * self.points_possible

    def _bind_files(self, slots: Sequence[Slot]) -> None:
        """From now on the sums of its files are part of the answer: they are in the receipt, and it is no empty one."""
        sums: dict[int, list[str]] = {}
        rows = self.slots.filter(files__isnull=False).order_by("files__place")
        for slot_id, sha256 in rows.values_list("pk", "files__sha256"):
            sums.setdefault(slot_id, []).append(sha256)
        for slot in slots:
            if slot.pk in sums:
                slot.answer.value = {"text": "", **(slot.answer.value or {}), "files": sums[slot.pk]}
                slot.answer.save(update_fields=["value"])

    def tell(self, action: str, *, actor: str, now: datetime, data: dict[str, Any] | None = None) -> None:
        """Write the event of a verb on this attempt, inside its transaction."""
        person, agency = self.enrolment.person, self.enrolment.agency
        Event.record(
            action,
            object_kind="attempt",
            object_id=self.public_id,
            actor=actor,
            now=now,
            subject=str(person.public_id),
            agency=agency.code if agency else "",
            data={"quiz": self.quiz.code, "number": self.number, **(data or {})},
        )


@prepared
def _past(enrolment_id: int, quiz_id: int) -> models.QuerySet[Attempt, tuple[int, str]]:
    rows = Attempt.objects.filter(enrolment_id=enrolment_id, quiz_id=quiz_id).order_by("number")
    return rows.values_list("number", "state")


@prepared
def _again(pk: int) -> AttemptQuerySet:
    return Attempt.objects.filter(pk=pk)


@prepared
def _seen(person_id: int) -> models.QuerySet[Attempt, tuple[int, int]]:
    asked = Attempt.objects.filter(enrolment__person_id=person_id, slots__isnull=False)
    return asked.values_list("slots__question_id").annotate(count=Count("pk")).order_by()


def epoch_stale(epoch: int) -> Refused:
    """Another tab or device writes now."""
    return Refused("epoch_stale", _("This test goes on in another window or on another device."), epoch=epoch)


def attempt_closed() -> Refused:
    """Submitted, or out of time."""
    return Refused("attempt_closed", _("This test has been handed in; answers are no longer taken."))
