"""Sessions of a run, and the rooms they are held in (learning.md §6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from courses.live_codes import new_code
from courses.models.runs import Place, Run
from lms.audit.models import Event
from lms.constraints import one_of, ordered, within
from lms.jobs.models import Job
from lms.people.models import User
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField

ROOM_CODE_LENGTH = 5


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

    def visible_to(self, user: User, on: date) -> SessionQuerySet:
        """Sessions of the runs that exist for `user` (permissions.csv, session.view)."""
        return self.filter(run__in=Run.objects.visible_to(user, on))

    def sheet_visible_to(self, user: User, on: date) -> SessionQuerySet:
        """Sessions whose list `user` may open (attendance.view_sheet): staff, and focal persons with people there."""
        return self.filter(run__in=Run.objects.handled_by(user, on))


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

    @property
    def opens_at(self) -> datetime:
        """Check-in opens."""
        return self.starts_at - timedelta(minutes=self.opens_before)

    @property
    def closes_at(self) -> datetime:
        """Check-in closes; this moment no longer counts."""
        return self.ends_at + timedelta(minutes=self.closes_after)

    def hold_in(self, place: Place) -> SessionPlace:
        """Hold the session in `place` too; the room of the session that was there before, if it was."""
        held, _created = SessionPlace.objects.get_or_create(
            session=self, place=place, defaults={"code": new_code(ROOM_CODE_LENGTH)}
        )
        return held

    def edit(  # noqa: PLR0913 - what a session is, all by name
        self,
        title: str,
        *,
        starts_at: datetime,
        ends_at: datetime,
        study_periods: int,
        places: list[Place],
        by: User,
        now: datetime,
        more_than_a_day: bool = False,
    ) -> bool:
        """Move or rename the session, or hold it in other rooms; False if nothing changes. Rooms that stay keep their
        codes.

        Raises Refused "has_marks" once somebody was marked or checked in, "session_cancelled", "ends_before_it_starts"
        (422) and what `Run.require_time_for` raises.
        """
        if ends_at <= starts_at:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        columns = {"title": title, "starts_at": starts_at, "ends_at": ends_at, "study_periods": study_periods}
        with transaction.atomic():
            Run.objects.filter(pk=self.run_id).update(version=models.F("version") + 1)  # one session at a time
            self.refresh_from_db()
            rooms = {place.pk for place in places}
            kept = set(self.session_places.values_list("place_id", flat=True))
            if rooms == kept and all(getattr(self, name) == value for name, value in columns.items()):
                return False
            if self.cancelled_at is not None:
                raise Refused("session_cancelled", _("The session was cancelled."))
            self._refuse_marks()
            self.run.require_time_for(
                starts_at, ends_at, study_periods, places=places, more_than_a_day=more_than_a_day, moved=self
            )
            Session.objects.filter(pk=self.pk).update(**columns)
            self.session_places.exclude(place__in=rooms).delete()
            for place in places:
                self.hold_in(place)
            self._tell("edited", by=by, now=now)
        self.refresh_from_db()
        return True

    def _refuse_marks(self) -> None:
        if self.attendance_events.filter(result="accepted").exists():
            raise Refused("has_marks", _("People were already marked at this session."))

    def _tell(self, what: str, *, by: User, now: datetime) -> None:
        """One event; whoever has completed without the session, or no longer has, is found in the background."""
        actor, action = str(by.public_id), "session.edit_or_cancel"
        Event.record(
            action, object_kind="session", object_id=self.pk, actor=actor, now=now, data={"what": what}
        )  # fmt: skip
        key = f"run:{self.run_id}:session:{self.pk}:{what}:{now.isoformat()}"
        Job.ask("courses.evaluate_run", key=key, payload={"run": self.run_id}, now=now)

    def cancel(self, *, by: User, now: datetime) -> bool:
        """The session does not take place and leaves the planned total; False if it was cancelled already.

        Raises Refused "has_marks" once somebody was marked or checked in.
        """
        with transaction.atomic():
            cancelled = Session.objects.filter(pk=self.pk, cancelled_at__isnull=True).update(cancelled_at=now)
            if not cancelled:
                return False
            self._refuse_marks()
            self._tell("cancelled", by=by, now=now)
        self.cancelled_at = now
        return True


class SessionPlaceQuerySet(models.QuerySet["SessionPlace"]):
    def in_order(self) -> SessionPlaceQuerySet:
        """By the name of the room."""
        return self.order_by("place__name", "pk")


class SessionPlace(models.Model):
    """A session in one of its rooms: its own code, its own check-in. `epoch` + 1 makes all codes void."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="session_places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="session_places")
    code = models.CharField(max_length=ROOM_CODE_LENGTH, unique=True)
    epoch = models.PositiveIntegerField(default=0)

    objects = SessionPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "place"],
                name="session_place_once",
                violation_error_message=_("The session is already held in this place."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def change_code(self, *, by: User, now: datetime) -> None:
        """Make every code that was shown for this room void («Đổi mã»)."""
        with transaction.atomic():
            SessionPlace.objects.filter(pk=self.pk).update(epoch=models.F("epoch") + 1)
            Event.record(
                "attendance.change_live_code",
                object_kind="session",
                object_id=self.session_id,
                actor=str(by.public_id),
                now=now,
                data={"room": self.code},
            )
        self.refresh_from_db(fields=["epoch"])
