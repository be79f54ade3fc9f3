"""Agencies by hand: one more, a correction, how to reach it; and what the labels of the plan mean.

A correction mends what was never right. What changed from a day on is a reorganisation (`lms.people.reorganising`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.people.models import (
    Agency,
    AgencyContact,
    AgencyCorrection,
    Reorganisation,
    RosterEntry,
    Succession,
    UnitGroup,
    UnitGroupKind,
    UnitGroupMember,
    User,
)
from lms.people.models.reorganisations import CLOSING
from lms.refusal import Refused
from lms.vietnamese.text import clean, clean_name

FIELDS = ("name", "kind", "parent_id", "established_on", "closed_on", "stat_code")


@dataclass(frozen=True)
class Facts:
    """What an agency is, as somebody wrote it down; `closed_on` is half-open."""

    name: str
    kind: str
    parent: Agency | None = None
    established_on: date | None = None
    closed_on: date | None = None
    stat_code: str = ""

    @property
    def columns(self) -> dict[str, object]:
        """By the columns of the row."""
        return {
            "name": clean_name(self.name), "kind": self.kind, "parent_id": self.parent.pk if self.parent else None,
            "established_on": self.established_on, "closed_on": self.closed_on, "stat_code": clean(self.stat_code),
        }  # fmt: skip


def create(code: str, facts: Facts, *, by: User, now: datetime) -> Agency:
    """One more agency, with one event `agency.create_or_correct`. Raises Refused: code_taken, and as `check`."""
    with transaction.atomic():
        Reorganisation.objects.hold()
        check(Agency(code=code), facts)
        try:
            with transaction.atomic():
                agency = Agency.objects.create(code=code, recorded_at=now, edited_at=now, **facts.columns)
        except IntegrityError as error:
            raise Refused("code_taken", _("Another agency has this code.")) from error
        _record(agency, ["code", *FIELDS], by=by, now=now)
    return agency


def correct(agency: Agency, facts: Facts, *, reason: str, by: User, now: datetime) -> list[str]:
    """Mend what was never right, with one event; the names of the columns that changed ([]: nothing, no event).

    The earlier dates stay known for what was known then. Raises Refused: reason_required, and as `check`.
    """
    reason = clean(reason)
    if not reason:
        raise Refused("reason_required", _("Say why."), status=422)
    with transaction.atomic():
        Reorganisation.objects.hold()
        agency.refresh_from_db()
        new = facts.columns
        changed = [name for name in FIELDS if getattr(agency, name) != new[name]]
        if not changed:
            return []
        check(agency, facts)
        before = {name: getattr(agency, name) for name in changed}
        if "established_on" in changed or "closed_on" in changed:
            agency.keep_span(now)
        if "closed_on" in changed:
            agency.closing_recorded_at = now if facts.closed_on else None
        for name in changed:
            setattr(agency, name, new[name])
        agency.edited_at = now
        agency.save()
        kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in before.items()}
        AgencyCorrection.objects.create(
            agency=agency, corrected_at=now, corrected_by=by, reason=reason[:300], before=kept
        )
        _record(agency, changed, by=by, now=now)
    return changed


def check(agency: Agency, facts: Facts) -> None:
    """The facts fit each other, those above and below, what came before and after, and the roster.

    Raises Refused: name_missing, closes_before_it_opens, same_name_same_parent, parent_cycle, parent_not_alive,
    children_left_open, succession_before_establishment, closed_by_reorganisation, entries_outside_life.
    """
    if not clean_name(facts.name):
        raise Refused("name_missing", _("The name is missing."), status=422)
    if facts.established_on and facts.closed_on and facts.closed_on <= facts.established_on:
        raise Refused("closes_before_it_opens", _("The agency would end before it begins."), status=422)
    _check_namesakes(agency, facts)
    _check_parent(agency, facts)
    if agency.pk:
        _check_children(agency, facts)
        _check_successions(agency, facts)
        _check_roster(agency, facts)


def _sharing_days(facts: Facts) -> Q:
    """Agencies that exist on a day on which this one does."""
    q = Q()
    if facts.established_on:
        q &= Q(closed_on__isnull=True) | Q(closed_on__gt=facts.established_on)
    if facts.closed_on:
        q &= Q(established_on__isnull=True) | Q(established_on__lt=facts.closed_on)
    return q


def _check_namesakes(agency: Agency, facts: Facts) -> None:
    same = Agency.objects.standing().filter(_sharing_days(facts), name=clean_name(facts.name), parent=facts.parent)
    if same.exclude(pk=agency.pk).exists():
        raise Refused("same_name_same_parent", _("An agency of this name stands below this parent at the same time."))


def _check_parent(agency: Agency, facts: Facts) -> None:
    """The parent exists as long as the child does; where a first day is not known, nothing is said about it."""
    parent = facts.parent
    if parent is None:
        return
    starts_early = (
        facts.established_on is not None
        and parent.established_on is not None
        and facts.established_on < parent.established_on
    )
    ends_late = parent.closed_on is not None and (facts.closed_on is None or facts.closed_on > parent.closed_on)
    if starts_early or ends_late or parent.voided_at:
        raise Refused("parent_not_alive", _("The parent agency did not exist all that time."))
    above: Agency | None = parent
    seen: set[int] = set()
    while above is not None and above.pk not in seen:
        if agency.pk and above.pk == agency.pk:
            raise Refused("parent_cycle", _("The agency would stand above itself."))
        seen.add(above.pk)
        above = above.parent


def _check_children(agency: Agency, facts: Facts) -> None:
    children = Agency.objects.standing().filter(parent=agency)
    if facts.closed_on and children.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=facts.closed_on)).exists():
        raise Refused("children_left_open", _("Agencies below it go on after that day. Close or move them first."))
    if facts.established_on and children.filter(established_on__lt=facts.established_on).exists():
        raise Refused("parent_not_alive", _("An agency below it is older."))


def _check_successions(agency: Agency, facts: Facts) -> None:
    known = Succession.objects.known()
    if facts.established_on:
        early = known.filter(successor=agency, on__lt=facts.established_on)
        if early.exists() or known.filter(predecessor=agency, on__lte=facts.established_on).exists():
            message = _("A succession of this agency lies before that day.")
            raise Refused("succession_before_establishment", message)
    ends = known.filter(predecessor=agency, kind__in=CLOSING).exclude(on=facts.closed_on or date.min)
    later = known.filter(successor=agency, on__gte=facts.closed_on) if facts.closed_on else known.none()
    if facts.closed_on != agency.closed_on and (ends.exists() or later.exists()):
        message = _("Its end belongs to a reorganisation, or it succeeded another agency later. Undo that first.")
        raise Refused("closed_by_reorganisation", message)


def _check_roster(agency: Agency, facts: Facts) -> None:
    if facts.established_on:
        early = RosterEntry.objects.known().filter(agency=agency, starts_on__lt=facts.established_on)
        if early.exists():
            raise Refused("entries_outside_life", _("People stood on its roster before that day."))


def edit_contact(agency: Agency, *, address: str, phone: str, email: str, by: User, now: datetime) -> AgencyContact:
    """How to reach an agency, with one event."""
    with transaction.atomic():
        values = {"address": clean(address), "phone": clean(phone), "email": email.strip().lower(), "edited_at": now}
        contact, _is_new = AgencyContact.objects.update_or_create(agency=agency, defaults=values)
        Event.record(
            "agency.edit_address_and_phone", object_kind="agency", object_id=agency.code, actor=str(by.public_id),
            now=now, agency=agency.code,
        )  # fmt: skip
    return contact


@dataclass(frozen=True)
class Meaning:
    """What a label of the plan means: kinds of agencies, and those picked into it or out of it."""

    kinds: frozenset[str]
    included: frozenset[Agency] = frozenset()
    left_out: frozenset[Agency] = frozenset()

    def count_on(self, day: date) -> int:
        """How many agencies that is on a day."""
        picked = [agency.pk for agency in self.included]
        out = [agency.pk for agency in self.left_out]
        found = Agency.objects.on(day).filter(Q(kind__in=self.kinds) | Q(pk__in=picked)).exclude(pk__in=out)
        return found.count()


def edit_unit_group(group: UnitGroup, meaning: Meaning, *, by: User, now: datetime) -> None:
    """From now on the label means this, with one event. Closed reports keep what it meant. Raises Refused:
    picked_twice, group_means_nobody."""
    if meaning.included & meaning.left_out:
        raise Refused("picked_twice", _("An agency cannot be both in the group and left out."), status=422)
    if not meaning.kinds and not meaning.included:
        raise Refused("group_means_nobody", _("Choose a kind or an agency."), status=422)
    with transaction.atomic():
        UnitGroup.objects.filter(pk=group.pk).update(
            label=F("label")
        )  # holds the row: one at a time says what it means
        _mean_kinds(group, meaning, now)
        _mean_members(group, meaning, now)
        Event.record(
            "unitgroup.edit", object_kind="unit_group", object_id=group.code, actor=str(by.public_id), now=now,
            data={
                "kinds": sorted(meaning.kinds), "included": sorted(agency.code for agency in meaning.included),
                "left_out": sorted(agency.code for agency in meaning.left_out),
            },
        )  # fmt: skip


def _mean_kinds(group: UnitGroup, meaning: Meaning, now: datetime) -> None:
    kinds = UnitGroupKind.objects.known().filter(unit_group=group)
    kinds.exclude(kind__in=meaning.kinds).update(voided_at=now)
    new = meaning.kinds - set(kinds.values_list("kind", flat=True))
    UnitGroupKind.objects.bulk_create(UnitGroupKind(unit_group=group, kind=kind, recorded_at=now) for kind in new)


def _mean_members(group: UnitGroup, meaning: Meaning, now: datetime) -> None:
    wanted = {agency.pk: True for agency in meaning.included} | {agency.pk: False for agency in meaning.left_out}
    members = list(UnitGroupMember.objects.known().filter(unit_group=group))
    kept = {row.agency_id for row in members if wanted.get(row.agency_id) is row.is_included}
    over = [row.pk for row in members if row.agency_id not in kept]
    UnitGroupMember.objects.filter(pk__in=over).update(voided_at=now)
    UnitGroupMember.objects.bulk_create(
        UnitGroupMember(unit_group=group, agency_id=pk, is_included=is_in, recorded_at=now)
        for pk, is_in in wanted.items()
        if pk not in kept
    )


def _record(agency: Agency, fields: list[str], *, by: User, now: datetime) -> None:
    Event.record(
        "agency.create_or_correct", object_kind="agency", object_id=agency.code, actor=str(by.public_id), now=now,
        agency=agency.code, data={"fields": [name.removesuffix("_id") for name in fields]},
    )  # fmt: skip
