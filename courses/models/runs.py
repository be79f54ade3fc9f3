"""Runs of a course (lớp), their places, quizzes and quotas (learning.md §6)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from courses.models.clashes import at_the_same_time, refuse_clashes
from courses.models.reach import NOBODY, led_agencies, staff_q
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, ordered, within
from lms.days import day_after, local_day, start_of
from lms.jobs.models import Job
from lms.people.models import Agency, User
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField

if TYPE_CHECKING:
    from courses.models.sessions import Session

PERIODS_A_DAY = 8
"""So many tiết a day and no more, unless somebody confirms it (learning.md §6)."""


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


def concerning_q(agencies: Collection[int]) -> Q:
    """Runs where one of `agencies` has seats, was asked to nominate, or has people."""
    if not agencies:
        return NOBODY
    same = Run.objects.filter(pk=OuterRef("pk"))
    return Q(
        Exists(same.filter(quotas__agency__in=agencies))
        | Exists(same.filter(rounds__replies__agency__in=agencies))
        | Exists(same.filter(enrolments__agency__in=agencies))
    )


class RunQuerySet(models.QuerySet["Run"]):
    def on_offer(self, on: date) -> RunQuerySet:
        """Runs of the catalogue that have not ended and may still be entered."""
        return self.filter(state__in=[RunState.OPEN, RunState.RUNNING], ends_on__gte=on)

    def handled_by(self, user: User, on: date) -> RunQuerySet:
        """Runs that `user` has to do with as staff or as a focal person, not as a trainee."""
        return self.filter(staff_q(user, on) | concerning_q(led_agencies(user, on)))

    def visible_to(self, user: User, on: date) -> RunQuerySet:
        """Runs that exist for `user` (permissions.csv, run.view): as staff, focal person or trainee."""
        reach = staff_q(user, on) | concerning_q(led_agencies(user, on))
        if user.person_id is not None:
            reach |= Q(Exists(self.model.objects.filter(pk=OuterRef("pk"), enrolments__person_id=user.person_id)))
        return self.filter(reach)

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
    #: Until this moment an agency may send another person; empty: until the first day begins.
    replace_until = models.DateTimeField(_("another person may be sent until"), null=True, blank=True)
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
            both_or_neither(
                Q(seats__isnull=True),
                Q(pool_seats__isnull=True),
                name="run_with_a_limit_says_how_many_seats_are_open",
                message=_("A run with a number of seats says how many of them are open to all."),
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

    @property
    def is_over(self) -> bool:
        """Ended, closed or cancelled: nothing new happens in it."""
        return self.state in (RunState.ENDED, RunState.CLOSED, RunState.CANCELLED)

    @property
    def replaceable_until(self) -> datetime:
        """From this moment on nobody is replaced: never later than the start of the first day."""
        start = start_of(self.starts_on)
        return start if self.replace_until is None else min(self.replace_until, start)

    def planned_half_periods(self) -> int:
        """Half tiết of all required sessions that are not cancelled, held or still to come (attendance §1.2)."""
        required = self.sessions.filter(is_required=True, cancelled_at__isnull=True)
        return 2 * (required.aggregate(total=Sum("study_periods"))["total"] or 0)

    def open(self, *, by: User, now: datetime) -> bool:
        """Take enrolments and nominations from now on; False if it was open already."""
        return self._move([RunState.DRAFT], RunState.OPEN, by=by, now=now)

    def start(self, *, by: User, now: datetime) -> bool:
        """The first day has come; False if it was running already."""
        return self._move([RunState.OPEN], RunState.RUNNING, by=by, now=now)

    def end(self, *, by: User, now: datetime) -> bool:
        """The class is over: no more lessons are ticked off; False if it had ended already."""
        return self._move([RunState.OPEN, RunState.RUNNING], RunState.ENDED, by=by, now=now)

    def cancel(self, reason: str, *, by: User, now: datetime) -> bool:
        """The class will not be held: everybody in it is cancelled with the reason. False if it was cancelled before.

        Raises Refused "reason_required", and "wrong_state" once the class is over.
        """
        if not reason.strip():
            raise Refused("reason_required", _("Say why the run is cancelled."), status=422)
        with transaction.atomic():
            Quota.objects.filter(run=self).update(taken=0)
            Place.objects.filter(run=self).update(taken=0)
            going_on = Run.objects.filter(pk=self.pk, state__in=[RunState.DRAFT, RunState.OPEN, RunState.RUNNING])
            if not going_on.update(
                state=RunState.CANCELLED, cancel_reason=reason[:300], pool_taken=0, version=F("version") + 1
            ):
                self.refresh_from_db(fields=["state"])
                if self.state == RunState.CANCELLED:
                    return False
                raise Refused("wrong_state", _("The class is not in a state that allows this."), state=self.state)
            people = self.enrolments.active().update(
                state="cancelled", seat="none", reason=reason[:300], decided_by=by, decided_at=now
            )
            self._tell("run.cancel", by=by, now=now, data={"people": people})
        self.refresh_from_db()
        return True

    def _move(self, sources: list[RunState], target: RunState, *, by: User, now: datetime) -> bool:
        """One conditional UPDATE and its event. Raises Refused "wrong_state" from any other state."""
        with transaction.atomic():
            moved = Run.objects.filter(pk=self.pk, state__in=sources).update(state=target, version=F("version") + 1)
            self.refresh_from_db(fields=["state", "version"])
            if not moved:
                if self.state == target:
                    return False
                raise Refused("wrong_state", _("The class is not in a state that allows this."), state=self.state)
            self._tell("run.open_or_close_enrolment", by=by, now=now, data={"state": target})
        return True

    def _tell(self, action: str, *, by: User, now: datetime, data: dict[str, Any]) -> None:
        actor = str(by.public_id)
        Event.record(action, object_kind="run", object_id=self.public_id, actor=actor, now=now, data=data)

    def add_place(self, name: str, *, address: str = "", host: Agency | None = None, seats: int | None = None) -> Place:
        """A room of the class; without `seats` it holds everybody."""
        return Place.objects.create(run=self, name=name, address=address, host=host, seats=seats)

    def reserve(self, agency: Agency, seats: int, *, by: User, now: datetime, until: datetime | None = None) -> Quota:
        """Set the agency's quota to `seats`, taken from (or given back to) the seats open to all.

        Raises Refused "seats_below_taken" if that leaves fewer seats than people who have one.
        """
        with transaction.atomic():
            quota, _created = Quota.objects.get_or_create(run=self, agency=agency, defaults={"seats": 0})
            Quota.objects.filter(pk=quota.pk).update(taken=F("taken"))  # holds the row until the commit
            quota.refresh_from_db()
            more = seats - quota.seats
            fits = Quota.objects.filter(pk=quota.pk, taken__lte=seats).update(seats=seats, until=until)
            limited = Run.objects.filter(pk=self.pk, pool_seats__isnull=False)
            room = limited.filter(pool_seats__gte=F("pool_taken") + more).update(pool_seats=F("pool_seats") - more)
            if not fits or (not room and limited.exists()):
                raise Refused("seats_below_taken", _("There would be fewer seats than people who have one."))
            data = {"agency": agency.code, "seats": seats}
            self._tell("run.edit_dates_places_quotas", by=by, now=now, data=data)
            if until is not None:
                self._offer_again(quota, until, now)
            quota.refresh_from_db()
        return quota

    def _offer_again(self, quota: Quota, until: datetime, now: datetime) -> None:
        """When the quota ends, its free seats go to whoever waits."""
        key = f"quota:{quota.pk}:{until.isoformat()}"
        Job.ask("courses.offer", key=key, now=now, due_at=until, payload={"run": self.pk})

    def record_decision(self, number: str, day: date, *, by: User, now: datetime) -> bool:
        """The number and date of the decision that recognises the results; False if nothing changes.

        Raises Refused "no_decision" (422) without a number.
        """
        number = number.strip()[:100]
        if not number:
            raise Refused("no_decision", _("Give the number of the decision."), status=422)
        with transaction.atomic():
            other = Run.objects.filter(pk=self.pk).exclude(decision_no=number, decision_on=day)
            if not other.update(decision_no=number, decision_on=day, version=F("version") + 1):
                return False
            data = {"number": number, "day": day.isoformat()}
            self._tell("run.record_decision_number", by=by, now=now, data=data)
        self.refresh_from_db(fields=["decision_no", "decision_on", "version"])
        return True

    def add_session(  # noqa: PLR0913 - what a session is, all by name
        self,
        title: str,
        *,
        starts_at: datetime,
        ends_at: datetime,
        study_periods: int,
        places: list[Place] | None = None,
        is_required: bool = True,
        more_than_a_day: bool = False,
        **settings_: Any,
    ) -> Session:
        """The next session of the class, held in `places` (each gets its own code for check-in).

        Raises Refused: as `require_time_for`.
        """
        with transaction.atomic():
            Run.objects.filter(pk=self.pk).update(version=F("version") + 1)  # one new session at a time
            self.require_time_for(
                starts_at, ends_at, study_periods, places=places or [], more_than_a_day=more_than_a_day
            )
            number = (self.sessions.aggregate(last=models.Max("number"))["last"] or 0) + 1
            session: Session = self.sessions.create(
                number=number,
                title=title,
                starts_at=starts_at,
                ends_at=ends_at,
                study_periods=study_periods,
                is_required=is_required,
                **settings_,
            )
            for place in places or []:
                session.hold_in(place)
        return session

    def require_time_for(
        self,
        starts_at: datetime,
        ends_at: datetime,
        study_periods: int,
        *,
        places: Collection[Place],
        more_than_a_day: bool = False,
        moved: Session | None = None,
    ) -> None:
        """A session may be held in `places` then; `moved` is the one that is held there already, if it is.

        Raises Refused "outside_run" beyond the days of the class, "over_8_periods" when the day would hold more than
        8 tiết, unless `more_than_a_day` confirms it, and "clash_place" or "clash_trainer".
        """
        first, last = local_day(starts_at), local_day(ends_at)
        if first < self.starts_on or last > self.ends_on:
            raise Refused("outside_run", _("The session lies outside the days of the class."), status=422)
        others, everywhere = self.sessions.held(), self.sessions.model.objects.all()
        if moved is not None:
            others, everywhere = others.exclude(pk=moved.pk), everywhere.exclude(pk=moved.pk)
        that_day = others.filter(starts_at__gte=start_of(first), starts_at__lt=start_of(day_after(first)))
        held = that_day.aggregate(total=Sum("study_periods"))["total"] or 0
        if held + study_periods > PERIODS_A_DAY and not more_than_a_day:
            raise Refused("over_8_periods", _("The day would hold more than 8 study periods."), status=422)
        refuse_clashes(self, places, at_the_same_time(everywhere, starts_at, ends_at))


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
