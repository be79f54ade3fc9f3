"""What an attempt asks and what was answered (learning.md §8); saving an answer is the hot path of the whole system."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.answer_forms import value_from_form
from courses.models.attempts import Attempt, AttemptState, ClosedBy, attempt_closed, epoch_stale
from courses.models.bank import Question, QuestionVersion
from courses.models.papers import Drawn
from courses.models.quizzes import MOST_ON_A_PAGE
from courses.scoring import check_value, understood
from lms.constraints import both_or_neither, one_of
from lms.people.models import User
from lms.prepared import prepared
from lms.refusal import Refused

MOST_ITEMS = MOST_ON_A_PAGE
MOST_SLOTS = 10_000
HIGHEST_SEQ = 1_000_000
KEPT_LATE_FOR = timedelta(hours=24)
Stamp = tuple[int, int]
"""(epoch, seq): the later tab wins, within a tab the higher number."""


@dataclass(frozen=True)
class Typed:
    """An answer as it came from a browser: `slot` is the position in the attempt, `epoch` the tab it was typed in.

    `value` has the shape that `courses.scoring` documents, or is the question's form as a browser encodes it.
    """

    slot: int
    seq: int
    value: Any
    epoch: int
    is_form: bool = False


@dataclass(frozen=True)
class Acknowledged:
    """What the server holds for a slot now. `is_current` is False when that is newer than what was sent."""

    slot: int
    epoch: int
    seq: int
    saved_at: datetime | None
    understood: str = ""
    is_current: bool = True


@dataclass(frozen=True)
class Saved:
    """The answer to a save. `late` slots came after the clock had closed the attempt: kept apart, not counted."""

    items: tuple[Acknowledged, ...]
    deadline_at: datetime | None
    late: tuple[int, ...] = ()


MARK = "UPDATE courses_slot SET points = %s WHERE id = %s"
LAY_OUT = """
INSERT INTO courses_slot (attempt_id, position, question_id, version_id, "order", points_possible)
VALUES (%s, %s, %s, %s, %s, %s)
"""
LEAVE_EMPTY = """
INSERT INTO courses_answer (slot_id, epoch, seq, flag, is_closed)
SELECT id, 0, 0, '', %s FROM courses_slot WHERE attempt_id = %s
"""
SEAL = """
UPDATE courses_answer SET is_closed = %s WHERE slot_id IN (SELECT id FROM courses_slot WHERE attempt_id = %s)
"""


class SlotQuerySet(models.QuerySet["Slot"]):
    def in_order(self) -> SlotQuerySet:
        return self.order_by("position")

    def lay_out(self, attempt: Attempt, paper: Sequence[Drawn]) -> None:
        """One slot and one empty answer for each question drawn: two statements, however many there are."""
        slots = [
            (attempt.pk, position, drawn.question_id, drawn.version_id, _adapted(drawn.order), drawn.points)
            for position, drawn in enumerate(paper, start=1)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(LAY_OUT, slots)
            cursor.execute(LEAVE_EMPTY, (False, attempt.pk))

    def seal(self, attempt: Attempt) -> None:
        """Nobody writes the answers of the attempt any more: see `AnswerQuerySet.write`."""
        with connection.cursor() as cursor:
            cursor.execute(SEAL, (True, attempt.pk))

    def answered(self, attempt: Attempt) -> list[Slot]:
        """The slots of the attempt in order, each with its answer."""
        return _answered(attempt.pk)

    def mark(self, points: Mapping[int, int | None]) -> None:
        """Write what each slot earned, by primary key. One prepared statement for all of them."""
        with connection.cursor() as cursor:
            cursor.executemany(MARK, [(earned, slot_id) for slot_id, earned in points.items()])


@prepared
def _answered(attempt_id: int) -> SlotQuerySet:
    return Slot.objects.filter(attempt_id=attempt_id).in_order().select_related("answer")


class Slot(models.Model):
    """A drawn question of an attempt: the version and the order of its options are frozen.

    `order` lists [uid, side] as they are shown.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="slots")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="slots")
    order = models.JSONField(default=list)
    points_possible = models.PositiveIntegerField()
    points = models.PositiveIntegerField(null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"],
                name="slot_position_once",
                violation_error_message=_("Two questions cannot stand in the same place."),
            ),
            models.UniqueConstraint(
                fields=["attempt", "question"],
                name="slot_question_once",
                violation_error_message=_("The attempt already asks this question."),
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=F("points_possible")),
                name="slot_points_stay_within_the_possible",
                violation_error_message=_("A question cannot earn more points than it has."),
            ),
        ]
        indexes = [models.Index(fields=["question", "attempt"])]


class AnswerFlag(models.TextChoices):
    NONE = "", _("In time")
    GRACE = "grace", _("In the seconds of grace")
    LATE = "late", _("Late, accepted by a trainer")


@dataclass(frozen=True)
class Line:
    """An answer that fits its question, on its way into the row of its slot."""

    slot_id: int
    stamp: Stamp
    value: Any


#: The hot path is written in the SQL that both engines speak: building the same query anew each time costs more than
#: all the rest of the request (performance.md, «what the measurements teach»).
WRITE_ONE = """
UPDATE courses_answer SET epoch = %s, seq = %s, value = %s, saved_at = %s, flag = %s
WHERE slot_id = %s AND NOT is_closed AND (epoch < %s OR (epoch = %s AND seq < %s))
AND EXISTS (SELECT 1 FROM courses_attempt WHERE id = %s AND epoch = %s AND state = 'open')
"""
READ_ALL = """
SELECT slot.position, slot.id, slot."order", version.type, answer.epoch, answer.seq, answer.value, answer.saved_at,
    attempt.id, attempt.epoch, attempt.state, attempt.closed_by, attempt.deadline_at, attempt.grace_until
FROM courses_attempt attempt
JOIN courses_enrolment enrolment ON enrolment.id = attempt.enrolment_id
JOIN courses_slot slot ON slot.attempt_id = attempt.id
JOIN courses_questionversion version ON version.id = slot.version_id
JOIN courses_answer answer ON answer.slot_id = slot.id
WHERE attempt.public_id = %s AND enrolment.person_id = %s
"""
READ_ONE = READ_ALL + "AND slot.position = %s"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def write(self, attempt_id: int, epoch: int, lines: Sequence[Line], *, flag: str, now: datetime) -> int:
        """Save answers, each by one conditional UPDATE that checks tab, state and sequence; how many were written.

        A save that races the closing is counted or refused, never acknowledged and lost. SQLite has one writer: the
        UPDATE comes before the closing transaction, which then reads it, or after, and finds the attempt closed. On
        PostgreSQL (READ COMMITTED) the statement may have seen the attempt open in a snapshot that is outdated when it
        writes. So the closing also writes `is_closed` into every answer (`SlotQuerySet.seal`) before it reads them:

        - our UPDATE took the row first: sealing waits for our commit, and the closing reads what we wrote;
        - sealing took the row first: our UPDATE waits for the closing's commit, then PostgreSQL checks our WHERE again
          on the newest version of *this row*, finds `is_closed`, and writes nothing. (The sub-query on the attempt is
          not run again: that is why it cannot carry the promise alone.)

        The same second look at (epoch, seq) keeps an older answer from overwriting a newer one. Several lines are one
        transaction that locks the attempt first, as the closing does, so that two of them never wait crosswise.
        """
        saved_at = connection.ops.adapt_datetimefield_value(now)
        rows = [
            (
                *line.stamp, _adapted(line.value), saved_at, flag,
                line.slot_id, line.stamp[0], *line.stamp, attempt_id, epoch,
            )
            for line in lines
        ]  # fmt: skip
        if len(rows) == 1:
            with connection.cursor() as cursor:
                cursor.execute(WRITE_ONE, rows[0])
                return cursor.rowcount
        with transaction.atomic(), connection.cursor() as cursor:
            if not Attempt.objects.open().filter(pk=attempt_id, epoch=epoch).update(epoch=epoch):
                return 0
            cursor.executemany(WRITE_ONE, rows)
            return cursor.rowcount


def _adapted(value: Any) -> Any:
    """JSON as the engine wants it; no answer is NULL."""
    return None if value is None else connection.ops.adapt_json_value(value, None)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: datetime | None) -> datetime | None:
    """SQLite keeps moments in UTC without saying so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Answer(models.Model):
    """The newest answer to a slot: it exists from the start, with `seq` 0. Only a higher (epoch, seq) replaces it."""

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="answer", primary_key=True)
    epoch = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    value = models.JSONField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    flag = models.CharField(max_length=10, choices=AnswerFlag.choices, blank=True, default=AnswerFlag.NONE)
    #: Written by the closing into every answer before it reads them: see `AnswerQuerySet.write`.
    is_closed = models.BooleanField(default=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [one_of("flag", AnswerFlag, name="answer_flag_is_known")]

    @property
    def stamp(self) -> Stamp:
        """Which tab wrote it, and when within the tab."""
        return self.epoch, self.seq

    @classmethod
    def save_all(cls, attempt_id: uuid.UUID, *, epoch: int, typed: Sequence[Typed], by: User, now: datetime) -> Saved:
        """Save up to 50 answers of one's own attempt; committed when it returns. Two queries, however many they are.

        Raises Attempt.DoesNotExist if `by` has no such attempt, and Refused: bad_value (422), epoch_stale,
        attempt_closed. What comes after the clock closed the attempt is kept apart for 24 hours (`LateAnswer`).
        """
        sheets = Sheet.of(attempt_id, by, typed)
        sheet = sheets[typed[0].slot]
        lines = [sheets[one.slot].line(one, epoch) for one in typed]
        if sheet.takes_answers(now):
            if sheet.epoch != epoch:
                raise epoch_stale(sheet.epoch)
            flag = AnswerFlag.GRACE if sheet.deadline_at and sheet.deadline_at < now else AnswerFlag.NONE
            if cls.objects.write(sheet.attempt_id, epoch, lines, flag=flag, now=now) == len(lines):
                done = zip(typed, lines, strict=True)
                return Saved(
                    tuple(sheets[one.slot].acknowledge(one.slot, line.stamp, line.value, now) for one, line in done),
                    sheet.deadline_at,
                )
            sheets = Sheet.of(attempt_id, by, typed)
            sheet = sheets[typed[0].slot]
        if not sheet.takes_answers(now):
            return LateAnswer.keep(attempt_id, typed, lines, by=by, now=now)
        if sheet.epoch != epoch:
            raise epoch_stale(sheet.epoch)
        return Saved(
            tuple(sheets[one.slot].answer_to(one.slot, line) for one, line in zip(typed, lines, strict=True)),
            sheet.deadline_at,
        )


class Sheet(NamedTuple):
    """A slot with what is held for it and the state of its attempt: one row, no instances (performance.md)."""

    position: int
    slot_id: int
    order: list[tuple[str, str]]
    type: str
    held_epoch: int
    held_seq: int
    held_value: Any
    held_at: datetime | None
    attempt_id: int
    epoch: int
    state: str
    closed_by: str
    deadline_at: datetime | None
    grace_until: datetime | None

    @classmethod
    def of(cls, attempt_id: uuid.UUID, by: User, typed: Sequence[Typed]) -> dict[int, Sheet]:
        """The slots that `typed` names, by position. Raises Attempt.DoesNotExist, and Refused "bad_value" for a slot
        that is not there, or named twice, or too many of them."""
        positions = {one.slot for one in typed if 0 < one.slot <= MOST_SLOTS}
        if not 0 < len(typed) <= MOST_ITEMS or len(positions) != len(typed):
            raise bad_value()
        if by.person_id is None:
            raise Attempt.DoesNotExist
        known_as = Attempt._meta.get_field("public_id").get_db_prep_value(attempt_id, connection)
        with connection.cursor() as cursor:
            if len(positions) == 1:
                cursor.execute(READ_ONE, (known_as, by.person_id, *positions))
            else:
                cursor.execute(READ_ALL, (known_as, by.person_id))
            sheets = {row[0]: cls.read(row) for row in cursor.fetchall() if row[0] in positions}
        if len(sheets) != len(positions):
            Attempt.objects.of(by).get(public_id=attempt_id)
            raise bad_value()
        return sheets

    @classmethod
    def read(cls, row: Sequence[Any]) -> Sheet:
        """A row of `READ_ALL`."""
        as_stored = cls._make(row)
        return as_stored._replace(
            order=_json(as_stored.order),
            held_value=_json(as_stored.held_value),
            held_at=_moment(as_stored.held_at),
            deadline_at=_moment(as_stored.deadline_at),
            grace_until=_moment(as_stored.grace_until),
        )

    def takes_answers(self, now: datetime) -> bool:
        """Open, and the last moment has not passed."""
        in_time = self.grace_until is None or now <= self.grace_until
        return self.state == AttemptState.OPEN and in_time

    def line(self, one: Typed, epoch: int) -> Line:
        """The answer in its canonical shape. Raises Refused "bad_value": shape, option, sequence or tab impossible."""
        if not 0 < one.seq <= HIGHEST_SEQ or not 0 < one.epoch <= epoch:
            raise bad_value()
        value = value_from_form(self.type, self.order, QueryDict(one.value)) if one.is_form else one.value
        return Line(self.slot_id, (one.epoch, one.seq), check_value(self.type, self.order, value))

    def acknowledge(self, slot: int, stamp: Stamp, value: Any, at: datetime | None) -> Acknowledged:
        """What stands in the row now."""
        return Acknowledged(slot, stamp[0], stamp[1], at, understood(self.type, value))

    def holds(self, line: Line) -> bool:
        """This very answer is in the row: its acknowledgement was lost on the way."""
        return (self.held_epoch, self.held_seq) == line.stamp and self.held_value == line.value

    def answer_to(self, slot: int, line: Line) -> Acknowledged:
        """For a line that was not written: what is held instead, and whether that is the same answer."""
        held = self.acknowledge(slot, (self.held_epoch, self.held_seq), self.held_value, self.held_at)
        return held if self.held_value == line.value else replace(held, is_current=False)


class LateAnswer(models.Model):
    """An answer that came after the clock closed the attempt: kept apart for 24 hours, counted only if a
    trainer accepts it with a reason."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="late_answers")
    seq = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    received_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "seq"],
                name="late_answer_once",
                violation_error_message=_("This late answer is already kept."),
            ),
            both_or_neither(
                Q(accepted_by__isnull=False),
                ~Q(reason=""),
                name="late_answer_is_accepted_with_a_reason",
                message=_("Say why the late answer counts."),
            ),
        ]

    @classmethod
    def keep(
        cls, attempt_id: uuid.UUID, typed: Sequence[Typed], lines: Sequence[Line], *, by: User, now: datetime
    ) -> Saved:
        """Keep what came too late, apart and uncounted; what had been saved in time is acknowledged as saved.

        Raises Refused "attempt_closed" if the person had submitted, or the deadline is more than 24 hours ago.
        """
        attempt = Attempt.objects.of(by).select_related("quiz", "enrolment__person", "enrolment__agency").get(
            public_id=attempt_id
        )  # fmt: skip
        attempt.close_by_clock(now)
        sheets = Sheet.of(attempt_id, by, typed)
        if attempt.closed_by != ClosedBy.CLOCK or attempt.deadline_at is None:
            raise attempt_closed()
        pairs = list(zip(typed, lines, strict=True))
        held = tuple(sheets[one.slot].answer_to(one.slot, line) for one, line in pairs if sheets[one.slot].holds(line))
        late = [(one, line) for one, line in pairs if not sheets[one.slot].holds(line)]
        if late and now > attempt.deadline_at + KEPT_LATE_FOR:
            raise attempt_closed()
        with transaction.atomic():
            known = set(cls.objects.filter(slot__attempt=attempt).values_list("slot_id", "seq"))
            new = [line for _one, line in late if (line.slot_id, line.stamp[1]) not in known]
            rows = [
                LateAnswer(slot_id=line.slot_id, seq=line.stamp[1], value=line.value, received_at=now) for line in new
            ]
            LateAnswer.objects.bulk_create(rows, ignore_conflicts=True)
            if new:
                data = {"slots": [one.slot for one, _line in late]}
                attempt.tell("attempt.save_late_kept_apart", actor=str(by.public_id), now=now, data=data)
        return Saved(held, attempt.deadline_at, tuple(one.slot for one, _line in late))


def bad_value() -> Refused:
    """The request names a slot, a tab or a number that cannot be."""
    return Refused("bad_value", _("This answer does not fit the question."), status=422)
