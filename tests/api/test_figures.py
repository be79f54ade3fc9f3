"""The figures of the API are those of the count and the screen: for whom, for which question, at what cost."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.audit.models import Event
from lms.coverage.counting import Report, count
from lms.coverage.figures import Figures
from lms.coverage.models import ClosedReport
from lms.coverage.reading import read
from lms.people.models import Agency, Group
from lms.plan.models import PeriodKind, Target
from tests import make as people
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db
NAMES = [found.name for found in fields(Figures)]


def figures(found: Figures) -> dict[str, object]:
    """As the API tells them."""
    return {name: getattr(found, name) for name in NAMES} | {
        "missing": found.missing, "rate_tenths": found.rate_tenths,
    }  # fmt: skip


def said(report: Report) -> dict[str, object]:
    """What the API must say of a report."""

    def rows(found):
        return [
            {
                "agency": row.code or None, "name": row.name, "kind": row.kind or None, "group": row.group or None,
                "state": row.state.value, "stands_apart": row.stands_apart, "figures": figures(row.figures),
            }
            for row in found
        ]  # fmt: skip

    return {
        "total": figures(report.total),
        "rows": rows(report.rows),
        "group_rows": rows(report.group_rows),
        "group_totals": [{"group": group, "figures": figures(found)} for group, found in report.group_totals],
    }


def told(answer) -> dict[str, object]:
    """The same part of an answer."""
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return {name: body[name] for name in ("total", "rows", "group_rows", "group_totals")}


@pytest.fixture
def history(ward):
    """What makes figures differ: groups, a waiver, training elsewhere, a revocation, a reorganisation, acts off the
    roster."""
    requirement = make_plan.requirement(ward.task, group=Group.SPOKESPERSON)
    make.entry(ward.people[0], ward.agency, Group.SPOKESPERSON)
    make.waiver(ward.people[8], requirement.task.requirements.get(group=Group.COMMUNICATION_OFFICER), ward.period,
                on=date(2026, 3, 1))  # fmt: skip
    make.outside(ward.people[7], ward.task, date(2026, 2, 2), agency=ward.agency, accepted_on=date(2026, 2, 9))
    make.revoke(ward.certificates[5], date(2026, 5, 5))
    make.trained(make.person(), ward.course, date(2026, 4, 1), agency=ward.other)
    make.trained(make.person(), ward.course, date(2026, 4, 1), agency=None)
    heir = make.agency("Phường Ơ", established_on=date(2026, 7, 1))
    make.succession(ward.other, heir, on=date(2026, 7, 1))
    make.agency("Phường Êm")
    return ward


def test_figures_equal_the_count_whatever_is_asked(history, department):
    quarter = make_plan.period(2026, PeriodKind.QUARTER, 2)
    as_of, known_at = date(2026, 4, 30), make.noon(date(2026, 4, 15))
    today = timezone.localdate()
    for query, asked in (
        ({}, {}),
        ({"by_group": "true"}, {"by_group": True}),
        ({"group": "spokesperson"}, {"group": "spokesperson"}),
        ({"as_of": "2026-04-30"}, {"as_of": as_of}),
        ({"known_at": "2026-04-15T12:00"}, {"known_at": known_at}),
        ({"known_at": "2026-04-15T05:00:00Z"}, {"known_at": known_at}),
        ({"view": "now", "by_group": "true"}, {"seen_on": today, "by_group": True}),
        ({"view": "then"}, {}),
        ({"agency": history.agency.code}, {"agencies": [history.agency.pk]}),
    ):
        answer = department.ask("coverage/", history.question(**query))
        assert told(answer) == said(count(history.task, history.period, **asked)), query
    answer = department.ask("coverage/", history.question(period=quarter.pk))
    assert told(answer) == said(count(history.task, quarter))


def test_the_answer_says_what_was_asked_with_all_that_was_filled_in(ward, department):
    body = department.ask("coverage/", {"task": ward.task.pk}).json()
    asked = body["question"]
    assert (asked["task"]["id"], asked["task"]["plan"], asked["period"]["id"]) == (ward.task.pk, "KH", ward.period.pk)
    assert (asked["as_of"], asked["known_at"], asked["view"], asked["group"]) == ("2026-12-14", None, "then", None)
    assert (body["owing_count"], body["answered_count"]) == (2, 2)


def test_figures_equal_the_screen(history, department, client_of, sau):
    page = client_of(sau).get("/coverage/", history.question())
    assert told(department.ask("coverage/", history.question())) == said(page.context["report"])


def test_a_focal_person_sees_the_own_agencies_as_on_the_screen(ward, program_of):
    program = program_of("focal", agency=ward.agency)
    own = said(count(ward.task, ward.period, agencies=[ward.agency.pk]))
    assert told(program.ask("coverage/", ward.question())) == own
    assert told(program.ask("coverage/", ward.question(agency=ward.agency.code))) == own
    assert program.ask("coverage/", ward.question(agency=ward.other.code)).status_code == 404


def test_a_successor_sees_the_agency_that_it_succeeded(ward, program_of):
    heir = make.agency("Phường Mới", established_on=date(2026, 7, 1))
    make.succession(ward.agency, heir, on=date(2026, 7, 1))
    program = program_of("focal", agency=heir)
    assert program.ask("coverage/", ward.question(agency=ward.agency.code)).status_code == 200


def test_a_token_of_one_role_does_not_see_what_another_role_of_the_account_sees(ward, program_of):
    user = people.user()
    people.role(user, "coordinator")
    people.role(user, "focal", ward.agency)
    people.role(user, "trainer")
    as_focal, as_trainer = program_of("focal", user=user), program_of("trainer", user=user)
    assert [row["agency"] for row in as_focal.ask("coverage/", ward.question()).json()["rows"]] == [ward.agency.code]
    assert as_focal.ask("coverage/", ward.question(agency=ward.other.code)).status_code == 404
    assert as_focal.ask("closed-reports/").status_code == 404
    assert as_trainer.ask("coverage/", ward.question()).status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"task": "987654"}, "parameters_invalid"),
        ({"task": "x"}, "parameters_invalid"),
        ({"task": "٣"}, "parameters_invalid"),
        ({"period": "987654"}, "parameters_invalid"),
        ({"group": "king"}, "parameters_invalid"),
        ({"view": "later"}, "parameters_invalid"),
        ({"as_of": "2026-13-01"}, "parameters_invalid"),
        ({"as_of": "2025-01-01"}, "parameters_invalid"),
        ({"known_at": "0001-01-01T00:00:00Z"}, "parameters_invalid"),
        ({"known_at": "9999-12-31T23:59:59-12:00"}, "parameters_invalid"),
        ({"by_group": "1"}, "parameters_invalid"),
        ({"asof": "2026-04-30"}, "unknown_parameter"),
        ({"group": "editor"}, "nothing_required"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_never_answered_by_another(ward, department, query, code):
    answer = department.ask("coverage/", ward.question(**query))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]


def test_without_a_plan_there_is_nothing_to_count(department):
    answer = department.ask("coverage/")
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_count")


def test_figures_cost_the_same_however_many_agencies(ward, department):
    costs = []
    for more in (0, 5):
        for _number in range(more):
            make.people_at(make.agency(), 3)
        department.ask("coverage/", ward.question())
        with CaptureQueriesContext(connection) as queries:
            department.ask("coverage/", ward.question(by_group="true"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 22


def test_reading_leaves_no_event(ward, department):
    before = Event.objects.count()
    department.ask("coverage/", ward.question())
    assert Event.objects.count() == before


# --- the line and the targets ---------------------------------------------------------------------------------------


def test_the_line_is_that_of_the_count_period_by_period(history, department):
    quarters = [make_plan.period(2026, PeriodKind.QUARTER, number) for number in (1, 2, 3)]
    for more, asked in (({}, {}), ({"group": "spokesperson"}, {"group": "spokesperson"}),
                        ({"known_at": "2026-04-15T12:00"}, {"known_at": make.noon(date(2026, 4, 15))})):  # fmt: skip
        body = department.ask("coverage/trend/", history.question(period=quarters[2].pk, **more)).json()
        told = [(found["period"]["id"], found["headcount"], found["trained"]) for found in body["points"]]
        counted = [count(history.task, period, **asked).total for period in quarters]
        assert told == [(period.pk, total.headcount, total.trained)
                        for period, total in zip(quarters, counted, strict=True)]  # fmt: skip
        assert [found["rate_tenths"] for found in body["points"]] == [total.rate_tenths for total in counted]
        assert {found["source"] for found in body["points"]} <= {"live", "no_roster"}
    one = department.ask("coverage/trend/", history.question(agency=history.agency.code)).json()
    (point,) = one["points"]
    alone = count(history.task, history.period, agencies=[history.agency.pk]).total
    assert (one["agency"], point["headcount"], point["trained"]) == (
        history.agency.code, alone.headcount, alone.trained,
    )  # fmt: skip


def test_the_line_tells_the_department_alone_which_report_it_comes_from(closed, department, program_of):
    focal = program_of("focal", agency=Agency.objects.get(name="Phường Á"))
    query = {"task": closed.task_id, "period": closed.period_id}
    (ours,) = department.ask("coverage/trend/", query).json()["points"]
    (theirs,) = focal.ask("coverage/trend/", query).json()["points"]
    assert (ours["source"], ours["closed_report"]) == ("closed", closed.pk)
    assert (theirs["source"], theirs["closed_report"], theirs["headcount"]) == ("closed", None, 9)


def test_a_line_is_that_of_one_agency_for_who_has_several(history, program_of):
    owner = people.user()
    focal = program_of("focal", agency=history.agency, user=owner)
    people.role(owner, "focal", history.other)
    answer = focal.ask("coverage/trend/", history.question())
    assert (answer.status_code, answer.json()["code"]) == (422, "parameters_invalid")
    assert focal.ask("coverage/trend/", history.question(agency=history.other.code)).status_code == 200
    assert focal.ask("coverage/trend/", history.question(agency="KHAC")).status_code == 404


def test_the_gap_in_people_is_that_of_the_count(history, department, program_of):
    put = {"task": history.task, "period": history.period}
    Target.objects.create(**put, group="communication_officer", percent=80)
    Target.objects.create(**put, group="communication_officer", agency=history.other, percent=50)
    Target.objects.create(**put, group="spokesperson", percent=100)
    for more, asked in (({}, {}), ({"view": "now"}, {"seen_on": timezone.localdate()}), ({"group": "spokesperson"}, {
        "group": "spokesperson"})):  # fmt: skip
        body = department.ask("coverage/targets/", history.question(**more)).json()
        report = count(history.task, history.period, by_group=True, **asked)
        wanted = {}
        for row in report.group_rows:
            percent = 50 if (row.agency_id, row.group) == (history.other.pk, "communication_officer") else {
                "communication_officer": 80, "spokesperson": 100}[row.group]  # fmt: skip
            if row.figures.headcount:
                short = next(more for more in range(99) if (row.figures.trained + more) * 100
                             >= percent * row.figures.headcount)  # fmt: skip
                wanted[row.code, row.group] = (percent, row.figures.headcount, row.figures.trained, short, not short)
        assert wanted
        told = {(row["agency"], row["group"]): row for row in body["rows"]}
        keys = ("percent", "headcount", "trained", "gap", "is_reached")
        assert {key: tuple(row[name] for name in keys) for key, row in told.items()} == wanted
        sums = {row["agency"]: row["gap"] for row in body["agencies"]}
        assert sums == {code: sum(one[3] for key, one in wanted.items() if key[0] == code) for code, _group in wanted}
    focal = program_of("focal", agency=history.agency)
    own = focal.ask("coverage/targets/", history.question()).json()
    assert {row["agency"] for row in own["rows"]} == {history.agency.code}
    assert [row["percent"] for row in own["targets"]] == [80, 100], "the target of another agency is not told"


def test_the_line_and_the_targets_cost_no_more_for_more_agencies(history, department):
    Target.objects.create(task=history.task, period=history.period, group="communication_officer", percent=80)
    sizes = []
    department.ask("periods/")  # the use of the token is noted once a day
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            for path in ("coverage/trend/", "coverage/targets/"):
                assert department.ask(path, history.question()).status_code == 200
        sizes.append(len(seen))
        for _number in range(4):
            make.people_at(make.agency(), 2)
    assert sizes[0] == sizes[1]


# --- closed reports ---------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(history) -> ClosedReport:
    now = make.noon(date(2027, 1, 5))
    report = make.ask_to_close(
        history.task, history.period, by=make.clerk("sau"), reason="Hết kỳ", document_no="1/BC", now=now
    )
    report.close(by=make.clerk("khac"), sha256=report.sha256, now=now + timedelta(hours=1))
    return report


def test_a_closed_report_is_told_from_its_frozen_rows_with_its_digest(closed, department):
    (row,) = department.ask("closed-reports/").json()["results"]
    assert (row["id"], row["sha256"], row["state"], row["row_count"]) == (
        closed.pk, closed.sha256, "closed", closed.rows.count(),
    )  # fmt: skip
    answer = department.ask(f"closed-reports/{closed.pk}/")
    assert told(answer) == said(read(closed))
    now = department.ask(f"closed-reports/{closed.pk}/", {"view": "now"})
    assert told(now) == said(read(closed, seen_on=timezone.localdate()))
    assert (now["Cache-Control"], now.has_header("ETag")) == ("no-store", False)
    assert str(closed.rows.first().person) not in answer.content.decode()


def test_whoever_holds_the_copy_is_told_that_it_still_stands(closed, department):
    path = f"closed-reports/{closed.pk}/"
    tag = department.ask(path)["ETag"]
    assert closed.sha256 in tag
    with CaptureQueriesContext(connection) as queries:
        again = department.ask(path, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert not any("coverage_closedrow" in query["sql"] for query in queries)
    closed.adjustments.create(number=1, reason="roster_added", recorded_at=timezone.now())
    assert department.ask(path, **{"If-None-Match": tag}).status_code == 200


def test_closed_reports_are_the_departments(closed, program_of, ward):
    for role, agency in (("focal", ward.agency), ("trainer", None)):
        program = program_of(role, agency=agency)
        assert program.ask("closed-reports/").status_code == 404
        assert program.ask(f"closed-reports/{closed.pk}/").status_code == 404
    assert program_of("administrator").ask(f"closed-reports/{closed.pk}/").status_code == 200


def test_an_adjustment_says_what_it_changed(closed, department):
    closed.adjustments.create(
        number=1, group="", agency_code="A-1", trained_delta=-1, reason="Thu hồi", recorded_at=timezone.now(),
        evidence={"cause": "certificate_revoked"},
    )  # fmt: skip
    (line,) = department.ask(f"closed-reports/{closed.pk}/").json()["adjustments"]
    assert (line["number"], line["agency"], line["group"], line["trained_delta"], line["cause"]) == (
        1, "A-1", None, -1, "certificate_revoked",
    )  # fmt: skip
