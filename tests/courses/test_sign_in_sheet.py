"""The sheet that people sign, and the picture that comes back (attendance-and-certificates.md §1.5)."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image

from courses.models import Attendance, AttendanceEvent, Presence, Session, SheetPage, SheetPrint
from courses.sign_in_sheet import BLANK_LINES, sheet_paper, sheet_rows
from lms.audit.models import Event
from tests.courses.conftest import COLUMNS
from tests.courses.test_doors import cell
from tests.make import courses as make
from tests.make.sheets import a_picture


@pytest.fixture
def printed(world, moment):
    place = world.session.session_places.get().place
    return SheetPrint.freeze(world.session, place, sheet_rows(world.session, place), by=world.users["TR"], now=moment)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"private": storage}


def upload(world, printed, content=None, name="trang.png", column="TR"):
    file = SimpleUploadedFile(name, a_picture() if content is None else content)
    return world.post(column, reverse("courses:attach_sheet", args=[printed.pk]), picture=file)


def sign(world, printed, page, *people):
    url = reverse("courses:sheet_signed", args=[printed.pk])
    return world.post("TR", url, page=page.pk, people=[str(one.public_id) for one in people])


def test_rows_stay_the_same_person_and_a_changed_list_is_a_new_print(world, printed, moment):
    again = sheet_rows(world.session, printed.place)
    assert SheetPrint.freeze(world.session, printed.place, again, by=world.users["TR"], now=moment) == printed
    make.enrolment(world.run, make.person("Nguyễn Văn An"))
    longer = sheet_rows(world.session, printed.place)
    assert [row["name"] for row in longer] == ["Nguyễn Văn An", "Nguyễn Thị Lan"]
    newer = SheetPrint.freeze(world.session, printed.place, longer, by=world.users["TR"], now=moment)
    assert (newer.version, SheetPrint.objects.get(pk=printed.pk).lines()[0]["name"]) == (2, "Nguyễn Thị Lan")
    with pytest.raises(DatabaseError), transaction.atomic():
        SheetPrint.objects.update(rows=[])


def test_the_paper_has_the_columns_five_blank_lines_and_the_way_back(printed):
    paper = sheet_paper(printed, "https://example.test/sheets/1/", is_demo=False)
    (table,) = paper.tables()
    assert [column.heading for column in table.columns] == ["STT", "Họ và tên", "Chức vụ", "Đơn vị", "Ký tên"]
    assert len(list(table.rows)) == 1 + BLANK_LINES
    assert paper.address.endswith("/sheets/1/")


def test_printing_gives_a_pdf(world):
    answer = world.post("TR", reverse("courses:print_sheet", args=[world.session.pk]))
    assert answer.content.startswith(b"%PDF-")
    assert SheetPrint.objects.get().lines()[0]["name"] == "Nguyễn Thị Lan"


def test_a_photograph_is_drawn_anew_without_what_the_camera_wrote(world, printed):
    exif = Image.Exif()
    exif[0x010E] = "Phan Thiết 10.93 N"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif)
    assert upload(world, printed, out.getvalue(), "trang.jpg").status_code == 302
    shown = world.get("TR", reverse("courses:sheet_picture", args=[SheetPage.objects.get().pk]))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"10.93" not in shown.content
    assert Event.objects.filter(action="attendance.attach_sheet_scan").count() == 1
    assert upload(world, printed, out.getvalue(), "trang.jpg").status_code == 302
    assert SheetPage.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trang.exe", b"MZ"),
        ("trang.png", b""),
        ("trang.png", b"%PDF-1.4"),
        ("trang.pdf", b"no pdf"),
        ("trang.docx", b"PK"),
    ],
)
def test_what_is_no_page_is_refused_before_it_is_kept(world, printed, name, content):
    assert upload(world, printed, content, name).status_code == 422
    assert not SheetPage.objects.exists()


def test_who_signed_is_present_by_the_page(world, printed):
    upload(world, printed)
    page = SheetPage.objects.get()
    for _twice in range(2):
        assert sign(world, printed, page, world.enrolment).status_code == 302
    event = AttendanceEvent.objects.get()
    assert (event.source, event.sheet_page, event.status) == ("sheet", page, Presence.PRESENT)
    row = Attendance.objects.get()
    assert (row.status, row.decided_by) == (Presence.PRESENT, "sheet")
    assert "nguyễn thị lan" in world.get("TR", reverse("courses:sheet", args=[printed.pk])).content.decode().lower()


def test_a_page_of_another_session_and_people_who_are_not_on_the_sheet_are_refused(world, printed, moment):
    other = make.session(world.run, hour=13)
    elsewhere = SheetPrint.freeze(other, printed.place, [], by=world.users["TR"], now=moment)
    upload(world, elsewhere)
    assert sign(world, printed, SheetPage.objects.get(), world.enrolment).status_code == 409
    assert sign(world, elsewhere, SheetPage.objects.get(), world.enrolment).status_code == 422
    assert not AttendanceEvent.objects.exists()


def test_a_locked_session_takes_no_page(world, printed):
    Session.objects.update(locked_at=world.session.ends_at)
    assert upload(world, printed).status_code == 409


def test_who_reads_a_sheet(world, printed):
    url = reverse("courses:sheet", args=[printed.pk])
    assert "".join(cell(world.get(column, url)) for column in COLUMNS) == "LFNFNANAF"
