"""A large report is remembered for the screens; a figure there is never older than the last event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from certificates.models import Certificate, Ground
from courses.models import Completion, CourseTask, Waiver
from lms.audit.models import Event
from lms.coverage import remembering
from lms.coverage.alerts import uncertified_count
from lms.coverage.counting import Figures, Report, answer
from lms.coverage.question import Question
from lms.coverage.remembering import kept, remembered, stamp
from lms.coverage.trend import trend
from lms.people.models import Group, RosterEntry, RosterStatement
from lms.plan.models import Requirement
from lms.plan.models.periods import Dates
from lms.plan.models.requirements import Terms
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make
from tests.make import plan as make_plan

BY_THEN = make.noon(date(2026, 11, 2))
Act = Callable[["Busy"], object]


class Busy(Ward):
    """The ward; an agency without a roster; training elsewhere that waits; somebody in a group of which nothing is
    required."""

    def __init__(self) -> None:
        super().__init__()
        self.empty = make.agency("Phường Ư")
        self.outside = make.outside(self.people[8], self.task, date(2026, 5, 4), agency=self.agency)
        make.entry(self.people[8], self.other, Group.SPOKESPERSON)


@pytest.fixture
def ward(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    """In an installation whose every report is large enough to be remembered."""
    monkeypatch.setattr(remembering, "WORTH_IT", 0)
    cache.clear()
    yield Busy()
    cache.clear()


def told(ward: Busy) -> tuple[Figures, list[tuple[str, str, Figures]]]:
    """The figures as a screen shows them; the count itself must agree."""
    question = Question.ask(ward.task, ward.period)
    found, counted = remembered(question), answer(question)
    assert plain(found) == counted
    assert kept(found, "trend", lambda: trend(found)) == trend(counted)
    assert kept(found, "uncertified", lambda: uncertified_count(question)) == uncertified_count(question)
    return found.total, [(row.name, row.state, row.figures) for row in found.rows]


def plain(report: Report) -> Report:
    """The report without the stamp under which it was found."""
    return Report(**{name: told for name, told in vars(report).items() if name != "stamped"})


def entry(ward: Busy) -> RosterEntry:
    return RosterEntry.objects.get(person=ward.people[0])


def paper(ward: Busy) -> Certificate:
    return Certificate.objects.get(person=ward.people[0])


def clerk() -> dict[str, Any]:
    return {"by": make.clerk("deciding"), "now": BY_THEN}


ACTS: dict[str, Act] = {
    "somebody comes onto the roster": lambda ward: RosterEntry.enter(
        person=make.person(), agency=ward.agency, group=Group.COMMUNICATION_OFFICER, starts_on=date(2026, 1, 1),
        **clerk(),
    ),
    "an entry ends": lambda ward: entry(ward).end(date(2026, 6, 1), **clerk()),
    "an entry is void": lambda ward: entry(ward).void("nhầm", **clerk()),
    "nobody belongs to the group": lambda ward: RosterStatement.nobody(
        ward.empty, Group.COMMUNICATION_OFFICER, on=date(2026, 6, 1), **clerk()
    ),
    "a certificate is revoked": lambda ward: paper(ward).revoke(
        ground=Ground.FRAUD, reason="gian lận", decision_no="1/QĐ", decision_on=date(2026, 11, 1), **clerk()
    ),
    "a completion is void": lambda ward: Completion.objects.get(enrolment__person=ward.people[0]).void(
        "nhầm", **clerk()
    ),
    "the course does not serve the task": lambda ward: CourseTask.set_served(
        ward.course, tasks=[], groups=[], **clerk()
    ),
    "more is required": lambda ward: Requirement.objects.get().change(
        Terms(Group.COMMUNICATION_OFFICER, "year", "certificates", date(2026, 12, 1), needed=2), **clerk()
    ),
    "another group is required": lambda ward: Requirement.open(
        ward.task, Terms(Group.SPOKESPERSON, "year", "certificates", date(2026, 1, 1)), **clerk()
    ),
    "somebody is excused": lambda ward: Waiver.grant(
        ward.people[7], Requirement.objects.get(), ward.period, ground="Nghỉ ốm", **clerk()
    ),
    "training elsewhere is accepted": lambda ward: ward.outside.decide(accepts=True, reason="", **clerk()),
    "the period moves": lambda ward: ward.period.edit(Dates(date(2026, 4, 1), date(2026, 12, 14)), **clerk()),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_after_every_kind_of_fact_the_next_look_shows_the_new_figure(ward: Busy, act: Act) -> None:
    before = told(ward)
    assert told(ward) == before
    act(ward)
    ward.period.refresh_from_db()
    assert told(ward) != before


def test_while_nothing_happens_it_is_counted_once(ward: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    question = Question.ask(ward.task, ward.period)
    report = remembered(question)
    monkeypatch.setattr(remembering, "report_statement", None)
    assert remembered(question) == report


def test_looking_at_people_is_no_reason_to_count_again(ward: Busy) -> None:
    before = stamp()
    account("coordinator").get(reverse("coverage:all_people"))
    assert Event.objects.filter(action="coverage.drill_to_people").exists()
    assert stamp() == before
    Event.record("something.new", object_kind="thing", object_id=1, actor="system", now=BY_THEN)
    assert stamp() != before


def test_the_line_of_a_large_report_is_drawn_for_who_asks(ward: Busy) -> None:
    make_plan.period(2025, "year")
    page, query = reverse("coverage:overview"), f"?task={ward.task.pk}&period={ward.period.pk}"
    coordinator = account("coordinator")
    first, asked = coordinator.get(page + query), coordinator.get(f"{page}{query}&trend=1")
    assert "Xem tỷ lệ qua các kỳ" in first.content.decode() and 'id="trend"' not in first.content.decode()
    assert 'id="trend"' in asked.content.decode() and "Xem tỷ lệ qua các kỳ" not in asked.content.decode()


def test_each_question_has_its_own_answer(ward: Busy) -> None:
    task, period = ward.task, ward.period
    make_plan.requirement(task, Group.SPOKESPERSON)
    for question in (
        Question.ask(task, period),
        Question.ask(task, period, group=Group.SPOKESPERSON),
        Question.ask(task, period, as_of=date(2026, 3, 1)),
        Question.ask(task, period, known_at=make.noon(date(2026, 3, 1))),
        Question.ask(task, period).seen(date(2026, 11, 1)),
        Question.ask(task, make_plan.period(2026, "quarter", 3)),
    ):
        assert plain(remembered(question)) == plain(remembered(question)) == answer(question)


def test_a_small_report_is_always_counted(ward: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "WORTH_IT", 1000)
    before = told(ward)[0]
    Certificate.objects.filter(pk=paper(ward).pk).update(
        state="revoked", ground="fraud", decision_no="1", state_on=date(2026, 11, 1), state_at=BY_THEN
    )  # without an event, which no verb does
    assert told(ward)[0].trained == before.trained - 1


def test_the_screen_shows_what_has_just_changed(ward: Busy) -> None:
    page, client = reverse("coverage:overview"), account("coordinator")
    asked = {"task": ward.task.pk, "period": ward.period.pk}
    assert client.get(page, asked).context["report"].total.trained == 6
    ACTS["a certificate is revoked"](ward)
    assert client.get(page, asked).context["report"].total.trained == 5


def test_the_events_are_looked_at_once_a_page(ward: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    make_plan.period(2025)
    looks: list[int] = []

    def look() -> tuple[int]:
        looks.append(len(looks))
        return (len(looks),)

    monkeypatch.setattr(remembering, "stamp", look)
    asked: dict[str, Any] = {"task": ward.task.pk, "period": ward.period.pk, "trend": "1"}
    page = account("coordinator").get(reverse("coverage:overview"), asked)
    assert page.context["trend"]
    assert page.context["alerts"] is not None
    assert len(looks) == 1


def test_an_event_that_becomes_visible_after_a_younger_one_changes_the_stamp(committed: None) -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Event.record("certificate.revoked", object_kind="certificate", object_id=1, actor="a", now=BY_THEN)
            written.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    if connection.vendor == "postgresql":  # SQLite has one writer: there, events become visible in their order
        Event.record("roster.add_or_end_entry", object_kind="entry", object_id=1, actor="b", now=BY_THEN)
    before = stamp()
    go_on.set()
    thread.join()
    assert stamp() != before
    assert stamp() == stamp()
