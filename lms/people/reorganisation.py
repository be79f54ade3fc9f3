"""What a reorganisation would do, and what stands against it: read, checked, hashed; nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.people.models import Agency, ChangeKind, Reorganisation, ReorganisationChange, Succession
from lms.people.models.agencies import AgencyQuerySet
from lms.people.models.reorganisations import CLOSING, IN_PARTS, WHOLE_KINDS

FURTHEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Problem:
    """Why the changes cannot be carried out: a stable code, the line (None: the whole) and a sentence."""

    code: str
    position: int | None
    sentence: str


@dataclass(frozen=True)
class Plan:
    """The changes with the agencies they speak of, by code."""

    on: date
    changes: Sequence[ReorganisationChange]
    agencies: dict[str, Agency]
    #: Agencies below the closing ones on the day, by the id of their parent.
    children: dict[int, list[Agency]]
    steps_of_the_day: Sequence[tuple[str, str]]
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def opening(self) -> dict[str, ReorganisationChange]:
        """New agencies by code, each with the first line that describes it."""
        found: dict[str, ReorganisationChange] = {}
        for change in self.changes:
            if change.successor and change.name:
                found.setdefault(change.successor, change)
        return found

    @cached_property
    def closing(self) -> dict[str, Agency]:
        """Agencies that end on the day, by code."""
        codes = {change.predecessor for change in self.changes if change.kind in CLOSING}
        return {code: self.agencies[code] for code in sorted(codes) if code in self.agencies}

    @cached_property
    def touched(self) -> list[int]:
        """The ids of all agencies that end or pass a function on."""
        codes = {change.predecessor for change in self.changes}
        return sorted(self.agencies[code].pk for code in codes if code in self.agencies)

    @cached_property
    def whole_heirs(self) -> dict[str, str]:
        """Where everything of a closing agency goes, its people included: codes."""
        return {change.predecessor: change.successor for change in self.changes if change.kind in WHOLE_KINDS}

    @property
    def digest(self) -> str:
        """A hash of the lines and of the agencies as they stand: if either moves, what was asked for is stale.

        Rosters are left out: people come and go while the request waits, and the same rule holds for them.
        """
        lines = [
            [change.kind, change.predecessor, change.successor, change.scope, change.name, change.unit_kind,
             change.parent, change.stat_code, change.legal_basis]
            for change in self.changes
        ]  # fmt: skip
        facts = sorted(
            (row.code, row.name, row.kind, row.parent_id, row.established_on, row.closed_on, row.voided_at)
            for row in self.agencies.values()
        )
        below = sorted(child.code for children in self.children.values() for child in children)
        text = json.dumps([self.on, lines, [list(map(str, fact)) for fact in facts], below], cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def make_plan(reorganisation: Reorganisation, today: date) -> Plan:
    """The plan of a draft with everything that stands against it, in five queries whatever its length."""
    changes = list(reorganisation.changes.order_by("position"))
    codes = {code for line in changes for code in (line.predecessor, line.successor, line.parent) if code}
    agencies = {agency.code: agency for agency in _by_code(codes)}
    ending = [
        agencies[line.predecessor].pk for line in changes if line.kind in CLOSING and line.predecessor in agencies
    ]
    children: dict[int, list[Agency]] = defaultdict(list)
    still_there = Q(closed_on__isnull=True) | Q(closed_on__gt=reorganisation.on)
    for child in Agency.objects.standing().filter(still_there, parent__in=ending).order_by("code"):
        children[child.parent_id or 0].append(child)
    steps = Succession.objects.known().filter(on=reorganisation.on, successor__isnull=False)
    of_the_day = list(steps.values_list("predecessor__code", "successor__code"))
    plan = Plan(reorganisation.on, changes, agencies, dict(children), of_the_day)
    plan.problems.extend(_problems(plan, today))
    return plan


def _by_code(codes: set[str]) -> AgencyQuerySet:
    return Agency.objects.filter(code__in=sorted(codes))


def _problems(plan: Plan, today: date) -> Iterator[Problem]:
    if not plan.changes:
        yield Problem("no_changes", None, _("There is no change yet."))
    if plan.on > today + FURTHEST_AHEAD:
        yield Problem("too_far_ahead", None, _("The day lies more than a year ahead."))
    for change in plan.changes:
        for code, sentence in _problems_of_line(plan, change):
            yield Problem(code, change.position, sentence)
    yield from _problems_of_predecessors(plan)
    yield from _said_twice(plan)
    yield from _children_left(plan)
    yield from _namesakes(plan)
    yield from _circles(plan)


def _problems_of_line(plan: Plan, change: ReorganisationChange) -> Iterator[tuple[str, str]]:
    if change.kind != ChangeKind.ESTABLISHMENT:
        yield from _predecessor(plan, change)
    elif change.predecessor:
        yield "predecessor_not_wanted", _("A new agency without a predecessor names none.")
    if change.kind != ChangeKind.DISSOLUTION:
        yield from _successor(plan, change)
    elif change.successor:
        yield "successor_not_wanted", _("A dissolved agency has no successor.")
    if change.name:
        yield from _description(plan, change)


def _predecessor(plan: Plan, change: ReorganisationChange) -> Iterator[tuple[str, str]]:
    code = {"code": change.predecessor}
    agency = plan.agencies.get(change.predecessor)
    if not change.predecessor:
        yield "predecessor_missing", _("The predecessor is missing.")
    elif agency is None or agency.voided_at:
        yield "agency_unknown", _("There is no agency “%(code)s”.") % code
    elif agency.established_on and agency.established_on >= plan.on:
        yield "succession_before_establishment", _("“%(code)s” was established only later, or on this day.") % code
    elif agency.closed_on and (change.kind in CLOSING or agency.closed_on <= plan.on):
        yield "already_closed", _("“%(code)s” already has an end.") % code
    if change.predecessor and change.predecessor == change.successor:
        yield "succeeds_itself", _("An agency cannot succeed itself.")


def _successor(plan: Plan, change: ReorganisationChange) -> Iterator[tuple[str, str]]:
    code = {"code": change.successor}
    agency = plan.agencies.get(change.successor)
    if not change.successor:
        yield "successor_missing", _("The successor is missing.")
    elif change.successor in plan.opening:
        return
    elif agency is None or agency.voided_at:
        yield "agency_unknown", _("There is no agency “%(code)s”; a new one needs a name.") % code
    elif agency.established_on and agency.established_on > plan.on:
        yield "succession_before_establishment", _("“%(code)s” was established only later, or on this day.") % code
    elif not agency.is_on(plan.on) or change.successor in plan.closing:
        yield "successor_not_open", _("“%(code)s” does not exist on the day, or ends with these changes.") % code


def _description(plan: Plan, change: ReorganisationChange) -> Iterator[tuple[str, str]]:
    """A new agency: its code is free, its kind is known, its parent exists from the day on; said twice, said alike."""
    there = plan.agencies.get(change.successor)
    if there and there.voided_at is None:
        yield "code_taken", _("The code “%(code)s” belongs to another agency.") % {"code": change.successor}
    if not change.unit_kind:
        yield "kind_missing", _("The kind of the new agency is missing.")
    first = plan.opening.get(change.successor, change)
    if any(getattr(first, name) != getattr(change, name) for name in ("name", "unit_kind", "parent", "stat_code")):
        yield "described_twice", _("“%(code)s” is described differently in another line.") % {"code": change.successor}
    if change.parent and change.parent not in plan.opening:
        parent = plan.agencies.get(change.parent)
        if parent is None or not parent.is_on(plan.on) or parent.closed_on or change.parent in plan.closing:
            said = {"code": change.parent}
            yield "parent_not_alive", _("The parent “%(code)s” does not exist from this day on.") % said


def _problems_of_predecessors(plan: Plan) -> Iterator[Problem]:
    """What ends goes to one heir, or in parts to several, or to nobody: not two of these at once."""
    lines: dict[str, list[ReorganisationChange]] = defaultdict(list)
    for change in plan.changes:
        if change.kind in CLOSING and change.predecessor:
            lines[change.predecessor].append(change)
    heirs = Counter(change.successor for change in plan.changes if change.kind in CLOSING)
    for code, mine in lines.items():
        problem = _ways_to_end(code, mine, heirs)
        if problem:
            yield problem


def _ways_to_end(code: str, lines: Sequence[ReorganisationChange], heirs: Counter[str]) -> Problem | None:
    """What is wrong with how one agency ends, if anything; `heirs` counts the lines that name each successor."""
    kinds, position, said = {line.kind for line in lines}, lines[-1].position, {"code": code}
    if kinds != {ChangeKind.SPLIT} and len(lines) > 1:
        return Problem("several_heirs", position, _("“%(code)s” ends in more than one way.") % said)
    if kinds == {ChangeKind.SPLIT} and len({line.successor for line in lines}) < 2:
        return Problem("split_needs_two", position, _("“%(code)s” is split among fewer than two.") % said)
    if kinds <= {ChangeKind.RENAME, ChangeKind.REPARENT} and heirs[lines[0].successor] > 1:
        sentence = _("“%(code)s” is renamed or gets a new parent: nobody else goes to the same heir.")
        return Problem("not_alone", position, sentence % said)
    return None


def _said_twice(plan: Plan) -> Iterator[Problem]:
    parts = [line for line in plan.changes if line.kind in IN_PARTS]
    times = Counter((line.predecessor, line.successor, line.scope) for line in parts)
    for line in parts:
        if times[line.predecessor, line.successor, line.scope] > 1:
            yield Problem("said_twice", line.position, _("This change stands in two lines."))


def _children_left(plan: Plan) -> Iterator[Problem]:
    for code, agency in plan.closing.items():
        left = [child.code for child in plan.children.get(agency.pk, []) if child.code not in plan.closing]
        if left:
            said = {"code": code, "codes": ", ".join(left[:5]), "count": len(left)}
            sentence = _("“%(code)s” ends, but %(count)s agencies below it go on: %(codes)s.") % said
            yield Problem("children_left_open", None, sentence)


def _namesakes(plan: Plan) -> Iterator[Problem]:
    """Two agencies of one name under one parent at one time would not be told apart."""
    seen: dict[tuple[str, str], str] = {}
    for code, change in plan.opening.items():
        key = (change.name.casefold(), change.parent)
        other = seen.setdefault(key, code)
        if other != code:
            yield Problem("same_name_same_parent", change.position, _same_name(other))
    names = [change.name for change in plan.opening.values()]
    later = Agency.objects.standing().filter(Q(closed_on__isnull=True) | Q(closed_on__gt=plan.on), name__in=names)
    for name, parent, code in later.values_list("name", "parent__code", "code"):
        new = seen.get((name.casefold(), parent or ""))
        if new and code not in plan.closing and code != new:
            yield Problem("same_name_same_parent", plan.opening[new].position, _same_name(code))


def _same_name(code: str) -> str:
    return _("“%(code)s” has the same name and parent at the same time.") % {"code": code}


def _circles(plan: Plan) -> Iterator[Problem]:
    """No new agency stands above itself; on one day nothing is passed on in a circle."""
    parents = {code: [change.parent] for code, change in plan.opening.items() if change.parent}
    for code in _in_a_circle(parents):
        yield Problem("parent_cycle", plan.opening[code].position, _above_itself(code))
        break
    steps: dict[str, list[str]] = defaultdict(list)
    said = [(change.predecessor, change.successor) for change in plan.changes if change.predecessor]
    for predecessor, successor in [*said, *plan.steps_of_the_day]:
        if successor and predecessor != successor:
            steps[predecessor].append(successor)
    for code in _in_a_circle(steps):
        yield Problem("succession_cycle", None, _("“%(code)s” would succeed itself on this day.") % {"code": code})
        break


def _above_itself(code: str) -> str:
    return _("“%(code)s” stands above itself by its parents.") % {"code": code}


def _in_a_circle(ways: dict[str, list[str]]) -> list[str]:
    """Nodes that one comes back to: what is left when those without a way out are taken away, again and again."""
    left = {node: set(onward) for node, onward in ways.items()}
    while True:
        ends = [node for node, onward in left.items() if not onward & left.keys()]
        if not ends:
            return sorted(left)
        for node in ends:
            del left[node]
