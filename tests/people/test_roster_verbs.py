"""Entering, ending, voiding: facts are never edited, and what was known stays known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from lms.audit.models import Event
from lms.people.models import Group, Person, RosterEntry, RosterStatement, StatementKind
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
BEGIN, MIDDLE, END = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


def code_of(refused):
    return refused.value.code


def test_entering_writes_the_row_and_one_event():
    entry = make.entry(starts_on=BEGIN)
    event = Event.objects.get(object_kind="roster_entry")
    assert (event.action, event.object_id) == ("roster.add_or_end_entry", str(entry.pk))
    assert (event.subject, event.agency) == (str(entry.person.public_id), entry.agency.code)
    assert entry.person.full_name not in str(event.data)


def test_entering_a_new_person_saves_the_person_and_is_one_event():
    someone = Person(full_name="Lê Mẫu Mới")
    entry = make.entry(someone)
    assert Person.objects.get().pk == entry.person_id
    assert [event.action for event in Event.objects.all()] == ["person.create"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [
        (BEGIN - timedelta(1), None, "outside_agency_life"),
        (END, None, "outside_agency_life"),
        (BEGIN, END + timedelta(1), "outside_agency_life"),
        (MIDDLE, MIDDLE, "ends_before_it_starts"),
    ],
)
def test_an_entry_outside_the_life_of_the_agency_is_refused(starts_on, ends_on, code):
    agency = make.agency(established_on=BEGIN, closed_on=END)
    with pytest.raises(Refused) as refused:
        make.entry(None, agency, starts_on=starts_on, ends_on=ends_on)
    assert code_of(refused) == code
    assert not RosterEntry.objects.exists() and not Event.objects.exists()


def test_a_refused_entry_leaves_no_new_person_behind():
    with pytest.raises(Refused):
        make.entry(Person(full_name="Lê Mẫu Mới"), make.agency(established_on=END), starts_on=BEGIN)
    assert not Person.objects.exists()


def test_a_province_keeps_no_roster():
    with pytest.raises(Refused) as refused:
        make.entry(None, make.agency(kind="province"))
    assert code_of(refused) == "no_roster_here"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_refused"),
    [
        (BEGIN, None, True),
        (MIDDLE, None, True),
        (BEGIN - timedelta(9), MIDDLE, True),
        (BEGIN - timedelta(9), BEGIN, False),
        (END, None, False),
        (MIDDLE, END, True),
    ],
)
def test_entries_of_one_person_group_and_agency_never_overlap(starts_on, ends_on, is_refused):
    first = make.entry(starts_on=BEGIN, ends_on=END)
    if is_refused:
        with pytest.raises(Refused) as refused:
            make.entry(first.person, first.agency, starts_on=starts_on, ends_on=ends_on)
        assert code_of(refused) == "already_on_roster"
    else:
        make.entry(first.person, first.agency, starts_on=starts_on, ends_on=ends_on)
    assert RosterEntry.objects.count() == 2 - is_refused


def test_another_group_or_agency_is_no_overlap():
    first = make.entry()
    make.entry(first.person, first.agency, Group.SPOKESPERSON)
    make.entry(first.person, make.agency())
    assert RosterEntry.objects.count() == 3


def test_an_end_voids_and_adds_so_that_what_was_known_stays_known():
    entry = make.entry(starts_on=BEGIN, now=make.noon(BEGIN))
    ended = entry.end(MIDDLE, by=None, now=make.noon(END))
    assert RosterEntry.objects.known(make.noon(MIDDLE)).on(MIDDLE).get() == entry
    assert not RosterEntry.objects.known().on(MIDDLE).exists()
    assert RosterEntry.objects.known().on(MIDDLE - timedelta(1)).get() == ended
    assert Event.objects.filter(action="roster.add_or_end_entry").count() == 2


def test_an_end_is_recorded_once_and_after_the_start():
    entry = make.entry(starts_on=BEGIN)
    with pytest.raises(Refused) as refused:
        entry.end(BEGIN, by=None, now=make.noon(END))
    assert code_of(refused) == "ends_before_it_starts"
    ended = entry.end(MIDDLE, by=None, now=make.noon(END))
    for again, code in ((entry, "already_voided"), (ended, "already_ended")):
        with pytest.raises(Refused) as refused:
            again.end(END, by=None, now=make.noon(END))
        assert code_of(refused) == code
    assert RosterEntry.objects.count() == 2


def test_voiding_needs_a_reason_and_happens_once():
    entry = make.entry()
    with pytest.raises(Refused) as refused:
        entry.void(" \u200b", by=None, now=make.noon(END))
    assert code_of(refused) == "reason_required"
    entry.void("nhập hai lần", by=None, now=make.noon(END))
    assert not RosterEntry.objects.known().exists()
    with pytest.raises(Refused) as refused:
        entry.void("lại", by=None, now=make.noon(END))
    assert code_of(refused) == "already_voided"
    assert Event.objects.filter(action="roster.void_entry_with_reason").count() == 1


def test_after_voiding_the_same_entry_can_be_made_again():
    entry = make.entry()
    entry.void("nhầm", by=None, now=make.noon(END))
    make.entry(entry.person, entry.agency)
    assert RosterEntry.objects.known().count() == 1


def test_the_database_itself_refuses_an_edit_and_a_delete():
    entry = make.entry()
    with pytest.raises(DatabaseError), transaction.atomic():
        RosterEntry.objects.filter(pk=entry.pk).update(position="khác")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_rosterentry WHERE id = %s", [entry.pk])


def test_the_database_itself_refuses_two_open_entries():
    entry = make.entry(starts_on=BEGIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterEntry.objects.create(
            person=entry.person, agency=entry.agency, group=entry.group, starts_on=MIDDLE, recorded_at=make.noon(END)
        )


def test_nobody_is_said_once_a_day_with_one_event(mai, press):
    said = [RosterStatement.nobody(press, Group.EDITOR, on=BEGIN, by=mai, now=make.noon(BEGIN)) for _twice in range(2)]
    assert said[0] == said[1]
    assert Event.objects.filter(action="roster.confirm_nobody").count() == 1


def test_nobody_cannot_be_said_of_a_roster_with_people(mai, press):
    make.entry(None, press, Group.EDITOR, starts_on=BEGIN)
    with pytest.raises(Refused) as refused:
        RosterStatement.nobody(press, Group.EDITOR, on=BEGIN, by=mai, now=make.noon(BEGIN))
    assert code_of(refused) == "roster_not_empty"


def test_nobody_takes_the_place_of_a_confirmation_of_the_same_day(mai, press):
    RosterStatement.objects.create(
        agency=press, group=Group.EDITOR, kind=StatementKind.CONFIRMED, on=BEGIN, recorded_at=make.noon(BEGIN)
    )
    said = RosterStatement.nobody(press, Group.EDITOR, on=BEGIN, by=mai, now=make.noon(END))
    assert said.kind == StatementKind.NOBODY
    assert RosterStatement.objects.filter(voided_at=None).get() == said


def test_nobody_can_be_said_only_of_an_agency_that_exists(mai):
    with pytest.raises(Refused) as refused:
        RosterStatement.nobody(make.agency(closed_on=BEGIN), Group.EDITOR, on=BEGIN, by=mai, now=make.noon(BEGIN))
    assert code_of(refused) == "outside_agency_life"
