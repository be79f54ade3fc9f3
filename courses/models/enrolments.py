"""Enrolment: who is in a run, and how they came (learning.md §5). Nomination rounds."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.runs import Place, Run
from lms.constraints import one_of, ordered
from lms.people.models import Agency, Person


class EnrolmentState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    NOMINATED = "nominated", _("Nominated")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Seat offered")
    ENROLLED = "enrolled", _("Enrolled")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Offer lapsed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (
    EnrolmentState.REQUESTED,
    EnrolmentState.NOMINATED,
    EnrolmentState.WAITING,
    EnrolmentState.OFFERED,
    EnrolmentState.ENROLLED,
)
SEATED = (EnrolmentState.NOMINATED, EnrolmentState.OFFERED, EnrolmentState.ENROLLED)


class Origin(models.TextChoices):
    SELF = "self", _("By oneself")
    NOMINATION = "nomination", _("Nominated by the agency")
    DEPARTMENT = "department", _("By the department")
    WALK_IN = "walk_in", _("At the door")


class Seat(models.TextChoices):
    """Where the seat came from, and so where it goes back to."""

    NONE = "none", _("No seat")
    QUOTA = "quota", _("Seat of the agency's quota")
    POOL = "pool", _("Seat open to all")
    UNLIMITED = "unlimited", _("Run without a limit")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> EnrolmentQuerySet:
        """Requested, nominated, waiting, offered or enrolled; a terminal row stays for the record."""
        return self.filter(state__in=ACTIVE)

    def enrolled(self) -> EnrolmentQuerySet:
        return self.filter(state=EnrolmentState.ENROLLED)

    def in_order(self) -> EnrolmentQuerySet:
        """By given name."""
        return self.order_by("person__sort_key", "pk")


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
        indexes = [models.Index(fields=["person", "state"]), models.Index(fields=["run", "state"])]

    def __str__(self) -> str:
        return str(self.public_id)


class Round(models.Model):
    """A round of nomination («đợt cử»): from `opens_at` to `closes_at` (half-open)."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="rounds")
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    document_on = models.DateField(_("document date"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))

    class Meta:
        verbose_name = _("nomination round")
        verbose_name_plural = _("nomination rounds")
        constraints = [ordered("opens_at", "closes_at", name="round_closes_after_it_opens")]


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


class Reply(models.Model):
    """An agency's answer to a round: its nominations, and the official letter that carries them."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="replies")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="replies")
    state = models.CharField(_("state"), max_length=20, choices=ReplyState.choices, default=ReplyState.DRAFT)
    dispatch_no = models.CharField(_("letter number"), max_length=100, blank=True)
    dispatch_on = models.DateField(_("letter date"), null=True, blank=True)
    dispatch_file = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("state", ReplyState, name="reply_state_is_known"),
            models.UniqueConstraint(
                fields=["round", "agency"],
                name="reply_once_per_agency",
                violation_error_message=_("This agency has already replied."),
            ),
        ]
