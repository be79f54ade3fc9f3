"""Who sees which agencies, rosters and people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.people.models import Agency, Group, Person, Role, RosterEntry
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def chain(press):
    """A → B → C → press, and a bystander that also came out of A."""
    first, second, third = (make.agency(f"Cơ quan {letter}") for letter in "ABC")
    for old, new, on in ((first, second, 1), (second, third, 2), (third, press, 3)):
        make.succession(old, new, on=date(2026, on, 1))
    aside = make.agency("Bên cạnh")
    make.succession(first, aside, on=date(2026, 1, 1), scope="part", kind="split")
    return first, second, third, aside


def test_a_focal_person_leads_the_own_agency_and_three_changes_back(mai, press, chain):
    first, second, third, aside = chain
    assert set(Agency.objects.led_by(mai, TODAY)) == {press, first, second, third}


def test_the_way_leads_back_only(chain, press):
    old = make.user("Đầu mối cũ")
    make.role(old, Role.FOCAL, chain[0])
    assert set(Agency.objects.led_by(old, TODAY)) == {chain[0]}


def test_a_predecessor_is_seen_from_the_day_of_the_change(mai, press, chain):
    assert set(Agency.objects.led_by(mai, date(2026, 2, 28))) == {press}


def test_both_heirs_of_a_split_see_the_predecessor(chain):
    heir = make.user("Đầu mối bên cạnh")
    make.role(heir, Role.FOCAL, chain[3])
    assert set(Agency.objects.led_by(heir, TODAY)) == {chain[3], chain[0]}


def test_a_role_that_has_ended_or_not_begun_leads_nowhere(press):
    user = make.user()
    grant = make.role(user, Role.FOCAL, press, starts_on=TODAY)
    assert not Agency.objects.led_by(user, TODAY - timedelta(1)).exists()
    grant.end(TODAY + timedelta(5), by=None, now=make.noon(TODAY))
    assert not Agency.objects.led_by(user, TODAY + timedelta(5)).exists()
    assert Agency.objects.led_by(user, TODAY + timedelta(4)).exists()


def test_leading_is_one_query_that_walks_indexes(mai, chain):
    make.all_agencies()
    with CaptureQueriesContext(connection) as queries:
        list(Agency.objects.led_by(mai, TODAY))
    assert len(queries) == 1
    if connection.vendor == "sqlite":
        plan = Agency.objects.led_by(mai, TODAY).explain()
        assert "SCAN people_rolegrant" not in plan
        assert "SCAN U0" not in plan


def test_rosters_are_open_to_the_own_focal_person_the_department_and_the_administrator(
    mai, sau, admin, tu, lan, other_focal, press, elsewhere
):
    def sees(user):
        return set(Agency.objects.roster_open_to(user, TODAY)) & {press, elsewhere}

    assert sees(mai) == {press}
    assert sees(other_focal) == {elsewhere}
    assert sees(sau) == sees(admin) == {press, elsewhere}
    assert sees(tu) == sees(lan) == set()


def test_territory_has_no_roster_to_open(sau):
    province = make.real_agency("LDG")
    assert province not in Agency.objects.roster_open_to(sau, TODAY)


def test_entries_and_people_are_seen_by_the_same_rule(
    mai, sau, admin, tu, lan, hung, other_trainee, other_focal, press
):
    mine, his, strange = lan.person, hung, other_trainee.person

    def people(user):
        return set(Person.objects.visible_to(user, TODAY)) & {mine, his, strange}

    def entries(user):
        return {entry.person for entry in RosterEntry.objects.visible_to(user, TODAY)} & {mine, his, strange}

    for seen in (people, entries):
        assert seen(mai) == {mine}
        assert seen(other_focal) == {strange}
        assert seen(sau) == seen(admin) == {mine, his, strange}
        assert seen(lan) == {mine}
        assert seen(other_trainee) == {strange}
        assert seen(tu) == set()


def test_a_focal_person_sees_who_was_there_but_not_who_was_entered_by_mistake(mai, press):
    gone, mistaken = make.person(), make.person()
    make.entry(gone, press).end(date(2026, 1, 1), by=None, now=make.noon(TODAY))
    make.entry(mistaken, press, Group.EDITOR).void("nhầm", by=None, now=make.noon(TODAY))
    assert set(Person.objects.visible_to(mai, TODAY)) == {gone}


def test_a_suspended_account_sees_nothing_of_others(mai, lan):
    mai.deactivate(by=None, now=make.noon(TODAY))
    assert not Person.objects.visible_to(mai, TODAY).exists()
    assert not Agency.objects.roster_open_to(mai, TODAY).exists()
