"""Attempts: what was drawn, what was answered, what it was worth (learning.md §8)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.bank import Question, QuestionVersion
from courses.models.enrolments import Enrolment
from courses.models.quizzes import Quiz
from courses.models.runs import Run
from lms.constraints import both_or_neither, one_of, ordered, within
from lms.people.models import Agency


class AttemptState(models.TextChoices):
    OPEN = "open", _("Open")
    SUBMITTED = "submitted", _("Submitted")
    GRADED = "graded", _("Graded")
    VOIDED = "voided", _("Void")


class ClosedBy(models.TextChoices):
    NOBODY = "", _("Not closed")
    PERSON = "person", _("By the trainee")
    CLOCK = "clock", _("By the clock")
    TRAINER = "trainer", _("By a trainer")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> AttemptQuerySet:
        return self.filter(state=AttemptState.OPEN)

    def graded(self) -> AttemptQuerySet:
        return self.filter(state=AttemptState.GRADED)


class Attempt(models.Model):
    """One try at a quiz. Frozen at the start: deadline, pass mark, questions, versions, order.

    `points` and `points_possible` are in 1/10,000. `epoch` names the tab that may write. `grace_seconds` after
    the deadline an answer still counts, flagged.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.OPEN)
    epoch = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    grace_seconds = models.PositiveIntegerField(default=15)
    pass_percent = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
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
        indexes = [models.Index(fields=["state", "deadline_at"])]

    def __str__(self) -> str:
        return str(self.public_id)


class Slot(models.Model):
    """A drawn question of an attempt: the version and the order of its options are frozen. `order` lists uids."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="slots")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="slots")
    order = models.JSONField(default=list)
    points_possible = models.PositiveIntegerField()
    points = models.PositiveIntegerField(null=True, blank=True)

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


class Answer(models.Model):
    """The newest answer to a slot: it exists from the start, `seq` 0. Only a higher `seq` replaces it."""

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="answer", primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    value = models.JSONField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    flag = models.CharField(max_length=10, choices=AnswerFlag.choices, blank=True, default=AnswerFlag.NONE)

    class Meta:
        constraints = [one_of("flag", AnswerFlag, name="answer_flag_is_known")]


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


class Override(models.Model):
    """Other times or more attempts for one person, one agency or a whole run, with a reason (learning.md §8)."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="overrides")
    run = models.ForeignKey(Run, models.PROTECT, related_name="overrides")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="overrides")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="overrides")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    extra_attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300)
    document_no = models.CharField(max_length=100, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ordered("opens_at", "closes_at", name="override_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=True) | Q(agency__isnull=True),
                name="override_is_for_a_person_or_an_agency",
                violation_error_message=_("An exception is for one person or for one agency."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]
