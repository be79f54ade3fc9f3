"""Files of lessons: checked when they come in, handed out to whoever reads the course (trust.md §6)."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.forms import get_document_form
from wagtail.documents.models import Document
from wagtail.models import Collection

from lms.uploads.checks import FileError
from lms.uploads.recordings import check_recording
from tests.house.world import COLUMNS

SOUND = b"ID3" + bytes(range(97))


@pytest.fixture
def sound(world, settings, tmp_path) -> Document:
    settings.MEDIA_ROOT = tmp_path
    shelf = Collection.objects.get(name=world.own.course.code)
    document: Document = Document.objects.create(
        title="Bản tin", file=ContentFile(SOUND, name="ban-tin.mp3"), collection=shelf
    )
    return document


def path_of(document: Document) -> str:
    return f"/media/files/{document.pk}/{document.filename}"


def test_a_file_opens_for_those_who_read_its_course(world, sound):
    answers = {who: world.browser(who).get(path_of(sound)).status_code for who in COLUMNS}
    assert answers == {
        "AN": 302, "T": 200, "TO": 404, "FO": 404, "FX": 404, "TR": 200, "TX": 404, "CO": 200, "AD": 200,
    }  # fmt: skip


def test_a_player_gets_the_part_it_asks_for(world, sound):
    browser = world.browser("T")
    part = browser.get(path_of(sound), headers={"Range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, "bytes 10-19/100", "10")
    assert b"".join(part.streaming_content) == SOUND[10:20]
    whole = browser.get(path_of(sound))
    assert b"".join(whole.streaming_content) == SOUND
    assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("audio/mpeg", "bytes")
    assert browser.get(path_of(sound), headers={"Range": "bytes=500-"}).status_code == 416
    assert browser.get(path_of(sound), headers={"Range": "lines=1-2"}).status_code == 200


def test_a_handout_is_saved_and_runs_nothing(world, sound):
    pdf = Document.objects.create(
        title="Mẫu", file=ContentFile(b"%PDF-1.7", name="mau.pdf"), collection=sound.collection
    )
    answer = world.browser("T").get(path_of(pdf))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")


def test_a_file_that_is_gone_from_the_disk_is_not_found(world, sound):
    sound.file.storage.delete(sound.file.name)
    assert world.browser("T").get(path_of(sound)).status_code == 404


@pytest.mark.parametrize(
    ("ending", "head"),
    [
        ("mp3", b"ID3"), ("mp3", b"\xff\xfb\x90"), ("m4a", b"\0\0\0 ftypM4A "), ("mp4", b"\0\0\0 ftypisom"),
        ("vtt", b"WEBVTT"), ("vtt", b"\xef\xbb\xbfWEBVTT"), ("pdf", b"%PDF-1.4"),
    ],
)  # fmt: skip
def test_a_file_begins_as_its_name_says(ending, head):
    check_recording(head, ending)
    for other in (b"", b"<svg xmlns=", b"MZ\x90"):
        with pytest.raises(FileError):
            check_recording(other, ending)


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [
        ("tin.mp3", SOUND, True), ("tin.mp3", b"<html><script>", False), ("tin.docx", b"PK\x03\x04", False),
        ("tin.svg", b"<svg/>", False), ("tin.vtt", b"", False), ("loi.vtt", b"WEBVTT\n", True),
    ],
)  # fmt: skip
def test_the_form_refuses_what_is_not_what_its_name_says(world, name, content, is_taken):
    form = get_document_form(Document)(
        {"title": "Tệp", "collection": Collection.get_first_root_node().pk, "tags": ""},
        {"file": SimpleUploadedFile(name, content)},
        user=world.users["AD"],
    )
    assert ("file" not in form.errors) == is_taken, form.errors


def test_nobody_who_is_not_signed_in_learns_whether_a_file_exists(world, sound):
    known, unknown = (world.browser("AN").get(path) for path in (path_of(sound), "/media/files/999999/x.mp3"))
    assert known.status_code == unknown.status_code == 302
