"""The roster: who belongs to a group at an agency, from when to when, and since when we know it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, ordered
from lms.days import local_day, on_q
from lms.people.models.agencies import Agency, AgencyKind
from lms.people.models.persons import Person
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.people.models.users import User

SYSTEM = "system"
"""Who acts when nobody is signed in: commands and the demonstration."""


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

    def during(self, starts_on: date, ends_on: date | None) -> RosterEntryQuerySet:
        """Entries that share a day with the half-open span; None is unbounded."""
        overlapping = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
        return self.filter(overlapping, **({} if ends_on is None else {"starts_on__lt": ends_on}))

    def still_on(self, day: date) -> RosterEntryQuerySet:
        """Entries that hold on `day` or begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def waiting(self, day: date) -> RosterEntryQuerySet:
        """«Chờ phân về đơn vị mới»: entries that outlive their agency, which has ended by `day`."""
        outlives = Q(ends_on__isnull=True) | Q(ends_on__gt=F("agency__closed_on"))
        return self.filter(outlives, agency__closed_on__lte=day, agency__voided_at__isnull=True)

    def visible_to(self, user: User, on: date) -> RosterEntryQuerySet:
        """The rosters that are open to the account, and its own entries."""
        if user.holds("coordinator", "administrator", on=on):
            return self
        reach = Q(person__user=user)
        if user.holds("focal", on=on):
            reach |= Q(agency__in=Agency.objects.led_by(user, on))
        return self.filter(reach)

    def latest_changes(self) -> dict[tuple[int, str], datetime]:
        """(agency, group) → when an entry was last recorded or voided: one query."""
        rows = self.order_by().values("agency_id", "group").annotate(new=Max("recorded_at"), old=Max("voided_at"))
        return {(row["agency_id"], row["group"]): max(filter(None, (row["new"], row["old"]))) for row in rows}

    def in_order(self) -> RosterEntryQuerySet:
        """By given name, then group and time."""
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
            # All that the figures ask of a roster on a day, as known at a moment, in the order in which people are put
            # together.
            models.Index(
                fields=["person", "agency", "group", "starts_on", "ends_on", "voided_at", "recorded_at"],
                name="roster_entry_for_coverage",
            ),
            models.Index(fields=["person", "starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group} {self.agency_id}"

    @classmethod
    def enter(  # noqa: PLR0913 - the columns of the row, all by name
        cls,
        *,
        person: Person,
        agency: Agency,
        group: str,
        starts_on: date,
        by: User | None,
        now: datetime,
        ends_on: date | None = None,
        position: str = "",
        staff_type: str = StaffType.UNKNOWN,
    ) -> RosterEntry:
        """Put `person` on the roster, with one event; a person not saved yet is saved along (event `person.create`).

        `by` None is the system. Raises Refused: no_roster_here, outside_agency_life, ends_before_it_starts,
        already_on_roster.
        """
        entry = cls(
            person=person, agency=agency, group=group, staff_type=staff_type, position=position,
            starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        action = "roster.add_or_end_entry" if person.pk else "person.create"
        with transaction.atomic():
            entry.write(by=by, now=now)
            entry.record(action, by=by, now=now)
        return entry

    def write(self, *, by: User | None, now: datetime) -> None:
        """Save this new entry, and its person if that is new too, without an event: for verbs that write many.

        Raises Refused as `enter`. Call it in a transaction.
        """
        self.check_span()
        if self.person.pk is None:
            self.person.created_at = now
            self.person.save()
            self.person_id = self.person.pk
        self.recorded_at, self.recorded_by = now, by
        self.person.hold()
        same = RosterEntry.objects.known().filter(person=self.person, agency=self.agency, group=self.group)
        if same.during(self.starts_on, self.ends_on).exists():
            raise Refused("already_on_roster", _("This person is already on this roster, in the same group."))
        self.save()

    def end(self, on: date, *, by: User | None, now: datetime) -> RosterEntry:
        """The entry no longer holds from `on`: it is voided, and another with that end takes its place. One event.

        Raises Refused: already_voided, already_ended, ends_before_it_starts, outside_agency_life.
        """
        if self.ends_on is not None:
            raise Refused("already_ended", _("This entry has an end. Void it and add it again if the end is wrong."))
        ended = self.copy(ends_on=on)
        ended.check_span()
        with transaction.atomic():
            self._take_out(gettext("The end was recorded."), by=by, now=now)
            ended.write(by=by, now=now)
            ended.record("roster.add_or_end_entry", by=by, now=now, replaces=self.pk)
        return ended

    def copy(self, **said: Any) -> RosterEntry:
        """A new, unsaved entry of the same person and agency that says what this one says, and `said` otherwise."""
        columns = ("group", "staff_type", "position", "starts_on", "ends_on")
        values = {column: getattr(self, column) for column in columns} | said
        return RosterEntry(person_id=self.person_id, agency=self.agency, **values)

    def correct(self, reason: str, *, by: User | None, now: datetime, **said: Any) -> RosterEntry:
        """The entry should have said otherwise from the start: it is voided, and another takes its place. One event.

        `said` names columns: group, staff_type, position, starts_on, ends_on. Raises Refused: reason_required,
        nothing_to_correct, already_voided, and as `enter`.
        """
        reason = clean(reason)
        if not reason:
            raise Refused("reason_required", _("Say why."), status=422)
        if all(getattr(self, column) == value for column, value in said.items()):
            raise Refused("nothing_to_correct", _("This is what the entry says already."), status=422)
        corrected = self.copy(**said)
        corrected.check_span()
        with transaction.atomic():
            self._take_out(reason[:300], by=by, now=now)
            corrected.write(by=by, now=now)
            corrected.record("roster.correct_entry", by=by, now=now, replaces=self.pk)
        return corrected

    def void(self, reason: str, *, by: User | None, now: datetime) -> None:
        """The entry was never right: from now on it does not count. Raises Refused: reason_required, already_voided."""
        reason = clean(reason)
        if not reason:
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            self._take_out(reason[:300], by=by, now=now)
            self.record("roster.void_entry_with_reason", by=by, now=now)

    def record(self, action: str, *, by: User | None, now: datetime, **more: Any) -> None:
        """Write the event of a change to this entry."""
        Event.record(
            action, object_kind="roster_entry", object_id=self.pk, actor=str(by.public_id) if by else SYSTEM, now=now,
            subject=str(self.person.public_id), agency=self.agency.code,
            data={"group": self.group, "starts_on": self.starts_on, "ends_on": self.ends_on, **more},
        )  # fmt: skip

    def _take_out(self, reason: str, *, by: User | None, now: datetime) -> None:
        live = RosterEntry.objects.filter(pk=self.pk, voided_at__isnull=True)
        if not live.update(voided_at=now, voided_by=by, void_reason=reason):
            raise Refused("already_voided", _("This entry has been voided before."))
        self.refresh_from_db(fields=["voided_at", "voided_by", "void_reason"])

    def check_span(self) -> None:
        """The entry lies within the life of its agency. Raises Refused as `enter`."""
        if self.agency.kind == AgencyKind.PROVINCE:
            raise Refused("no_roster_here", _("A province is territory; its agencies keep the rosters."))
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        closed_on = self.agency.closed_on
        is_late = closed_on is not None and self.ends_on is not None and self.ends_on > closed_on
        if is_late or not self.agency.is_on(self.starts_on):
            raise Refused("outside_agency_life", _("The agency did not exist on these days."), status=422)


class StatementKind(models.TextChoices):
    CONFIRMED = "confirmed", _("Roster confirmed")
    NOBODY = "nobody", _("Nobody belongs to this group")


class RosterStatementQuerySet(models.QuerySet["RosterStatement"]):
    def live(self) -> RosterStatementQuerySet:
        """Not taken back, and not replaced."""
        return self.filter(voided_at__isnull=True)

    def said_of(self, agency: Agency, day: date) -> dict[str, RosterStatement]:
        """Group → what was said last of `day` or of a day before it, with who said it."""
        said = self.live().filter(agency=agency, on__lte=day).select_related("recorded_by").order_by("on", "pk")
        return {statement.group: statement for statement in said}


class RosterStatement(models.Model):
    """The focal person's word on a roster: confirmed as it stood on `on`, or that nobody belongs to the group."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="roster_statements")
    group = models.CharField(_("group"), max_length=30, choices=Group.choices)
    kind = models.CharField(_("kind"), max_length=20, choices=StatementKind.choices)
    on = models.DateField(_("as of"))
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RosterStatementQuerySet.as_manager()

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

    @classmethod
    def nobody(cls, agency: Agency, group: str, *, on: date, by: User, now: datetime) -> RosterStatement:
        """The agency's word that on `on` nobody belongs to `group`, with one event; said twice on a day it is one.

        Raises Refused: outside_agency_life, roster_not_empty.
        """
        if not agency.is_on(on):
            raise Refused("outside_agency_life", _("The agency did not exist on these days."), status=422)
        with transaction.atomic():
            if RosterEntry.objects.known().on(on).filter(agency=agency, group=group).exists():
                raise Refused("roster_not_empty", _("There are people on this roster. End their entries first."))
            same_day = cls.objects.filter(agency=agency, group=group, on=on, voided_at__isnull=True)
            same_day.filter(kind=StatementKind.CONFIRMED).update(voided_at=now)
            statement, is_new = cls.objects.get_or_create(
                agency=agency, group=group, on=on, voided_at=None,
                defaults={"kind": StatementKind.NOBODY, "recorded_at": now, "recorded_by": by},
            )  # fmt: skip
            if is_new:
                statement.record("roster.confirm_nobody", by=by, now=now)
        return statement

    @classmethod
    def confirmed(cls, agency: Agency, group: str, *, on: date, by: User, now: datetime) -> RosterStatement:
        """The agency's word that the roster of `group` is right as it stands on `on`, with one event. Said twice on an
        unchanged roster it is one; after a change the new word takes the place of the old one.

        Raises Refused: outside_agency_life, not_yet, roster_empty.
        """
        if not agency.is_on(on):
            raise Refused("outside_agency_life", _("The agency did not exist on these days."), status=422)
        if on > local_day(now):
            raise Refused("not_yet", _("A roster cannot be confirmed for a day that is still to come."), status=422)
        with transaction.atomic():
            agency.hold()
            entries = RosterEntry.objects.filter(agency=agency, group=group)
            if not entries.known().on(on).exists():
                raise Refused("roster_empty", _("Nobody stands on this roster on that day."))
            same_day = cls.objects.live().filter(agency=agency, group=group, on=on)
            said = same_day.filter(kind=StatementKind.CONFIRMED).first()
            if said and entries.latest_changes()[agency.pk, group] <= said.recorded_at:
                return said
            same_day.update(voided_at=now)
            statement = cls.objects.create(
                agency=agency, group=group, on=on, kind=StatementKind.CONFIRMED, recorded_at=now, recorded_by=by
            )
            statement.record("roster.confirm_list", by=by, now=now)
        return statement

    def take_back(self, *, by: User, now: datetime) -> None:
        """The agency does not say so any more, with one event. Raises Refused: already_taken_back."""
        with transaction.atomic():
            if not RosterStatement.objects.live().filter(pk=self.pk).update(voided_at=now):
                raise Refused("already_taken_back", _("This statement has been taken back before."))
            self.record("roster.take_back_statement", by=by, now=now)
        self.refresh_from_db(fields=["voided_at"])

    def record(self, action: str, *, by: User, now: datetime) -> None:
        """Write the event of what was said, or taken back."""
        Event.record(
            action, object_kind="roster_statement", object_id=self.pk, actor=str(by.public_id), now=now,
            agency=self.agency.code, data={"group": self.group, "on": self.on},
        )  # fmt: skip
