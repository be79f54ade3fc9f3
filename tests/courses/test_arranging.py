"""Pages on which a class is arranged, and what an agency does with its list (permissions.csv, run, session, round)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import EnrolmentState, Quota, Reply
from courses.models.seats import miscounts
from lms.audit.models import Event
from tests.courses.conftest import COLUMNS
from tests.courses.test_doors import cell
from tests.make import courses as make
from tests.make import outside as make_outside

PAGES = {
    "quotas": ("LFNFNANAF", lambda world: reverse("courses:quotas", args=[world.run.public_id])),
    "edit_session": ("LFNFNANAF", lambda world: reverse("courses:edit_session", args=[world.session.pk])),
}


@pytest.fixture
def reply(world):
    return Reply.objects.get(round=world.round)


def page_of(world):
    return reverse("courses:nominate", args=[world.round.pk])


@pytest.mark.parametrize("name", PAGES)
def test_who_arranges_a_class(world, name):
    expected, url = PAGES[name]
    found = {column: cell(world.get(column, url(world))) for column in COLUMNS}
    assert found == dict(zip(COLUMNS, expected, strict=True))


def test_seats_are_allotted_as_a_table_and_only_changes_are_told(world):
    url = reverse("courses:quotas", args=[world.run.public_id])
    other = make.agency()
    world.post("CO", url, agency=world.home.code, more=5)
    world.post("CO", url, **{f"seats-{world.home.code}": 7, "agency": other.code, "more": 4})
    assert {quota.agency: quota.seats for quota in Quota.objects.all()} == {world.home: 7, other: 4}
    world.post("CO", url, **{f"seats-{world.home.code}": 7, f"seats-{other.code}": 4})
    assert Event.objects.filter(action="run.edit_dates_places_quotas").count() == 3
    world.run.refresh_from_db()
    assert world.run.pool_seats == 30 - 11
    assert miscounts() == []


def test_more_seats_than_there_are_change_nothing(world):
    url = reverse("courses:quotas", args=[world.run.public_id])
    world.post("CO", url, agency=world.home.code, more=5)
    data = {f"seats-{world.home.code}": 2, "agency": make.agency().code, "more": 29}
    assert world.post("CO", url, **data).status_code == 409
    assert world.post("CO", url, **{f"seats-{world.home.code}": "nhiều"}).status_code == 422
    assert Quota.objects.get().seats == 5


def test_a_session_is_moved_on_its_page_and_cancelled_once(world):
    edit = reverse("courses:edit_session", args=[world.session.pk])
    assert "datetime-local" in world.get("CO", edit).content.decode()
    rooms = list(world.run.places.values_list("pk", flat=True))
    data = {"title": "Buổi chiều", "study_periods": 4, "places": rooms}
    data |= {"starts_at": "2026-03-02T13:30", "ends_at": "2026-03-02T16:30"}
    assert world.post("TR", edit, **data).status_code == 302
    world.session.refresh_from_db()
    assert (world.session.title, world.session.starts_at) == ("Buổi chiều", make.at(13, 30))
    assert world.post("TR", edit, **data | {"ends_at": ""}).status_code == 422
    cancel = reverse("courses:cancel_session", args=[world.session.pk])
    for _press in range(2):
        world.post("CO", cancel)
    assert Event.objects.filter(action="session.edit_or_cancel").count() == 2


def test_the_decision_is_recorded_once(world):
    url = reverse("courses:run_decision", args=[world.run.public_id])
    for _press in range(2):
        world.post("TR", url, number="12/QĐ-SVHTTDL", day="2026-03-02")
    world.post("TR", url, number="", day="2026-03-02")
    world.run.refresh_from_db()
    assert world.run.decision_no == "12/QĐ-SVHTTDL"
    assert Event.objects.filter(action="run.record_decision_number").count() == 1


def test_pasted_names_are_looked_up_and_nothing_is_saved(world, reply):
    hung = make.person("Trần Văn Hùng", of=world.home)
    answer = world.post("FO", page_of(world), agency=world.home.code, names="Trần Văn Hùng\nLê Vô Danh\nNguyễn Thị Lan")
    body = answer.content.decode()
    assert f'value="{hung.public_id}" checked' in body
    assert [line.verdict for line in answer.context["lines"]] == ["matched", "unknown", "already"]
    assert world.run.enrolments.count() == 1
    assert world.post("FO", page_of(world), agency=world.home.code, names=" ").status_code == 422
    assert world.post("T", page_of(world), agency=world.home.code, names="Lan").status_code == 403


def test_the_signed_copy_comes_in_and_is_read_by_the_department(world, reply):
    url = reverse("courses:attach_dispatch", args=[world.round.pk])
    for name, content in (("cv.pdf", make_outside.PDF), ("cv.png", make_outside.png())):
        world.post("FO", url, agency=world.home.code, file=SimpleUploadedFile(name, content))
    world.post("FO", url, agency=world.home.code, file=SimpleUploadedFile("cv.exe", b"MZ"))
    reply.refresh_from_db()
    assert reply.dispatch_file.endswith(".png")
    read = reverse("courses:dispatch", args=[reply.pk])
    assert cell(world.get("CO", read)) == cell(world.get("FO", read)) == "A"
    assert cell(world.get("T", read)) == cell(world.get("FX", read)) == "N"
    assert Event.objects.filter(action="round.attach_dispatch").count() == 2


def test_the_signed_copy_of_an_approved_list_stays(world, reply):
    reply.send(by=world.users["FO"], now=make.at(8, 5))
    reply.approve(by=world.users["CO"], now=make.at(8, 5))
    url = reverse("courses:attach_dispatch", args=[world.round.pk])
    file = SimpleUploadedFile("cv.pdf", make_outside.PDF)
    assert world.post("FO", url, agency=world.home.code, file=file).status_code == 409
    reply.refresh_from_db()
    assert reply.dispatch_file == ""


def test_the_department_turns_one_down_where_it_approves_the_rest(world, reply):
    kept, other = (reply.nominate(make.person(of=world.home), by=world.users["FO"], now=make.at(8, 5)) for _n in "ab")
    reply.send(by=world.users["FO"], now=make.at(8, 5))
    url = reverse("courses:decide_on_reply", args=[reply.pk])
    world.post("CO", url, decision="approve", without=other.public_id, reason="Đã học năm nay")
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.state, other.state) == (EnrolmentState.ENROLLED, EnrolmentState.REJECTED)
