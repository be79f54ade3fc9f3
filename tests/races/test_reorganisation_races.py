"""Reorganisations at once: one wins, confirming twice is once."""

from __future__ import annotations

from datetime import date

from lms.audit.models import Event
from lms.people import reorganising
from lms.people.models import Agency, Approval, Reorganisation, RosterEntry, Succession
from lms.people.waiting import move_after_split
from tests import make
from tests.races.test_seats import at_once

ON = date(2026, 3, 1)
NOW = make.noon(date(2026, 3, 10))


def coordinator():
    user = make.user()
    make.role(user, "coordinator")
    return user


def asked(by, old, new):
    draft = Reorganisation.objects.create(title=f"{old}-{new}", legal_basis="NQ", on=ON, created_at=NOW, created_by=by)
    draft.add(NOW, kind="merge", predecessor=old, successor=new, scope="all", name=f"Mới {new}", unit_kind="press")
    return reorganising.ask(draft, by=by, now=NOW)


def confirming(approval, by, now=NOW):
    fresh = Approval.objects.get(pk=approval.pk)
    return lambda: fresh.confirm(by, now)


def sending(agency, entries, heir, by):
    return lambda: move_after_split(agency, entries, heir, reason="", by=by, now=NOW)


def test_two_reorganisations_of_one_agency_at_once_one_wins(committed):
    old = make.agency(code="A")
    entry = make.entry(at=old)
    by, second = coordinator(), coordinator()
    requests = [asked(by, "A", f"N{number}") for number in range(4)]
    answers = at_once([confirming(request, second) for request in requests])
    assert answers == {"None": 1, "plan_stale": 3}
    assert Succession.objects.count() == 1
    heir = Succession.objects.get().successor
    assert set(Agency.objects.on(ON).filter(code__startswith="N")) == {heir}
    assert [row.agency for row in RosterEntry.objects.known().filter(person=entry.person).on(ON)] == [heir]


def test_confirming_one_request_several_times_at_once_is_once(committed):
    make.entry(at=make.agency(code="A"))
    by = coordinator()
    request = asked(by, "A", "N")
    answers = at_once([confirming(request, coordinator()) for _number in range(4)])
    assert answers == {"None": 1, "already_decided": 3}
    assert Event.objects.filter(action="agency.reorganised").count() == 1
    assert RosterEntry.objects.known().filter(agency__code="N").count() == 1


def test_undoing_at_once_is_once(committed):
    make.entry(at=make.agency(code="A"))
    by, second = coordinator(), coordinator()
    asked(by, "A", "N").confirm(second, NOW)
    draft = Reorganisation.objects.get()
    later = make.noon(date(2026, 3, 11))
    request = reorganising.ask_to_undo(draft, reason="Nhầm", document_no="", by=by, now=later)
    answers = at_once([confirming(one, second, later) for one in [request] * 4])
    assert answers == {"None": 1, "already_decided": 3}
    assert Reorganisation.objects.filter(undoes=draft).count() == 1
    assert RosterEntry.objects.known().get().agency.code == "A"


def test_people_who_are_moved_by_two_at_once_go_one_way(committed):
    old = make.agency(closed_on=ON)
    heirs = [make.agency() for _number in range(2)]
    for heir in heirs:
        make.succession(old, heir, on=ON, kind="split", scope="part")
    entries = [make.entry(at=old).pk for _number in range(3)]
    by = coordinator()
    answers = at_once([sending(old, entries, heir, by) for heir in heirs])
    assert answers["3"] == 1
    assert answers["not_waiting"] + answers["roster_moved"] == 1
    assert RosterEntry.objects.known().on(ON).count() == 3
