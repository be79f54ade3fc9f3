"""A second person's yes (trust.md §2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of
from lms.days import local_day
from lms.people.models.users import Role, User
from lms.refusal import Refused

LAPSES_AFTER = timedelta(days=14)

Verb = Callable[["Approval", User, datetime], None]
_VERBS: dict[str, Verb] = {}
_LABELS: dict[str, Any] = {}


def approves(kind: str, label: Any) -> Callable[[Verb], Verb]:
    """Register what a confirmed request of `kind` does: `f(approval, confirmed_by, now)`, in that transaction.

    The verb raises Refused when the world has moved since the request; the request is then stale.
    """

    def register(verb: Verb) -> Verb:
        if _VERBS.get(kind, verb) is not verb:
            raise ValueError(f"{kind} already has a verb")
        _VERBS[kind] = verb
        _LABELS[kind] = label
        return verb

    return register


class ApprovalState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    STALE = "stale", _("Overtaken by events")


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def pending(self, at: datetime) -> ApprovalQuerySet:
        """Waiting for a decision, and not lapsed."""
        return self.filter(state=ApprovalState.PENDING, expires_at__gt=at)

    def visible_to(self, user: User, at: datetime) -> ApprovalQuerySet:
        """Coordinators and administrators see all requests, everybody else the own ones."""
        if user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=local_day(at)):
            return self
        return self.filter(requested_by=user)


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

    objects = ApprovalQuerySet.as_manager()

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

    @property
    def kind_label(self) -> str:
        """What is asked, in the reader's language."""
        return str(_LABELS.get(self.kind, self.kind))

    @classmethod
    def ask(  # noqa: PLR0913 — the columns of the request, all by name
        cls,
        kind: str,
        *,
        object_kind: str,
        object_id: str,
        payload: dict[str, Any],
        by: User,
        reason: str,
        document_no: str,
        now: datetime,
        action: str = "",
    ) -> Approval:
        """Ask for a second person's yes, with one event `action` (else `kind`).

        Raises Refused: reason_required, already_asked."""
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        same = cls.objects.filter(kind=kind, object_kind=object_kind, object_id=object_id, state=ApprovalState.PENDING)
        try:
            with transaction.atomic():
                same.filter(expires_at__lte=now).update(state=ApprovalState.LAPSED, decided_at=now)
                approval = cls.objects.create(
                    kind=kind,
                    object_kind=object_kind,
                    object_id=object_id,
                    payload=payload,
                    payload_hash=digest,
                    requested_by=by,
                    reason=reason.strip(),
                    document_no=document_no.strip(),
                    requested_at=now,
                    expires_at=now + LAPSES_AFTER,
                )
                approval.record(action or kind, by=by, now=now)
        except IntegrityError as error:
            raise Refused("already_asked", _("This request is already waiting for a decision.")) from error
        return approval

    def confirm(self, by: User, now: datetime) -> None:
        """Another person says yes: the verb runs in the same transaction. Raises Refused: own_request, already_decided,
        and whatever the verb raises."""
        if by.pk == self.requested_by_id:
            raise Refused("own_request", _("Another person must decide on your request."), status=403)
        with transaction.atomic():
            self._decide(ApprovalState.CONFIRMED, by, now)
            _VERBS[self.kind](self, by, now)
            self.record("approval.confirm_of_another", by=by, now=now)

    def refuse(self, by: User, now: datetime) -> None:
        """Another person says no. Raises Refused: own_request, already_decided."""
        if by.pk == self.requested_by_id:
            raise Refused("own_request", _("Another person must decide on your request."), status=403)
        with transaction.atomic():
            self._decide(ApprovalState.REFUSED, by, now)
            self.record("approval.refuse_or_let_lapse", by=by, now=now)

    def withdraw(self, by: User, now: datetime) -> None:
        """Whoever asked takes the request back. Raises Refused: not_permitted, already_decided."""
        if by.pk != self.requested_by_id:
            raise Refused("not_permitted", _("Your role does not allow this."), status=403)
        with transaction.atomic():
            self._decide(ApprovalState.WITHDRAWN, by, now)
            self.record("approval.withdraw_own", by=by, now=now)

    def record(self, action: str, *, by: User, now: datetime) -> None:
        """Write the event of a request or a decision."""
        Event.record(
            action, object_kind=self.object_kind, object_id=self.object_id, actor=str(by.public_id), now=now,
            data={"approval": self.pk, "payload": self.payload_hash, "document_no": self.document_no},
        )  # fmt: skip

    def _decide(self, state: ApprovalState, by: User, now: datetime) -> None:
        changed = Approval.objects.pending(now).filter(pk=self.pk).update(state=state, decided_by=by, decided_at=now)
        if not changed:
            raise Refused("already_decided", _("This request has been decided, or has lapsed."))
        self.refresh_from_db()
