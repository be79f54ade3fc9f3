"""What stands beside a line of the register: amendments, files, requests for a lost one."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate, State
from lms.constraints import both_or_neither, one_of
from lms.days import local_day
from lms.people.models import User
from lms.plan.models import Holiday, LegalSetting
from lms.plan.workdays import add_working_days
from lms.refusal import Refused

WORKING_DAYS = "lost_certificate_working_days"
"""The dated setting; without it, five (domain.md §9)."""


class Amendment(models.Model):
    """A later legal change of a fact on the paper, by decision; the paper stays (append-only)."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="amendments")
    field = models.CharField(max_length=40)
    old = models.CharField(max_length=300)
    new = models.CharField(max_length=300)
    decision_no = models.CharField(max_length=100)
    decision_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


class FileKind(models.TextChoices):
    ORIGINAL = "original", _("Original")
    VIEW = "view", _("View copy")
    SIGNED = "signed", _("Signed copy")


class CertificateFile(models.Model):
    """A file of a certificate by its hash; only signed ones are stored, the others are rendered on demand."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("kind", FileKind, name="certificate_file_kind_is_known"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(kind="signed", withdrawn_at__isnull=True),
                name="certificate_signed_file_in_force_once",
                violation_error_message=_("A signed file of this certificate is in force."),
            ),
            models.CheckConstraint(
                condition=Q(kind="signed") | Q(path=""),
                name="certificate_file_stored_when_signed",
                violation_error_message=_("Only signed files are stored."),
            ),
        ]


class LossState(models.TextChoices):
    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class LossRequestQuerySet(models.QuerySet["LossRequest"]):
    def open(self) -> LossRequestQuerySet:
        """Waiting for the department."""
        return self.filter(state=LossState.OPEN)

    def in_order(self) -> LossRequestQuerySet:
        """What is due first."""
        return self.order_by("due_on", "pk")


class LossRequest(models.Model):
    """Somebody lost a certificate: one of equal value is due by `due_on` (5 working days; domain.md §9)."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="loss_requests")
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=LossState.choices, default=LossState.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = LossRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", LossState, name="loss_state_is_known"),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state="open"),
                name="loss_request_open_once",
                violation_error_message=_("A request for this certificate is already open."),
            ),
            both_or_neither(
                Q(state="open"),
                Q(decided_at__isnull=True),
                name="loss_request_is_dated_when_decided",
                message=_("A decision has a date."),
            ),
        ]

    @classmethod
    def ask(cls, certificate: Certificate, reason: str, *, by: User, now: datetime) -> LossRequest:
        """Somebody asks for one of equal value. The day of asking does not count: asked on Friday 20/11, due on 27/11.

        Raises Refused: reason_required (422), already_final, already_asked.
        """
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        today = local_day(now)
        days = int(LegalSetting.objects.value_of(WORKING_DAYS, today) or 5)
        due_on = add_working_days(today, days, Holiday.objects.exceptions())
        try:
            with transaction.atomic():
                if not Certificate.objects.filter(pk=certificate.pk, state=State.VALID).update(state=State.VALID):
                    raise Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
                made = cls.objects.create(
                    certificate=certificate, received_on=today, due_on=due_on, reason=reason.strip(), requested_by=by
                )
                certificate.record("certificate.request_for_lost", by=by, now=now, due_on=due_on.isoformat())
        except IntegrityError as error:
            raise Refused("already_asked", _("A request for this certificate is already open.")) from error
        return made

    def refuse(self, answer: str, *, by: User, now: datetime) -> None:
        """Nothing is issued, and the request says why. Raises Refused: reason_required (422), already_decided."""
        if not answer.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            self.decide(LossState.REFUSED, answer, by=by, now=now)
            self.certificate.record("certificate.confirm_lost", by=by, now=now, state=LossState.REFUSED.value)

    def decide(self, state: LossState, answer: str, *, by: User, now: datetime) -> None:
        """Once; call it in the transaction of what it leads to. Raises Refused "already_decided"."""
        changed = (
            LossRequest.objects.open()
            .filter(pk=self.pk)
            .update(state=state, answer=answer.strip(), decided_by=by, decided_at=now)
        )
        if not changed:
            raise Refused("already_decided", _("This request has been decided, or has lapsed."))
        self.refresh_from_db()
