"""«Đôn đốc»: what the texts say and never say, one e-mail a day, the letter."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from lms.audit.models import Event
from lms.coverage.counting import AgencyRow, Figures, RosterState, answer
from lms.coverage.question import Question
from lms.coverage.reminding import MOST_CHARACTERS, letter, needs_reminding, send, text_for, text_for_all
from lms.jobs.mail import send_due
from lms.jobs.models import Notification
from lms.jobs.quiet import after_quiet_hours
from lms.plan.models import Period, PlanTask, Requirement
from tests.coverage.test_doors import Ward, account
from tests.make import coverage as make

MORNING = make.noon(date(2026, 11, 20)) - timedelta(hours=3)


def row(name: str = "Phường Á", headcount: int = 9, trained: int = 6, state: str = "listed") -> AgencyRow:
    figures = Figures(headcount=headcount, trained=trained)
    return AgencyRow(1, "A", name, "pc_ward", "", "", RosterState(state), False, figures)


def question_of_a_year() -> Question:
    period = Period(kind="year", year=2026, starts_on=date(2025, 12, 15), cutoff_on=date(2026, 12, 14))
    return Question(
        PlanTask(code="5"), period, period.cutoff_on, None, None, (Requirement(period_kind="year"),), period.starts_on
    )


@pytest.fixture
def ward(db) -> Ward:
    return Ward()


def test_the_text_says_how_the_agency_stands_and_until_when() -> None:
    text = text_for(row(), question_of_a_year(), "https://tap-huan.example/agency/")
    assert "Phường Á: 6/9" in text
    assert "66,7%" in text
    assert "14/12/2026" in text
    assert text.endswith("https://tap-huan.example/agency/")


@given(st.lists(st.tuples(st.text(max_size=300), st.integers(0, 9)), max_size=60))
def test_no_text_is_longer_than_a_message_and_the_link_is_never_cut(agencies: list[tuple[str, int]]) -> None:
    rows = [row(name, 9, trained) for name, trained in agencies]
    link = "https://tap-huan.example/agency/"
    texts = [text_for_all(rows, question_of_a_year(), link)]
    texts += [text_for(one, question_of_a_year(), link) for one in rows]
    for text in texts:
        assert len(text) <= MOST_CHARACTERS
        assert text.endswith(link)


def test_agencies_that_do_not_fit_are_counted() -> None:
    rows = [row(f"Ủy ban nhân dân phường số {number}") for number in range(60)]
    text = text_for_all(rows, question_of_a_year(), "https://x/")
    told = text.count("\n- ")
    assert 0 < told < 60
    assert str(60 - told) in text


def test_who_is_complete_needs_no_reminding() -> None:
    rows = [row(), row(trained=9), row(headcount=0, trained=0, state="not_listed")]
    assert [needs_reminding(one) for one in rows] == [True, False, True]


@pytest.mark.parametrize(("hour", "expected"), [(20, 20), (21, 7), (23, 7), (2, 7), (6, 7), (7, 7), (12, 12)])
def test_nobody_is_written_to_at_night(hour: int, expected: int) -> None:
    moment = make.noon(date(2026, 3, 2)) + timedelta(hours=hour - 12)
    due = after_quiet_hours(moment)
    assert due >= moment
    assert due.astimezone(moment.tzinfo).hour == expected
    assert due - moment < timedelta(hours=11)


def rows_of(ward: Ward) -> tuple[Question, list[AgencyRow]]:
    question = Question.ask(ward.task, ward.period)
    return question, list(answer(question).rows)


def test_each_focal_person_gets_one_mail_a_day_of_an_agency(ward: Ward) -> None:
    account("focal", agency=ward.agency)
    question, rows = rows_of(ward)
    links = {one.code: f"https://x/{one.code}" for one in rows}
    by = make.clerk("coordinator")
    first = send(rows, question, links, by=by, now=MORNING)
    assert (first.new, first.before, first.unreachable) == (1, 0, (ward.other.name,))
    assert send(rows, question, links, by=by, now=MORNING + timedelta(hours=1)).before == 1
    assert Notification.objects.count() == 1
    assert send(rows, question, links, by=by, now=MORNING + timedelta(days=1)).new == 1
    events = Event.objects.filter(action="coverage.send_reminder_to_agencies")
    assert [event.data["count"] for event in events.order_by("pk")] == [1, 1]


def test_the_mail_is_vietnamese_in_text_and_html_and_names_nobody(ward: Ward) -> None:
    account("focal", agency=ward.agency)
    question, rows = rows_of(ward)
    send(rows, question, {one.code: "https://x/agency/" for one in rows}, by=make.clerk("coordinator"), now=MORNING)
    assert send_due(MORNING) == (1, 0)
    sent = mail.outbox[0]
    html = sent.alternatives[0][0]
    for body in (sent.body, html):
        assert "6/9 người" in body
        assert "https://x/agency/" in body
        assert not any(person.full_name in body for person in ward.people)
    assert ward.agency.name in sent.subject
    assert "<script" not in html


def test_the_letter_lists_the_agencies_and_leaves_number_and_signature_open(ward: Ward) -> None:
    question, rows = rows_of(ward)
    paper = letter(rows, question, on=date(2026, 11, 20))
    assert paper.letterhead.number == ""
    assert paper.letterhead.signer
    assert paper.letterhead.signer.name == ""
    assert paper.letterhead.addressed_to == (ward.agency.name, ward.other.name)


def test_texts_and_letter_come_for_the_agencies_ticked(ward: Ward) -> None:
    with time_machine.travel(MORNING, tick=False):
        client = account("coordinator")
        page = client.get(reverse("coverage:remind"))
        assert [one.code for one in page.context["rows"]] == [ward.agency.code, ward.other.code]
        texts = client.post(reverse("coverage:remind"), {"agency": ward.agency.code})
        assert [one.code for one, _text in texts.context["texts"]] == [ward.agency.code]
        answer_ = client.post(reverse("coverage:remind_letter"), {"agency": [ward.agency.code, ward.other.code]})
        words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(answer_.content)).paragraphs)
        assert "đôn đốc" in words or "Rà soát" in words
        assert Event.objects.filter(action="coverage.send_reminder_to_agencies").count() == 1


def test_ticking_nobody_is_refused(ward: Ward) -> None:
    with time_machine.travel(MORNING, tick=False):
        answer_ = account("coordinator").post(reverse("coverage:remind"), {"agency": "khong-co"})
    assert answer_.status_code == 422


def test_sending_says_whom_nobody_can_write_to(ward: Ward) -> None:
    with time_machine.travel(MORNING, tick=False):
        page = account("coordinator").post(reverse("coverage:remind_send"), {"agency": ward.other.code}, follow=True)
    assert ward.other.name in page.content.decode()
    assert not Notification.objects.exists()
