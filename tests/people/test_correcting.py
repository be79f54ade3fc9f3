"""Agencies by hand: what is refused with which code, what stays known; contacts; what the labels of the plan mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lms.audit.models import Event
from lms.people import correcting
from lms.people.correcting import Facts
from lms.people.models import Agency, AgencyContact, AgencyCorrection, UnitGroup, UnitGroupKind
from lms.people.models.agencies import meant_q
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
NOW = make.noon(date(2026, 4, 1))
OPEN = Facts(name="Báo Mẫu", kind="press")


def facts_of(agency, **changes):
    columns = ("name", "kind", "parent", "established_on", "closed_on", "stat_code")
    return replace(Facts(**{name: getattr(agency, name) for name in columns}), **changes)


def correct(agency, by, **changes):
    return correcting.correct(agency, facts_of(agency, **changes), reason="Ghi nhầm", by=by, now=NOW)


def told():
    return list(Event.objects.filter(object_kind="agency").order_by("pk").values_list("action", flat=True))


def test_a_new_agency_is_known_from_now_on_and_told(admin):
    made = correcting.create("MAU", OPEN, by=admin, now=NOW)
    assert Agency.objects.on(DAY).filter(code="MAU").exists()
    assert not Agency.objects.on(DAY, NOW - timedelta(seconds=1)).filter(code="MAU").exists()
    assert (made.recorded_at, made.edited_at) == (NOW, NOW)
    assert told() == ["agency.create_or_correct"]


def test_a_correction_keeps_what_was_and_why(admin):
    agency = make.agency("Báo Nhầm", kind="press")
    assert correct(agency, admin, name="Báo Đúng", established_on=date(2026, 1, 1)) == ["name", "established_on"]
    agency.refresh_from_db()
    assert (agency.name, agency.name_folded, agency.edited_at) == ("Báo Đúng", "bao dung", NOW)
    kept = AgencyCorrection.objects.get()
    assert (kept.reason, kept.before) == ("Ghi nhầm", {"name": "Báo Nhầm", "established_on": None})
    assert Agency.objects.on(date(2025, 1, 1), NOW - timedelta(seconds=1)).filter(pk=agency.pk).exists()
    assert not Agency.objects.on(date(2025, 1, 1), NOW).filter(pk=agency.pk).exists()
    assert "Báo" not in str(Event.objects.get(object_kind="agency").data)


def test_nothing_changed_is_no_correction(admin):
    assert correct(make.agency(), admin) == []
    assert told() == []


def test_a_correction_needs_a_reason(admin):
    agency = make.agency()
    with pytest.raises(Refused, match="reason_required"):
        correcting.correct(agency, facts_of(agency, name="Khác"), reason=" ", by=admin, now=NOW)


def test_a_code_belongs_to_one_agency_for_ever(admin):
    make.agency(code="MAU", closed_on=DAY)
    with pytest.raises(Refused, match="code_taken"):
        correcting.create("MAU", OPEN, by=admin, now=NOW)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"established_on": DAY, "closed_on": DAY}, "closes_before_it_opens"),
        ({"established_on": DAY, "closed_on": DAY - timedelta(days=1)}, "closes_before_it_opens"),
        ({"name": "Đã có"}, "same_name_same_parent"),
        ({"parent": "closed"}, "parent_not_alive"),
        ({"parent": "young", "established_on": DAY - timedelta(days=1)}, "parent_not_alive"),
    ],
)
def test_facts_that_do_not_fit_are_refused(admin, facts, code):
    parents = {
        "closed": make.agency("Đã đóng", closed_on=DAY), "young": make.agency("Mới lập", established_on=DAY),
    }  # fmt: skip
    make.agency("Đã có", kind="press")
    if "parent" in facts:
        facts = facts | {"parent": parents[facts["parent"]]}
    with pytest.raises(Refused, match=code):
        correcting.create("MAU", replace(OPEN, **facts), by=admin, now=NOW)
    assert told() == []


def test_the_same_name_and_parent_one_after_the_other_is_fine(admin):
    make.agency("Báo Mẫu", closed_on=DAY)
    assert correcting.create("MAU", replace(OPEN, established_on=DAY), by=admin, now=NOW).pk


def test_a_child_may_end_with_its_parent_but_not_later(admin):
    parent = make.agency(closed_on=DAY)
    assert correcting.create("MAU", replace(OPEN, parent=parent, closed_on=DAY), by=admin, now=NOW).pk
    with pytest.raises(Refused, match="parent_not_alive"):
        later = replace(OPEN, name="Khác", parent=parent, closed_on=DAY + timedelta(days=1))
        correcting.create("MAU-2", later, by=admin, now=NOW)


def test_nothing_stands_above_itself(admin):
    top = make.agency()
    child = make.agency(parent=make.agency(parent=top))
    with pytest.raises(Refused, match="parent_cycle"):
        correct(top, admin, parent=child)


def test_an_agency_with_open_children_does_not_end(admin):
    parent = make.agency()
    child = make.agency(parent=parent)
    with pytest.raises(Refused, match="children_left_open"):
        correct(parent, admin, closed_on=DAY)
    Agency.objects.filter(pk=child.pk).update(closed_on=DAY)
    assert correct(parent, admin, closed_on=DAY) == ["closed_on"]


def test_an_agency_is_not_younger_than_what_it_did(admin):
    agency, heir, before = make.agency(), make.agency(), make.agency()
    make.succession(before, agency, on=DAY)
    with pytest.raises(Refused, match="succession_before_establishment"):
        correct(agency, admin, established_on=DAY + timedelta(days=1))
    child = make.agency(parent=heir, established_on=DAY)
    assert child.pk
    with pytest.raises(Refused, match="parent_not_alive"):
        correct(heir, admin, established_on=DAY + timedelta(days=1))
    make.entry(at=before, starts_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="entries_outside_life"):
        correct(before, admin, established_on=date(2026, 2, 1))


def test_an_end_that_a_reorganisation_set_is_not_corrected_by_hand(admin):
    old, new = make.agency(closed_on=DAY), make.agency()
    make.succession(old, new, on=DAY)
    for end in (None, DAY + timedelta(days=1)):
        with pytest.raises(Refused, match="closed_by_reorganisation"):
            correct(old, admin, closed_on=end)
    with pytest.raises(Refused, match="closed_by_reorganisation"):
        correct(new, admin, closed_on=DAY)


def test_the_screen_adds_and_corrects_and_says_why_not(admin, sau, client_of):
    client = client_of(admin)
    parent = make.agency("UBND tỉnh Mẫu")
    data = {"code": "MAU", "name": "Báo Mẫu", "kind": "press", "parent": "ubnd tinh mau", "last_day": "2026-12-31"}
    assert client.post("/new-agency/", data).status_code == 302
    made = Agency.objects.get(code="MAU")
    assert (made.parent, made.closed_on) == (parent, date(2027, 1, 1))
    assert client.post("/new-agency/", data).status_code == 422
    path = "/agencies/MAU/correct/"
    assert 'value="2026-12-31"' in client.get(path).content.decode()
    assert client.post(path, data | {"last_day": "", "reason": ""}).status_code == 422
    assert client.post(path, data | {"last_day": "", "reason": "Không có ngày kết thúc"}).status_code == 302
    made.refresh_from_db()
    assert made.closed_on is None
    assert client_of(sau).get(path).status_code == 403


def test_the_focal_person_keeps_the_address_and_the_page_shows_it(mai, lan, press, client_of):
    data = {"address": "1 Trần Phú,  Đà Lạt", "phone": "0263 000 000", "email": "Bao@Example.test"}
    assert client_of(mai).post(f"/agencies/{press.code}/contact/", data).status_code == 302
    contact = AgencyContact.objects.get(agency=press)
    assert (contact.address, contact.email) == ("1 Trần Phú, Đà Lạt", "bao@example.test")
    assert "1 Trần Phú, Đà Lạt" in client_of(lan).get(f"/agencies/{press.code}/").content.decode()
    assert client_of(mai).post(f"/agencies/{press.code}/contact/", {"email": "khong"}).status_code == 422


# --- unit groups ------------------------------------------------------------------------------------------------------


@pytest.fixture
def group(db):
    made = UnitGroup.objects.create(code="bao", label="Cơ quan báo chí")
    made.kinds.create(kind="press")
    make.agency("Báo Một", kind="press")
    return made


def test_counting_saves_nothing_and_saving_is_told_once(group, sau, client_of):
    office = make.agency("Văn phòng Mẫu", kind="office", code="VP")
    client, path = client_of(sau), "/unit-groups/bao/"
    data = {"kinds": ["press"], "more": "VP", "more_is": "in", "on": "2026-01-01"}
    page = client.post(path, data | {"count": "1"})
    assert page.context["would_be"] == 2
    assert group.on(DAY).count() == 1
    assert client.post(path, data | {"save": "1"}).status_code == 302
    assert set(group.on(DAY)) == {office, Agency.objects.get(name="Báo Một")}
    event = Event.objects.get(action="unitgroup.edit")
    assert event.data == {"kinds": ["press"], "included": ["VP"], "left_out": []}


def test_a_member_is_left_out_or_taken_back(group, sau, client_of):
    paper = Agency.objects.get(name="Báo Một")
    client, path = client_of(sau), "/unit-groups/bao/"
    data = {"kinds": ["press"], "on": "2026-01-01", "more_is": "out", "save": "1"}
    client.post(path, data | {"more": paper.code})
    assert not group.on(DAY).exists()
    client.post(path, data)
    assert list(group.on(DAY)) == [paper]


def test_what_a_group_meant_at_a_moment_stays_known(group, sau):
    paper, office = Agency.objects.get(name="Báo Một"), make.agency("Văn phòng Mẫu", kind="office")
    later, last = NOW + timedelta(days=3), NOW + timedelta(days=6)
    correcting.edit_unit_group(
        group, correcting.Meaning(frozenset(["office"]), frozenset([paper])), by=sau, now=later
    )  # fmt: skip
    correcting.edit_unit_group(
        group, correcting.Meaning(frozenset(["office"]), left_out=frozenset([paper])), by=sau, now=last
    )  # fmt: skip

    def meant(at):
        return set(Agency.objects.filter(meant_q(group.pk, at)))

    assert [meant(NOW), meant(later), meant(None)] == [{paper}, {paper, office}, {office}]
    assert UnitGroupKind.objects.filter(unit_group=group).count() == 2, "a kind that stays is not entered anew"


def test_a_group_means_somebody_and_nobody_twice(group, sau):
    paper = Agency.objects.get(name="Báo Một")
    for meaning, code in (
        (correcting.Meaning(frozenset()), "group_means_nobody"),
        (correcting.Meaning(frozenset(), frozenset([paper]), frozenset([paper])), "picked_twice"),
    ):
        with pytest.raises(Refused, match=code):
            correcting.edit_unit_group(group, meaning, by=sau, now=NOW)
    assert group.kinds.count() == 1
