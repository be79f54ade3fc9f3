"""The certificates of a class as files: copies in a ZIP, originals for the printer, four on a sheet."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import time_machine

from certificates import run_files
from certificates.copies import file_name, view_copy
from certificates.models import Certificate
from courses.models import Enrolment
from lms.jobs.running import work
from lms.people.models import RoleGrant
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(settings, tmp_path: Path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def sau():
    return courses.account(None, "coordinator")


def five():
    run = make.finished_run("Lê Mẫu An", "Lê Mẫu Bình", "Lê Mẫu Chi", "Lê Mẫu Dung", "Y Mẫu Yă Č")
    return run, make.certificates(run)


def made(kind, run, by):
    with time_machine.travel(make.NOW, tick=False):
        job = run_files.ask(kind, run, by=by, now=make.NOW)
        work(job.pk, clock=lambda: make.NOW)
    job.refresh_from_db()
    assert (job.state, job.done_count) == ("done", job.total), job.error
    return job.file.location


def test_a_zip_holds_the_view_copies_stored_under_names_that_no_two_share(sau):
    run, rows = five()
    rows[1].void_before_handing_over("In hỏng", by=sau, now=make.NOW)
    with zipfile.ZipFile(made(run_files.ZIP, run, sau)) as archive:
        valid = [Certificate.objects.get(pk=row.pk) for row in rows if row.pk != rows[1].pk]
        assert archive.namelist() == [file_name(row) for row in valid]
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(file_name(valid[0])) == view_copy(valid[0])


def test_the_print_file_has_a_page_for_each_with_rare_letters_too_and_the_sheets_a_quarter(sau):
    run, rows = five()
    assert len({row.artefact_id for row in rows}) == 2
    for kind, pages in ((run_files.PRINT, 5), (run_files.SHEETS, 2)):
        body = made(kind, run, sau).read_bytes()
        assert re.search(rb"/Type /Pages /Count (\d+)", body).group(1) == str(pages).encode()
        assert body.startswith(b"%PDF-1.4")
        assert body.endswith(b"%%EOF\n")
        start = int(re.search(rb"startxref\n(\d+)\n", body).group(1))
        assert body[start : start + 4] == b"xref"
        for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", body[start:]), start=1):
            assert body[int(offset) :].startswith(b"%d 0 obj" % number)


def test_a_class_without_certificates_makes_no_file(sau):
    with pytest.raises(Refused, match="nothing_to_print"):
        run_files.ask(run_files.ZIP, make.finished_run(), by=sau, now=make.NOW)


def test_a_focal_person_takes_the_own_people_along():
    run, rows = five()
    home = courses.agency()
    Enrolment.objects.filter(pk=rows[0].enrolment_id).update(agency=home)
    focal = courses.account(None, "focal", agency=home)
    with zipfile.ZipFile(made(run_files.ZIP, run, focal)) as archive:
        assert archive.namelist() == [file_name(Certificate.objects.get(pk=rows[0].pk))]


def test_whoever_lost_the_role_gets_no_file(sau):
    run, _rows = five()
    job = run_files.ask(run_files.PRINT, run, by=sau, now=make.NOW)
    RoleGrant.objects.filter(user=sau).delete()
    work(job.pk, clock=lambda: make.NOW)
    job.refresh_from_db()
    assert (job.state, job.error) == ("dead", "access_withdrawn")
