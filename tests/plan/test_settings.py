"""Law as dated settings: a value holds from its day on, with its basis; the past is never rewritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.audit.models import Event
from lms.plan.legal_values import KINDS, Shape, read
from lms.plan.models import LegalSetting, NewValue, PeriodLock
from lms.refusal import Refused
from tests.coverage.test_doors import account, queries_of
from tests.make import courses as make_courses
from tests.make import coverage as make_coverage
from tests.make import plan as make

NOW = make_courses.at(9, on=date(2026, 7, 1))
TODAY, DECREE = date(2026, 7, 1), "Nghị định 171/2025/NĐ-CP"
NEW = NewValue("pass_percent", "60", date(2027, 1, 1), DECREE)


@pytest.fixture
def by(db):
    return make_courses.account(None, "coordinator")


@pytest.fixture
def first(by):
    """50 % since 2023, as it came with the programme."""
    return LegalSetting.objects.create(key="pass_percent", value=50, valid_from=date(2023, 1, 1), basis="TT 03")


def code_of(verb):
    with pytest.raises(Refused) as refusal:
        verb()
    return refusal.value.code


def test_a_new_value_holds_from_its_day_and_the_old_one_until_then(by, first):
    made = LegalSetting.add(NEW, by=by, now=NOW)
    value = LegalSetting.objects.value_of
    assert [value("pass_percent", day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [50, 60]
    event = Event.objects.get(action="setting.change_dated_legal_value")
    assert (event.object_id, event.data["what"], event.data["value"]) == ("pass_percent", "added", 60)
    assert (made.recorded_at, made.basis) == (NOW, DECREE)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"key": "mood"}, "setting_unknown"),
        ({"text": "101"}, "value_unknown"),
        ({"text": "sáu mươi"}, "value_unknown"),
        ({"text": "-1"}, "value_unknown"),
        ({"text": "٣"}, "value_unknown"),
        ({"key": "vneid_sign_in", "text": "có lẽ"}, "value_unknown"),
        ({"key": "certificate_word", "text": " "}, "value_unknown"),
        ({"basis": " "}, "basis_missing"),
        ({"staff_type": "cadre"}, "staff_type_unknown"),
        ({"key": "yearly_minimum_study_periods", "staff_type": "pilots"}, "staff_type_unknown"),
        ({"valid_from": date(1999, 12, 31)}, "day_implausible"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(by, first, said, code):
    assert code_of(lambda: LegalSetting.add(replace(NEW, **said), by=by, now=NOW)) == code
    assert LegalSetting.objects.get() == first
    assert not Event.objects.filter(action="setting.change_dated_legal_value").exists()


def test_a_setting_has_one_value_from_a_day(by, first):
    LegalSetting.add(NEW, by=by, now=NOW)
    assert code_of(lambda: LegalSetting.add(replace(NEW, text="70"), by=by, now=NOW)) == "setting_has_value"
    twice = {"key": "pass_percent", "value": 1, "valid_from": NEW.valid_from}
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalSetting.objects.create(**twice)


def test_each_type_of_staff_may_have_a_value_of_its_own(by):
    owed = replace(NEW, key="yearly_minimum_study_periods", text="40", valid_from=date(2026, 1, 1))
    for said in (owed, replace(owed, text="16", staff_type="cadre")):
        LegalSetting.add(said, by=by, now=NOW)
    value = LegalSetting.objects.value_of
    assert [value(owed.key, TODAY, staff_type) for staff_type in ("cadre", "civil_servant")] == [16, 40]


def test_a_value_never_reaches_into_a_closed_period(by, first):
    PeriodLock.lock(make.task(), make.period(2026), now=NOW)
    add = lambda day: LegalSetting.add(replace(NEW, valid_from=day), by=by, now=NOW)  # noqa: E731
    assert code_of(lambda: add(date(2026, 12, 14))) == "period_closed"
    assert code_of(lambda: add(date(2025, 1, 1))) == "period_closed", "it would hold in 2026 too"
    add(date(2026, 12, 15))
    LegalSetting.objects.create(key="pass_percent", value=55, valid_from=date(2025, 6, 1))
    assert add(date(2025, 1, 1)).value == 60, "the value of June takes over before the closed days"


def test_only_a_value_whose_day_has_not_come_is_taken_back(by, first):
    made = LegalSetting.add(NEW, by=by, now=NOW)
    made.take_back(by=by, now=NOW)
    assert code_of(lambda: made.take_back(by=by, now=NOW)) == "value_in_force"
    assert code_of(lambda: first.take_back(by=by, now=NOW)) == "value_in_force"
    assert LegalSetting.objects.value_of("pass_percent", date(2027, 6, 1)) == 50
    assert LegalSetting.add(replace(NEW, text="65"), by=by, now=NOW).value == 65, "its day is free again"


def test_a_basis_is_to_be_checked_until_a_later_value_follows(by, first):
    LegalSetting.objects.update(check_by=TODAY)
    assert not LegalSetting.objects.to_be_checked(TODAY - timedelta(days=1)).exists()
    assert LegalSetting.objects.to_be_checked(TODAY).get() == first
    LegalSetting.add(replace(NEW, valid_from=TODAY, text="50", check_by=date(2027, 7, 1)), by=by, now=NOW)
    assert not LegalSetting.objects.to_be_checked(TODAY).exists()


@settings(max_examples=60, deadline=None)
@given(key=st.sampled_from(sorted(KINDS)), text=st.text(max_size=80) | st.integers(-5, 2000).map(str))
def test_whatever_is_written_is_refused_or_read_as_a_value_of_its_kind(key, text):
    try:
        value = read(key, text)
    except Refused as refusal:
        assert refusal.code == "value_unknown"
        return
    kind = KINDS[key]
    shape = {bool: Shape.FLAG, int: Shape.NUMBER, str: Shape.TEXT}[type(value)]
    assert shape == kind.shape
    assert shape != Shape.NUMBER or kind.least <= value <= kind.most


def test_every_setting_that_comes_with_the_programme_is_one_that_it_knows(db):
    from lms.plan.calendar_data import load_settings  # noqa: PLC0415 - as the command calls it

    load_settings()
    for row in LegalSetting.objects.all():
        assert read(row.key, {True: "yes", False: "no"}.get(row.value, str(row.value))) == row.value
        assert row.told


def test_the_same_value_added_by_two_at_once_stands_once(committed):
    by, together = make_courses.account(None, "coordinator"), Barrier(2)

    def add():
        together.wait()
        try:
            return LegalSetting.add(NEW, by=by, now=NOW).value
        except (Refused, IntegrityError) as error:
            return getattr(error, "code", "setting_has_value")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = [one.result() for one in [pool.submit(add), pool.submit(add)]]
    assert sorted(map(str, said)) == ["60", "setting_has_value"]
    assert LegalSetting.objects.filter(key="pass_percent", valid_from=NEW.valid_from).count() == 1


# --- the screens ------------------------------------------------------------------------------------------------------


def test_the_list_says_what_holds_on_whose_word_and_what_is_to_be_checked(first):
    LegalSetting.objects.update(check_by=date(2026, 6, 1))
    with time_machine.travel(NOW, tick=False):
        page = account("coordinator").get(reverse("plan:settings")).content.decode()
    assert "50 phần trăm" in page
    assert "TT 03" in page
    assert "cần rà soát" in page
    assert str(LegalSetting(key="vneid_sign_in").label) in page, "one without a value is there too"


@time_machine.travel(NOW, tick=False)
def test_a_value_is_added_taken_back_and_both_stay_in_the_history(first):
    client, page = account("administrator"), reverse("plan:setting", args=["pass_percent"])
    data = {"value": "60", "valid_from": "2027-01-01", "basis": DECREE}
    assert client.post(page, data).status_code == 302
    again = client.post(page, data)
    assert (again.status_code, LegalSetting.objects.count()) == (422, 2)
    with translation.override("vi"):
        assert "đã có giá trị" in again.content.decode()
    made = LegalSetting.objects.latest("pk")
    assert client.post(reverse("plan:setting_take_back", args=[made.pk])).status_code == 302
    shown = client.get(page).content.decode()
    assert DECREE in shown
    assert "đã rút lại" in shown
    assert client.post(reverse("plan:setting_take_back", args=[first.pk])).status_code == 409, "it is in force"
    assert LegalSetting.objects.standing().get() == first


def test_a_setting_that_does_not_exist_has_no_page(by):
    assert account("coordinator").get(reverse("plan:setting", args=["mood"])).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("", 404), ("focal", 403), ("trainer", 403), ("administrator", 200)])
def test_the_department_and_the_administrator_keep_them(db, role, status):
    client = account(role, agency=make_coverage.agency() if role == "focal" else None)
    assert [client.get(reverse(name)).status_code for name in ("plan:settings", "plan:holidays")] == [status, status]


def test_the_menu_leads_there_for_those_who_keep_them(db):
    link, client = f'href="{reverse("plan:settings")}"', account("administrator")
    assert link in client.get(reverse("plan:plan")).content.decode()
    assert link not in account("trainer").get(reverse("plan:plan")).content.decode()
    assert f'href="{reverse("plan:holidays")}"' in client.get(reverse("plan:settings")).content.decode()
    assert link in client.get(reverse("plan:holidays")).content.decode()


def test_more_values_cost_no_more_queries(first):
    client = account("coordinator")
    client.get(reverse("plan:settings"))
    few = queries_of(client, reverse("plan:settings"))
    for year in range(2010, 2020):
        LegalSetting.objects.create(key="pass_percent", value=50, valid_from=date(year, 1, 1))
    assert queries_of(client, reverse("plan:settings")) == few
