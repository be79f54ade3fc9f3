"""The reorganisation of 1/7/2025 through the screen, on the agencies as they stood the day before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lms.audit.models import Event
from lms.days import HERE
from lms.people.loading import load_agencies
from lms.people.models import Agency, Approval, Reorganisation, ReorganisationState, RosterEntry, Succession, UnitGroup
from lms.people.reorganisation_2025 import DAY, before, changes_csv
from lms.people.waiting import agencies_with_waiting
from tests import make
from tests.make.people import real_list

pytestmark = pytest.mark.django_db
EARLIER = date(2024, 1, 1)
LAST = date(2025, 6, 30)
BASIS = "NQ 202/2025/QH15"
CASES = {
    "BTH-22945": "LDG-22945", "BTH-BAO": "LDG-BAOPTTH", "BTH-SVHTTDL": "LDG-SVHTTDL", "BTH-UBND": "LDG-UBND",
}  # fmt: skip
"""Agencies of 2024 whose people go along, and where to."""


def load_the_day_before() -> None:
    """The real list without what the day brings: nothing of it has begun, and nobody knows what will end."""
    rows = [
        replace(row, closed_on=None, successions=()) if row.closed_on == DAY else row for row in before(real_list())
    ]
    load_agencies(rows, actor="system", now=make.noon(EARLIER), file_sha256="0" * 64)


def apply_through_the_screen(two) -> Reorganisation:
    asker, other = two
    facts = {"title": "Sắp xếp ngày 01/7/2025", "legal_basis": BASIS, "document_no": "202", "on": DAY.isoformat()}
    page = asker.post("/reorganisations/", facts, follow=True)
    draft = page.context["draft"]
    file = SimpleUploadedFile("thay-doi.csv", b"\xef\xbb\xbf" + changes_csv(real_list()).encode())
    page = asker.post(f"/reorganisations/{draft.public_id}/import/", {"file": file}, follow=True)
    assert page.context["problems"] == []
    assert asker.post(f"/reorganisations/{draft.public_id}/ask/").status_code == 302
    assert other.post(f"/approvals/{Approval.objects.get(kind='agency.reorganise').pk}/confirm/").status_code == 302
    draft.refresh_from_db()
    return draft


def standing_agencies(day: date):
    rows = Agency.objects.on(day).exclude(code="LDG-SNG")
    return set(rows.values_list("code", "name", "kind", "parent__code", "established_on", "stat_code"))


def successions_of_the_day():
    rows = Succession.objects.known().filter(on=DAY)
    return set(rows.values_list("predecessor__code", "successor__code", "kind", "scope", "on"))


def test_applied_in_one_go_it_gives_what_the_full_list_gives(two):
    load_the_day_before()
    assert not Agency.objects.filter(established_on=DAY).exists()
    draft = apply_through_the_screen(two)
    assert draft.state == ReorganisationState.APPLIED
    found = standing_agencies(DAY), standing_agencies(LAST), successions_of_the_day()
    with_predecessors = Agency.objects.on(DAY).filter(kind__startswith="pc_", successions_in__isnull=False).distinct()
    assert with_predecessors.count() == 45
    districts = Succession.objects.filter(on=DAY, kind="dissolution")
    assert districts.count() == 10
    assert {row.predecessor.kind for row in districts.select_related("predecessor")} == {"district_pc"}
    communes = {label: UnitGroup.objects.get(label=f"Ủy ban nhân dân {label}") for label in ("cấp xã", "cấp huyện")}
    assert [communes["cấp xã"].on(day).count() for day in (LAST, DAY)] == [121, 124]
    assert [communes["cấp huyện"].on(day).count() for day in (LAST, DAY)] == [10, 0]
    Succession.objects.all().delete()
    Agency.objects.update(edited_at=None)
    make.all_agencies()
    assert found == (standing_agencies(DAY), standing_agencies(LAST), successions_of_the_day())


def test_people_of_merged_agencies_go_along_and_those_of_split_and_dissolved_ones_wait(two):
    load_the_day_before()
    people = {code: make.entry(at=Agency.objects.get(code=code), starts_on=EARLIER).person for code in CASES}
    in_parts = [row.code for row in real_list() if row.closed_on == DAY and len(row.successions) > 1]
    split = list(Agency.objects.filter(code__in=in_parts).order_by("code"))
    assert [agency.name.split(" xã ")[-1] for agency in split] == ["Phong Phú", "Hòa Thắng"]
    dissolved = Agency.objects.get(code="BTH-HUYEN-PHU-QUY")
    for agency in (*split, dissolved):
        make.entry(at=agency, starts_on=EARLIER)
    apply_through_the_screen(two)
    for old, new in CASES.items():
        mine = RosterEntry.objects.known().filter(person=people[old])
        assert [entry.agency.code for entry in mine.on(LAST)] == [old]
        assert [entry.agency.code for entry in mine.on(DAY)] == [new]
    waiting = agencies_with_waiting(Agency.objects.all(), DAY)
    assert {(row.code, vars(row)["waiting_count"]) for row in waiting} == {
        (agency.code, 1) for agency in (*split, dissolved)
    }


def test_as_known_before_it_was_confirmed_nothing_had_changed(two):
    load_the_day_before()
    before_ = standing_agencies(DAY)
    asked_at = datetime(2025, 7, 1, tzinfo=HERE)
    apply_through_the_screen(two)
    then = Agency.objects.on(DAY, asked_at)
    assert set(then.values_list("code", flat=True)) == {row[0] for row in before_}
    assert not Succession.objects.known(asked_at).filter(on=DAY).exists()
    graph = Succession.objects.graph(asked_at)
    assert not graph.is_closed(Agency.objects.get(code="BTH-UBND").pk, DAY)


def test_each_step_is_told_once(two):
    load_the_day_before()
    apply_through_the_screen(two)
    told = list(Event.objects.filter(object_kind="reorganisation").order_by("pk").values_list("action", flat=True))
    assert told == ["agency.reorganise", "agency.reorganised", "approval.confirm_of_another"]
