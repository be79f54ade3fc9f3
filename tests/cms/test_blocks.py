"""Every block of a lesson has a sample, a template, and shows what was typed as words (trust.md §7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from cms.blocks import LESSON_BLOCKS
from cms.models import LessonPage

BLOCKS: dict[str, Any] = dict(LESSON_BLOCKS)
WITH_FILES = {"image", "audio", "video", "file"}
SAYS = {
    "heading": "Ba câu hỏi", "text": "Mỗi bản tin một việc", "callout": "Đọc thành tiếng", "key_points": "Một tin",
    "quote": "Bà con nuôi tôm", "term": "Người phát ngôn", "table": "Điện lực", "steps": "Gọi đúng người",
    "case": "Cắt điện ba thôn", "example": "thôn Hai", "self_check": "", "citation": "07/CT-TTg",
    "link_card": "chinhphu.vn",
}  # fmt: skip


def body(*blocks):
    return LessonPage._meta.get_field("body").stream_block.to_python(
        [{"type": kind, "value": value} for kind, value in blocks]
    )


def sample(name):
    block = BLOCKS[name]
    return block.render(
        block.normalize(block.meta.preview_value) if name != "table" else block.to_python(block.meta.preview_value)
    )


@pytest.mark.parametrize("name", sorted(set(BLOCKS) - WITH_FILES))
def test_the_sample_of_a_block_is_shown(name):
    html = sample(name)
    assert SAYS[name] in html
    assert "<script" not in html and not re.search(r"\s(style|on\w+)=", html)


def test_every_block_is_one_that_these_tests_know():
    assert set(BLOCKS) == set(SAYS) | WITH_FILES


@pytest.mark.parametrize("name", ["term", "quote", "citation", "link_card", "heading"])
def test_what_looks_like_markup_is_shown_as_words(name):
    field = {"term": "term", "quote": "text", "citation": "document", "link_card": "title"}.get(name)
    value = "<b>x</b>" if field is None else {**BLOCKS[name].meta.preview_value, field: "<b>x</b>"}
    html = "".join(block.render() for block in body((name, value)))
    assert "&lt;b&gt;x" in html and "<b>x" not in html


def test_a_source_is_the_same_however_it_is_typed():
    one, two, other = (
        body(("citation", {"document": document, "article": "Điều 5", "check_by": "2027-01-01"}))[0].value.source_key()
        for document in ("07/CT-TTg", " 07/ct-ttg ", "08/CT-TTg")
    )
    assert one == two != other


@pytest.fixture
def files(world, settings, tmp_path):
    """A recording and a handout on the shelf of the course."""
    settings.MEDIA_ROOT = tmp_path
    shelf = world.own.course.code
    collection = Collection.objects.get(name=shelf)
    return {
        ending: Document.objects.create(
            title=ending, file=ContentFile(b"x" * 1500, name=f"tep.{ending}"), collection=collection
        )
        for ending in ("mp3", "mp4", "pdf", "vtt")
    }


def test_a_recording_waits_for_a_click_and_brings_its_words(files):
    shown = body(
        ("audio", {"title": "Bản tin", "file": files["mp3"].pk, "captions": None, "transcript": "<p>Bà con</p>"})
    )
    html = shown[0].render()
    assert 'preload="none"' in html and "autoplay" not in html
    assert f"/media/files/{files['mp3'].pk}/" in html and "1,5" in html
    assert "Bà con" in html


def test_a_video_needs_captions_and_a_recording_its_transcript(files):
    block = BLOCKS["video"]
    value = {"title": "Phim", "file": files["mp4"], "captions": None, "transcript": "<p>Lời</p>"}
    with pytest.raises(ValidationError):
        block.clean(block.normalize(value))
    whole = block.clean(block.normalize(value | {"captions": files["vtt"]}))
    assert 'kind="captions"' in block.render(whole)
    with pytest.raises(ValidationError):
        block.clean(block.normalize(value | {"captions": files["vtt"], "transcript": ""}))


def test_a_handout_says_its_kind_and_size_and_a_recording_is_none(files):
    html = body(("file", {"title": "Mẫu", "file": files["pdf"].pk, "note": ""}))[0].render()
    assert "PDF, 1,5" in html
    block = BLOCKS["file"]
    with pytest.raises(ValidationError):
        block.clean(block.normalize({"title": "Mẫu", "file": files["mp3"], "note": ""}))


@pytest.mark.parametrize(("decorative", "alt"), [(True, ""), (False, "Loa xã")])
def test_a_picture_has_variants_and_says_what_it_shows(world, settings, tmp_path, decorative, alt):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(title="Ảnh", file=get_test_image_file(size=(900, 300)))
    value = {"image": {"image": image.pk, "decorative": decorative, "alt_text": alt}, "caption": ""}
    html = body(("image", value))[0].render()
    assert f'alt="{alt}"' in html
    assert html.count("w,") + html.count('w"') >= 3 and 'loading="lazy"' in html
