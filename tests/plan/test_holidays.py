"""Holidays and make-up working days: entered one by one or as a list; what is over stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.audit.models import Event
from lms.plan.holiday_list import lines_of
from lms.plan.models import Holiday, SpecialDay
from lms.plan.workdays import add_working_days
from lms.refusal import Refused
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses

NOW = make_courses.at(9, on=date(2027, 7, 1))
NATIONAL = SpecialDay(date(2027, 9, 2), "off", "Quốc khánh", "Thông báo số 1")
LIST = """Ngày; Loại; Tên; Nguồn
02/9/2027; nghỉ; Quốc khánh; Thông báo số 1
03-9-2027;Nghỉ Quốc khánh
2027-09-04; nghỉ; Quốc khánh (thứ Bảy)

11/9/2027\tlàm bù\tLàm bù ngày 03/9\tThông báo số 1
"""


@pytest.fixture
def by(db):
    return make_courses.account(None, "coordinator")


def code_of(verb):
    with pytest.raises(Refused) as refusal:
        verb()
    return refusal.value.code


def events():
    return Event.objects.filter(action="holiday.edit")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (SpecialDay(NATIONAL.on, "feast", "Quốc khánh"), "choice_unknown"),
        (SpecialDay(date(1999, 9, 2), "off", "Quốc khánh"), "year_implausible"),
        (SpecialDay(NATIONAL.on, "off", " "), "name_required"),
        (SpecialDay(NATIONAL.on, "work", "Làm bù"), "day_is_ordinary"),
        (SpecialDay(date(2027, 9, 4), "off", "Thứ Bảy"), "day_is_ordinary"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(by, day, code):
    assert code_of(lambda: Holiday.enter([NATIONAL, day], by=by, now=NOW)) == code
    assert not Holiday.objects.exists(), "nothing is half entered"


def test_a_day_counts_in_deadlines_from_then_on(by):
    ask = lambda: add_working_days(date(2027, 9, 1), 1, Holiday.objects.exceptions())  # noqa: E731
    assert ask() == date(2027, 9, 2)
    Holiday.enter([NATIONAL], by=by, now=NOW)
    assert ask() == date(2027, 9, 3)
    assert events().get().data == {"what": "entered", "days": [["2027-09-02", "off"]]}


def test_a_list_is_entered_with_one_event_and_again_with_none(by):
    days = [line.day for line in lines_of(LIST) if line.day and not line.is_free_anyway]
    assert [Holiday.enter(days, by=by, now=NOW) for _twice in range(2)] == [3, 0]
    assert events().count() == 1
    renamed = SpecialDay(NATIONAL.on, "off", "Quốc khánh 2/9")
    assert Holiday.enter([renamed], by=by, now=NOW) == 1
    kept = Holiday.objects.get(on=NATIONAL.on)
    assert (kept.name, kept.source) == ("Quốc khánh 2/9", "Thông báo số 1"), "a source that is not given stays"
    assert code_of(lambda: Holiday.enter([NATIONAL, renamed], by=by, now=NOW)) == "day_twice"
    many = [SpecialDay(NATIONAL.on + timedelta(days=7 * number), "off", "Nghỉ") for number in range(401)]
    assert code_of(lambda: Holiday.enter(many, by=by, now=NOW)) == "too_many_days"


def test_a_day_that_is_over_stays(by):
    Holiday.enter([NATIONAL], by=by, now=NOW)
    day = Holiday.objects.get()
    assert code_of(lambda: day.take_away(by=by, now=make_courses.at(0, on=date(2027, 9, 3)))) == "day_is_over"
    day.take_away(by=by, now=make_courses.at(9, on=NATIONAL.on))
    assert not Holiday.objects.exists()
    assert [event.data["what"] for event in events().order_by("pk")] == ["entered", "taken_away"]


def test_a_list_is_read_with_its_headings_kinds_and_weekends():
    read = [
        (line.number, line.day.on.day, str(line.day.kind), line.is_free_anyway, line.error) for line in lines_of(LIST)
    ]
    assert read == [
        (2, 2, "off", False, ""),
        (3, 3, "off", False, ""),
        (4, 4, "off", True, ""),
        (6, 11, "work", False, ""),
    ]
    assert [line.day.name for line in lines_of(LIST)][1] == "Nghỉ Quốc khánh"
    assert lines_of(LIST)[3].day.source == "Thông báo số 1"


def test_what_is_wrong_with_a_line_is_said_with_its_number():
    lines = lines_of(
        "mai; nghỉ; Lễ\n31/2/2027; nghỉ; Lễ\n02/9/2027\n02/9/2027; làm bù; Bù\n03/9/2027;;Lễ\n03/9/2027; nghỉ; Lễ"
    )
    assert [(line.number, bool(line.error)) for line in lines] == [
        (1, True), (2, True), (3, True), (4, True), (5, False), (6, True),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="0123456789/-.;\t\n nghỉlàmbùLễ", max_size=200))
def test_any_text_is_read_line_by_line_and_never_breaks(text):
    for line in lines_of(text):
        assert line.error or line.day
        assert line.number <= len(text.splitlines())


# --- the screens ------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_a_pasted_list_is_tried_and_then_entered(by):
    client, page = account("coordinator"), reverse("plan:holidays_import")
    tried = client.post(page, {"pasted": LIST})
    assert not Holiday.objects.exists()
    assert (len(tried.context["new"]), tried.context["free_anyway"], tried.status_code) == (3, 1, 200)
    assert client.post(page, {"pasted": LIST, "confirm": "1"}).status_code == 302
    assert Holiday.objects.of_year(2027).count() == 3
    assert client.post(page, {"pasted": LIST}).context["unchanged"] == 3


def test_a_list_with_a_wrong_line_enters_nothing_even_if_it_is_confirmed(by):
    client, page = account("coordinator"), reverse("plan:holidays_import")
    answer = client.post(page, {"pasted": LIST + "hôm qua; nghỉ; Lễ", "confirm": "1"})
    assert answer.status_code == 422
    assert "7" in answer.content.decode()
    assert not Holiday.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_day_is_entered_and_taken_away_on_the_page_of_its_year(by):
    client, page = account("administrator"), reverse("plan:holidays")
    entered = client.post(page, {"on": "2027-09-02", "kind": "off", "name": "Quốc khánh"})
    assert entered["Location"] == f"{page}?year=2027"
    assert "Quốc khánh" in client.get(page, {"year": "2027"}).content.decode()
    assert client.post(page, {"on": "2027-09-04", "kind": "off", "name": "Thứ Bảy"}).status_code == 422
    day = Holiday.objects.get()
    assert client.post(reverse("plan:holiday_take_away", args=[day.pk])).status_code == 302
    assert client.post(reverse("plan:holiday_take_away", args=[day.pk])).status_code == 404


def test_more_days_cost_no_more_queries(by):
    client, page = account("coordinator"), reverse("plan:holidays")
    client.get(page)
    few = queries_of(client, page)
    days = [SpecialDay(date(2026, 1, 5) + timedelta(days=7 * number), "off", "Nghỉ") for number in range(20)]
    Holiday.enter(days, by=by, now=NOW)
    assert queries_of(client, page) == few
