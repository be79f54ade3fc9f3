"""Enrolment: who is in a run, how they came, and what may become of it (learning.md §5)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.live_codes import new_code
from courses.models import seats
from courses.models.entering import entry_on_roster
from courses.models.prerequisites import check_prerequisites
from courses.models.reach import led_agencies, staff_q
from courses.models.runs import Entry, Place, Run, RunState
from courses.models.states import ACTIVE, SEATED, EnrolmentState, Origin, Seat
from lms.audit.models import Event
from lms.constraints import one_of
from lms.days import local_day, start_of
from lms.jobs.models import Job
from lms.people.models import Agency, Person, User
from lms.refusal import Refused
from lms.vietnamese.text import fold

OFFER_STANDS_FOR = timedelta(hours=48)
"""So long an offered seat waits for an answer, and never past the start of the class."""
CHECK_IN_CODE_LENGTH = 8
REPLACEABLE = (EnrolmentState.NOMINATED, EnrolmentState.ENROLLED)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> EnrolmentQuerySet:
        """Requested, nominated, waiting, offered or enrolled; a terminal row stays for the record."""
        return self.filter(state__in=ACTIVE)

    def enrolled(self) -> EnrolmentQuerySet:
        return self.filter(state=EnrolmentState.ENROLLED)

    def in_order(self) -> EnrolmentQuerySet:
        """By given name."""
        return self.order_by("person__sort_key", "pk")

    def named_like(self, words: str) -> EnrolmentQuerySet:
        """Whose name has these letters, whatever the marks; by given name."""
        return self.filter(person__name_folded__contains=fold(words).strip()).in_order()

    def waiting_in_turn(self) -> EnrolmentQuerySet:
        """The waiting list: lower `priority` first, then who came first."""
        return self.filter(state=EnrolmentState.WAITING).order_by("priority", "created_at", "pk")

    def of(self, user: User) -> EnrolmentQuerySet:
        """The user's own, whatever became of them."""
        return self.none() if user.person_id is None else self.filter(person_id=user.person_id)

    def visible_to(self, user: User, on: date) -> EnrolmentQuerySet:
        """Enrolments that exist for `user`: own, of agencies led, of courses taught, all for the department."""
        reach = staff_q(user, on, "run__") | Q(agency__in=led_agencies(user, on))
        if user.person_id is not None:
            reach |= Q(person_id=user.person_id)
        return self.filter(reach)


class Enrolment(models.Model):
    """A person in a run. `agency` is the one at entry. Coming back after a terminal state is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="enrolments")
    state = models.CharField(_("state"), max_length=20, choices=EnrolmentState.choices)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices)
    seat = models.CharField(max_length=20, choices=Seat.choices, default=Seat.NONE)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="enrolments")
    priority = models.IntegerField(default=0)
    offer_until = models.DateTimeField(null=True, blank=True)
    #: Whose seat this person has taken over (`replace`).
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    check_in_code = models.CharField(max_length=8, unique=True)
    created_at = models.DateTimeField(editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            one_of("state", EnrolmentState, name="enrolment_state_is_known"),
            one_of("origin", Origin, name="enrolment_origin_is_known"),
            one_of("seat", Seat, name="enrolment_seat_is_known"),
            models.UniqueConstraint(
                fields=["run", "person"],
                condition=Q(state__in=ACTIVE),
                name="enrolment_once_per_run",
                violation_error_message=_("This person is already in this run."),
            ),
            models.CheckConstraint(
                condition=(Q(seat="none") & ~Q(state__in=SEATED)) | (~Q(seat="none") & Q(state__in=SEATED)),
                name="enrolment_has_a_seat_while_it_needs_one",
                violation_error_message=_("Nominated, offered and enrolled people have a seat; others do not."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "withdrawn", "cancelled"]) | ~Q(reason=""),
                name="enrolment_ends_with_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"]),
            models.Index(fields=["run", "state"]),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @classmethod
    def enrol_self(cls, run: Run, person: Person, *, by: User, now: datetime) -> Enrolment:
        """Come into an open run: enrolled, or waiting when it is full.

        Raises Refused: not_open, after_start, not_on_roster, wrong_group, prereq_missing, already_active.
        """
        return cls._come_alone(run, person, Entry.OPEN, EnrolmentState.ENROLLED, by=by, now=now)

    @classmethod
    def request(cls, run: Run, person: Person, *, by: User, now: datetime) -> Enrolment:
        """Ask to come into a run that the department approves; refusals as `enrol_self`."""
        return cls._come_alone(run, person, Entry.APPROVAL, EnrolmentState.REQUESTED, by=by, now=now)

    @classmethod
    def _come_alone(
        cls, run: Run, person: Person, entry: Entry, target: EnrolmentState, *, by: User, now: datetime
    ) -> Enrolment:
        on = local_day(now)
        if run.entry != entry or run.state not in (RunState.OPEN, RunState.RUNNING) or on > run.ends_on:
            raise Refused("not_open", _("This class does not take enrolments now."))
        if on > run.starts_on and run.sessions.held().exists():
            raise Refused("after_start", _("The class has already started."))
        roster_entry = entry_on_roster(run.course, person, on)
        check_prerequisites(run, person, on)
        agency_id = roster_entry.agency_id if roster_entry else None
        newcomer = cls(run=run, person=person, agency_id=agency_id, origin=Origin.SELF)
        return newcomer.enter(target, action="enrolment.enrol_or_request_self", by=by, now=now)

    def enter(self, target: EnrolmentState, *, action: str, by: User, now: datetime) -> Enrolment:
        """Save this new row as `target` with a seat if that needs one, as waiting if there is none; one event.

        Raises Refused "already_active", and "not_open" if the run was cancelled meanwhile.
        """
        with transaction.atomic():
            if Enrolment.objects.active().filter(run_id=self.run_id, person_id=self.person_id).exists():
                raise already_active()
            seat = seats.take(self.run, self.agency_id, self.place_id, now) if target in SEATED else None
            self.state = EnrolmentState.WAITING if target in SEATED and seat is None else target
            self.seat = seat or Seat.NONE
            self._hold_the_run(self.seat)
            self._insert(now)
            self._tell(action, by=by, now=now, state=self.state)
        return self

    def _insert(self, now: datetime) -> None:
        """Raises Refused "already_active" if the person came in meanwhile."""
        self.check_in_code, self.created_at = new_code(CHECK_IN_CODE_LENGTH), now
        try:
            with transaction.atomic():
                self.save(force_insert=True)
        except IntegrityError as error:
            if Enrolment.objects.active().filter(run_id=self.run_id, person_id=self.person_id).exists():
                raise already_active() from error
            raise

    def _hold_the_run(self, seat: str) -> None:
        """A cancellation of the run waits for us, or we see it: nobody enters a cancelled run."""
        if seat == Seat.NONE:
            Run.objects.filter(pk=self.run_id).update(pool_taken=F("pool_taken"))
        if not Run.objects.filter(pk=self.run_id, state__in=[RunState.OPEN, RunState.RUNNING]).exists():
            raise Refused("not_open", _("This class does not take enrolments now."))

    def approve(self, *, by: User, now: datetime) -> bool:
        """A request or nomination becomes an enrolment; False if it is one already.

        Raises Refused: quota_used (no free seat), prereq_missing, enrolment_inactive, not_open.
        """
        check_prerequisites(self.run, self.person, local_day(now))
        with transaction.atomic():
            seat: str = self.seat
            if self.state == EnrolmentState.REQUESTED:
                taken = seats.take(self.run, self.agency_id, self.place_id, now)
                if taken is None:
                    raise Refused("quota_used", _("There is no free seat left."))
                seat = taken
            self._hold_the_run(seat)
            return self._change(
                [EnrolmentState.REQUESTED, EnrolmentState.NOMINATED],
                EnrolmentState.ENROLLED,
                action="enrolment.approve_or_reject",
                by=by,
                now=now,
                seat=seat,
            )

    def reject(self, reason: str, *, by: User, now: datetime) -> bool:
        """Turn down a request or nomination; its seat is free again. False if that was done before."""
        sources = [EnrolmentState.REQUESTED, EnrolmentState.NOMINATED, EnrolmentState.WAITING]
        action = "enrolment.approve_or_reject"
        return self._leave(sources, EnrolmentState.REJECTED, reason, action=action, by=by, now=now)

    def withdraw(self, reason: str, *, by: User, now: datetime) -> bool:
        """Leave before the first day of the class; the seat is free again. False if that was done before.

        Raises Refused: after_start, reason_required, enrolment_inactive.
        """
        if local_day(now) >= self.run.starts_on and self.state in ACTIVE:
            raise Refused("after_start", _("The class has already started."))
        action = "enrolment.withdraw_before_start"
        return self._leave(ACTIVE, EnrolmentState.WITHDRAWN, reason, action=action, by=by, now=now)

    def replace(self, person: Person, reason: str, *, by: User, now: datetime) -> Enrolment:
        """Another person of the same agency takes over the seat; no counter moves and nothing is offered to who waits.

        Sent twice it gives the same new row. Raises Refused: after_start (once `Run.replaceable_until` has come),
        enrolment_inactive, reason_required, not_on_roster, wrong_group, prereq_missing, already_active.
        """
        made = Enrolment.objects.filter(replaces=self, person=person).first()
        if made is not None:
            return made
        if now >= self.run.replaceable_until:
            raise Refused("after_start", _("It is too late to send another person."))
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        if person.pk == self.person_id:
            raise already_active()
        on = local_day(now)
        entry_on_roster(self.run.course, person, on, self.agency)
        check_prerequisites(self.run, person, on)
        with transaction.atomic():
            self.refresh_from_db(fields=["state", "seat"])
            successor = Enrolment(
                run=self.run, person=person, agency=self.agency, state=self.state, origin=self.origin, seat=self.seat,
                place=self.place, priority=self.priority, replaces=self,
            )  # fmt: skip
            action = "enrolment.replace_nominee"
            columns = {"seat": Seat.NONE, "reason": reason.strip()[:300]}
            if not self._change(REPLACEABLE, EnrolmentState.WITHDRAWN, action=action, by=by, now=now, **columns):
                raise Refused("enrolment_inactive", _("This enrolment is not in a state that allows this."))
            successor._insert(now)
        return successor

    @classmethod
    def offer_next(cls, run: Run, now: datetime) -> Enrolment | None:
        """Offer a free seat to the first of the waiting list who fits one; None when nobody does, or the run began.

        Somebody of an agency whose quota is used may have to let a later one pass; otherwise the order is kept.
        """
        until = min(now + OFFER_STANDS_FOR, start_of(run.starts_on))
        if until <= now or run.is_over:
            return None
        without_luck: set[tuple[int | None, int | None]] = set()
        for candidate in cls.objects.filter(run=run).waiting_in_turn().select_related("run", "agency", "person"):
            wish = (candidate.agency_id, candidate.place_id)
            if wish not in without_luck and candidate._offer(until, now):
                return candidate
            without_luck.add(wish)
        return None

    def _offer(self, until: datetime, now: datetime) -> bool:
        with transaction.atomic():
            seat = seats.take(self.run, self.agency_id, self.place_id, now)
            if seat is None:
                return False
            waiting = Enrolment.objects.filter(pk=self.pk, state=EnrolmentState.WAITING)
            if not waiting.update(state=EnrolmentState.OFFERED, seat=seat, offer_until=until):
                transaction.set_rollback(True)
                return False
            self.refresh_from_db(fields=["state", "seat", "offer_until"])
            self._tell("enrolment.offer", by=None, now=now, until=until.isoformat())
            Job.ask("courses.lapse", key=f"enrolment:{self.pk}", now=now, due_at=until, payload={"enrolment": self.pk})
        return True

    def accept(self, *, by: User, now: datetime) -> bool:
        """Take the offered seat; False if that was done before. Raises Refused "offer_expired"."""
        if self.state == EnrolmentState.OFFERED and self.offer_until is not None and self.offer_until <= now:
            raise Refused("offer_expired", _("The offered seat has gone to the next person."))
        with transaction.atomic():
            action = "enrolment.accept_offer"
            return self._change([EnrolmentState.OFFERED], EnrolmentState.ENROLLED, action=action, by=by, now=now)

    def lapse(self, now: datetime) -> bool:
        """An offer that nobody took by `offer_until` ends; False if it was answered, or is not due."""
        if self.state != EnrolmentState.OFFERED or self.offer_until is None or self.offer_until > now:
            return False
        action = "enrolment.lapse"
        return self._leave([EnrolmentState.OFFERED], EnrolmentState.LAPSED, "", action=action, by=None, now=now)

    def _leave(
        self,
        sources: Collection[str],
        target: EnrolmentState,
        reason: str,
        *,
        action: str,
        by: User | None,
        now: datetime,
    ) -> bool:
        """Counters first, as everywhere, then the row, if it still is what we saw."""
        if not reason.strip() and target != EnrolmentState.LAPSED:
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            self.refresh_from_db(fields=["state", "seat"])
            freed = self.seat
            if self.state in sources:
                seats.give_back(self)
            columns = {"seat": Seat.NONE, "reason": reason.strip()[:300]}
            left = self._change(sources, target, action=action, by=by, now=now, **columns)
            if left and freed != Seat.NONE:
                payload = {"run": self.run_id}
                Job.ask("courses.offer", key=f"enrolment:{self.pk}:{target}", now=now, payload=payload)
        return left

    def _change(
        self,
        sources: Collection[str],
        target: EnrolmentState,
        *,
        action: str,
        by: User | None,
        now: datetime,
        **columns: Any,
    ) -> bool:
        """The one conditional UPDATE and its event; False if the row was changed before by the same verb."""
        as_seen = Enrolment.objects.filter(pk=self.pk, state=self.state, seat=self.seat, state__in=sources)
        changed = as_seen.update(state=target, decided_by=by, decided_at=now, **columns)
        self.refresh_from_db()
        if not changed:
            if self.state == target:
                return False
            raise Refused("enrolment_inactive", _("This enrolment is not in a state that allows this."))
        self._tell(action, by=by, now=now, state=target)
        return True

    def _tell(self, action: str, *, by: User | None, now: datetime, **data: Any) -> None:
        Event.record(
            action,
            object_kind="enrolment",
            object_id=self.public_id,
            actor=str(by.public_id) if by else "system",
            now=now,
            subject=str(self.person.public_id),
            agency=self.agency.code if self.agency else "",
            data={"run": str(self.run.public_id), **data},
        )


def already_active() -> Refused:
    """The person is in the run already."""
    return Refused("already_active", _("This person is already in this class."))
