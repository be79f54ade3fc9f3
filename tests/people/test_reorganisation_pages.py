"""The screens of reorganisations: drafting by hand and by file, the dry run, what it touches."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Quota
from lms.audit.models import Event
from lms.people import reorganising
from lms.people.models import Reorganisation
from lms.people.reorganisation import make_plan
from lms.people.reorganisation_file import COLUMNS
from lms.people.touching import touched_by
from tests import make
from tests.make import certificates as make_register
from tests.make import courses as make_courses
from tests.make import plan as plans

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)
FACTS = {"title": "Sắp xếp", "legal_basis": "NQ 1", "document_no": "", "on": ON.isoformat()}


@pytest.fixture
def page(sau, client_of):
    """A coordinator's browser and the address of a new draft."""
    client = client_of(sau)
    answer = client.post("/reorganisations/", FACTS)
    assert answer.status_code == 302
    return client, answer.url


def lines():
    return list(
        Reorganisation.objects.get()
        .changes.order_by("position")
        .values_list("kind", "predecessor", "successor", "name")
    )


def upload(client, path, content, name="thay-doi.csv"):
    return client.post(f"{path}import/", {"file": SimpleUploadedFile(name, content)})


def test_a_change_is_chosen_by_name_and_homonyms_are_asked_about(page):
    client, path = page
    parents = [make.agency(f"UBND huyện {name}") for name in ("Hàm Tân", "Đức Linh")]
    twins = [make.agency("UBND xã Tân Hà", parent=parent, established_on=date(1999, 1, 1)) for parent in parents]
    make.agency("UBND xã Mới", code="XA-MOI")
    data = {"kind": "merge", "predecessor": "tan ha", "successor": "xa moi"}
    answer = client.post(f"{path}changes/", data)
    assert answer.status_code == 422
    text = answer.content.decode()
    for twin in twins:
        assert f'value="{twin.code}"' in text
        assert twin.parent.name in text
    assert "01/01/1999" in text
    assert lines() == []
    assert client.post(f"{path}changes/", data | {"predecessor": twins[1].code}).status_code == 302
    assert lines() == [("merge", twins[1].code, "XA-MOI", "")]


def test_a_new_agency_is_described_in_the_form(page):
    client, path = page
    make.agency("Báo Cũ", code="CU")
    data = {"kind": "rename", "predecessor": "CU", "code": "MOI", "name": "Báo Mới", "unit_kind": "press"}
    assert client.post(f"{path}changes/", data).status_code == 302
    assert lines() == [("rename", "CU", "MOI", "Báo Mới")]
    assert client.post(f"{path}changes/", data | {"predecessor": "khong co"}).status_code == 422
    assert client.post(f"{path}changes/1/remove/").status_code == 302
    assert lines() == []


def test_a_file_takes_the_place_of_the_lines_or_nothing_is_taken(page):
    client, path = page
    head = ",".join(COLUMNS)
    good = f"{head}\ndissolution,A,,,,,,,\n".encode()
    assert upload(client, path, good).status_code == 302
    assert upload(client, path, good).status_code == 302
    assert lines() == [("dissolution", "A", "", "")]
    answer = upload(client, path, f"{head}\nmerge,A,B,,,,,,\nmarriage,A,B,,,,,,\n".encode())
    assert answer.status_code == 422
    assert "3:" in answer.content.decode()
    assert lines() == [("dissolution", "A", "", "")]
    assert upload(client, path, b"x" * (2 * 1024 * 1024 + 1)).status_code == 422
    assert upload(client, path, b"").status_code == 422


def test_what_stands_against_it_is_on_the_page_and_asking_is_refused(page):
    client, path = page
    upload(client, path, f"{','.join(COLUMNS)}\ndissolution,KHONG-CO,,,,,,,\n".encode())
    text = client.get(path).content.decode()
    assert "KHONG-CO" in text
    assert f"{path}ask/" not in text
    assert not Event.objects.filter(action="agency.reorganise").exists()


def test_the_dry_run_writes_no_event_and_a_withdrawn_draft_stays_in_the_list(page):
    client, path = page
    assert client.post(f"{path}facts/", FACTS | {"title": "Tên khác"}).status_code == 302
    assert client.post(f"{path}facts/", FACTS | {"on": "hôm qua"}).status_code == 422
    assert client.post(f"{path}withdraw/").status_code == 302
    assert Reorganisation.objects.values_list("title", "state").get() == ("Tên khác", "withdrawn")
    assert "Tên khác" in client.get("/reorganisations/").content.decode()
    assert not Event.objects.filter(object_kind="reorganisation").exists()


def test_what_was_carried_out_is_shown_without_complaints(page, admin):
    client, path = page
    make.agency("Báo Cũ", code="CU")
    upload(client, path, f"{','.join(COLUMNS)}\nmerge,CU,MOI,,Báo Mới,press,,,\n".encode())
    draft = Reorganisation.objects.get()
    now = make.noon(ON)
    reorganising.apply(draft, make_plan(draft, ON), by=admin, now=now)
    context = client.get(path).context
    assert context["problems"] == []
    assert [line["wrong"] for line in context["lines"]] == [[]]
    assert context["may_undo"]


def test_a_request_leads_to_what_it_is_about(page, admin, sau, client_of):
    client, path = page
    make.agency("Báo Cũ", code="CU")
    upload(client, path, f"{','.join(COLUMNS)}\nmerge,CU,MOI,,Báo Mới,press,,,\n".encode())
    reorganising.ask(Reorganisation.objects.get(), by=sau, now=timezone.now())
    assert f'href="{path}"' in client_of(admin).get("/approvals/").content.decode()
    assert not client.get(path).context["is_open"]


def test_the_template_is_downloaded_with_a_byte_order_mark(page):
    client, _path = page
    answer = client.get("/reorganisations/template.csv")
    assert answer.content.startswith(b"\xef\xbb\xbfkind,")
    assert "attachment" in answer["Content-Disposition"]


def test_every_storey_tells_what_is_touched():
    agency = make.agency("Báo Mẫu", kind="press")
    make.entry(at=agency)
    make.role(make.user(), "focal", agency)
    run = make_courses.run(issuer=agency)
    run.reserve(agency, 5, by=make_courses.account(), now=make_courses.at(8))
    make_courses.round_(run, agency)
    enrolment = make_courses.enrolment(run, make.person(), agency_=agency)
    make_register.register(run, make_courses.at(8))
    task = plans.task()
    task.parties.create(role="lead", position=9, label="Báo", agency=agency)
    period = plans.period(2026)
    task.targets.create(period=period, agency=agency, group="editor", percent=80)
    found = {section.label: sum(line.count for line in section.lines) for section in touched_by([agency.pk], ON)}
    assert len(found) >= 9, found
    assert Quota.objects.get().seats in found.values()
    assert enrolment.pk
    assert touched_by([make.agency().pk], ON) == []


def test_looking_costs_the_same_however_many_lines_there_are(page):
    client, path = page
    counts = []
    for size in (1, 40):
        agencies = [make.agency() for _number in range(size)]
        for agency in agencies:
            make.entry(at=agency)
        rows = "".join(f"merge,{agency.code},MOI,,Xã Mới,pc_commune,,,\n" for agency in agencies)
        upload(client, path, f"{','.join(COLUMNS)}\n{rows}".encode())
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 35


def test_only_who_may_reorganise_sees_the_menu_and_the_screen(sau, admin, mai, client_of):
    entry = f'href="{reverse("people:reorganisations")}"'
    seen = [entry in client_of(user).get("/agencies/").content.decode() for user in (sau, admin, mai)]
    assert seen == [True, True, False]
    assert [client_of(user).get("/reorganisations/").status_code for user in (sau, admin, mai)] == [200, 200, 403]


def test_the_tree_goes_down_level_by_level_on_a_day(lan, client_of):
    top = make.agency("UBND tỉnh Mẫu", code="TOP")
    make.agency("Sở Mẫu", code="SO", parent=top)
    make.agency("Sở Cũ", code="SO-CU", parent=top, closed_on=ON)
    client = client_of(lan)
    text = client.get("/agencies/", {"tree": "on"}).content.decode()
    assert "UBND tỉnh Mẫu" in text and "Sở Mẫu" not in text
    text = client.get("/agencies/", {"tree": "on", "under": "TOP"}).content.decode()
    assert "Sở Mẫu" in text and "Sở Cũ" not in text
    text = client.get("/agencies/", {"tree": "on", "under": "TOP", "on": "2026-02-28"}).content.decode()
    assert "Sở Mẫu" in text and "Sở Cũ" in text


def test_an_agency_tells_the_whole_way_with_its_legal_basis(lan, client_of):
    first, second, third = make.agency("Một"), make.agency("Hai"), make.agency("Ba")
    make.succession(first, second, on=date(2024, 12, 1))
    step = make.succession(second, third, on=date(2025, 7, 1))
    type(step).objects.filter(pk=step.pk).update(legal_basis="NQ 1671")
    text = client_of(lan).get(f"/agencies/{third.code}/").content.decode()
    assert f"/agencies/{first.code}/" in text and f"/agencies/{second.code}/" in text and "NQ 1671" in text
    text = client_of(lan).get(f"/agencies/{first.code}/", {"on": "1990-01-01"}).content.decode()
    assert f"/agencies/{third.code}/" in text
