"""Runs of a course (lớp), their sessions, places and quotas (learning.md §6)."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from courses.models.quizzes import Quiz
from lms.constraints import one_of, ordered, within
from lms.people.models import Agency
from lms.vietnamese.fields import CleanCharField


class RunState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Entry(models.TextChoices):
    """How people come into a run."""

    OPEN = "open", _("Open: people enrol themselves")
    APPROVAL = "approval", _("On request, with approval")
    NOMINATION = "nomination", _("By nomination of their agency")


class RunQuerySet(models.QuerySet["Run"]):
    def on_offer(self, on: date) -> RunQuerySet:
        """Runs of the catalogue that have not ended and may still be entered."""
        return self.filter(state__in=[RunState.OPEN, RunState.RUNNING], ends_on__gte=on)

    def in_order(self) -> RunQuerySet:
        return self.order_by("starts_on", "pk")


class Run(models.Model):
    """One holding of a course: «Lớp 1/2026». `starts_on` and `ends_on` are both days of the class (inclusive).

    `seats` is the whole capacity; `pool_seats` of it are open to all, the rest is reserved by quotas. The rule of
    completion (`attendance_percent`, `rule`) freezes at the first completion (learning.md §10). `issuer` signs the
    certificates.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="runs")
    year = models.PositiveIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    title = CleanCharField(_("title"), max_length=300, blank=True)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="runs_issued", verbose_name=_("organised by"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    study_periods = models.PositiveIntegerField(_("study periods"))
    entry = models.CharField(_("entry"), max_length=20, choices=Entry.choices, default=Entry.NOMINATION)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    pool_seats = models.PositiveIntegerField(_("seats open to all"), null=True, blank=True)
    pool_taken = models.PositiveIntegerField(default=0)
    decision_no = models.CharField(_("decision number"), max_length=100, blank=True)
    decision_on = models.DateField(_("decision date"), null=True, blank=True)
    funding = models.CharField(_("funding"), max_length=300, blank=True)
    attendance_percent = models.PositiveIntegerField(_("attendance needed in percent"), default=80)
    #: The frozen rule of completion (courses.evaluation.Rule as JSON), empty until the first completion.
    rule = models.JSONField(default=dict, blank=True)
    rule_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=RunState.choices, default=RunState.DRAFT)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            one_of("state", RunState, name="run_state_is_known"),
            one_of("entry", Entry, name="run_entry_is_known"),
            ordered("starts_on", "ends_on", name="run_ends_after_it_starts", inclusive=True),
            within("attendance_percent", 0, 100, name="run_attendance_is_a_percentage"),
            within("study_periods", 1, 1000, name="run_has_study_periods"),
            models.UniqueConstraint(
                fields=["course", "year", "number"],
                name="run_number_once_a_year",
                violation_error_message=_("The course already has a run with this number."),
            ),
            models.CheckConstraint(
                condition=Q(pool_seats__isnull=True) | Q(pool_taken__lte=F("pool_seats")),
                name="run_pool_is_never_oversold",
                violation_error_message=_("There are fewer seats than people who have one."),
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="run_is_cancelled_with_a_reason",
                violation_error_message=_("Say why the run is cancelled."),
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_on"])]

    def __str__(self) -> str:
        return str(_("%(course)s, run %(number)s/%(year)s")) % {
            "course": self.course.title,
            "number": self.number,
            "year": self.year,
        }


class RunTrainer(models.Model):
    """A trainer or invited speaker of a run."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="trainers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="runs_taught")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "user"],
                name="run_trainer_once",
                violation_error_message=_("This trainer already teaches the run."),
            ),
        ]


class Place(models.Model):
    """A room of a run, or a link («điểm cầu»)."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="places")
    name = CleanCharField(_("name"), max_length=200)
    address = models.CharField(_("address or link"), max_length=300, blank=True)
    host = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="places_hosted")
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "name"],
                name="place_name_once_in_a_run",
                violation_error_message=_("The run already has a place with this name."),
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(taken__lte=F("seats")),
                name="place_is_never_oversold",
                violation_error_message=_("There are fewer seats than people who have one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SessionKind(models.TextChoices):
    ROOM = "room", _("In a room")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In linked rooms")


class WalkIns(models.TextChoices):
    REFUSE = "refuse", _("Refuse")
    ASK = "ask", _("Ask the coordinator")
    ACCEPT = "accept", _("Accept")


class SessionQuerySet(models.QuerySet["Session"]):
    def held(self) -> SessionQuerySet:
        """Sessions that are not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def in_order(self) -> SessionQuerySet:
        return self.order_by("starts_at", "number", "pk")


class Session(models.Model):
    """A session (buổi) of a run. Check-in opens `opens_before` minutes before the start and closes
    `closes_after` minutes after the end; after `late_after` minutes one is late."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="sessions")
    number = models.PositiveIntegerField(_("number"))
    title = CleanCharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=SessionKind.choices, default=SessionKind.ROOM)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    study_periods = models.PositiveIntegerField(_("study periods"))
    is_required = models.BooleanField(_("required"), default=True)
    opens_before = models.PositiveIntegerField(default=30)
    late_after = models.PositiveIntegerField(default=15)
    closes_after = models.PositiveIntegerField(default=30)
    has_checkout = models.BooleanField(default=False)
    pulse_count = models.PositiveSmallIntegerField(default=0)
    walk_ins = models.CharField(max_length=10, choices=WalkIns.choices, default=WalkIns.REFUSE)
    locked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            one_of("kind", SessionKind, name="session_kind_is_known"),
            one_of("walk_ins", WalkIns, name="session_walk_ins_is_known"),
            ordered("starts_at", "ends_at", name="session_ends_after_it_starts"),
            within("pulse_count", 0, 3, name="session_has_at_most_three_pulses"),
            within("study_periods", 0, 20, name="session_study_periods_are_plausible"),
            models.UniqueConstraint(
                fields=["run", "number"],
                name="session_number_once_in_a_run",
                violation_error_message=_("The run already has a session with this number."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SessionPlace(models.Model):
    """A session in one of its rooms: its own code, its own check-in. `epoch` + 1 makes all codes void."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="session_places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="session_places")
    code = models.CharField(max_length=5, unique=True)
    epoch = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "place"],
                name="session_place_once",
                violation_error_message=_("The session is already held in this place."),
            ),
        ]


class RunQuiz(models.Model):
    """A quiz of a run: open from `opens_at`; at `closes_at` it is closed. Empty ends are open."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="run_quizzes")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="run_quizzes")
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        constraints = [
            ordered("opens_at", "closes_at", name="run_quiz_closes_after_it_opens"),
            models.UniqueConstraint(
                fields=["run", "quiz"],
                name="run_quiz_once",
                violation_error_message=_("The run already has this quiz."),
            ),
        ]


class Quota(models.Model):
    """Seats of a run that are reserved for an agency until `until`."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="quotas")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="quotas")
    seats = models.PositiveIntegerField(_("seats"))
    taken = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "agency"],
                name="quota_once_per_agency",
                violation_error_message=_("This agency already has a quota."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats")),
                name="quota_is_never_oversold",
                violation_error_message=_("There are fewer seats than people who have one."),
            ),
        ]
