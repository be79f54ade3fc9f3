"""What a sound row changes on the rosters as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lms.jobs.models import Verdict
from lms.people.roster_files import JudgedRow, Member, Plan, RowVerdict
from lms.people.roster_matching import NEW_PERSON, Known, KnownEntry, KnownPerson, compare
from lms.vietnamese.text import name_key

BORN = date(1990, 2, 1)
BEGIN = date(2025, 7, 1)
ROW = Member(
    full_name="Nguyễn Mẫu Một", birth_date=BORN, sex="unknown", agency="A", position="Phóng viên", group="reporter",
    email="", phone="", starts_on=BEGIN,
)  # fmt: skip
HERE = KnownEntry(10, "A", "reporter", BEGIN, None, "Phóng viên")
THERE = KnownEntry(20, "B", "editor", date(2025, 1, 1), None, "Biên tập viên")
PERSON = KnownPerson(1, "Nguyễn Mẫu Một", BORN, "mot@example.test", "0912345678", "female")


def known(*entries, person=PERSON, reach=("A", "B")):
    return Known(
        {name_key(person.full_name): [person]}, {person.pk: list(entries)}, {"A": "Cơ quan A", "B": "Cơ quan B"},
        frozenset(reach),
    )  # fmt: skip


def judged(facts, choice=None, **cells):
    return compare(JudgedRow(1, 2, RowVerdict.ACCEPT, member=replace(ROW, **cells)), facts, choice)


def test_somebody_nobody_knows_is_new():
    found = judged(Known())
    assert (found.change, found.plan) == (Verdict.NEW, Plan(Verdict.NEW))


def test_what_stands_already_is_unchanged_and_empty_cells_change_nothing():
    for cells in ({}, {"position": ""}, {"full_name": "NGUYỄN mẫu  một"}, {"email": PERSON.email}):
        found = judged(known(HERE), **cells)
        assert (found.change, found.defect) == (Verdict.UNCHANGED, "already_on_roster")


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"position": "Trưởng phòng"}, ("position",)),
        ({"staff_type": "public_employee"}, ("staff_type",)),
        ({"starts_on": date(2025, 8, 1)}, ("starts_on",)),
        ({"starts_on": date(2025, 6, 1), "ends_on": date(2026, 1, 1)}, ("starts_on", "ends_on")),
    ],
)
def test_what_the_entry_says_otherwise_is_changed(cells, columns):
    found = judged(known(HERE), **cells)
    assert found.plan == Plan(Verdict.CHANGED, 1, 10, (), columns)
    assert found.message


def test_contacts_alone_change_the_person_and_not_the_entry():
    found = judged(known(HERE), email="moi@example.test", phone="0987654321")
    assert found.plan == Plan(Verdict.CHANGED, 1, None, (), ("email", "phone"))


def test_sex_is_filled_in_and_never_overwritten():
    assert judged(known(HERE), sex="male").change == Verdict.UNCHANGED
    unknown = PERSON._replace(sex="unknown")
    assert judged(known(HERE, person=unknown), sex="male").plan.columns == ("sex",)


def test_who_has_an_account_keeps_the_contacts():
    found = judged(known(HERE, person=PERSON._replace(has_account=True)), phone="0987654321")
    assert found.change == Verdict.UNCHANGED
    changed = judged(known(HERE, person=PERSON._replace(has_account=True)), phone="0987654321", position="Khác")
    assert (changed.plan.columns, changed.defect) == (("position",), "contacts_kept")


def test_a_row_with_an_end_ends_the_entry_and_says_so_once():
    found = judged(known(HERE), ends_on=date(2026, 3, 1))
    assert found.plan == Plan(Verdict.ENDED, 1, 10, (), ("ends_on",))
    ended = HERE._replace(ends_on=date(2026, 3, 1))
    assert judged(known(ended), ends_on=date(2026, 3, 1)).change == Verdict.UNCHANGED
    assert judged(known(ended)).change == Verdict.UNCHANGED


def test_who_left_and_comes_back_is_the_same_person_with_a_new_entry():
    ended = HERE._replace(ends_on=date(2026, 1, 1))
    assert judged(known(ended), starts_on=date(2026, 1, 1)).plan == Plan(Verdict.NEW, 1)


def test_a_second_group_of_the_same_person_is_a_new_entry():
    assert judged(known(HERE), group="spokesperson").plan == Plan(Verdict.NEW, 1)


def test_who_stands_elsewhere_is_moved_and_ends_there():
    found = judged(known(THERE), phone=PERSON.phone)
    assert found.plan == Plan(Verdict.MOVED, 1, None, (20,))
    assert "Cơ quan B" in found.message


def test_who_stands_where_the_importer_may_not_write_is_refused_with_what_to_do():
    found = judged(known(THERE, reach=("A",)), phone=PERSON.phone)
    assert (found.change, found.defect) == (Verdict.REFUSED, "moved_not_yours")
    assert "Cơ quan B" in found.message


def test_nobody_moves_before_the_entry_elsewhere_begins():
    later = THERE._replace(starts_on=BEGIN)
    assert judged(known(later), phone=PERSON.phone).defect == "moved_too_early"


def test_an_entry_elsewhere_that_is_over_ends_nothing():
    over = THERE._replace(ends_on=BEGIN)
    assert judged(known(over), phone=PERSON.phone).plan == Plan(Verdict.NEW, 1)


def test_several_entries_in_the_way_are_left_to_a_person():
    first, second = HERE._replace(ends_on=date(2025, 9, 1)), HERE._replace(pk=11, starts_on=date(2025, 10, 1))
    assert judged(known(first, second), starts_on=date(2025, 7, 15)).defect == "several_entries"
    assert judged(known(first, second)).change == Verdict.UNCHANGED
    assert judged(known(first, second), ends_on=date(2025, 12, 1)).defect == "several_entries"


@pytest.mark.parametrize("birth_dates", [(BORN, BORN), (None, BORN), (BORN, None)])
def test_a_namesake_elsewhere_is_suggested_and_the_row_waits(birth_dates):
    row, person = birth_dates
    found = judged(known(THERE, person=PERSON._replace(birth_date=person)), birth_date=row)
    assert (found.change, found.defect, found.field) == (Verdict.REFUSED, "choose_person", "full_name")
    (one,) = found.suggestions
    assert (one.person, one.agency, one.position) == (1, "Cơ quan B", "Biên tập viên")
    assert one.birth_year == (person.year if person else None)


def test_a_few_namesakes_are_shown_those_of_the_same_agency_first():
    crowd = [PERSON._replace(pk=pk) for pk in range(2, 40)]
    facts = Known({name_key(ROW.full_name): crowd}, {30: [HERE]}, {"A": "Cơ quan A"}, frozenset("A"))
    found = judged(facts, birth_date=None).suggestions
    assert [one.person for one in found][:2] == [30, 2] and len(found) == 8


def test_another_date_of_birth_is_another_person():
    assert judged(known(THERE), birth_date=date(1991, 2, 1)).plan == Plan(Verdict.NEW)


def test_the_choice_decides():
    assert judged(known(THERE), 1).change == Verdict.MOVED
    assert judged(known(THERE), NEW_PERSON).plan == Plan(Verdict.NEW)
    assert judged(known(THERE), 99).defect == "choose_person"


def test_refused_and_repeated_rows_stay_as_they_are():
    for row in (JudgedRow(1, 2, RowVerdict.REJECT), JudgedRow(1, 2, RowVerdict.SKIP, member=ROW)):
        assert compare(row, known(HERE)) is row
