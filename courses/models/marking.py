"""Essays are marked by people: the queue, the marks, the second look, the appeal (learning.md §9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses import grading
from courses.marking import APPEAL_DAYS, ROUNDS, agreed, is_near, is_sampled, worth
from courses.models.answers import Slot, SlotQuerySet
from courses.models.attempts import Attempt, AttemptState
from courses.models.bank import QuestionType
from courses.models.catalogue import Course
from courses.models.quizzes import QuizKind
from lms.constraints import both_or_neither, one_of, within
from lms.days import local_day, on_q
from lms.jobs.models import Job
from lms.people.models import User
from lms.plan.models import Holiday
from lms.plan.workdays import add_working_days
from lms.refusal import Refused

LEASE = timedelta(minutes=30)
"""So long an essay is kept for the marker who took it."""
LONGEST_COMMENT = 2_000


class Ground(models.TextChoices):
    """Why a mark is asked for."""

    FIRST = "first", _("First mark")
    NEAR = "near", _("Close to the pass mark")
    SAMPLE = "sample", _("One of ten, by lot")
    APPEAL = "appeal", _("The trainee asked for it")
    APART = "apart", _("Two markers differ")


def free_q(at: datetime) -> Q:
    """Not marked yet, and nobody holds it; the last moment of a lease still belongs to its holder."""
    return Q(marked_at__isnull=True) & (Q(lease_until__isnull=True) | Q(lease_until__lt=at))


def waiting_essays() -> SlotQuerySet:
    """Essays of attempts that were handed in and are not graded yet."""
    essays = Slot.objects.filter(version__type=QuestionType.ESSAY, points__isnull=True)
    return essays.filter(attempt__state=AttemptState.SUBMITTED)


class MarkQuerySet(models.QuerySet["Mark"]):
    def free(self, at: datetime) -> MarkQuerySet:
        return self.filter(free_q(at))

    def given(self) -> MarkQuerySet:
        return self.filter(marked_at__isnull=False)

    def of_courses_of(self, user: User, on: date) -> MarkQuerySet:
        """Of the courses that `user` teaches on `on`."""
        taught = Course.objects.taught_by(user, on)
        return self.filter(slot__attempt__quiz__course__in=taught).exclude(slot__attempt__state=AttemptState.VOIDED)

    def open_to(self, user: User) -> MarkQuerySet:
        """Neither marked by `user` in another round, nor an answer of their own."""
        other_round = Mark.objects.filter(slot=OuterRef("slot"), marker=user).exclude(pk=OuterRef("pk"))
        return self.exclude(Exists(other_round)).exclude(slot__attempt__enrolment__person_id=user.person_id or 0)

    def in_turn(self) -> MarkQuerySet:
        """Who waits longest comes first."""
        return self.order_by("asked_at", "slot__attempt__closed_at", "slot_id", "round")

    def ask(self, slots: Iterable[int], round_: int, ground: Ground, now: datetime) -> None:
        """Put essays into the queue; those that are in it already stay as they are."""
        rows = [Mark(slot_id=slot, round=round_, ground=ground, asked_at=now) for slot in slots]
        self.bulk_create(rows, ignore_conflicts=True)


class Mark(models.Model):
    """A mark that is asked for, taken by a marker for half an hour, or given. Points are in 1/10,000."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="marks")
    round = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=10, choices=Ground.choices, default=Ground.FIRST)
    asked_at = models.DateTimeField()
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="marks_given"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    #: Points on each line of the rubric, as `courses.marking.criteria` lists them.
    rubric = models.JSONField(default=list, blank=True)
    points = models.PositiveIntegerField(null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=LONGEST_COMMENT)
    marked_at = models.DateTimeField(null=True, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("ground", Ground, name="mark_ground_is_known"),
            within("round", 1, ROUNDS, name="mark_has_at_most_three_rounds"),
            models.UniqueConstraint(
                fields=["slot", "round"],
                name="mark_once_per_round",
                violation_error_message=_("This answer is already in the queue."),
            ),
            models.UniqueConstraint(
                fields=["slot", "marker"],
                name="mark_once_per_marker",
                violation_error_message=_("Another trainer must look at this answer."),
            ),
            both_or_neither(
                Q(marked_at__isnull=False),
                Q(points__isnull=False),
                name="mark_given_has_points",
                message=_("A mark has its points."),
            ),
            both_or_neither(
                Q(lease_until__isnull=False),
                Q(marker__isnull=False, marked_at__isnull=True),
                name="mark_is_kept_for_its_marker",
                message=_("An essay is kept for whoever took it, until it is marked."),
            ),
            models.CheckConstraint(
                condition=Q(marked_at__isnull=True) | Q(marker__isnull=False),
                name="mark_given_has_a_marker",
                violation_error_message=_("A mark says who gave it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.round}"

    def is_free(self, at: datetime) -> bool:
        """The same answer as `free_q`."""
        return self.marked_at is None and (self.lease_until is None or self.lease_until < at)

    # --- the queue --------------------------------------------------------------------------------------------------

    @classmethod
    def take_next(cls, user: User, *, now: datetime) -> Mark | None:
        """The essay that `user` marks now: the one they hold, else the one that waits longest; None if none waits.

        Two markers at once: one UPDATE finds it free, the other goes on to the next.
        """
        on = local_day(now)
        held = cls.objects.of_courses_of(user, on).filter(marker=user, lease_until__gte=now).in_turn().first()
        if held is not None:
            return held
        taught = Course.objects.taught_by(user, on)
        fresh = waiting_essays().filter(attempt__quiz__course__in=taught, marks__isnull=True)
        cls.objects.ask(fresh.values_list("pk", flat=True), 1, Ground.FIRST, now)
        queue = cls.objects.of_courses_of(user, on).free(now).open_to(user).in_turn()
        return next((mark for mark in queue[:50] if mark.take(user, now=now)), None)

    def take(self, user: User, *, now: datetime) -> bool:
        """Keep the essay for `user` for half an hour; False if somebody else was faster.

        The claim reads this row alone: PostgreSQL looks at it again once the other claim has committed, but not at a
        sub-query.
        """
        try:
            with transaction.atomic():
                mine = Mark.objects.open_to(user).filter(pk=self.pk).exists()
                free = Mark.objects.filter(free_q(now), pk=self.pk)
                if not mine or not free.update(marker=user, lease_until=now + LEASE):
                    return False
        except IntegrityError:  # they took the other round of it in this very moment
            return False
        self.refresh_from_db()
        return True

    def put_back(self, user: User) -> bool:
        """Leave it to others; False if `user` does not hold it."""
        held = Mark.objects.filter(pk=self.pk, marker=user, marked_at__isnull=True)
        return bool(held.update(marker=None, lease_until=None))

    # --- the mark ---------------------------------------------------------------------------------------------------

    def give(self, rubric: Sequence[int], comment: str, *, by: User, now: datetime) -> bool:
        """Mark the essay: whole points on each line of the rubric. False if `by` has marked it before, just like that.

        Raises Refused: same_marker, lease_lost, points_out_of_range (422).
        """
        if Mark.objects.filter(slot=self.slot_id, marker=by).exclude(pk=self.pk).exists():
            raise Refused("same_marker", _("You have marked this answer before. Another trainer must look at it."))
        lines = grading.rubrics([self.slot.version_id])[self.slot.version_id]
        points = worth(rubric, lines, self.slot.points_possible)
        with transaction.atomic():
            mine = Mark.objects.filter(pk=self.pk, marker=by, marked_at__isnull=True)
            given = mine.update(
                rubric=list(rubric), points=points, comment=comment.strip()[:LONGEST_COMMENT], marked_at=now,
                lease_until=None,
            )  # fmt: skip
            self.refresh_from_db()
            if not given:
                if self.marker_id == by.pk and self.rubric == list(rubric):
                    return False
                raise Refused("lease_lost", _("Another trainer has this answer now. Your mark was not kept."))
            attempt = Attempt.objects.with_context().get(pk=self.slot.attempt_id)
            attempt.tell("attempt.mark_essay", actor=str(by.public_id), now=now, data={"round": self.round})
            conclude(attempt, now)
        return True


def conclude(attempt: Attempt, now: datetime) -> bool:
    """Ask for another look where the rule wants one, or write what the marks come to; True if the result changed.

    Call it inside the transaction of a mark. The attempt is held by an UPDATE, so that two last marks at once follow
    each other, and the second sees the first.
    """
    Attempt.objects.filter(pk=attempt.pk).update(epoch=F("epoch"))
    attempt.refresh_from_db(fields=["state", "points", "points_possible"])
    slots = list(attempt.slots.in_order().select_related("version"))
    written = [slot for slot in slots if slot.version.type == QuestionType.ESSAY]
    marks = _marks([slot.pk for slot in written])
    essays = [slot for slot in written if slot.points is None or marks[slot.pk]]  # an empty answer is worth nothing
    if any(not marks[slot.pk] or marks[slot.pk][-1].marked_at is None for slot in essays):
        return False
    final = {slot.pk: _final(slot, marks[slot.pk]) for slot in essays}
    apart = [pk for pk, points in final.items() if points is None]
    if apart:
        Mark.objects.ask(apart, ROUNDS, Ground.APART, now)
        return False
    known = {slot.pk: final.get(slot.pk, slot.points) or 0 for slot in slots}
    ground = _second_look(attempt, [marks[slot.pk] for slot in essays], sum(known.values()), local_day(now))
    if ground is not None:
        Mark.objects.ask([slot.pk for slot in essays], 2, ground, now)
        return False
    return _write(attempt, slots, known, now)


def _marks(slots: Sequence[int]) -> dict[int, list[Mark]]:
    """By essay, in the order of the rounds."""
    found: dict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(slot__in=slots).order_by("slot_id", "round"):
        found[mark.slot_id].append(mark)
    return found


def _final(slot: Slot, marks: Sequence[Mark]) -> int | None:
    """What the marks come to. After an appeal nobody has less than before."""
    points = agreed([mark.points or 0 for mark in marks], slot.points_possible)
    is_appeal = any(mark.ground == Ground.APPEAL for mark in marks)
    return max(points, slot.points or 0) if points is not None and is_appeal else points


def _second_look(attempt: Attempt, marks: Iterable[Sequence[Mark]], points: int, on: date) -> Ground | None:
    """Why the first marks alone do not do. Where a course has one trainer they must do: nobody else could look."""
    is_first = attempt.state == AttemptState.SUBMITTED and all(len(rows) == 1 for rows in marks)
    if not is_first or attempt.quiz.kind != QuizKind.GRADED or not _has_two_trainers(attempt.quiz.course, on):
        return None
    if is_near(points, attempt.points_possible, attempt.pass_percent):
        return Ground.NEAR
    return Ground.SAMPLE if is_sampled(attempt.seed) else None


def _has_two_trainers(course: Course, on: date) -> bool:
    return course.trainers.filter(on_q(on)).values("user").distinct().count() > 1


def _write(attempt: Attempt, slots: Sequence[Slot], points: dict[int, int], now: datetime) -> bool:
    """The points of the essays, and with them the result."""
    changed = {slot.pk: points[slot.pk] for slot in slots if slot.points != points[slot.pk]}
    attempt.slots.mark(changed)
    total = sum(points.values())
    open_ = Attempt.objects.filter(pk=attempt.pk, state__in=[AttemptState.SUBMITTED, AttemptState.GRADED])
    if attempt.state == AttemptState.GRADED and not changed:
        return False
    if not open_.update(state=AttemptState.GRADED, points=total, graded_at=now):
        return False
    key = f"enrolment:{attempt.enrolment_id}:attempt:{attempt.pk}:marked:{now.isoformat()}"
    Job.ask("courses.evaluate", key=key, payload={"enrolment": attempt.enrolment_id}, now=now)
    attempt.refresh_from_db()
    return True


class Appeal(models.Model):
    """A trainee asks that the essays of an attempt be looked at again: once, within five working days."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="appeal")
    reason = models.CharField(_("reason"), max_length=1_000)
    appealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="appeal_has_a_reason",
                violation_error_message=_("Say why."),
            )
        ]

    @classmethod
    def last_day(cls, attempt: Attempt) -> date | None:
        """The last day on which an appeal is taken, itself included; None while there is no result."""
        if attempt.state != AttemptState.GRADED or attempt.graded_at is None:
            return None
        return add_working_days(local_day(attempt.graded_at), APPEAL_DAYS, Holiday.objects.exceptions())

    @classmethod
    def make(cls, attempt: Attempt, reason: str, *, by: User, now: datetime) -> Appeal:
        """Ask for another marker; the same appeal again is the first one. The result stands until it is better.

        Raises Refused: reason_required (422), nothing_to_appeal, appeal_over.
        """
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        known = cls.objects.filter(attempt=attempt).first()
        if known is not None:
            return known
        last_day = cls.last_day(attempt)
        marks = _marks(list(Mark.objects.filter(slot__attempt=attempt).values_list("slot_id", flat=True)))
        askable = {slot: len(rows) + 1 for slot, rows in marks.items() if len(rows) < ROUNDS}
        if last_day is None or not askable:
            raise Refused("nothing_to_appeal", _("No answer of this test can be looked at again."))
        if local_day(now) > last_day:
            raise Refused("appeal_over", _("The five working days for an appeal are over."))
        try:
            with transaction.atomic():
                appeal = cls.objects.create(attempt=attempt, reason=reason.strip()[:1_000], appealed_at=now)
                for slot, round_ in askable.items():
                    Mark.objects.ask([slot], round_, Ground.APPEAL, now)
                attempt.tell("attempt.appeal", actor=str(by.public_id), now=now)
        except IntegrityError:
            return cls.objects.get(attempt=attempt)
        return appeal
