"""A second person's yes (trust.md §2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of


class ApprovalState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    STALE = "stale", _("Overtaken by events")


class Approval(models.Model):
    """A request that only another coordinator or administrator may confirm; it lapses after 14 days.

    `payload` holds what the verb needs; `payload_hash` is compared on confirming: if the world moved, the
    request is stale.
    """

    kind = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    payload_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals_requested")
    reason = models.TextField(_("reason"))
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=ApprovalState.choices, default=ApprovalState.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="approvals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("state", ApprovalState, name="approval_state_is_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="withdrawn") | ~Q(decided_by=F("requested_by")),
                name="approval_comes_from_another_person",
                violation_error_message=_("Another person must decide on your request."),
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="approval_is_dated_when_decided",
                violation_error_message=_("A decision has a date."),
            ),
            models.UniqueConstraint(
                fields=["kind", "object_kind", "object_id"],
                condition=Q(state="pending"),
                name="approval_pending_once",
                violation_error_message=_("This request is already waiting for a decision."),
            ),
        ]
