"""Requirements are opened, changed from a day on, ended; what has begun, or is closed, is not rewritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections

from lms.audit.models import Event
from lms.people.models import Group
from lms.plan.models import EarlierTerms, Enough, PeriodKind, PeriodLock, PlanTask, Requirement, Terms
from lms.refusal import Refused
from tests.make import courses as make_courses
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
FIRST, LATER = date(2026, 1, 1), date(2026, 8, 1)
TERMS = Terms(
    group=Group.REPORTER, period_kind=PeriodKind.YEAR, enough=Enough.CERTIFICATES, starts_on=FIRST, legal_basis="KH 1"
)


@pytest.fixture
def by(db):
    return make_courses.account(None, "coordinator")


def code_of(verb):
    """The code with which `verb()` is refused."""
    with pytest.raises(Refused) as refusal:
        verb()
    return refusal.value.code


def events():
    return list(Event.objects.filter(action="requirement.create_or_edit").order_by("pk"))


def test_a_requirement_is_opened_with_one_event(by):
    made = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    assert Requirement.objects.on(FIRST).get() == made
    assert not Requirement.objects.on(date(2025, 12, 31)).exists()
    assert [event.data["what"] for event in events()] == ["opened"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"group": "pilots"}, "group_unknown"),
        ({"period_kind": "decade"}, "choice_unknown"),
        ({"enough": "goodwill"}, "choice_unknown"),
        ({"needed": 0}, "needed_out_of_range"),
        ({"needed": 1001}, "needed_out_of_range"),
        ({"ends_on": FIRST}, "ends_before_it_starts"),
    ],
)
def test_terms_that_make_no_sense_are_refused(by, said, code):
    assert code_of(lambda: Requirement.open(make.task(), replace(TERMS, **said), by=by, now=NOW)) == code
    assert not Requirement.objects.exists()
    assert events() == []


@pytest.mark.parametrize("other", [{}, {"starts_on": LATER}, {"starts_on": date(2025, 1, 1), "needed": 2}])
def test_two_requirements_of_one_kind_do_not_overlap(by, other):
    task = make.task()
    Requirement.open(task, TERMS, by=by, now=NOW)
    assert code_of(lambda: Requirement.open(task, replace(TERMS, **other), by=by, now=NOW)) == "requirement_overlaps"


def test_other_groups_kinds_unit_groups_tasks_and_days_do_not_overlap(by):
    task = make.task()
    Requirement.open(task, replace(TERMS, ends_on=LATER), by=by, now=NOW)
    others = ({"group": Group.EDITOR}, {"period_kind": PeriodKind.QUARTER}, {"unit_group": make.unit_group("press")},
              {"starts_on": LATER})  # fmt: skip
    for other in others:
        Requirement.open(task, replace(TERMS, **other), by=by, now=NOW)
    Requirement.open(make.task("6"), TERMS, by=by, now=NOW)
    assert Requirement.objects.count() == len(others) + 2


def test_a_change_of_what_has_begun_ends_it_and_opens_another(by):
    first = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    second = first.change(replace(TERMS, needed=2, starts_on=LATER), by=by, now=NOW)
    first.refresh_from_db()
    assert (first.needed, first.ends_on) == (1, LATER)
    assert (second.needed, second.starts_on, second.ends_on) == (2, LATER, None)
    assert [event.data["what"] for event in events()] == ["opened", "replaced"]
    assert events()[-1].data["replaces"] == first.pk


def test_what_has_not_begun_is_edited_in_place(by):
    first = Requirement.open(make.task(), replace(TERMS, starts_on=LATER), by=by, now=NOW)
    second = first.change(replace(TERMS, starts_on=date(2026, 9, 1), needed=3), by=by, now=NOW)
    assert second.pk == first.pk
    assert Requirement.objects.get().needed == 3
    assert [event.data["what"] for event in events()] == ["opened", "edited"]


def test_a_change_begins_after_what_it_changes(by):
    first = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    assert code_of(lambda: first.change(replace(TERMS, needed=2), by=by, now=NOW)) == "ends_before_it_starts"
    assert Requirement.objects.get().needed == 1


def test_what_has_ended_is_neither_changed_nor_ended_again(by):
    first = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    first.end(date(2026, 6, 1), by=by, now=NOW)
    assert code_of(lambda: first.end(LATER, by=by, now=NOW)) == "already_ended"
    assert code_of(lambda: first.change(replace(TERMS, starts_on=LATER), by=by, now=NOW)) == "already_ended"
    assert [event.data["what"] for event in events()] == ["opened", "ended"]


def test_a_requirement_does_not_end_before_it_starts(by):
    first = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    assert code_of(lambda: first.end(FIRST, by=by, now=NOW)) == "ends_before_it_starts"


def test_an_end_is_put_off_until_the_next_one_begins(by):
    task = make.task()
    first = Requirement.open(task, replace(TERMS, ends_on=LATER), by=by, now=NOW)
    Requirement.open(task, replace(TERMS, starts_on=date(2026, 9, 1)), by=by, now=NOW)
    first.end(date(2026, 9, 1), by=by, now=NOW)
    assert code_of(lambda: first.end(date(2026, 9, 2), by=by, now=NOW)) == "requirement_overlaps"


def test_nothing_is_required_anew_in_a_closed_period(by):
    task = make.task()
    first = Requirement.open(task, TERMS, by=by, now=NOW)
    PeriodLock.lock(task, make.period(2026, PeriodKind.QUARTER, 2), now=NOW)
    editors = replace(TERMS, group=Group.EDITOR)
    assert code_of(lambda: Requirement.open(task, editors, by=by, now=NOW)) == "period_closed"
    in_may = replace(TERMS, starts_on=date(2026, 5, 1), needed=2)
    assert code_of(lambda: first.change(in_may, by=by, now=NOW)) == "period_closed"
    assert code_of(lambda: first.end(date(2026, 5, 1), by=by, now=NOW)) == "period_closed"
    first.end(date(2026, 6, 15), by=by, now=NOW)  # the day after the cut-off
    Requirement.open(make.task("6"), TERMS, by=by, now=NOW)
    assert [event.data["what"] for event in events()] == ["opened", "ended", "opened"]


def test_requirements_opened_at_once_do_not_overlap(committed):
    task, by = make.task(), make_courses.account(None, "coordinator")
    barrier = Barrier(4)

    def enter(number):
        try:
            barrier.wait()
            terms = replace(TERMS, starts_on=date(2026, 1 + number, 1), ends_on=date(2026, 6, 1))
            return type(Requirement.open(PlanTask.objects.get(pk=task.pk), terms, by=by, now=NOW)).__name__
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(enter, range(4)))
    assert answers == ["Requirement"] + ["requirement_overlaps"] * 3


def test_what_was_required_stays_known_after_it_was_changed_for_days_that_are_over(by):
    made = Requirement.open(make.task(), TERMS, by=by, now=NOW)
    later, last = NOW + timedelta(days=2), NOW + timedelta(days=4)
    more = replace(TERMS, starts_on=date(2026, 3, 1), needed=2)
    changed = made.change(more, by=by, now=later)
    changed.end(date(2026, 6, 1), by=by, now=last)

    def told(at):
        return [(row.needed, row.starts_on, row.ends_on) for row in Requirement.objects.as_known(at)]

    assert told(NOW - timedelta(days=1)) == []
    assert told(NOW) == [(1, FIRST, None)]
    assert told(later) == [(1, FIRST, date(2026, 3, 1)), (2, date(2026, 3, 1), None)]
    assert told(last) == told(None) == [(1, FIRST, date(2026, 3, 1)), (2, date(2026, 3, 1), date(2026, 6, 1))]


def test_one_that_is_edited_before_it_begins_was_known_as_it_stood(by):
    made = Requirement.open(make.task(), replace(TERMS, starts_on=LATER), by=by, now=NOW)
    press, moment = make.unit_group("bao", "press"), NOW + timedelta(hours=1)
    assert made.change(replace(TERMS, starts_on=LATER, unit_group=press, needed=3), by=by, now=moment) == made
    (then,), (today,) = Requirement.objects.as_known(NOW), Requirement.objects.as_known(moment)
    assert (then.needed, then.unit_group) == (1, None)
    assert (today.needed, today.unit_group) == (3, press)


def test_changed_twice_at_one_moment_is_remembered_once(by):
    made = Requirement.open(make.task(), replace(TERMS, starts_on=LATER), by=by, now=NOW)
    for needed in (2, 3):
        made.change(replace(TERMS, starts_on=LATER, needed=needed), by=by, now=NOW)
    assert not EarlierTerms.objects.exists(), "terms that were known for no moment were never known"
