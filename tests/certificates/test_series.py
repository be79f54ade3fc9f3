"""Series: books that count from one, close for ever, and pass to a custodian when their issuer ends."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction

from certificates.custody import custodian_of, keeper_of, revoker_of
from certificates.issuing import issue
from certificates.models import Certificate, LossRequest, Series
from certificates.previewing import preview
from certificates.replacing import Signatory, confirm_lost, replace_with_corrections
from lms.audit.models import Event
from lms.people.models import Agency, Succession
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db
END = date(2026, 7, 1)
AFTER = courses.at(9, on=date(2026, 7, 6))
SIGNATORY = Signatory("Đà Lạt", "", "GIÁM ĐỐC", "Trần Mẫu Ký")


@pytest.fixture
def admin():
    return courses.account(None, "administrator")


@pytest.fixture
def sau():
    return courses.account(None, "coordinator")


def begun(by, issuer=None, code="GCN", year=2026):
    return Series.begin(issuer or courses.agency(), code, year, signing="paper", by=by, now=make.NOW)


def dissolve(agency, heir=None, scope="all"):
    """The agency ends; its function goes to `heir`, or nowhere."""
    Agency.objects.filter(pk=agency.pk).update(closed_on=END)
    kind = "merge" if heir else "dissolution"
    Succession.objects.create(predecessor=agency, successor=heir, kind=kind, scope=scope, on=END, legal_basis="NQ 1")


def test_a_series_begins_with_one_and_is_told(admin):
    series = begun(admin)
    assert (series.next_number, series.is_usable(make.TODAY)) == (1, True)
    assert Event.objects.get(action="series.create").data["next_number"] == 1


def test_a_series_is_opened_once_a_year_for_an_agency_that_exists(admin):
    series = begun(admin)
    with pytest.raises(Refused, match="series_exists"):
        begun(admin, issuer=series.issuer)
    with pytest.raises(Refused, match="year_mismatch"):
        begun(admin, year=2025)
    with pytest.raises(Refused, match="reason_required"):
        begun(admin, code=" ")
    gone = courses.agency()
    Agency.objects.filter(pk=gone.pk).update(closed_on=date(2026, 1, 1))
    gone.refresh_from_db()
    with pytest.raises(Refused, match="not_custodian"):
        begun(admin, issuer=gone)


@pytest.mark.parametrize(
    "change", [{"next_number": 3}, {"year": 2027}, {"code": "KHÁC"}, {"signing": "test"}, {"closed_on": None}]
)
def test_the_database_refuses_to_rewrite_a_book(admin, change):
    series = begun(admin)
    series.take(5, make.TODAY)
    series.close("Hết năm", by=admin, now=make.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.filter(pk=series.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        series.delete()


def test_a_closed_series_takes_no_number_and_closes_once(admin):
    series = begun(admin)
    with pytest.raises(Refused, match="reason_required"):
        series.close(" ", by=admin, now=make.NOW)
    series.close("Hết năm", by=admin, now=make.NOW)
    for act in (lambda: series.take(1, make.TODAY), lambda: series.close("Lại", by=admin, now=make.NOW)):
        with pytest.raises(Refused, match="series_closed"):
            act()
    assert Series.objects.get().next_number == 1


def test_handing_over_closes_and_needs_a_legal_basis_and_another_agency(admin):
    series, keeper = begun(admin), courses.agency()
    for agency, basis, code in ((keeper, " ", "reason_required"), (series.issuer, "NQ 1", "not_custodian")):
        with pytest.raises(Refused, match=code):
            series.hand_over(agency, basis, by=admin, now=make.NOW)
    series.hand_over(keeper, "NQ 1/NQ-HĐND", by=admin, now=make.NOW)
    assert (keeper_of(series, make.TODAY), series.closed_on) == (keeper, make.TODAY)


@pytest.mark.parametrize("change", [{"custody_basis": ""}, {"closed_on": None}])
def test_the_database_refuses_a_custodian_without_a_basis_or_of_an_open_book(admin, change):
    series = begun(admin)
    values = {"custodian": courses.agency(), "custody_basis": "NQ", "closed_on": make.TODAY} | change
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.filter(pk=series.pk).update(**values)


def test_usable_means_the_same_in_sql_and_python(admin):
    series = begun(admin)
    dissolve(series.issuer, courses.agency())
    series = Series.objects.select_related("issuer").get()
    for day in (make.TODAY, date(2026, 6, 30), END, date(2027, 1, 1), date(2025, 12, 31)):
        assert series.is_usable(day) == Series.objects.usable(day).filter(pk=series.pk).exists(), day


def test_the_books_of_a_dissolved_issuer_are_kept_by_its_functional_successor_over_two_steps():
    first, second, third = (courses.agency(name) for name in ("Sở TTTT", "Sở VHTTDL cũ", "Sở VHTTDL mới"))
    digital = courses.agency("Sở KHCN")
    Agency.objects.filter(pk=first.pk).update(closed_on=date(2026, 3, 1))
    for heir, scope in ((second, "press"), (digital, "digital")):
        Succession.objects.create(predecessor=first, successor=heir, kind="transfer", scope=scope, on=date(2026, 3, 1))
    dissolve(second, third)
    first.refresh_from_db()
    assert custodian_of(first, date(2026, 4, 1)) == second
    assert custodian_of(first, END) == third


def test_without_a_successor_the_parent_keeps_and_revokes(admin):
    above, issuer = courses.agency("UBND tỉnh"), courses.agency("Sở")
    Agency.objects.filter(pk=issuer.pk).update(parent=above)
    series = begun(admin, issuer=Agency.objects.get(pk=issuer.pk))
    assert revoker_of(series, make.TODAY) == issuer
    dissolve(issuer)
    series = Series.objects.select_related("issuer__parent").get()
    assert (keeper_of(series, END), revoker_of(series, END)) == (above, above)


def test_nobody_replaces_what_nobody_keeps(sau):
    row = make.certificates(make.finished_run())[0]
    dissolve(row.series.issuer)
    row = Certificate.objects.get(pk=row.pk)
    with pytest.raises(Refused, match="not_custodian"):
        replace_with_corrections(row, {"person": "An"}, reason="Sai", signatory=SIGNATORY, by=sau, now=AFTER)


def test_what_a_dissolved_issuer_printed_is_replaced_in_the_book_of_its_successor_and_names_it(sau):
    row = make.certificates(make.finished_run())[0]
    heir = courses.agency("Sở Kế Thừa")
    dissolve(row.series.issuer, heir)
    row = Certificate.objects.get(pk=row.pk)
    with pytest.raises(Refused, match="series_not_opened"):
        replace_with_corrections(row, {"person": "Lê An"}, reason="Sai", signatory=SIGNATORY, by=sau, now=AFTER)
    series = Series.objects.create(issuer=heir, code="GCN-KT", year=2026)
    made = replace_with_corrections(row, {"person": "Lê An"}, reason="Sai", signatory=SIGNATORY, by=sau, now=AFTER)
    assert (made.series, made.number, made.snapshot["issuer"]) == (series, 1, "Sở Kế Thừa")
    assert f"do {row.snapshot['issuer']}" in made.snapshot["note"]
    assert made.counts_on == row.counts_on
    assert Series.objects.get(pk=row.series_id).next_number == 2


def test_a_lost_one_of_a_handed_over_book_is_confirmed_by_the_custodian(admin, sau):
    row = make.certificates(make.finished_run())[0]
    keeper = courses.agency("Văn phòng Lưu Trữ")
    row.series.hand_over(keeper, "QĐ 9", by=admin, now=make.NOW)
    Series.objects.create(issuer=keeper, code="GCN-LT", year=2026)
    asked = LossRequest.ask(row, "Mất", by=sau, now=make.NOW)
    assert confirm_lost(asked, signatory=SIGNATORY, by=sau, now=AFTER).snapshot["issuer"] == "Văn phòng Lưu Trữ"


def test_a_class_of_a_dissolved_issuer_is_certified_by_its_successor(sau):
    run, heir = make.finished_run(), courses.agency("Sở Kế Thừa")
    make.register(run)
    dissolve(run.issuer, heir)
    Series.objects.create(issuer=heir, code="GCN-KT", year=2026)
    run = type(run).objects.select_related("course", "issuer__parent").get(pk=run.pk)
    plan = preview(run, make.decision(), AFTER.date())
    assert issue(plan, by=sau, now=AFTER)[0].snapshot["issuer"] == "Sở Kế Thừa"


def test_the_command_opens_and_hands_over(admin):
    agency, keeper = courses.agency(), courses.agency()
    with time_machine.travel(make.NOW, tick=False):
        call_command("certificates", "open-series", agency.code, "code=GCN-X", by=admin.username)
        name = f"{agency.code}/GCN-X/2026"
        call_command("certificates", "close-series", name, "reason=NQ 1", f"custodian={keeper.code}", by=admin.username)
    assert Series.objects.get().custodian == keeper
