"""Carrying a reorganisation out, and taking it back: each asked by one person and confirmed by another.

Bitemporal throughout: as known before, the agencies stand as they stood; as known between applying and undoing, the
reorganisation holds; as known after the undo, it never was. Nothing is deleted. Rules: docs/reorganise.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.days import local_day
from lms.people import moving
from lms.people.models import (
    Agency,
    Approval,
    ChangeKind,
    Reorganisation,
    ReorganisationChange,
    ReorganisationEntry,
    ReorganisationState,
    RoleGrant,
    RosterEntry,
    Succession,
    User,
    approves,
)
from lms.people.models.reorganisations import ASK, ASK_TO_UNDO
from lms.people.models.users import still_held_q
from lms.people.reorganisation import Plan, make_plan
from lms.people.signals import reorganisation_applied, reorganisation_undone
from lms.refusal import Refused


def ask(reorganisation: Reorganisation, *, by: User, now: datetime) -> Approval:
    """Ask a second person to carry a draft out, with one event `agency.reorganise`.

    Raises Refused: not_a_draft, already_asked, plan_has_problems (with the code of the first one in `details`).
    """
    reorganisation.check_open(now)
    plan = make_plan(reorganisation, local_day(now))
    _check(plan)
    return Approval.ask(
        ASK, object_kind="reorganisation", object_id=str(reorganisation.public_id), by=by, now=now,
        payload={"plan": plan.digest}, reason=reorganisation.title, document_no=reorganisation.document_no,
    )  # fmt: skip


def _check(plan: Plan) -> None:
    if plan.problems:
        first = plan.problems[0]
        raise Refused("plan_has_problems", first.sentence, problem=first.code, position=first.position)


@approves(ASK, _("Reorganise agencies"))
def confirm(approval: Approval, by: User, now: datetime) -> None:
    """A second person agreed: carry it out, if lines and agencies are those that were asked about."""
    reorganisation = Reorganisation.objects.get(public_id=approval.object_id)
    Reorganisation.objects.hold()
    plan = make_plan(reorganisation, local_day(now))
    if plan.digest != approval.payload["plan"]:
        message = _(
            "The changes or the agencies are not what they were when this was asked. Withdraw it and ask again."
        )
        raise Refused("plan_stale", message)
    _check(plan)
    apply(reorganisation, plan, by=by, now=now)


def apply(reorganisation: Reorganisation, plan: Plan, *, by: User, now: datetime) -> None:
    """Close, open, tie together, move the people who go along. Call it in a transaction.

    Raises Refused: not_a_draft, plan_stale, roster_moved.
    """
    reorganisation.claim(now=now, by=by)
    agencies = plan.agencies | _open(plan, now)
    closing = [agency.pk for agency in plan.closing.values()]
    still_open = Agency.objects.filter(pk__in=closing, closed_on__isnull=True, voided_at__isnull=True)
    if still_open.update(closed_on=plan.on, closing_recorded_at=now, edited_at=now) != len(closing):
        raise Refused("plan_stale", _("An agency has been closed in the meantime. Ask again."))
    successions = [
        _succession(change, agencies, reorganisation, now)
        for change in plan.changes
        if change.kind != ChangeKind.ESTABLISHMENT
    ]
    Succession.objects.bulk_create(successions, batch_size=moving.AT_ONCE)
    moved = _move_people(reorganisation, plan, agencies, by=by, now=now)
    _record(
        "agency.reorganised", reorganisation, by=by, now=now, closed=len(closing), opened=len(plan.opening),
        successions=len(successions), people_moved=moved, on=plan.on,
    )  # fmt: skip
    reorganisation_applied.send(Reorganisation, reorganisation=reorganisation, now=now)


def _open(plan: Plan, now: datetime) -> dict[str, Agency]:
    """The new agencies, without and then with their parents; one that was undone before stands up again."""
    opened: dict[str, Agency] = {}
    for code, change in plan.opening.items():
        agency = plan.agencies.get(code) or Agency(code=code)
        if agency.pk:
            agency.keep_existence()
        agency.name, agency.kind, agency.stat_code = change.name, change.unit_kind, change.stat_code
        agency.parent, agency.established_on, agency.closed_on = None, plan.on, None
        agency.recorded_at, agency.edited_at, agency.voided_at = now, now, None
        opened[code] = agency
    for agency in opened.values():
        if agency.pk:
            agency.save()
    fresh = [agency for agency in opened.values() if agency.pk is None]
    opened |= {agency.code: agency for agency in Agency.objects.bulk_create(fresh, batch_size=moving.AT_ONCE)}
    below = []
    for code, change in plan.opening.items():
        if change.parent:
            opened[code].parent = opened.get(change.parent) or plan.agencies[change.parent]
            below.append(opened[code])
    Agency.objects.bulk_update(below, ["parent"], batch_size=moving.AT_ONCE)
    return opened


def _succession(
    change: ReorganisationChange, agencies: Mapping[str, Agency], reorganisation: Reorganisation, now: datetime
) -> Succession:
    return Succession(
        predecessor=agencies[change.predecessor], successor=agencies[change.successor] if change.successor else None,
        kind=change.kind, scope=change.scope or "all", on=reorganisation.on, recorded_at=now,
        legal_basis=change.legal_basis or reorganisation.legal_basis,
    )  # fmt: skip


def _move_people(
    reorganisation: Reorganisation, plan: Plan, agencies: Mapping[str, Agency], *, by: User, now: datetime
) -> int:
    """Entries of agencies with one heir go over in bulk; those of split and dissolved ones stay and wait."""
    heirs = {agencies[old].pk: agencies[new] for old, new in plan.whole_heirs.items()}
    entries = list(RosterEntry.objects.known().filter(agency__in=sorted(heirs)).still_on(plan.on).order_by("pk"))
    if not entries:
        return 0
    mine = {entry.person_id for entry in entries}
    at_heirs = RosterEntry.objects.known().filter(agency__in={heir.pk for heir in heirs.values()}).order_by("pk")
    standing = [entry for entry in at_heirs if entry.person_id in mine]
    move = moving.plan_move(entries, heirs, standing, plan.on)
    added = moving.carry_out(
        move, gettext("Reorganisation: %(title)s") % {"title": reorganisation.title}, by=by, now=now
    )
    links = [ReorganisationEntry(reorganisation=reorganisation, entry=entry, is_added=False) for entry in move.voided]
    links += [ReorganisationEntry(reorganisation=reorganisation, entry=entry, is_added=True) for entry in added]
    ReorganisationEntry.objects.bulk_create(links, batch_size=moving.AT_ONCE)
    return move.people


def ask_to_undo(reorganisation: Reorganisation, *, reason: str, document_no: str, by: User, now: datetime) -> Approval:
    """Ask a second person to take it back, with one event. Raises Refused: reason_required, already_asked, not_applied,
    and why the world has moved on (`check_undo`)."""
    check_undo(reorganisation, now)
    return Approval.ask(
        ASK_TO_UNDO, object_kind="reorganisation", object_id=str(reorganisation.public_id), by=by, now=now,
        payload={"plan": _undo_digest(reorganisation)}, reason=reason, document_no=document_no,
    )  # fmt: skip


def _undo_digest(reorganisation: Reorganisation) -> str:
    return hashlib.sha256(f"{reorganisation.public_id}:{reorganisation.applied_at}".encode()).hexdigest()


def _opened(reorganisation: Reorganisation) -> list[int]:
    named = reorganisation.changes.exclude(name="").values("successor")
    return list(Agency.objects.standing().filter(code__in=named).order_by("pk").values_list("pk", flat=True))


def _ended(reorganisation: Reorganisation) -> list[int]:
    lines = reorganisation.changes.exclude(kind__in=[ChangeKind.TRANSFER, ChangeKind.ESTABLISHMENT])
    return list(Agency.objects.filter(code__in=lines.values("predecessor")).order_by("pk").values_list("pk", flat=True))


def check_undo(reorganisation: Reorganisation, now: datetime) -> None:
    """It can be taken back: nothing was built on it since.

    Raises Refused: not_applied, reorganised_since, children_left_open, roster_changed_since, roles_given_since.
    """
    if reorganisation.state != ReorganisationState.APPLIED or reorganisation.undoes_id:
        raise Refused("not_applied", _("Only a reorganisation that holds can be undone."))
    since, opened, ended = reorganisation.applied_at, _opened(reorganisation), _ended(reorganisation)
    concerned = Q(predecessor__in=opened + ended) | Q(successor__in=opened)
    closed_later = Agency.objects.filter(pk__in=opened, closed_on__isnull=False)
    if Succession.objects.known().filter(concerned, recorded_at__gt=since).exists() or closed_later.exists():
        raise Refused("reorganised_since", _("A later reorganisation concerns these agencies. Undo that one first."))
    if Agency.objects.standing().filter(parent__in=opened).exclude(pk__in=opened).exists():
        raise Refused("children_left_open", _("Another agency stands below one of the new agencies."))
    if _has_changed_roster(reorganisation, opened, ended):
        message = _("A roster of these agencies has changed since. Bring the rosters back first.")
        raise Refused("roster_changed_since", message)
    if RoleGrant.objects.filter(still_held_q(local_day(now)), agency__in=opened).exists():
        message = _("Somebody is the focal person of one of the new agencies. End these roles first.")
        raise Refused("roles_given_since", message)


def _has_changed_roster(reorganisation: Reorganisation, opened: list[int], ended: list[int]) -> bool:
    """Whether an entry was added to or voided at the agencies that opened or ended, or one that was moved is gone."""
    since = reorganisation.applied_at
    mine = ReorganisationEntry.objects.filter(reorganisation=reorganisation)
    moved = Q(recorded_at__gt=since) | Q(voided_at__gt=since)
    later = RosterEntry.objects.filter(moved, agency__in=opened + ended).exclude(pk__in=mine.values("entry_id"))
    gone = mine.filter(is_added=True, entry__voided_at__isnull=False)
    return later.exists() or gone.exists()


@approves(ASK_TO_UNDO, _("Undo a reorganisation"))
def confirm_undo(approval: Approval, by: User, now: datetime) -> None:
    """A second person agreed: take it back."""
    reorganisation = Reorganisation.objects.get(public_id=approval.object_id)
    Reorganisation.objects.hold()
    check_undo(reorganisation, now)
    undo(reorganisation, approval, by=by, now=now)


def undo(reorganisation: Reorganisation, approval: Approval, *, by: User, now: datetime) -> Reorganisation:
    """The reverse reorganisation: known from now on never to have been. Call it in a transaction, after `check_undo`.

    Raises Refused: not_applied, roster_moved.
    """
    standing = Reorganisation.objects.filter(pk=reorganisation.pk, state=ReorganisationState.APPLIED)
    if not standing.update(state=ReorganisationState.UNDONE):
        raise Refused("not_applied", _("Only a reorganisation that holds can be undone."))
    opened, ended = _opened(reorganisation), _ended(reorganisation)
    Succession.objects.known().filter(
        Q(predecessor__in=ended) | Q(successor__in=opened) | _transfers(reorganisation),
        on=reorganisation.on, recorded_at=reorganisation.applied_at,
    ).update(voided_at=now)  # fmt: skip
    _put_people_back(reorganisation, by=by, now=now)
    Agency.objects.filter(pk__in=opened).update(voided_at=now, edited_at=now)
    ending = list(Agency.objects.filter(pk__in=ended).order_by("pk"))
    for agency in ending:
        agency.keep_span(now)
    Agency.objects.filter(pk__in=ended).update(closed_on=None, closing_recorded_at=None, edited_at=now)
    reverse = Reorganisation.objects.create(
        title=gettext("Undone: %(title)s") % {"title": reorganisation.title[:180]}, legal_basis=approval.reason[:300],
        document_no=approval.document_no, on=reorganisation.on, state=ReorganisationState.APPLIED,
        undoes=reorganisation, created_at=approval.requested_at, created_by=approval.requested_by, applied_at=now,
        confirmed_by=by,
    )  # fmt: skip
    _record("agency.reorganisation_undone", reverse, by=by, now=now, undoes=str(reorganisation.public_id))
    reorganisation.refresh_from_db()
    reorganisation_undone.send(Reorganisation, reorganisation=reorganisation, now=now)
    return reverse


def _transfers(reorganisation: Reorganisation) -> Q:
    lines = reorganisation.changes.filter(kind=ChangeKind.TRANSFER)
    return Q(kind=ChangeKind.TRANSFER, predecessor__code__in=lines.values("predecessor"))


def _put_people_back(reorganisation: Reorganisation, *, by: User, now: datetime) -> None:
    mine = ReorganisationEntry.objects.filter(reorganisation=reorganisation).select_related("entry").order_by("pk")
    links = list(mine)
    reason = gettext("The reorganisation was undone: %(title)s") % {"title": reorganisation.title}
    moving.void([link.entry for link in links if link.is_added], reason, by=by, now=now)
    moving.add(moving.again(link.entry for link in links if not link.is_added), by=by, now=now)


def _record(action: str, reorganisation: Reorganisation, *, by: User, now: datetime, **data: object) -> None:
    Event.record(
        action, object_kind="reorganisation", object_id=str(reorganisation.public_id), actor=str(by.public_id), now=now,
        data=data,
    )  # fmt: skip
