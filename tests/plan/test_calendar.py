"""Periods, working days, holidays, dated settings and the requirements of task 5."""

from __future__ import annotations

import io
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lms.plan.default_periods import default_periods
from lms.plan.models import Holiday, LegalSetting, Period, PeriodKind, Requirement
from lms.plan.workdays import add_working_days, is_working_day
from tests.make import plan as make_plan


def day(text: str) -> date:
    """14/12/2026."""
    number, month, year = (int(part) for part in text.split("/"))
    return date(year, month, number)


@pytest.mark.parametrize(
    ("kind", "number", "first", "last"),
    [
        (PeriodKind.YEAR, 1, "15/12/2025", "14/12/2026"),
        (PeriodKind.FIRST_HALF, 1, "15/12/2025", "14/6/2026"),
        (PeriodKind.SECOND_HALF, 1, "15/6/2026", "14/12/2026"),
        (PeriodKind.NINE_MONTHS, 1, "15/12/2025", "14/9/2026"),
        (PeriodKind.QUARTER, 1, "15/12/2025", "14/3/2026"),
        (PeriodKind.QUARTER, 2, "15/3/2026", "14/6/2026"),
        (PeriodKind.QUARTER, 3, "15/6/2026", "14/9/2026"),
        (PeriodKind.QUARTER, 4, "15/9/2026", "14/12/2026"),
        (PeriodKind.MONTH, 1, "15/12/2025", "14/1/2026"),
        (PeriodKind.MONTH, 12, "15/11/2026", "14/12/2026"),
    ],
)
def test_the_periods_of_2026(kind: PeriodKind, number: int, first: str, last: str) -> None:
    span = next(span for span in default_periods(2026) if (span.kind, span.number) == (kind, number))
    assert (span.starts_on, span.cutoff_on) == (day(first), day(last))


@given(st.integers(2001, 2199))
def test_months_and_quarters_cover_the_year_without_a_gap(year: int) -> None:
    spans = default_periods(year)
    whole = spans[0]
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER):
        parts = [span for span in spans if span.kind == kind]
        assert (parts[0].starts_on, parts[-1].cutoff_on) == (whole.starts_on, whole.cutoff_on)
        for earlier, later in zip(parts, parts[1:], strict=False):
            assert later.starts_on == earlier.cutoff_on + timedelta(days=1)


def test_five_working_days_from_friday_20_november_2026() -> None:
    assert add_working_days(date(2026, 11, 20), 5, {}) == date(2026, 11, 27)


def test_holidays_are_skipped_and_make_up_days_count() -> None:
    exceptions = {date(2026, 4, 27): False, date(2026, 4, 30): False, date(2026, 5, 1): False, date(2026, 5, 2): True}
    assert add_working_days(date(2026, 4, 24), 3, exceptions) == date(2026, 5, 2)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_the_day_reached_is_a_working_day_with_as_many_before(start: date, count: int) -> None:
    reached = add_working_days(start, count, {})
    assert is_working_day(reached, {})
    between = [start + timedelta(days=number) for number in range(1, (reached - start).days + 1)]
    assert sum(is_working_day(one, {}) for one in between) == count


def load(*years: int, **options: Any) -> str:
    out = io.StringIO()
    call_command("load_calendar", *map(str, years), stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_five_years_of_periods_once() -> None:
    assert "100 periods" in load()
    assert "New: 0 periods, 0 holidays, 0 settings, 0 requirements" in load()
    assert Period.objects.years().count() == 5
    assert "20 periods" in load(2030, dry_run=True)
    assert not Period.objects.filter(year=2030).exists()


@pytest.mark.django_db
def test_a_period_that_was_edited_stays() -> None:
    load()
    Period.objects.filter(year=2026, kind=PeriodKind.YEAR).update(cutoff_on=date(2026, 12, 20))
    load()
    assert Period.objects.get(year=2026, kind=PeriodKind.YEAR).cutoff_on == date(2026, 12, 20)


@pytest.mark.django_db
def test_a_year_that_cannot_be_is_refused() -> None:
    with pytest.raises(CommandError, match="1900"):
        load(1900)


@pytest.mark.django_db
def test_days_that_are_not_certain_say_so() -> None:
    load()
    exceptions = Holiday.objects.exceptions()
    assert exceptions[date(2026, 9, 2)] is False
    assert add_working_days(date(2026, 11, 20), 5, exceptions) == date(2026, 11, 27)
    tet = Holiday.objects.get(on=date(2026, 2, 17))
    assert "cần đối chiếu" in tet.source
    assert "cần đối chiếu" not in Holiday.objects.get(on=date(2026, 5, 1)).source


@pytest.mark.django_db
def test_a_setting_holds_from_its_day_until_the_next() -> None:
    load()
    LegalSetting.objects.create(key="attendance_percent", value=100, valid_from=date(2027, 1, 1))
    of = LegalSetting.objects.value_of
    assert of("attendance_percent", date(2026, 12, 31)) == 80
    assert of("attendance_percent", date(2027, 1, 1)) == 100
    assert of("pass_percent", date(2026, 1, 1)) == 50
    assert of("study_period_minutes", date(2022, 12, 31)) is None


@pytest.mark.django_db
def test_the_bases_of_settings_are_said_in_vietnamese_and_what_somebody_wrote_stays() -> None:
    load()
    said = set(LegalSetting.objects.values_list("basis", flat=True))
    changed = import_module("lms.plan.migrations.0006_vietnamese_bases")
    assert said == set(changed.VIETNAMESE.values())
    LegalSetting.objects.filter(key="pass_percent").update(basis="Quyết định số 12/QĐ-SVHTTDL")
    back = [(new, old) for old, new in changed.VIETNAMESE.items()]
    forwards, backwards = changed.say(changed.VIETNAMESE.items()), changed.say(back)
    for move, basis in (
        (backwards, "Circular 03/2023/TT-BNV, Article 5"),
        (forwards, "Thông tư 03/2023/TT-BNV, Điều 5"),
    ):
        move(apps, connection.schema_editor())
        assert LegalSetting.objects.get(key="certificate_word").basis == basis
        assert LegalSetting.objects.get(key="pass_percent").basis == "Quyết định số 12/QĐ-SVHTTDL"


@pytest.mark.django_db
def test_task_5_asks_one_certificate_a_year_of_each_group() -> None:
    call_command("load_plan", "lms/plan/data/plan_tasks.json", verbosity=0)
    load()
    found = Requirement.objects.order_by("pk")
    assert {(row.task.code, row.enough, row.needed, row.period_kind) for row in found} == {
        ("5", "certificates", 1, "year")
    }
    assert [(row.group, row.unit_group and row.unit_group.label) for row in found] == [
        ("reporter", "Cơ quan báo chí"),
        ("editor", "Cơ quan báo chí"),
        ("information_officer", "Ủy ban nhân dân cấp xã"),
        ("communication_officer", None),
        ("spokesperson", None),
    ]


@pytest.mark.django_db
def test_a_requirement_speaks_of_its_kinds_and_picks_but_never_of_territory() -> None:
    from tests.make import coverage as make  # noqa: PLC0415 - the storey above lends its builders

    press, ward, province = (make.agency(kind=kind) for kind in ("press", "pc_ward", "province"))
    group = make_plan.unit_group("press", "press")
    narrow = make_plan.requirement(make_plan.task(), "reporter", unit_group=group)
    wide = make_plan.requirement(make_plan.task(), "editor")
    assert list(narrow.agencies()) == [press]
    assert set(wide.agencies()) == {press, ward}
    group.members.create(agency=ward)
    group.members.create(agency=press, is_included=False)
    assert list(narrow.agencies()) == [ward]
    assert province not in wide.agencies()


@pytest.mark.django_db
def test_the_sources_of_holidays_are_said_in_vietnamese_and_what_somebody_wrote_stays() -> None:
    load()
    changed = import_module("lms.plan.migrations.0008_vietnamese_sources")
    assert set(Holiday.objects.values_list("source", flat=True)) == set(changed.VIETNAMESE.values())
    Holiday.objects.filter(on=date(2026, 2, 17)).update(source="Thông báo số 5")
    back = changed.say([(new, old) for old, new in changed.VIETNAMESE.items()])
    for move, source in ((back, "Labour Code 2019, Article 112"), (changed.say(changed.VIETNAMESE.items()), None)):
        move(apps, connection.schema_editor())
        assert Holiday.objects.get(on=date(2026, 5, 1)).source == (source or "Bộ luật Lao động 2019, Điều 112")
        assert Holiday.objects.get(on=date(2026, 2, 17)).source == "Thông báo số 5"
