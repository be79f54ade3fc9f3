"""A reorganisation: changes that take effect on one day, drafted by one person and confirmed by another."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of
from lms.people.models.agencies import SCOPES, Agency, AgencyKind, SuccessionKind
from lms.people.models.approvals import Approval
from lms.people.models.roster import RosterEntry
from lms.people.models.users import User
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField, NameField

ASK = "agency.reorganise"
ASK_TO_UNDO = "agency.undo_reorganisation"


class ChangeKind(models.TextChoices):
    """The kinds of successions, and an agency that comes from none that we know of."""

    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")
    RENAME = "rename", _("Rename")
    REPARENT = "reparent", _("New parent")
    TRANSFER = "transfer", _("Transfer of a function")
    DISSOLUTION = "dissolution", _("Dissolution")
    ESTABLISHMENT = "establishment", _("New agency without a predecessor")


CLOSING = frozenset(SuccessionKind.values) - {SuccessionKind.TRANSFER}
"""Kinds after which the predecessor does not exist any more."""
WHOLE_KINDS = frozenset({ChangeKind.MERGE, ChangeKind.RENAME, ChangeKind.REPARENT})
"""Kinds that pass on everything, to one heir: the people go along."""
IN_PARTS = frozenset({ChangeKind.SPLIT, ChangeKind.TRANSFER})
"""Kinds that pass on a part or a function."""


class ReorganisationState(models.TextChoices):
    """`draft` also while a request waits: whether one does is asked of the requests (`Reorganisation.request`)."""

    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("Carried out")
    UNDONE = "undone", _("Undone")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    def latest_first(self) -> ReorganisationQuerySet:
        return self.order_by("-created_at", "-pk")

    def hold(self) -> None:
        """One reorganisation at a time: hold the oldest row until the transaction ends."""
        oldest = self.order_by("pk").values_list("pk", flat=True).first()
        if oldest:
            self.filter(pk=oldest).update(title=models.F("title"))


class Reorganisation(models.Model):
    """Changes of agencies that take effect on `on`: from that day the new ones exist and the old ones do not.

    `on` may lie in the past (the papers come late) or up to a year ahead. `undoes` names the reorganisation that this
    one took back; such a row has no changes of its own.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = CleanCharField(_("title"), max_length=200)
    legal_basis = CleanCharField(_("legal basis"), max_length=300)
    document_no = CleanCharField(_("document number"), max_length=100, blank=True)
    on = models.DateField(_("takes effect on"))
    state = models.CharField(
        _("state"), max_length=20, choices=ReorganisationState.choices, default=ReorganisationState.DRAFT
    )
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        constraints = [
            one_of("state", ReorganisationState, name="reorganisation_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"], applied_at__isnull=True)
                | (~Q(state__in=["draft", "withdrawn"]) & Q(applied_at__isnull=False)),
                name="reorganisation_is_dated_when_applied",
                violation_error_message=_("What was carried out has a date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def request(self, at: datetime) -> Approval | None:
        """The request, to carry out or to undo, that waits for a second person."""
        pending = Approval.objects.pending(at).filter(kind__in=[ASK, ASK_TO_UNDO], object_kind="reorganisation")
        return pending.filter(object_id=str(self.public_id)).first()

    def check_open(self, at: datetime) -> None:
        """It may still be changed. Raises Refused: not_a_draft, already_asked."""
        if self.state != ReorganisationState.DRAFT:
            raise Refused("not_a_draft", _("This reorganisation is not a draft any more."))
        if self.request(at):
            raise Refused("already_asked", _("This request is already waiting for a decision."))

    def add(self, now: datetime, **values: Any) -> ReorganisationChange:
        """One more line, at the end. Raises Refused as `check_open`."""
        self.check_open(now)
        last = self.changes.aggregate(last=models.Max("position"))["last"] or 0
        return self.changes.create(position=last + 1, **values)

    def replace_changes(self, changes: list[ReorganisationChange], now: datetime) -> None:
        """The lines of a file in place of those there. Raises Refused as `check_open`. Call it in a transaction."""
        self.check_open(now)
        self.changes.all().delete()
        for position, change in enumerate(changes, start=1):
            change.reorganisation, change.position = self, position
        self.changes.bulk_create(changes, batch_size=500)

    def remove(self, position: int, now: datetime) -> None:
        """Without that line. Raises Refused as `check_open`."""
        self.check_open(now)
        self.changes.filter(position=position).delete()

    def withdraw(self, now: datetime) -> None:
        """The draft will not be carried out. Raises Refused as `check_open`."""
        self.check_open(now)
        drafts = Reorganisation.objects.filter(pk=self.pk, state=ReorganisationState.DRAFT)
        drafts.update(state=ReorganisationState.WITHDRAWN)
        self.refresh_from_db(fields=["state"])

    def claim(self, *, now: datetime, by: User) -> None:
        """It is carried out now, once. Raises Refused: not_a_draft."""
        drafts = Reorganisation.objects.filter(pk=self.pk, state=ReorganisationState.DRAFT)
        if not drafts.update(state=ReorganisationState.APPLIED, applied_at=now, confirmed_by=by):
            raise Refused("not_a_draft", _("This reorganisation is not a draft any more."))
        self.refresh_from_db()


class ReorganisationChange(models.Model):
    """One line: what `predecessor` passes to `successor`. Both are codes; a successor with a name is a new agency."""

    reorganisation = models.ForeignKey(Reorganisation, models.CASCADE, related_name="changes")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind of change"), max_length=20, choices=ChangeKind.choices)
    predecessor = models.CharField(_("predecessor"), max_length=60, blank=True)
    successor = models.CharField(_("successor"), max_length=60, blank=True)
    scope = models.CharField(_("what is passed on"), max_length=30, blank=True)
    name = NameField(_("name of the new agency"), max_length=300, blank=True)
    unit_kind = models.CharField(_("kind of the new agency"), max_length=30, choices=AgencyKind.choices, blank=True)
    parent = models.CharField(_("parent of the new agency"), max_length=60, blank=True)
    stat_code = models.CharField(_("statistical code"), max_length=10, blank=True)
    legal_basis = CleanCharField(_("legal basis"), max_length=300, blank=True)

    class Meta:
        constraints = [
            one_of("kind", ChangeKind, name="change_kind_is_known"),
            models.CheckConstraint(
                condition=Q(unit_kind="") | Q(unit_kind__in=AgencyKind.values),
                name="change_unit_kind_is_known",
                violation_error_message=_("This value is not one of the choices."),
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "position"],
                name="change_has_its_place",
                violation_error_message=_("Two changes cannot stand in the same place."),
            ),
        ]

    @property
    def scope_label(self) -> str:
        """What is passed on, in words; nothing where it is everything."""
        return "" if self.scope in ("", "all") else str(SCOPES.get(self.scope, self.scope))


class ReorganisationEntry(models.Model):
    """A roster entry that a reorganisation voided or added: what an undo takes back."""

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="entries")
    entry = models.ForeignKey(RosterEntry, models.PROTECT, related_name="reorganisations")
    is_added = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "entry", "is_added"],
                name="reorganisation_entry_once",
                violation_error_message=_("This entry is already recorded."),
            ),
        ]


class AgencyCorrection(models.Model):
    """What somebody corrected by hand, and why. `before` holds the values that were replaced."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="corrections")
    corrected_at = models.DateTimeField(editable=False)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = CleanCharField(_("reason"), max_length=300)
    before = models.JSONField(default=dict)
