"""What a reorganisation does to agencies, successions and rosters; what it refuses; how it is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.audit.models import Event
from lms.days import local_day
from lms.people import moving, reorganising
from lms.people.models import (
    Agency,
    Approval,
    Group,
    Reorganisation,
    ReorganisationState,
    RosterEntry,
    Succession,
)
from lms.people.reorganisation import make_plan
from lms.people.reorganisation_file import scope_of
from lms.people.signals import reorganisation_applied, reorganisation_undone
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)
NOW = make.noon(date(2026, 3, 10))
LATER = NOW + timedelta(days=5)
PRESS = {"unit_kind": "press"}


@pytest.fixture
def asker(db):
    user = make.user()
    make.role(user, "coordinator")
    return user


@pytest.fixture
def second(db):
    user = make.user()
    make.role(user, "administrator")
    return user


@pytest.fixture
def draft(asker):
    """`draft(line, line, …)`: a reorganisation on ON with these lines."""

    def drafted(*lines, on=ON) -> Reorganisation:
        made = Reorganisation.objects.create(
            title="Sắp xếp", legal_basis="NQ 1", on=on, created_at=NOW, created_by=asker
        )
        for line in lines:
            made.add(NOW, **({"scope": scope_of(line["kind"], line.get("scope", ""))} | line))
        return made

    return drafted


@pytest.fixture
def carry_out(asker, second):
    def carried(reorganisation, now=NOW) -> Approval:
        approval = reorganising.ask(reorganisation, by=asker, now=now)
        approval.confirm(second, now)
        reorganisation.refresh_from_db()
        return approval

    return carried


@pytest.fixture
def undo(asker, second):
    def undone(reorganisation, now=LATER) -> None:
        approval = reorganising.ask_to_undo(
            reorganisation, reason="Văn bản bị bãi bỏ", document_no="2", by=asker, now=now
        )
        approval.confirm(second, now)
        reorganisation.refresh_from_db()

    return undone


def merge(old, new, **more):
    return {"kind": "merge", "predecessor": old, "successor": new} | more


def agencies(*codes, **fields):
    return [make.agency(f"Đơn vị {code}", code=code, **fields) for code in codes]


def problems(reorganisation):
    return [problem.code for problem in make_plan(reorganisation, local_day(NOW)).problems]


def stands(person, day, known_at=None):
    entries = RosterEntry.objects.known(known_at).filter(person=person).on(day)
    return sorted(entries.values_list("agency__code", "group"))


# --- applying ---------------------------------------------------------------------------------------------------------


def test_a_merger_closes_opens_and_takes_the_people_along(draft, carry_out):
    first, _second = agencies("A", "B")
    entry = make.entry(at=first, group=Group.EDITOR)
    RosterEntry.objects.filter(pk=entry.pk)
    plan = draft(merge("A", "N", name="Báo Mới", **PRESS), merge("B", "N"))
    carry_out(plan)
    new = Agency.objects.get(code="N")
    assert (new.name, new.kind, new.established_on, new.closed_on) == ("Báo Mới", "press", ON, None)
    assert set(Agency.objects.filter(code__in=["A", "B"]).values_list("closed_on", flat=True)) == {ON}
    steps = Succession.objects.values_list("predecessor__code", "successor__code", "kind", "scope", "on", "legal_basis")
    assert sorted(steps) == [("A", "N", "merge", "all", ON, "NQ 1"), ("B", "N", "merge", "all", ON, "NQ 1")]
    assert stands(entry.person, ON - timedelta(days=1)) == [("A", "editor")]
    assert stands(entry.person, ON) == [("N", "editor")]
    assert not RosterEntry.objects.known().waiting(ON).exists()


def test_the_group_the_position_and_the_planned_end_go_along(draft, carry_out):
    (old,) = agencies("A")
    end = date(2026, 9, 1)
    entry = RosterEntry.enter(
        person=make.person(), agency=old, group=Group.EDITOR, starts_on=make.LONG_AGO, ends_on=end, by=None,
        now=make.noon(make.LONG_AGO), position="Trưởng ban", staff_type="public_employee",
    )  # fmt: skip
    carry_out(draft({"kind": "rename", "predecessor": "A", "successor": "N", "name": "Tên mới", **PRESS}))
    moved = RosterEntry.objects.known().get(person=entry.person, agency__code="N")
    assert (moved.group, moved.position, moved.staff_type) == (Group.EDITOR, "Trưởng ban", "public_employee")
    assert (moved.starts_on, moved.ends_on) == (ON, end)


def test_past_entries_stay_as_they_are(draft, carry_out):
    (old,) = agencies("A")
    entry = make.entry(at=old, ends_on=ON)
    carry_out(draft(merge("A", "N", name="Mới", **PRESS)))
    assert list(RosterEntry.objects.filter(person=entry.person)) == [entry]
    assert RosterEntry.objects.get().voided_at is None


def test_somebody_on_two_merged_rosters_stands_once_on_the_new_one(draft, carry_out):
    first, other = agencies("A", "B")
    who = make.person()
    make.entry(who, first)
    make.entry(who, other)
    make.entry(who, other, Group.EDITOR)
    carry_out(draft(merge("A", "N", name="Mới", **PRESS), merge("B", "N")))
    assert stands(who, ON) == [("N", "communication_officer"), ("N", "editor")]
    assert RosterEntry.objects.known().filter(agency__code="N").count() == 2


def test_somebody_who_already_stands_at_the_absorbing_agency_stands_there_once(draft, carry_out):
    old, heir = agencies("A", "H")
    who = make.person()
    make.entry(who, old)
    make.entry(who, heir, starts_on=date(2026, 3, 5))
    carry_out(draft(merge("A", "H")))
    mine = RosterEntry.objects.known().get(person=who, agency=heir)
    assert (mine.starts_on, mine.ends_on) == (ON, None)
    heir.refresh_from_db()
    assert heir.closed_on is None


def test_entries_that_begin_after_a_backdated_day_go_over_whole(draft, carry_out):
    (old,) = agencies("A")
    entry = make.entry(at=old, starts_on=date(2026, 3, 7))
    carry_out(draft(merge("A", "N", name="Mới", **PRESS)))
    mine = RosterEntry.objects.known().get(person=entry.person)
    assert (mine.agency.code, mine.starts_on) == ("N", date(2026, 3, 7))


@pytest.mark.parametrize("kind", ["split", "dissolution"])
def test_people_of_split_and_dissolved_agencies_stay_and_wait(draft, carry_out, kind):
    old, *_heirs = agencies("A", "H", "K")
    entry = make.entry(at=old)
    lines = [{"kind": "split", "predecessor": "A", "successor": heir} for heir in ("H", "K")]
    carry_out(draft(*(lines if kind == "split" else [{"kind": "dissolution", "predecessor": "A"}])))
    assert list(RosterEntry.objects.known()) == [entry]
    assert list(RosterEntry.objects.known().waiting(ON)) == [entry]
    assert not RosterEntry.objects.known().waiting(ON - timedelta(days=1)).exists()


def test_a_function_that_is_transferred_moves_nobody_and_closes_nothing(draft, carry_out):
    old, heir = agencies("A", "H")
    entry = make.entry(at=old)
    carry_out(draft({"kind": "transfer", "predecessor": "A", "successor": "H", "scope": "press"}))
    old.refresh_from_db()
    assert old.closed_on is None
    assert list(RosterEntry.objects.known()) == [entry]
    assert Succession.objects.values_list("scope", "successor").get() == ("press", heir.pk)


def test_a_new_parent_opens_the_agency_again_below_it(draft, carry_out):
    parent, _other = agencies("P", "Q")
    child = make.agency("Ban Mẫu", code="C", parent=parent)
    entry = make.entry(at=child)
    carry_out(draft(
        {"kind": "reparent", "predecessor": "C", "successor": "C2", "name": "Ban Mẫu", "parent": "Q", **PRESS}
    ))  # fmt: skip
    assert Agency.objects.get(code="C2").parent.code == "Q"
    assert stands(entry.person, ON) == [("C2", "communication_officer")]


def test_as_known_before_the_rosters_stand_where_they_stood(draft, carry_out):
    (old,) = agencies("A")
    entry = make.entry(at=old)
    carry_out(draft(merge("A", "N", name="Mới", **PRESS)))
    before = NOW - timedelta(seconds=1)
    assert stands(entry.person, ON, before) == [("A", "communication_officer")]
    assert [row.code for row in Agency.objects.on(ON, before)] == ["A"]
    assert [row.code for row in Agency.objects.on(ON, NOW)] == ["N"]


def test_the_signal_is_sent_inside_the_transaction(draft, carry_out):
    agencies("A")
    heard = []

    def listen(reorganisation, now, **_kwargs):
        heard.append((reorganisation.state, now, connection.in_atomic_block))

    reorganisation_applied.connect(listen)
    try:
        carry_out(draft(merge("A", "N", name="Mới", **PRESS)))
    finally:
        reorganisation_applied.disconnect(listen)
    assert heard == [(ReorganisationState.APPLIED, NOW, True)]


def test_rosters_move_in_a_constant_number_of_queries(draft, carry_out):
    counts = []
    for number, people in (("1", 1), ("2", 30)):
        (old,) = agencies(f"A{number}")
        for _person in range(people):
            make.entry(at=old)
        plan = draft(merge(f"A{number}", f"N{number}", name=f"Mới {number}", **PRESS))
        with CaptureQueriesContext(connection) as queries:
            carry_out(plan)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 60


# --- what stands against it -------------------------------------------------------------------------------------------


REFUSED = {
    "no_changes": [],
    "predecessor_missing": [merge("", "B")],
    "agency_unknown": [merge("X", "B")],
    "already_closed": [merge("CLOSED", "B")],
    "succession_before_establishment": [merge("YOUNG", "B")],
    "succeeds_itself": [merge("A", "A")],
    "successor_missing": [merge("A", "")],
    "successor_not_open": [merge("A", "CLOSED")],
    "successor_not_wanted": [{"kind": "dissolution", "predecessor": "A", "successor": "B"}],
    "predecessor_not_wanted": [
        {"kind": "establishment", "predecessor": "A", "successor": "N", "name": "N", "unit_kind": "press"}
    ],
    "code_taken": [merge("A", "B", name="Tên", unit_kind="press")],
    "kind_missing": [merge("A", "N", name="Mới")],
    "described_twice": [merge("A", "N", name="Mới", **PRESS), merge("B", "N", name="Khác", **PRESS)],
    "parent_not_alive": [merge("A", "N", name="Mới", parent="CLOSED", **PRESS)],
    "several_heirs": [merge("A", "B"), {"kind": "dissolution", "predecessor": "A"}],
    "split_needs_two": [{"kind": "split", "predecessor": "A", "successor": "B"}],
    "not_alone": [
        {"kind": "rename", "predecessor": "A", "successor": "N", "name": "Mới", "unit_kind": "press"}, merge("B", "N"),
    ],
    "said_twice": [{"kind": "transfer", "predecessor": "A", "successor": "B", "scope": "press"}] * 2,
    "children_left_open": [merge("P", "B")],
    "same_name_same_parent": [merge("A", "N", name="Đơn vị B", **PRESS)],
    "parent_cycle": [
        merge("A", "N", name="Mới", parent="M", **PRESS), merge("B", "M", name="Mới nữa", parent="N", **PRESS),
    ],
    "succession_cycle": [
        {"kind": "transfer", "predecessor": "A", "successor": "B"},
        {"kind": "transfer", "predecessor": "B", "successor": "A"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_what_does_not_fit_is_said_with_a_code_and_cannot_be_asked_for(draft, asker, code):
    _a, _b, above = agencies("A", "B", "P")
    make.agency("Trực thuộc", code="C", parent=above)
    agencies("CLOSED", closed_on=date(2026, 1, 1))
    agencies("YOUNG", established_on=date(2026, 3, 5))
    plan = draft(*REFUSED[code])
    assert code in problems(plan)
    with pytest.raises(Refused, match="plan_has_problems"):
        reorganising.ask(plan, by=asker, now=NOW)
    assert not Event.objects.exclude(object_kind="account").exists()


def test_a_day_more_than_a_year_ahead_is_refused_and_one_within_is_not(draft):
    agencies("A", "B")
    today = local_day(NOW)
    assert problems(draft(merge("A", "B"), on=today + timedelta(days=367))) == ["too_far_ahead"]
    assert problems(draft(merge("A", "B"), on=today + timedelta(days=366))) == []


def test_children_may_end_or_move_in_the_same_reorganisation(draft, carry_out):
    above, _other = agencies("P", "Q")
    make.agency("Trực thuộc", code="C", parent=above)
    make.agency("Trực thuộc khác", code="D", parent=above)
    moved = {
        "kind": "reparent",
        "predecessor": "D",
        "successor": "D2",
        "name": "Trực thuộc khác",
        "parent": "Q",
        **PRESS,
    }
    plan = draft(merge("P", "Q"), {"kind": "dissolution", "predecessor": "C"}, moved)
    assert problems(plan) == []
    carry_out(plan)
    assert set(Agency.objects.on(ON).values_list("code", flat=True)) == {"Q", "D2"}


# --- two people -------------------------------------------------------------------------------------------------------


def test_whoever_asked_does_not_confirm(draft, asker):
    agencies("A", "B")
    approval = reorganising.ask(draft(merge("A", "B")), by=asker, now=NOW)
    with pytest.raises(Refused, match="own_request"):
        approval.confirm(asker, NOW)
    assert Agency.objects.get(code="A").closed_on is None


def test_a_world_that_moved_makes_the_request_stale_and_changes_nothing(draft, asker, second):
    agencies("A", "B")
    plan = draft(merge("A", "B"))
    approval = reorganising.ask(plan, by=asker, now=NOW)
    Agency.objects.filter(code="B").update(name="Tên khác")
    with pytest.raises(Refused, match="plan_stale"):
        approval.confirm(second, NOW)
    plan.refresh_from_db()
    assert plan.state == ReorganisationState.DRAFT
    assert not Succession.objects.exists()


def test_people_who_come_while_the_request_waits_do_not_make_it_stale(draft, asker, second):
    old, _heir = agencies("A", "B")
    approval = reorganising.ask(draft(merge("A", "B")), by=asker, now=NOW)
    entry = make.entry(at=old, now=NOW)
    approval.confirm(second, NOW)
    assert stands(entry.person, ON) == [("B", "communication_officer")]


def test_what_waits_or_was_carried_out_is_not_changed(draft, asker, second):
    agencies("A", "B")
    plan = draft(merge("A", "B"))
    approval = reorganising.ask(plan, by=asker, now=NOW)
    for verb in (lambda: plan.remove(1, NOW), lambda: plan.withdraw(NOW), lambda: plan.add(NOW, kind="merge")):
        with pytest.raises(Refused, match="already_asked"):
            verb()
    approval.confirm(second, NOW)
    plan.refresh_from_db()
    with pytest.raises(Refused, match="not_a_draft"):
        plan.withdraw(NOW)


def test_a_refused_request_leaves_a_draft_that_may_be_mended_and_asked_again(draft, asker, second):
    agencies("A", "B")
    plan = draft(merge("A", "B"))
    reorganising.ask(plan, by=asker, now=NOW).refuse(second, NOW)
    plan.remove(1, NOW)
    plan.add(NOW, **merge("B", "A", scope="all"))
    reorganising.ask(plan, by=asker, now=NOW).confirm(second, NOW)
    assert Agency.objects.get(code="B").closed_on == ON


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_undone_it_never_was_and_still_stood_in_between(draft, carry_out, undo):
    old, other = agencies("A", "B")
    entry = make.entry(at=old)
    waiting = make.entry(at=other)
    plan = draft(merge("A", "N", name="Mới", **PRESS), {"kind": "dissolution", "predecessor": "B"})
    carry_out(plan)
    undo(plan)
    between = NOW + timedelta(days=1)
    before = NOW - timedelta(seconds=1)
    assert plan.state == ReorganisationState.UNDONE
    for known_at in (before, LATER, None):
        assert {row.code for row in Agency.objects.on(ON, known_at)} == {"A", "B"}
        assert not Succession.objects.known(known_at).exists()
        assert stands(entry.person, ON, known_at) == [("A", "communication_officer")]
        assert stands(waiting.person, ON, known_at) == [("B", "communication_officer")]
        assert not Succession.objects.graph(known_at).is_closed(old.pk, ON)
    assert {row.code for row in Agency.objects.on(ON, between)} == {"N"}
    assert Succession.objects.known(between).count() == 2
    assert stands(entry.person, ON, between) == [("N", "communication_officer")]
    assert Succession.objects.graph(between).is_closed(old.pk, ON)


def test_the_reverse_is_a_reorganisation_of_its_own_and_told(draft, carry_out, undo):
    agencies("A", "B")
    plan = draft(merge("A", "B"))
    heard = []

    def listen(reorganisation, **_kwargs):
        heard.append(reorganisation.pk)

    reorganisation_undone.connect(listen)
    try:
        carry_out(plan)
        undo(plan)
    finally:
        reorganisation_undone.disconnect(listen)
    reverse = Reorganisation.objects.get(undoes=plan)
    assert (reverse.state, reverse.legal_basis, reverse.document_no) == ("applied", "Văn bản bị bãi bỏ", "2")
    assert heard == [plan.pk]
    told = list(Event.objects.filter(object_kind="reorganisation").order_by("pk").values_list("action", flat=True))
    confirmed = "approval.confirm_of_another"
    assert told == [
        "agency.reorganise", "agency.reorganised", confirmed,
        "agency.undo_reorganisation", "agency.reorganisation_undone", confirmed,
    ]  # fmt: skip


def test_after_an_undo_the_same_may_be_carried_out_again(draft, carry_out, undo):
    agencies("A")
    plan = draft(merge("A", "N", name="Mới", **PRESS))
    carry_out(plan)
    undo(plan)
    again = draft(merge("A", "N", name="Mới hơn", **PRESS))
    assert problems(again) == []
    last = LATER + timedelta(days=1)
    carry_out(again, now=last)
    for known_at, codes in ((NOW, {"N"}), (LATER, {"A"}), (last, {"N"}), (None, {"N"})):
        assert {row.code for row in Agency.objects.on(ON, known_at)} == codes
    assert Agency.objects.get(code="N").name == "Mới hơn"


def _new_entry():
    make.entry(at=Agency.objects.get(code="N"), starts_on=ON, now=NOW + timedelta(hours=1))


def _voided_entry():
    entry = RosterEntry.objects.known().filter(agency__code="N").first()
    entry.void("nhầm", by=None, now=NOW + timedelta(hours=1))


def _child():
    make.agency(parent=Agency.objects.get(code="N"))


def _focal():
    make.role(make.user(), "focal", Agency.objects.get(code="N"), starts_on=ON)


def _later_succession():
    one = make.succession(Agency.objects.get(code="N"), make.agency(), on=ON, kind="transfer", scope="press")
    Succession.objects.filter(pk=one.pk).update(recorded_at=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        (_new_entry, "roster_changed_since"),
        (_voided_entry, "roster_changed_since"),
        (_child, "children_left_open"),
        (_focal, "roles_given_since"),
        (_later_succession, "reorganised_since"),
    ],
)
def test_it_is_not_undone_once_something_was_built_on_it(draft, carry_out, asker, moved, code):
    (old,) = agencies("A")
    make.entry(at=old)
    plan = draft(merge("A", "N", name="Mới", **PRESS))
    carry_out(plan)
    moved()
    with pytest.raises(Refused, match=code):
        reorganising.ask_to_undo(plan, reason="Nhầm", document_no="", by=asker, now=LATER)


def test_a_draft_is_not_undone_nor_an_undo(draft, carry_out, undo, asker):
    agencies("A", "B")
    plan = draft(merge("A", "B"))
    with pytest.raises(Refused, match="not_applied"):
        reorganising.ask_to_undo(plan, reason="Nhầm", document_no="", by=asker, now=LATER)
    carry_out(plan)
    undo(plan)
    reverse = Reorganisation.objects.get(undoes=plan)
    for one in (plan, reverse):
        with pytest.raises(Refused, match="not_applied"):
            reorganising.ask_to_undo(one, reason="Nhầm", document_no="", by=asker, now=LATER)


def test_a_roster_that_changed_between_looking_and_writing_is_refused(draft, asker):
    (old,) = agencies("A")
    entry = make.entry(at=old)
    RosterEntry.objects.filter(pk=entry.pk).update(voided_at=NOW, void_reason="nhầm")
    with pytest.raises(Refused, match="roster_moved"):
        moving.void([entry], "Sắp xếp", by=asker, now=NOW)
