"""The real list in the database: the figures of domain.md §4, and twice is once."""

from __future__ import annotations

import time
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lms.audit.models import Event
from lms.people.loading import DATA
from lms.people.models import COMMUNE_LEVEL, Agency, Succession, UnitGroup

pytestmark = pytest.mark.django_db
FILE = DATA / "agencies.csv"


def load(file=FILE, **options):
    out = StringIO()
    call_command("load_agencies", str(file), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def loaded(db):
    return load()


def communes(day: date):
    return Agency.objects.on(day).filter(kind__in=COMMUNE_LEVEL)


def test_the_figures_of_the_real_list(loaded):
    assert Agency.objects.filter(closed_on=None).count() == 145
    assert Agency.objects.exclude(closed_on=None).count() == 169
    assert Succession.objects.exclude(successor=None).count() == 164
    assert Succession.objects.filter(successor=None).count() == 10


def test_communes_are_counted_on_a_day(loaded):
    assert communes(date(2024, 11, 30)).count() == 124
    assert communes(date(2024, 12, 1)).count() == 121
    assert communes(date(2025, 6, 30)).count() == 121
    today = communes(date(2025, 7, 1))
    assert today.count() == 124
    on_old_soil = today.filter(successions_in__isnull=False).distinct()
    assert on_old_soil.count() == 45
    kinds = [on_old_soil.filter(kind=kind).count() for kind in ("pc_commune", "pc_ward", "pc_special_zone")]
    assert kinds == [36, 8, 1]


def test_a_statistical_code_names_different_units_over_time(loaded):
    assert set(Agency.objects.filter(stat_code="22918").values_list("name", flat=True)) == {
        "UBND phường Hàm Tiến",
        "UBND phường Mũi Né",
    }


def test_the_ten_districts_have_no_successor(loaded):
    dissolved = Succession.objects.filter(kind="dissolution").values("predecessor__kind").distinct()
    assert [row["predecessor__kind"] for row in dissolved] == ["district_pc"]


def test_a_body_that_receives_a_function_stays_open(loaded):
    culture = Agency.objects.get(code="BTH-SVHTTDL")
    step = Succession.objects.get(successor=culture, predecessor__code="BTH-STTTT")
    assert (step.scope, step.on) == ("press", date(2025, 3, 1))
    assert culture.closed_on == date(2025, 7, 1)


def test_unit_groups_expand_on_a_date(loaded):
    days = (date(2023, 9, 30), date(2024, 12, 1), date(2025, 3, 1), date(2025, 7, 1))
    counts = {group.code: tuple(group.on(day).count() for day in days) for group in UnitGroup.objects.all()}
    assert counts == {
        "co-quan-chuyen-mon": (19, 19, 13, 13),
        "so-co-quan-ngang-so": (19, 19, 13, 13),
        "so-ban-nganh": (20, 20, 14, 14),
        "ubnd-cap-huyen": (10, 10, 10, 0),
        "ubnd-huyen-thi-xa-thanh-pho": (10, 10, 10, 0),
        "ubnd-cap-xa": (124, 121, 121, 124),
        "co-quan-bao-chi": (2, 2, 2, 1),
    }


def test_rows_that_are_not_sure_are_listed_for_checking(loaded):
    assert Agency.objects.to_be_checked().count() == 27


def test_the_second_load_changes_nothing_and_says_so(loaded, django_assert_max_num_queries):
    events = Event.objects.count()
    with django_assert_max_num_queries(10):
        out = load()
    assert "314 as they were" in out and "Nothing has changed." in out
    assert Event.objects.count() == events == 1


def test_a_dry_run_changes_nothing():
    out = load(dry_run=True)
    assert "314 new" in out and "nothing was changed" in out
    assert not Agency.objects.exists() and not UnitGroup.objects.exists() and not Event.objects.exists()


def test_a_row_corrected_on_the_site_is_left_alone(loaded):
    Agency.objects.filter(code="LDG-STP").update(name="Sở Tư pháp (đã sửa)", edited_at=timezone.now())
    Agency.objects.filter(code="LDG-SCT").update(note="lệch")
    assert "1 changed" in load()
    assert Agency.objects.get(code="LDG-STP").name == "Sở Tư pháp (đã sửa)"
    assert Agency.objects.get(code="LDG-SCT").note == ""


def test_a_succession_that_the_file_does_not_have_goes_and_one_that_it_has_comes(loaded):
    step = Succession.objects.get(predecessor__code="BTH-BAO")
    Succession.objects.filter(pk=step.pk).update(successor=Agency.objects.get(code="LDG-STP"))
    assert "1 successions new, 1 removed" in load()
    assert Succession.objects.get(predecessor__code="BTH-BAO", successor__code="LDG-BAOPTTH")


def test_a_moved_parent_is_put_right(loaded):
    Agency.objects.filter(code="LDG-STP").update(parent=None)
    assert "1 changed" in load()
    assert Agency.objects.get(code="LDG-STP", parent__code="LDG-UBND")


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2", b"\xff\xfe\x00"])
def test_a_bad_file_loads_nothing_and_has_no_traceback(tmp_path, content):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    with pytest.raises(CommandError, match="bad.csv: "):
        load(bad)
    assert not Agency.objects.exists()


def test_one_bad_row_loads_nothing(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(FILE.read_bytes() + b"LDG-X,UBND,pc_commune,NOWHERE,,,,,,,,\n")
    with pytest.raises(CommandError, match="316"):
        load(bad)
    assert not Agency.objects.exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(CommandError, match="missing.csv"):
        load(tmp_path / "missing.csv")


def test_loading_takes_less_than_two_seconds():
    started = time.process_time()
    load()
    assert time.process_time() - started < 2
