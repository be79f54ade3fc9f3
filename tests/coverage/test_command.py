"""`manage.py coverage`: the figures of the screen, for programs."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lms.coverage.counting import count
from lms.coverage.question import Question
from lms.coverage.tables import live
from lms.papers.files import Kind, write
from lms.people.models import Agency
from tests.coverage.test_doors import Ward
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward() -> Ward:
    return Ward()


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command("coverage", "--plan", "KH", *arguments, stdout=out)
    return out.getvalue()


def record(*arguments: str) -> Any:
    return json.loads(told(*arguments))


def test_it_says_what_the_count_says(ward: Ward) -> None:
    found = record("--period", "2026", "--group", "communication_officer")
    row = next(row for row in found["agencies"] if row["agency"] == "Phường Á")
    assert (row["headcount"], row["trained"], row["rate_percent"]) == (9, 6, 66.7)
    assert found["total"]["headcount"] == count(ward.task, ward.period).total.headcount
    assert (found["as_of"], found["known_at"]) == ("2026-12-14", None)


def test_a_day_and_a_moment_of_knowing(ward: Ward) -> None:
    make.entry(make.person(), ward.agency, starts_on=date(2026, 2, 1), recorded_at=make.noon(date(2026, 8, 1)))
    assert record("--period", "2026")["total"]["headcount"] == 12
    assert record("--period", "2026", "--known-at", "2026-08-01T11:59")["total"]["headcount"] == 11
    assert record("--period", "2026", "--as-of", "2026-03-09")["total"]["trained"] == 0


@pytest.mark.parametrize("period", ["2026-H1", "2026-9M", "2026-Q2", "2026-05"])
def test_other_periods_have_names(ward: Ward, period: str) -> None:
    with pytest.raises(CommandError, match="load_calendar 2026"):
        told("--period", period)
    call_command("load_calendar", "2026", verbosity=0)
    assert record("--period", period)["period"]["year"] == 2026


def test_a_spreadsheet_takes_no_name_for_a_formula(ward: Ward) -> None:
    Agency.objects.filter(pk=ward.other.pk).update(name="=1+1")
    lines = told("--period", "2026", "--format", "csv")
    assert lines.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(lines.lstrip("\ufeff"))))
    assert "'=1+1" in [row["agency"] for row in rows]
    assert rows[-1]["agency_code"] == "total"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--period", "hai nghìn"],
        ["--period", "2026", "--as-of", "2030-01-01"],
        ["--period", "2026", "--as-of", "30/6"],
        ["--period", "2026", "--known-at", "xưa"],
        ["--period", "2026", "--task", "99"],
        ["--period", "2026", "--group", "reporter"],
        ["--period", "2026", "--group", "nobody"],
    ],
)
def test_a_wrong_question_is_one_line(ward: Ward, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        told(*arguments)


def test_a_plan_that_asks_nothing_is_said() -> None:
    make_plan.task()
    make_plan.period(2026)
    with pytest.raises(CommandError, match="KH"):
        told("--period", "2026")


@pytest.mark.parametrize("kind", ["xlsx", "pdf", "docx", "csv"])
def test_it_writes_the_file_that_the_screen_hands_out(ward: Ward, kind: str, tmp_path: Path) -> None:
    out, expected = tmp_path / f"bieu-01.{kind}", io.BytesIO()
    told("--period", "2026", "--format", kind, "--out", str(out))
    write(live(Question.ask(ward.task, ward.period)).paper(), Kind(kind), expected)
    assert out.read_bytes() == expected.getvalue()


def test_a_record_goes_into_a_file_too(ward: Ward, tmp_path: Path) -> None:
    told("--period", "2026", "--out", str(tmp_path / "x.json"))
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == record("--period", "2026")


def test_a_paper_without_a_place_is_refused(ward: Ward) -> None:
    with pytest.raises(CommandError, match="--out"):
        told("--period", "2026", "--format", "pdf")


def test_agencies_of_another_day(ward: Ward) -> None:
    heir = make.agency("Phường Hợp nhất", established_on=date(2027, 1, 1))
    make.succession(ward.agency, heir, on=date(2027, 1, 1))
    Agency.objects.filter(pk=ward.agency.pk).update(closed_on=date(2027, 1, 1))
    then = record("--period", "2026", "--view", "then")
    now = record("--period", "2026", "--view", "now", "--on", "2027-02-01")
    assert "Phường Á" in [row["agency"] for row in then["agencies"]]
    names = {row["agency"]: row["headcount"] for row in now["agencies"]}
    assert (names["Phường Hợp nhất"], "Phường Á" in names) == (9, False)
