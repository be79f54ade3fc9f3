"""Plans, periods and agencies, as the screens list them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.days import local_day
from lms.people.models import Agency
from lms.plan.models import Period, PeriodLock
from tests import make as people
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_agencies_are_those_of_the_day(department):
    old = people.agency("UBND xã Cũ", established_on=date(2020, 1, 1), closed_on=date(2025, 7, 1))
    new = people.agency("UBND xã Mới", established_on=date(2025, 7, 1))
    people.succession(old, new, on=date(2025, 7, 1))
    assert names(department.ask("agencies/")) == ["UBND xã Mới"]
    assert names(department.ask("agencies/", {"on": "2025-06-30"})) == ["UBND xã Cũ"]
    assert names(department.ask("agencies/", {"ended": "true"})) == ["UBND xã Cũ", "UBND xã Mới"]
    assert names(department.ask("agencies/", {"ended": "false"})) == ["UBND xã Mới"]
    told = department.ask(f"agencies/{old.code}/").json()
    assert [(step["successor"], step["scope"], step["depth"]) for step in told["successors"]] == [(new.code, "all", 1)]
    assert told["closed_on"] == "2025-07-01"
    rows = department.ask("successions/", {"agency": new.code}).json()["results"]
    assert [(row["predecessor"], row["successor"], row["on"]) for row in rows] == [(old.code, new.code, "2025-07-01")]


def test_agencies_are_found_by_kind_parent_and_words(department):
    above = people.agency("Sở Mẫu", kind="department")
    people.agency("Chi cục Mẫu", kind="office", parent=above)
    assert names(department.ask("agencies/", {"kind": "office"})) == ["Chi cục Mẫu"]
    assert names(department.ask("agencies/", {"parent": above.code})) == ["Chi cục Mẫu"]
    assert names(department.ask("agencies/", {"q": "chi cuc"})) == ["Chi cục Mẫu"]


def test_pages_fit_together_and_cost_the_same(department):
    for number in range(7):
        people.agency(f"UBND xã {number}")
    department.ask("agencies/")
    found, path = [], "/api/v1/agencies/?limit=3"
    while path:
        page = department.get(path, headers=department.headers_of_token).json()
        found += [row["code"] for row in page["results"]]
        assert page["count"] == 7
        path = page["next"]
    assert found == list(Agency.objects.in_order().values_list("code", flat=True))
    assert department.ask("agencies/", {"limit": 3, "offset": 6}).json()["previous"].endswith("limit=3&offset=3")
    # the token with its account, its role, the limit (in the database here), count and rows
    costs = []
    for limit in (1, 7):
        with CaptureQueriesContext(connection) as queries:
            department.ask("agencies/", {"limit": limit})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"limit": "0"}, "parameters_invalid", "limit"),
        ({"limit": "501"}, "parameters_invalid", "limit"),
        ({"offset": "-1"}, "parameters_invalid", "offset"),
        ({"kind": "king"}, "parameters_invalid", "kind"),
        ({"on": "31/02/2026"}, "parameters_invalid", "on"),
        ({"parent": "KHONG-CO"}, "parameters_invalid", "parent"),
        ({"ended": "0"}, "parameters_invalid", "ended"),
        ({"q": "a\x00b"}, "parameters_invalid", "q"),
        ({"tree": "on"}, "unknown_parameter", None),
        ({"as_off": "2026-01-01"}, "unknown_parameter", None),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(department, query, code, field):
    answer = department.ask("agencies/", query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field is None or field in answer.json()["details"]["fields"]
    assert next(iter(query)) in answer.json()["message"]


def test_the_plan_stands_word_for_word_with_who_answers(department):
    task = make_plan.task()
    make_plan.requirement(task)
    agency = people.agency("Sở Mẫu", kind="department")
    task.parties.create(role="lead", position=1, label="Sở Mẫu", agency=agency)
    assert [plan["code"] for plan in department.ask("plans/").json()["results"]] == ["KH"]
    told = department.ask("plans/KH/tasks/").json()
    assert told["on"] == local_day(timezone.now()).isoformat()
    (row,) = told["results"]
    assert (row["id"], row["title"], row["is_counted"]) == (task.pk, task.title, True)
    assert row["parties"][0] == {
        "role": "lead", "label": "Sở Mẫu", "agency": agency.code, "unit_group": None, "changed_to": "",
        "is_gone": False, "agency_count": None,
    }  # fmt: skip


def test_the_tasks_cost_the_same_however_many(department):
    make_plan.task("1")
    costs = []
    for more in ((), ("2", "3", "4")):
        for code in more:
            make_plan.task(code)
        department.ask("plans/KH/tasks/")
        with CaptureQueriesContext(connection) as queries:
            department.ask("plans/KH/tasks/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_periods_say_for_which_tasks_they_are_closed(program_of):
    period, task = make_plan.period(2026), make_plan.task()
    make_plan.period(2025)
    PeriodLock.lock(task, period, now=timezone.now())
    program = program_of("trainer")
    rows = program.ask("periods/", {"year": 2026}).json()["results"]
    assert [(row["id"], row["kind"], row["label"], row["closed_for"]) for row in rows] == [
        (period.pk, "year", "Năm 2026", [task.pk])
    ]
    assert program.ask("periods/").json()["count"] == Period.objects.count()
