"""Training taken elsewhere, and people who are excused from it (learning.md §12)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.reach import led_agencies
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, ordered
from lms.days import local_day
from lms.people.models import Agency, Person, RosterEntry, User
from lms.plan.models import Period, PlanTask, Requirement, refuse_closed_days
from lms.refusal import Refused
from lms.uploads.documents import LONGEST_NAME, Document
from lms.vietnamese.fields import CleanCharField, FoldedField
from lms.vietnamese.text import clean

STORAGE = "private"
FOLDER = "outside"


class OutsideState(models.TextChoices):
    SUBMITTED = "submitted", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Recognised")
    REJECTED = "rejected", _("Not recognised")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OutsideTrainingQuerySet(models.QuerySet["OutsideTraining"]):
    def accepted(self, at: datetime | None = None) -> OutsideTrainingQuerySet:
        """Accepted by the department and not taken back, as known at a moment (None: now)."""
        found = self.filter(state=OutsideState.ACCEPTED)
        if at is None:
            return found.filter(voided_at__isnull=True)
        return found.filter(Q(voided_at__isnull=True) | Q(voided_at__gt=at), decided_at__lte=at)

    def dated(self, first: date, last: date) -> OutsideTrainingQuerySet:
        """Ended from `first` to `last`, both inclusive."""
        return self.filter(ends_on__gte=first, ends_on__lte=last)

    def waiting(self) -> OutsideTrainingQuerySet:
        """Nobody has decided yet."""
        return self.filter(state=OutsideState.SUBMITTED)

    def visible_to(self, user: User, on: date) -> OutsideTrainingQuerySet:
        """The department and administrators all, a focal person that of the own agencies and of those they succeeded,
        everybody their own."""
        if user.holds("coordinator", "administrator", on=on):
            return self
        return self.filter(Q(agency__in=led_agencies(user, on)) | Q(person__user=user))

    def latest_first(self) -> OutsideTrainingQuerySet:
        return self.order_by("-submitted_at", "-pk")


@dataclass(frozen=True)
class Claim:
    """What somebody says of a course of another provider."""

    task: PlanTask
    title: str
    provider: str
    starts_on: date
    ends_on: date
    study_periods: int
    certificate_no: str


class OutsideTraining(models.Model):
    """A course of another provider, with its evidence. Counts only where the requirement says so."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="outside_trainings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="outside_trainings")
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="outside_trainings")
    title = CleanCharField(_("title"), max_length=300)
    provider = CleanCharField(_("provider"), max_length=300)
    provider_folded = FoldedField(source="provider")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    study_periods = models.PositiveIntegerField(_("study periods"))
    certificate_no = CleanCharField(_("certificate number"), max_length=100)
    #: Where the file lies in the private storage, under a name that says nothing.
    evidence = models.CharField(max_length=200, editable=False)
    #: How the sender called it.
    evidence_name = models.CharField(_("evidence"), max_length=LONGEST_NAME, blank=True)
    state = models.CharField(max_length=20, choices=OutsideState.choices, default=OutsideState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    #: Taken back after it was accepted: from then on it does not count.
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = OutsideTrainingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", OutsideState, name="outside_state_is_known"),
            ordered("starts_on", "ends_on", name="outside_ends_after_it_starts", inclusive=True),
            models.UniqueConstraint(
                fields=["person", "provider_folded", "certificate_no"],
                condition=~Q(state__in=["rejected", "withdrawn"]) & Q(voided_at__isnull=True),
                name="outside_evidence_once",
                violation_error_message=_("This evidence has already been submitted."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="outside_is_decided_by_another",
                violation_error_message=_("Another person must decide on what you submitted."),
            ),
            both_or_neither(
                Q(state__in=["accepted", "rejected"]),
                Q(decided_at__isnull=False),
                name="outside_decision_is_dated",
                message=_("A decision has a date."),
            ),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="outside_is_taken_back_with_a_reason",
                message=_("Say why."),
            ),
        ]
        indexes = [models.Index(fields=["task", "ends_on"])]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def submit(
        cls, person: Person, claim: Claim, evidence: Document | None, *, by: User, now: datetime
    ) -> OutsideTraining:
        """Ask the department to accept a course that `person` took elsewhere, with its evidence and one event.

        It belongs to the agency on whose roster the person stood when it ended.

        Raises Refused: evidence_missing, ends_before_it_starts, not_yet (422), not_on_roster, period_closed,
        duplicate_evidence.
        """
        if evidence is None:
            raise Refused("evidence_missing", _("Attach the certificate or another document as evidence."), status=422)
        if claim.ends_on < claim.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        if claim.ends_on > local_day(now):
            raise Refused("not_yet", _("Training that has not ended yet cannot be submitted."), status=422)
        agency = _agency_then(person, claim.ends_on, local_day(now), by)
        stored = storages[STORAGE].save(f"{FOLDER}/{uuid.uuid4().hex}.{evidence.ending}", ContentFile(evidence.content))
        try:
            with transaction.atomic():
                refuse_closed_days(claim.task, claim.ends_on, claim.ends_on)
                made = cls(
                    person=person, agency=agency, evidence=stored, evidence_name=evidence.name,
                    submitted_by=by, submitted_at=now, **vars(claim),
                )  # fmt: skip
                made.save()
                made.record("outside_training.submit", by=by, now=now)
        except BaseException as error:
            storages[STORAGE].delete(stored)
            if isinstance(error, IntegrityError):
                sentence = _("This certificate of this provider has already been submitted for this person.")
                raise Refused("duplicate_evidence", sentence) from error
            raise
        return made

    def decide(self, *, accepts: bool, reason: str, by: User, now: datetime) -> None:
        """Accept, or reject with a reason, with one event; never what one submitted or learned oneself.

        Raises Refused: self_decision (403), reason_required (422), already_decided, period_closed.
        """
        if by.pk == self.submitted_by_id or (by.person_id is not None and by.person_id == self.person_id):
            raise Refused("self_decision", _("Another person must decide on what you submitted."), status=403)
        reason = clean(reason)[:300]
        if not accepts and not reason:
            raise Refused("reason_required", _("Say why."), status=422)
        state = OutsideState.ACCEPTED if accepts else OutsideState.REJECTED
        with transaction.atomic():
            self._leave_waiting(state=state, decided_by=by, decided_at=now, reason=reason)
            if accepts:
                refuse_closed_days(self.task, self.ends_on, self.ends_on)
            self.record("outside_training.decide", by=by, now=now, state=str(state))
        self.refresh_from_db()

    def withdraw(self, *, by: User, now: datetime) -> None:
        """It is not asked for any more, with one event. Raises Refused: already_decided."""
        with transaction.atomic():
            self._leave_waiting(state=OutsideState.WITHDRAWN)
            self.record("outside_training.withdraw", by=by, now=now)
        self.refresh_from_db()

    def _leave_waiting(self, **columns: Any) -> None:
        if not OutsideTraining.objects.waiting().filter(pk=self.pk).update(**columns):
            raise Refused("already_decided", _("This has been decided or withdrawn before."))

    def take_back(self, reason: str, *, by: User, now: datetime) -> None:
        """It should not have been accepted: from now on it does not count, with one event. A closed report keeps it and
        shows an adjustment.

        Raises Refused: reason_required (422), already_taken_back.
        """
        reason = clean(reason)[:300]
        if not reason:
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            standing = OutsideTraining.objects.accepted().filter(pk=self.pk)
            if not standing.update(voided_at=now, voided_by=by, void_reason=reason):
                raise Refused("already_taken_back", _("This is not accepted, or has been taken back before."))
            self.record("outside_training.take_back", by=by, now=now)
        self.refresh_from_db()

    def record(self, action: str, *, by: User, now: datetime, **data: Any) -> None:
        """Write the event of what happened to it."""
        Event.record(
            action, object_kind="outside_training", object_id=self.pk, actor=str(by.public_id), now=now,
            subject=str(self.person.public_id), agency=self.agency.code, data=data,
        )  # fmt: skip


def _agency_then(person: Person, day: date, today: date, by: User) -> Agency:
    """The agency of the roster entry of that day, else of today; of several one that `by` leads."""
    led = led_agencies(by, today)
    for on in (day, today):
        entries = RosterEntry.objects.known().on(on).filter(person=person).select_related("agency").order_by("pk")
        found = sorted(entries, key=lambda entry: entry.agency_id not in led)
        if found:
            return found[0].agency
    raise Refused("not_on_roster", _("This person is on no roster."))


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def known(self, at: datetime | None = None) -> WaiverQuerySet:
        """Granted and not voided, as known at a moment (None: now)."""
        if at is None:
            return self.filter(voided_at__isnull=True)
        return self.filter(Q(voided_at__isnull=True) | Q(voided_at__gt=at), granted_at__lte=at)

    def holding_on(self, day: date) -> WaiverQuerySet:
        """Of periods that hold `day`; both ends count. A waiver of the year holds in its quarters."""
        return self.filter(period__starts_on__lte=day, period__cutoff_on__gte=day)

    def visible_to(self, user: User, on: date) -> WaiverQuerySet:
        """The department and administrators all, a focal person those of people on the own rosters, everybody their
        own."""
        if user.holds("coordinator", "administrator", on=on):
            return self
        mine = RosterEntry.objects.known().filter(agency__in=led_agencies(user, on))
        return self.filter(Q(person__in=mine.values("person")) | Q(person__user=user))

    def latest_first(self) -> WaiverQuerySet:
        return self.order_by("-granted_at", "-pk")


class Waiver(models.Model):
    """A person excused from a requirement in a period («miễn»): stays in the denominator."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="waivers")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="waivers")
    period = models.ForeignKey(Period, models.PROTECT, related_name="waivers")
    ground = models.CharField(_("ground"), max_length=300)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "requirement", "period"],
                condition=Q(voided_at__isnull=True),
                name="waiver_once",
                violation_error_message=_("This person is already excused."),
            ),
            models.CheckConstraint(
                condition=~Q(ground=""),
                name="waiver_has_a_ground",
                violation_error_message=_("Say why."),
            ),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="waiver_is_voided_with_a_reason",
                message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.ground

    @classmethod
    def grant(  # noqa: PLR0913 - the columns of the row, all by name
        cls,
        person: Person,
        requirement: Requirement,
        period: Period,
        *,
        ground: str,
        document_no: str = "",
        by: User,
        now: datetime,
    ) -> Waiver:
        """Excuse `person` from a requirement in a period, with one event; never oneself.

        Raises Refused: self_decision (403), reason_required (422), not_on_roster, period_closed, already_excused.
        """
        if by.person_id is not None and by.person_id == person.pk:
            raise Refused("self_decision", _("Nobody excuses themselves."), status=403)
        ground, document_no = clean(ground)[:300], clean(document_no)[:100]
        if not ground:
            raise Refused("reason_required", _("Say why."), status=422)
        listed = RosterEntry.objects.known().filter(person=person, group=requirement.group)
        if not listed.during(period.starts_on, period.ends_on).exists():
            raise Refused("not_on_roster", _("This person is not on a roster of this group in this period."))
        try:
            with transaction.atomic():
                refuse_closed_days(requirement.task, period.starts_on, period.cutoff_on)
                waiver = cls.objects.create(
                    person=person, requirement=requirement, period=period, ground=ground, document_no=document_no,
                    granted_by=by, granted_at=now,
                )  # fmt: skip
                waiver.record("waiver.grant", by=by, now=now)
        except IntegrityError as error:
            raise Refused("already_excused", _("This person is already excused.")) from error
        return waiver

    def void(self, reason: str, *, by: User, now: datetime) -> None:
        """The person is not excused any more, with one event. A closed report keeps the waiver.

        Raises Refused: reason_required (422), already_voided.
        """
        reason = clean(reason)[:300]
        if not reason:
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            standing = Waiver.objects.known().filter(pk=self.pk)
            if not standing.update(voided_at=now, voided_by=by, void_reason=reason):
                raise Refused("already_voided", _("This waiver has been voided before."))
            self.record("waiver.void", by=by, now=now)
        self.refresh_from_db()

    def record(self, action: str, *, by: User, now: datetime) -> None:
        """Write the event of what happened to it."""
        Event.record(
            action, object_kind="waiver", object_id=self.pk, actor=str(by.public_id), now=now,
            subject=str(self.person.public_id),
            data={"requirement": self.requirement_id, "period": self.period_id},
        )  # fmt: skip
