"""Two hands at once on one roster: threads with real commits, on either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connections

from lms.audit.models import Event
from lms.people.importing import check, confirm
from lms.people.models import Agency, Group, Person, RosterEntry
from lms.refusal import Refused
from tests import make

BEGIN = date(2026, 1, 1)
NOW = make.noon(BEGIN)
HANDS = 4
COLUMNS = ("full_name", "birth_date", "sex", "agency_code", "position", "group", "email", "phone", "starts_on")


def at_once(verb):
    """What each of the hands got: its answer, or the code of its refusal."""
    barrier = Barrier(HANDS)

    def one(number):
        try:
            barrier.wait()
            return verb(number)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_overlapping_entries_entered_at_once_are_one(committed):
    person, agency = make.person(), make.agency()

    def enter(number):
        entry = make.entry(person, agency, starts_on=BEGIN.replace(day=1 + number), ends_on=date(2026, 3, 1))
        return type(entry).__name__

    answers = at_once(enter)
    assert sorted(answers) == ["RosterEntry"] + ["already_on_roster"] * (HANDS - 1)
    assert RosterEntry.objects.known().count() == 1


def test_an_entry_ended_and_voided_at_once_has_one_fate(committed):
    entry = make.entry(starts_on=BEGIN)

    def act(number):
        found = RosterEntry.objects.select_related("person", "agency").get(pk=entry.pk)
        if number % 2:
            found.void("nhầm", by=None, now=NOW)
        else:
            found.end(date(2026, 2, 1), by=None, now=NOW)
        return "done"

    answers = at_once(act)
    assert sorted(answers) == ["already_voided"] * (HANDS - 1) + ["done"]
    assert Event.objects.filter(object_kind="roster_entry").count() == 2


def test_a_file_confirmed_by_several_at_once_is_written_once(committed):
    agency = make.agency()
    mine = Agency.objects.filter(pk=agency.pk)
    line = f"Nguyễn Mẫu Một,01/02/1990,,{agency.code},,{Group.REPORTER},,,01/07/2025"
    run = check(f"{','.join(COLUMNS)}\n{line}".encode(), writable=mine, agency=agency, by=None, now=NOW, on=BEGIN)

    def confirmed(_number):
        return confirm(type(run).objects.get(pk=run.pk), writable=mine, by=None, now=NOW)

    assert sorted(at_once(confirmed)) == [False] * (HANDS - 1) + [True]
    assert (Person.objects.count(), RosterEntry.objects.count()) == (1, 1)
    assert Event.objects.filter(action="roster.import_confirm").count() == 1


def test_two_files_that_overlap_confirmed_at_once_are_united(committed):
    agency = make.agency()
    mine = Agency.objects.filter(pk=agency.pk)
    runs = []
    for number in range(HANDS):
        names = ("Nguyễn Mẫu Chung", f"Trần Mẫu Riêng {'ABCD'[number]}")
        lines = [f"{name},01/02/1990,,,Phóng viên,{Group.REPORTER},,,01/07/2025" for name in names]
        by = make.user()
        content = "\n".join([",".join(COLUMNS), *lines]).encode()
        runs.append((check(content, writable=mine, agency=agency, by=by, now=NOW, on=BEGIN), by))

    def confirmed(number):
        run, by = runs[number]
        return confirm(type(run).objects.get(pk=run.pk), writable=mine, by=by, now=NOW)

    assert at_once(confirmed) == [True] * HANDS
    assert Person.objects.filter(full_name="Nguyễn Mẫu Chung").count() == 1
    assert (Person.objects.count(), RosterEntry.objects.known().count()) == (HANDS + 1, HANDS + 1)
