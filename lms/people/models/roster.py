"""The roster: who belongs to a group at an agency, from when to when, and since when we know it."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import both_or_neither, one_of, ordered
from lms.days import on_q
from lms.people.models.agencies import Agency
from lms.people.models.persons import Person
from lms.vietnamese.fields import CleanCharField


class Group(models.TextChoices):
    """The five groups of the plan (đối tượng; domain.md §5)."""

    REPORTER = "reporter", _("Reporters")
    EDITOR = "editor", _("Editors")
    INFORMATION_OFFICER = "information_officer", _("Grassroots information officers")
    COMMUNICATION_OFFICER = "communication_officer", _("Policy-communication staff")
    SPOKESPERSON = "spokesperson", _("Spokespersons")


class StaffType(models.TextChoices):
    UNKNOWN = "unknown", _("Not given")
    CADRE = "cadre", _("Cadre")
    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    PUBLIC_EMPLOYEE = "public_employee", _("Public employee")
    CONTRACT_WORKER = "contract_worker", _("Contract worker")
    PART_TIME = "part_time", _("Part-time commune worker")


def known_q(at: datetime | None) -> Q:
    """Recorded by `at` and not voided by then; None asks for what is known now."""
    if at is None:
        return Q(voided_at__isnull=True)
    return Q(recorded_at__lte=at) & (Q(voided_at__isnull=True) | Q(voided_at__gt=at))


class RosterEntryQuerySet(models.QuerySet["RosterEntry"]):
    def on(self, day: date) -> RosterEntryQuerySet:
        """Entries that hold on `day`: `starts_on` ≤ day < `ends_on`."""
        return self.filter(on_q(day))

    def known(self, at: datetime | None = None) -> RosterEntryQuerySet:
        """Entries as known at a moment (None: now)."""
        return self.filter(known_q(at))

    def in_order(self) -> RosterEntryQuerySet:
        return self.order_by("person__sort_key", "person_id", "group", "starts_on", "pk")


class RosterEntry(models.Model):
    """One fact: `person` belongs to `group` at `agency` from `starts_on` to `ends_on` (half-open).

    Facts are never edited. A correction, and also an end that becomes known later, voids the row and adds
    another, so that "on day D, as known at T" always has an answer (decisions.md §4).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="roster_entries")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="roster_entries")
    group = models.CharField(_("group"), max_length=30, choices=Group.choices)
    staff_type = models.CharField(_("staff type"), max_length=20, choices=StaffType.choices, default=StaffType.UNKNOWN)
    position = CleanCharField(_("position"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = RosterEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("group", Group, name="roster_group_is_known"),
            one_of("staff_type", StaffType, name="roster_staff_type_is_known"),
            ordered("starts_on", "ends_on", name="roster_entry_ends_after_it_starts"),
            both_or_neither(
                Q(voided_at__isnull=False),
                ~Q(void_reason=""),
                name="roster_entry_is_voided_with_a_reason",
                message=_("Say why the entry is void."),
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "group", "starts_on"],
                condition=Q(voided_at__isnull=True),
                name="roster_entry_once_per_start",
                violation_error_message=_("This person is already on the roster from that day."),
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "group"],
                condition=Q(voided_at__isnull=True, ends_on__isnull=True),
                name="roster_entry_open_once",
                violation_error_message=_("This person is already on the roster of this group."),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "group", "starts_on"]),
            models.Index(fields=["group", "agency", "person"]),
            models.Index(fields=["person", "starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group} {self.agency_id}"


class StatementKind(models.TextChoices):
    CONFIRMED = "confirmed", _("Roster confirmed")
    NOBODY = "nobody", _("Nobody belongs to this group")


class RosterStatement(models.Model):
    """The focal person's word on a roster: confirmed as it stood on `on`, or that nobody belongs to the group."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="roster_statements")
    group = models.CharField(_("group"), max_length=30, choices=Group.choices)
    kind = models.CharField(_("kind"), max_length=20, choices=StatementKind.choices)
    on = models.DateField(_("as of"))
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            one_of("group", Group, name="roster_statement_group_is_known"),
            one_of("kind", StatementKind, name="roster_statement_kind_is_known"),
            models.UniqueConstraint(
                fields=["agency", "group", "on"],
                condition=Q(voided_at__isnull=True),
                name="roster_statement_once_per_day",
                violation_error_message=_("There is already a statement for that day."),
            ),
        ]
